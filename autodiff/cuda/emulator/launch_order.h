// Which launches of a graph wait for which.
#ifndef AUTODIFF_CUDA_EMULATOR_LAUNCH_ORDER_H_
#define AUTODIFF_CUDA_EMULATOR_LAUNCH_ORDER_H_

#include <cstdint>
#include <map>
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

  // Says that a run starts, and that one of its launches does.
  void StartRun(uint64_t time);
  void Start(int launch, uint64_t time);

  bool IsOfThisRun(uint64_t time) const { return time >= run_; }
  // Whether something was done at `time` by an earlier launch of this run.
  bool IsOfEarlierLaunch(uint64_t time) const {
    return time >= run_ && time < started_.back().time;
  }
  // Of a time for which that is so, the launch, if the current one does not
  // wait for it. Else −1.
  int FindUnordered(uint64_t time) const;

  // Sets of launches have numbers: 0 is the empty one. The set with the current
  // launch in it as well, and a launch in it for which the current one does not
  // wait, or −1.
  int WithCurrent(int set);
  int FindUnorderedIn(int set);

  // "launch 3 (Chain)".
  std::string NameOf(int launch) const;
  std::string NameOfCurrent() const { return NameOf(started_.back().launch); }

 private:
  struct Started {
    uint64_t time;
    int launch;
  };
  struct Set {
    std::vector<int> launches;
    std::map<int, int> with = {};  // launch → set
    int checked_for = -1;          // the last launch that waits for all of it
  };

  bool CurrentWaitsFor(int launch) const {
    return waits_for_[started_.back().launch][launch];
  }

  std::vector<std::string> names_;
  std::vector<std::vector<int>> after_;
  std::vector<std::vector<bool>> waits_for_;  // [launch][earlier launch]
  uint64_t run_ = 0;
  std::vector<Started> started_;
  std::vector<Set> sets_{{}};
};

}  // namespace autodiff::cuda::emulator

#endif  // AUTODIFF_CUDA_EMULATOR_LAUNCH_ORDER_H_
