// Fewer launches for the same work.
#ifndef AUTODIFF_CUDA_MERGE_H_
#define AUTODIFF_CUDA_MERGE_H_

#include <vector>

#include "autodiff/cuda/launch.h"

namespace autodiff::cuda {

// Launches of one kernel that may run at the same time become one launch of
// several problems, and matrix products of one shape one batch: twin critics
// run side by side that way. In a valid order; what the most others wait for
// comes first.
std::vector<LaunchNode> MergeLaunches(const std::vector<LaunchNode>& nodes);

}  // namespace autodiff::cuda

#endif  // AUTODIFF_CUDA_MERGE_H_
