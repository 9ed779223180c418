// Named sets of flags.
#ifndef EXPERIMENTS_PRESET_H_
#define EXPERIMENTS_PRESET_H_

#include <string>
#include <vector>

#include "absl/flags/declare.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

// By default "quick"; a program may set another default before it parses.
ABSL_DECLARE_FLAG(std::string, preset);

namespace experiments {

// ParseFlags (program.h) where --preset=NAME stands for --flagfile=experiments/
// presets/<family>_NAME.flags as the very first argument, so every other
// argument overrides it; --preset= is none. NotFound for a preset that is not
// there, naming those that are.
absl::Status ParseFlagsAndPreset(absl::string_view family,
                                 std::vector<char*> arguments);

}  // namespace experiments

#endif  // EXPERIMENTS_PRESET_H_
