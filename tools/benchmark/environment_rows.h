// Rows of the suite `envs`. Each answers with one line of JSON.
#ifndef TOOLS_BENCHMARK_ENVIRONMENT_ROWS_H_
#define TOOLS_BENCHMARK_ENVIRONMENT_ROWS_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"

namespace benchmarks {

using EnvironmentRow = std::function<absl::StatusOr<std::string>()>;

// "dog-run": control steps beside the calls of MuJoCo that they are made of, on
// the same states. `seconds` and `bare` are those of one control step, `reset`
// of one reset, by this thread's time on a core.
absl::StatusOr<EnvironmentRow> TaskRow(const std::string& task, bool quick);

// "alone dog-run": `seconds` of one control step.
absl::StatusOr<EnvironmentRow> AloneRow(const std::string& task, bool quick);

// "threads dog-run": `seconds` until one of two environments on two threads has
// made a control step.
absl::StatusOr<EnvironmentRow> ThreadsRow(const std::string& task, bool quick);

// "pool dog-run": the same where they wait for each other after each step.
absl::StatusOr<EnvironmentRow> PoolRow(const std::string& task, bool quick);

// "memory dog-run": `bytes` of memory, and `seconds` to make it, of one more
// environment beside others of its kind.
absl::StatusOr<EnvironmentRow> MemoryRow(const std::string& task, bool quick);

}  // namespace benchmarks

#endif  // TOOLS_BENCHMARK_ENVIRONMENT_ROWS_H_
