// What every program of this room does first and last.
#ifndef EXPERIMENTS_PROGRAM_H_
#define EXPERIMENTS_PROGRAM_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace experiments {

// The first paragraph of --help, which lists all flags. Before ParseFlags.
void DescribeProgram(absl::string_view description);

// Sets the flags of `arguments`, the first of which is the program's name; an
// unknown flag or an illegal value prints one sentence and ends the process
// with status 1, and so does, from then on, a lack of memory. InvalidArgument
// for an argument that is no flag.
absl::Status ParseFlags(const std::vector<char*>& arguments);

// The exit status of main(), after printing the message of an error: 0, 130 for
// Cancelled (the user has stopped the program), 1 for everything else, among it
// that what was printed has not all been written.
int ExitStatus(const absl::Status& status);

}  // namespace experiments

#endif  // EXPERIMENTS_PROGRAM_H_
