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
  void Start(int launch) { current_ = launch; }
  bool IsOfThisRun(uint64_t time) const { return time >= run_; }

  // Sets of launches have numbers for the time of a run: 0 is the empty one.
  // The set with the current launch in it as well.
  int WithCurrent(int set);
  // A launch in it for which the current one does not wait, or −1.
  int FindUnordered(int set) const;

  // "launch 3 (Chain)".
  std::string NameOf(int launch) const;
  std::string NameOfCurrent() const { return NameOf(current_); }

 private:
  struct Set {
    std::vector<int> launches;
    std::map<int, int> with = {};  // launch → set
  };

  std::vector<std::string> names_;
  std::vector<std::vector<int>> after_;
  std::vector<std::vector<bool>> waits_for_;  // [launch][earlier launch]
  uint64_t run_ = 0;
  int current_ = -1;
  std::vector<Set> sets_;
};

}  // namespace autodiff::cuda::emulator

#endif  // AUTODIFF_CUDA_EMULATOR_LAUNCH_ORDER_H_
