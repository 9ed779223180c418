// Blocks whose threads are fibers.
#ifndef __SANITIZE_THREAD__

#include <algorithm>
#include <deque>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "autodiff/cuda/emulator/block.h"
#include "autodiff/cuda/emulator/fiber.h"
#include "autodiff/fail.h"

namespace autodiff::cuda::emulator {
namespace {

class FiberBlock;
thread_local FiberBlock* current = nullptr;

class FiberBlock final : public Block {
 public:
  void Run(std::span<EmulatedThread> threads,
           const std::function<void()>& kernel,
           const std::function<std::span<const int>()>& turns) override {
    current = this;
    threads_ = threads;
    waiting_.assign(threads.size(), {});
    while (fibers_.size() < threads.size()) fibers_.emplace_back();
    for (size_t i = 0; i < threads.size(); ++i) fibers_[i].Start(kernel);
    do {
      for (const int i : turns()) {
        if (fibers_[i].returned() || waiting_[i].is) continue;
        running = &threads_[i];
        fibers_[i].Resume();
      }
      running = nullptr;
    } while (PassBarriers());
  }

  void Wait(Barrier barrier, const std::source_location& where) {
    const int i = running->number;
    waiting_[i] = {true, barrier, where};
    fibers_[i].Stop();
  }

 private:
  struct Waiting {
    bool is = false;
    Barrier barrier = {};
    std::source_location where;
  };

  bool Together(int i, int j) const {
    const Waiting &a = waiting_[i], &b = waiting_[j];
    return a.is && b.is && a.where.line() == b.where.line() &&
           a.where.column() == b.where.column() &&
           std::string_view(a.where.file_name()) == b.where.file_name();
  }

  // The first of the threads [begin, end) that does not wait where `begin`
  // does, or `end`.
  int FirstApart(int begin, int end) const {
    int i = begin;
    while (i < end && Together(begin, i)) ++i;
    return i;
  }

  // Lets all threads go on that have waited for each other, once none can run
  // any more. False if all have returned.
  bool PassBarriers() {
    const int count = static_cast<int>(threads_.size());
    uint64_t& clock = threads_[0].execution->clock;
    bool passed = false;
    if (waiting_[0].is && waiting_[0].barrier == Barrier::kBlock &&
        FirstApart(0, count) == count) {
      ++clock;
      for (int i = 0; i < count; ++i) {
        waiting_[i].is = false;
        threads_[i].since.block_barrier = threads_[i].since.warp_barrier =
            clock;
      }
      return true;
    }
    for (int begin = 0; begin < count; begin += kWarpThreads) {
      const int end = std::min(begin + kWarpThreads, count);
      const Barrier barrier = waiting_[begin].barrier;
      if (!waiting_[begin].is || barrier == Barrier::kBlock ||
          FirstApart(begin, end) < end) {
        continue;
      }
      ++clock;
      for (int i = begin; i < end; ++i) {
        waiting_[i].is = false;
        if (barrier == Barrier::kWarp) threads_[i].since.warp_barrier = clock;
      }
      passed = true;
    }
    if (!passed) FailIfAnyWaits();
    return passed;
  }

  void FailIfAnyWaits() const {
    const int count = static_cast<int>(threads_.size());
    for (int i = 0; i < count; ++i) {
      if (!waiting_[i].is) continue;
      const bool block = waiting_[i].barrier == Barrier::kBlock;
      int other = block ? 0 : i / kWarpThreads * kWarpThreads;
      while (Together(i, other)) ++other;
      FailIn(threads_[i],
             absl::StrCat("waits for all of its ", block ? "block" : "warp",
                          " at ", LineOf(waiting_[i].where), ", but thread ",
                          ToString(threads_[other].index),
                          waiting_[other].is
                              ? " waits at " + LineOf(waiting_[other].where)
                              : " has returned"));
    }
  }

  std::span<EmulatedThread> threads_;
  std::vector<Waiting> waiting_;
  std::deque<Fiber> fibers_;  // as many as the largest block had
};

}  // namespace

void Wait(Barrier barrier, const std::source_location& where) {
  current->Wait(barrier, where);
}

std::unique_ptr<Block> MakeBlock() { return std::make_unique<FiberBlock>(); }

}  // namespace autodiff::cuda::emulator

#endif  // __SANITIZE_THREAD__
