// Files of this repository that a program needs while it runs.
#ifndef TOOLS_RUNFILES_RUNFILES_H_
#define TOOLS_RUNFILES_RUNFILES_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace tools {

// Where a file or folder that is `data` of the program's Bazel target lies;
// `path` counts from the root of the repository; "../name/..." is in the
// external repository `name`. Works under `bazel run`,
// `bazel test`, for bazel-bin/..., through symbolic links, and for a program
// copied together with its .runfiles folder. (Bazel's own library reads the
// folder's MANIFEST, whose absolute paths are wrong after a copy.)
absl::StatusOr<std::string> RunfilePath(absl::string_view path);

}  // namespace tools

#endif  // TOOLS_RUNFILES_RUNFILES_H_
