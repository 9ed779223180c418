// Which launches of a graph wait for which.
#ifndef AUTODIFF_CUDA_EMULATOR_LAUNCH_ORDER_H_
#define AUTODIFF_CUDA_EMULATOR_LAUNCH_ORDER_H_

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "autodiff/cuda/launch.h"

namespace autodiff::cuda::emulator {

class LaunchOrder {
 public:
  // Fails if a launch is to wait for one that does not come earlier.
  // `names` are the kernels'.
  LaunchOrder(const std::vector<LaunchNode>& nodes,
              std::vector<std::string> names);

  // All launches, each after what it waits for.
  std::vector<int> Draw(std::mt19937_64& random) const;

  // Says that the launches of a run start, and that one starts.
  void StartRun() { started_.clear(); }
  void Start(int launch, uint64_t time) { started_.push_back({time, launch}); }

  // The launch of this run that was running at `time`, if the current one does
  // not wait for it. Else −1.
  int FindUnordered(uint64_t time) const;

  // "launch 3 (Chain)".
  std::string NameOf(int launch) const;
  std::string NameOfCurrent() const { return NameOf(started_.back().launch); }

 private:
  struct Started {
    uint64_t time;
    int launch;
  };

  std::vector<std::string> names_;
  std::vector<std::vector<int>> after_;
  std::vector<std::vector<bool>> waits_for_;  // [launch][earlier launch]
  std::vector<Started> started_;
};

}  // namespace autodiff::cuda::emulator

#endif  // AUTODIFF_CUDA_EMULATOR_LAUNCH_ORDER_H_
