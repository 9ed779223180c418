#include "envs/environment_pool.h"

#include <immintrin.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "envs/environment.h"

namespace envs {
namespace {

// Looks at a counter before a thread sleeps: some 50 microseconds, so that
// nobody does between the control steps of light tasks.
constexpr int kLooks = 2000;

// Returns the counter once it is no longer `old`.
int64_t AwaitChange(const std::atomic<int64_t>& counter, int64_t old) {
  for (int i = 0; i < kLooks && counter == old; ++i) _mm_pause();
  counter.wait(old);
  return counter;
}

}  // namespace

EnvironmentPool::EnvironmentPool(
    std::vector<std::unique_ptr<Environment>> environments, int threads)
    : environments_(std::move(environments)),
      offsets_(1, 0),
      steps_(environments_.size()),
      errors_(environments_.size()) {
  if (threads < 1) {
    std::cerr << "ERROR: EnvironmentPool needs at least one thread, not "
              << threads << "." << std::endl;
    std::exit(1);
  }
  for (const std::unique_ptr<Environment>& environment : environments_) {
    offsets_.push_back(offsets_.back() + environment->spec().action_size());
  }
  const int others = std::min(threads, size()) - 1;
  for (int i = 1; i <= others; ++i) {
    others_.emplace_back([this, i] { Loop(i); });
  }
}

EnvironmentPool::~EnvironmentPool() {
  stopped_ = true;
  ++started_;
  started_.notify_all();
  for (std::thread& other : others_) other.join();
}

absl::Span<const TimeStep> EnvironmentPool::Reset(uint32_t seed) {
  ForEach([&](int i) { steps_[i] = environments_[i]->Reset(seed + i); });
  return steps_;
}

absl::StatusOr<absl::Span<const TimeStep>> EnvironmentPool::Step(
    absl::Span<const double> actions) {
  if (static_cast<int>(actions.size()) != offsets_.back()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the ", size(), " environments take ", offsets_.back(),
                     " numbers together, not ", actions.size()));
  }
  ForEach([&](int i) {
    absl::StatusOr<TimeStep> step = environments_[i]->Step(
        actions.subspan(offsets_[i], offsets_[i + 1] - offsets_[i]));
    if (absl::IsFailedPrecondition(step.status())) {
      step = environments_[i]->Reset();
    }
    errors_[i] = step.status();
    if (step.ok()) steps_[i] = *step;
  });
  for (int i = 0; i < size(); ++i) {
    if (errors_[i].ok()) continue;
    return absl::Status(errors_[i].code(), absl::StrCat("environment ", i, ": ",
                                                        errors_[i].message()));
  }
  return absl::MakeConstSpan(steps_);
}

void EnvironmentPool::ForEach(absl::FunctionRef<void(int i)> visit) {
  visit_ = &visit;
  const int64_t round = ++started_;
  if (!others_.empty()) started_.notify_all();
  Visit(0);
  const int64_t all = round * static_cast<int64_t>(others_.size());
  int64_t finished = finished_;
  while (finished != all) finished = AwaitChange(finished_, finished);
}

void EnvironmentPool::Visit(int thread) {
  const int64_t threads = static_cast<int64_t>(others_.size()) + 1;
  const auto end = static_cast<int>(size() * (thread + 1) / threads);
  for (int i = static_cast<int>(size() * thread / threads); i < end; ++i) {
    (*visit_)(i);
  }
}

void EnvironmentPool::Loop(int thread) {
  for (int64_t round = 0;;) {
    round = AwaitChange(started_, round);
    if (stopped_) return;
    Visit(thread);
    ++finished_;
    finished_.notify_one();
  }
}

}  // namespace envs
