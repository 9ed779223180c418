#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "absl/types/span.h"
#include "envs/environment.h"
#include "envs/environment_pool.h"
#include "envs/registry.h"
#include "tools/benchmark/environment_rows.h"
#include "tools/benchmark/random_actions.h"
#include "tools/benchmark/serve.h"
#include "tools/benchmark/stopwatch.h"

namespace benchmarks {
namespace {

constexpr double kSeconds = 0.3;  // of one answer
constexpr int kBlock = 20;        // steps between looks at the clock

// How many of `step` are made in a second.
template <class Step>
double Rate(double seconds, const Step& step) {
  const Stopwatch watch;
  int64_t steps = 0;
  double passed;
  do {
    for (int i = 0; i < kBlock; ++i) step();
    steps += kBlock;
  } while ((passed = watch.Seconds()) < seconds);
  return static_cast<double>(steps) / passed;
}

// An environment with actions for it; episodes follow each other. On cache
// lines of its own, as each thread writes into one.
class alignas(64) Runner {
 public:
  explicit Runner(envs::Environment& environment)
      : environment_(environment), actions_(environment.spec()) {
    environment_.Reset();
  }

  // Steps in a second.
  double Run(double seconds) {
    return Rate(seconds, [this] {
      if (step_ == environment_.spec().step_limit) {
        environment_.Reset();
        step_ = 0;
      }
      static_cast<void>(environment_.Step(actions_[step_++]));
    });
  }

 private:
  envs::Environment& environment_;
  RandomActions actions_;
  int64_t step_ = 0;
};

using Environments = std::vector<std::unique_ptr<envs::Environment>>;

absl::StatusOr<Environments> Make(const std::string& task, int count) {
  Environments environments;
  for (int i = 0; i < count; ++i) {
    absl::StatusOr<std::unique_ptr<envs::Environment>> environment =
        envs::MakeEnvironment(task);
    if (!environment.ok()) return environment.status();
    environments.push_back(*std::move(environment));
  }
  return environments;
}

std::string Answer(const std::string& row, double rate) {
  return absl::StrFormat(R"({"row": "%s", "seconds": %s, "check": []})", row,
                         Number(1 / rate));
}

// As many environments as threads, which do not wait for each other.
absl::StatusOr<EnvironmentRow> RunnersRow(const std::string& row,
                                          const std::string& task, int threads,
                                          bool quick) {
  absl::StatusOr<Environments> environments = Make(task, threads);
  if (!environments.ok()) return environments.status();
  const auto pool = std::make_shared<envs::EnvironmentPool>(
      *std::move(environments), threads);
  std::vector<Runner> runners;
  for (int i = 0; i < threads; ++i) runners.emplace_back((*pool)[i]);
  return [=]() mutable {
    std::vector<double> rates(runners.size());
    pool->ForEach(
        [&](int i) { rates[i] = runners[i].Run(quick ? 0 : kSeconds); });
    return Answer(row, absl::c_accumulate(rates, 0.0));
  };
}

}  // namespace

absl::StatusOr<EnvironmentRow> AloneRow(const std::string& task, bool quick) {
  return RunnersRow("alone " + task, task, 1, quick);
}

absl::StatusOr<EnvironmentRow> ThreadsRow(const std::string& task, bool quick) {
  return RunnersRow("threads " + task, task, 2, quick);
}

absl::StatusOr<EnvironmentRow> PoolRow(const std::string& task, bool quick) {
  absl::StatusOr<Environments> environments = Make(task, 2);
  if (!environments.ok()) return environments.status();
  const RandomActions actions(environments->front()->spec());
  const auto pool =
      std::make_shared<envs::EnvironmentPool>(*std::move(environments), 2);
  pool->Reset(0);
  return [=, step = int64_t{0}]() mutable {
    const int64_t limit = (*pool)[0].spec().step_limit;
    std::vector<double> both;
    const double rate = Rate(quick ? 0 : kSeconds, [&] {
      both.clear();
      for (int i = 0; i < 2; ++i) {
        const absl::Span<const double> action = actions[step % limit];
        both.insert(both.end(), action.begin(), action.end());
      }
      ++step;
      static_cast<void>(pool->Step(both));
    });
    return Answer("pool " + task, 2 * rate);
  };
}

}  // namespace benchmarks
