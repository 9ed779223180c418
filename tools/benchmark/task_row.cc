#include <time.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/types/span.h"
#include "envs/environment.h"
#include "envs/physics/model.h"
#include "envs/physics/physics.h"
#include "envs/physics/physics_environment.h"
#include "envs/registry.h"
#include "mujoco/mujoco.h"
#include "tools/benchmark/environment_rows.h"
#include "tools/benchmark/random_actions.h"
#include "tools/benchmark/serve.h"

namespace benchmarks {
namespace {

constexpr double kSeconds = 0.5;  // of control steps in one answer
constexpr int kBlock = 100;       // steps until it is the other's turn

// Of this thread on a core: what others do there does not count.
double CpuSeconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) +
         1e-9 * static_cast<double>(now.tv_nsec);
}

// Control steps with nothing around MuJoCo's functions.
class BareMujoco {
 public:
  BareMujoco(const mjModel& model, int substeps)
      : model_(envs::CopyModel(model)),
        data_(mj_makeData(model_.get())),
        substeps_(substeps) {}
  ~BareMujoco() { mj_deleteData(data_); }
  BareMujoco(const BareMujoco&) = delete;
  BareMujoco& operator=(const BareMujoco&) = delete;

  // Takes over everything, also the model's numbers that a reset writes.
  void GoTo(const envs::Physics& physics) {
    mj_copyModel(model_.get(), &physics.model());
    mj_copyData(data_, model_.get(), &physics.data());
  }

  bool IsAt(const envs::Physics& physics) const {
    const envs::Vector qpos = physics.qpos();
    return std::equal(qpos.begin(), qpos.end(), data_->qpos);
  }

  void Step(absl::Span<const double> action) {
    mjModel* model = model_.get();
    std::copy(action.begin(), action.end(), data_->ctrl);
    if (model->opt.integrator == mjINT_RK4) {
      mj_step(model, data_);
    } else {
      mj_step2(model, data_);
    }
    for (int i = 1; i < substeps_; ++i) mj_step(model, data_);
    mj_step1(model, data_);
  }

 private:
  envs::ModelPtr model_;
  mjData* data_;
  int substeps_;
};

class TaskTimer {
 public:
  TaskTimer(std::unique_ptr<envs::PhysicsEnvironment> environment, bool quick)
      : environment_(std::move(environment)),
        actions_(environment_->spec()),
        bare_(environment_->physics().model(), Substeps(*environment_)),
        seconds_(quick ? 0 : kSeconds) {}

  absl::StatusOr<std::string> Answer() {
    double ours = 0, bare = 0, reset = 0;
    int64_t steps = 0, resets = 0;
    do {
      const double start = CpuSeconds();
      environment_->Reset();
      reset += CpuSeconds() - start;
      ++resets;
      bare_.GoTo(environment_->physics());
      const int64_t limit = environment_->spec().step_limit;
      for (int64_t begin = 0; begin < limit; begin += kBlock) {
        const int64_t end = std::min(begin + kBlock, limit);
        const bool first = begin / kBlock % 2 == 0;
        if (first) ours += TimeOurs(begin, end);
        bare += TimeBare(begin, end);
        if (!first) ours += TimeOurs(begin, end);
        if (!bare_.IsAt(environment_->physics())) {
          return absl::InternalError(
              absl::StrCat(environment_->spec().name,
                           " and the bare calls have come to other states"));
        }
      }
      steps += limit;
    } while (ours < seconds_);
    const auto count = static_cast<double>(steps);
    return absl::StrFormat(
        R"({"row": "%s", "seconds": %s, "bare": %s, "reset": %s, "check": []})",
        environment_->spec().name, Number(ours / count), Number(bare / count),
        Number(reset / static_cast<double>(resets)));
  }

 private:
  static int Substeps(envs::PhysicsEnvironment& environment) {
    return static_cast<int>(
        std::lround(environment.spec().control_timestep /
                    environment.physics().model().opt.timestep));
  }

  double TimeOurs(int64_t begin, int64_t end) {
    const double start = CpuSeconds();
    for (int64_t i = begin; i < end; ++i) {
      static_cast<void>(environment_->Step(actions_[i]));
    }
    return CpuSeconds() - start;
  }

  double TimeBare(int64_t begin, int64_t end) {
    const double start = CpuSeconds();
    for (int64_t i = begin; i < end; ++i) bare_.Step(actions_[i]);
    return CpuSeconds() - start;
  }

  std::unique_ptr<envs::PhysicsEnvironment> environment_;
  RandomActions actions_;
  BareMujoco bare_;
  double seconds_;
};

}  // namespace

absl::StatusOr<EnvironmentRow> TaskRow(const std::string& task, bool quick) {
  absl::StatusOr<std::unique_ptr<envs::PhysicsEnvironment>> environment =
      envs::MakePhysicsEnvironment(task);
  if (!environment.ok()) return environment.status();
  return [timer = std::make_shared<TaskTimer>(*std::move(environment), quick)] {
    return timer->Answer();
  };
}

}  // namespace benchmarks
