// What every experiment does with its command line.
#ifndef EXPERIMENTS_COMMAND_LINE_H_
#define EXPERIMENTS_COMMAND_LINE_H_

#include <string>

#include "absl/flags/declare.h"
#include "absl/strings/string_view.h"

// Absolute once ParseCommandLine has returned; by default
// results/<experiment>_<preset>, or results/<experiment> without a preset.
ABSL_DECLARE_FLAG(std::string, output_dir);
// Zero: one a processor.
ABSL_DECLARE_FLAG(int, threads);

namespace experiments {

// Sets the flags; or prints one sentence and ends the process with status 1.
//
// --preset is that of preset.h. A relative --output_dir counts from the user's
// folder under `bazel run` as well. Arguments that are no flags are errors.
// `description` is the first paragraph of --help.
void ParseCommandLine(absl::string_view experiment,
                      absl::string_view description, int argc, char** argv);

}  // namespace experiments

#endif  // EXPERIMENTS_COMMAND_LINE_H_
