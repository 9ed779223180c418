// What a program would be on a GPU: its launches, and the time that they imply.
#ifndef EXPERIMENTS_INSPECT_LAUNCH_REPORT_H_
#define EXPERIMENTS_INSPECT_LAUNCH_REPORT_H_

#include <string>

#include "autodiff/program.h"

namespace experiments {

// One sentence and a table: launches by kernel; megabytes that kernels read and
// write, GFLOP of products; and how long these take at least on an H100
// (h100.h). The program must be one for a device.
std::string LaunchReport(const autodiff::Program<float>& program,
                         double product_flop);

}  // namespace experiments

#endif  // EXPERIMENTS_INSPECT_LAUNCH_REPORT_H_
