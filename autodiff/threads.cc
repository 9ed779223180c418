#include "autodiff/threads.h"

#include <utility>

namespace autodiff {
namespace {

// Looks at a counter before a thread goes to sleep: some 50 microseconds, so
// that in a loop of runs nobody does.
constexpr int kLooks = 2000;

}  // namespace

Threads::Threads(int count, std::function<void(int)> work)
    : work_(std::move(work)) {
  for (int thread = 1; thread < count; ++thread) {
    others_.emplace_back([this, thread] { Loop(thread); });
  }
}

Threads::~Threads() {
  stopped_ = true;
  ++started_;
  started_.notify_all();
  for (std::thread& other : others_) other.join();
}

void Threads::Run() {
  ++started_;
  if (!others_.empty()) started_.notify_all();
  work_(0);
  const auto others = static_cast<int64_t>(others_.size());
  SpinUntil([&] { return finished_ == started_ * others; });
}

void Threads::Loop(int thread) {
  for (int64_t run = 1;; ++run) {
    for (int i = 0; i < kLooks && started_ < run; ++i) _mm_pause();
    while (started_ < run) started_.wait(run - 1);
    if (stopped_) return;
    work_(thread);
    ++finished_;
  }
}

}  // namespace autodiff
