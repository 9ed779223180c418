// Several environments, stepped together on several threads.
#ifndef ENVS_ENVIRONMENT_POOL_H_
#define ENVS_ENVIRONMENT_POOL_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "envs/environment.h"

namespace envs {

// Each thread has environments of its own, so what happens in them does not
// depend on the number of threads. One thread calls the pool at a time.
class EnvironmentPool {
 public:
  // `threads` ≥ 1 counts the caller's; more than environments are not used.
  EnvironmentPool(std::vector<std::unique_ptr<Environment>> environments,
                  int threads);
  ~EnvironmentPool();
  EnvironmentPool(const EnvironmentPool&) = delete;
  EnvironmentPool& operator=(const EnvironmentPool&) = delete;

  int size() const { return static_cast<int>(environments_.size()); }
  Environment& operator[](int i) { return *environments_[i]; }

  // Environment i starts an episode from seed + i. Answers live until the next
  // call.
  absl::Span<const TimeStep> Reset(uint32_t seed);

  // One decision in every environment; `actions` holds theirs one after the
  // other. Where an episode is over, or none was begun, the environment is
  // Reset instead. An error is that of the first environment that has one, and
  // names its index; the others have made their step. InvalidArgument for
  // another number of elements, with nothing changed.
  absl::StatusOr<absl::Span<const TimeStep>> Step(
      absl::Span<const double> actions);

  // visit(i) for every environment, on its thread, in turn there; returns when
  // all have. For more than a decision at a time, without waiting in between.
  void ForEach(absl::FunctionRef<void(int i)> visit);

 private:
  void Visit(int thread);
  void Loop(int thread);

  std::vector<std::unique_ptr<Environment>> environments_;
  std::vector<int> offsets_;  // of each environment's action; last: their sum
  std::vector<TimeStep> steps_;
  std::vector<absl::Status> errors_;

  // The present round: all threads visit with it.
  const absl::FunctionRef<void(int i)>* visit_ = nullptr;
  // On cache lines of their own, as different threads write them.
  alignas(64) std::atomic<int64_t> started_ = 0;   // rounds
  alignas(64) std::atomic<int64_t> finished_ = 0;  // rounds × other threads
  std::atomic<bool> stopped_ = false;
  std::vector<std::thread> others_;
};

}  // namespace envs

#endif  // ENVS_ENVIRONMENT_POOL_H_
