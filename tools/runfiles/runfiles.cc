#include "tools/runfiles/runfiles.h"

#include <errno.h>

#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace tools {
namespace {

// As in WORKSPACE; Bazel puts the runfiles under it.
constexpr absl::string_view kWorkspace = "cvaml";
constexpr absl::string_view kSuffix = ".runfiles";

// The folders in which runfiles may lie. The name by which the program was
// called comes first: under Bazel's sandbox the file behind it is outside, and
// its runfiles may be half written. The environment comes last: it may be that
// of another program, which has started this one.
std::vector<std::string> Roots() {
  std::vector<std::string> roots;
  std::error_code error;
  const std::string program =
      std::filesystem::read_symlink("/proc/self/exe", error).string();
  for (const std::string& name :
       {std::string(program_invocation_name), program}) {
    roots.push_back(absl::StrCat(name, kSuffix));
    // A program may itself lie among the runfiles of another.
    const size_t inside = name.rfind(absl::StrCat(kSuffix, "/"));
    if (inside != std::string::npos) {
      roots.push_back(name.substr(0, inside + kSuffix.size()));
    }
  }
  for (const char* variable : {"RUNFILES_DIR", "TEST_SRCDIR"}) {
    const char* root = std::getenv(variable);
    if (root != nullptr) roots.emplace_back(root);
  }
  return roots;
}

}  // namespace

absl::StatusOr<std::string> RunfilePath(absl::string_view path) {
  for (const std::string& root : Roots()) {
    const std::string candidate =
        absl::StrCat(root, "/", kWorkspace, "/", path);
    std::error_code error;
    if (std::filesystem::exists(candidate, error)) return candidate;
  }
  return absl::NotFoundError(absl::StrCat(
      "cannot find ", path,
      ": start the program with bazel run, from bazel-bin/, or from a copy "
      "that has its .runfiles folder beside it"));
}

}  // namespace tools
