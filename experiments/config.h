// config.flags: the flags behind the results in a folder.
#ifndef EXPERIMENTS_CONFIG_H_
#define EXPERIMENTS_CONFIG_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace experiments {

// The present value of every flag of this program but --preset, in the form
// that --flagfile reads. Replays the program whatever the preset files say by
// then. InvalidArgument if a value has a line break, which no flag file holds.
absl::StatusOr<std::string> ConfigText();

// OK if the flags behind `config`, a text by ConfigText, equal the present
// ones, those in `free_flags` apart. Otherwise names the first flag that
// differs, both values and what to do. `path` is where the text comes from.
absl::Status CheckSameConfig(absl::string_view config, absl::string_view path,
                             const std::vector<std::string>& free_flags);

// Sets the flags of this program that `config`, a text by ConfigText, holds and
// that are defined in one of `files`, such as "experiments/agent_flags.cc",
// but those in `except`. DataLoss with one sentence for a line or value that no
// such flag has.
absl::Status TakeConfig(absl::string_view config, absl::string_view path,
                        const std::vector<std::string>& files,
                        const std::vector<std::string>& except);

}  // namespace experiments

#endif  // EXPERIMENTS_CONFIG_H_
