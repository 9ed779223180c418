#include <malloc.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "envs/environment.h"
#include "envs/registry.h"
#include "tools/benchmark/environment_rows.h"
#include "tools/benchmark/random_actions.h"
#include "tools/benchmark/serve.h"
#include "tools/benchmark/stopwatch.h"

namespace benchmarks {
namespace {

constexpr int kCount = 20;

// Of this process in memory. Freed memory that malloc keeps does not count.
double ResidentBytes() {
  malloc_trim(0);
  std::ifstream file("/proc/self/statm");
  double all, resident;
  file >> all >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

// A used environment has touched the memory that it needs.
absl::StatusOr<std::unique_ptr<envs::Environment>> MakeAndUse(
    const std::string& task) {
  absl::StatusOr<std::unique_ptr<envs::Environment>> made =
      envs::MakeEnvironment(task);
  if (!made.ok()) return made.status();
  envs::Environment& environment = **made;
  environment.Reset();
  const RandomActions actions(environment.spec());
  for (int i = 0; i < 10; ++i) {
    static_cast<void>(environment.Step(actions[i]));
  }
  return made;
}

}  // namespace

absl::StatusOr<EnvironmentRow> MemoryRow(const std::string& task,
                                         bool /*quick*/) {
  return [task]() -> absl::StatusOr<std::string> {
    std::vector<std::unique_ptr<envs::Environment>> environments;
    double bytes = 0;
    Stopwatch watch;
    for (int i = 0; i <= kCount; ++i) {
      absl::StatusOr<std::unique_ptr<envs::Environment>> made =
          MakeAndUse(task);
      if (!made.ok()) return made.status();
      environments.push_back(*std::move(made));
      if (i > 0) continue;
      // The first has loaded what others share.
      bytes = -ResidentBytes();
      watch = Stopwatch();
    }
    const double seconds = watch.Seconds() / kCount;
    bytes = (bytes + ResidentBytes()) / kCount;
    return absl::StrFormat(
        R"({"row": "memory %s", "seconds": %s, "bytes": %s, "check": []})",
        task, Number(seconds), Number(bytes));
  };
}

}  // namespace benchmarks
