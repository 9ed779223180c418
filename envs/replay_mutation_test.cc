// Replay sees each way of stepping that is nearly that of dm_control. This
// program puts its own functions before MuJoCo's of the same names.
#include <dlfcn.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "envs/golden.h"
#include "envs/physics/physics_environment.h"
#include "envs/registry.h"
#include "envs/replay.h"
#include "gtest/gtest.h"
#include "mujoco/mujoco.h"

namespace {

enum class Mutation {
  kNone,
  kNoClosingStep1,
  kForwardForClosingStep1,
  kActuationAtReset,
};

Mutation mutation = Mutation::kNone;
bool inside = false;         // of a function of MuJoCo
bool after_substep = false;  // the call before this was mj_step or mj_step2

void CallReal(const char* name, const mjModel* model, mjData* data) {
  using Function = void (*)(const mjModel*, mjData*);
  const bool outer = !inside;
  inside = true;
  reinterpret_cast<Function>(dlsym(RTLD_NEXT, name))(model, data);
  if (outer) inside = false;
}

}  // namespace

extern "C" {

void mj_step(const mjModel* model, mjData* data) {
  CallReal("mj_step", model, data);
  if (!inside) after_substep = true;
}

void mj_step2(const mjModel* model, mjData* data) {
  CallReal("mj_step2", model, data);
  if (!inside) after_substep = true;
}

void mj_step1(const mjModel* model, mjData* data) {
  const bool closing = !inside && after_substep;
  if (closing) after_substep = false;
  if (closing && mutation == Mutation::kNoClosingStep1) return;
  if (closing && mutation == Mutation::kForwardForClosingStep1) {
    return CallReal("mj_forward", model, data);
  }
  CallReal("mj_step1", model, data);
}

void mj_forward(const mjModel* model, mjData* data) {
  if (inside || mutation != Mutation::kActuationAtReset) {
    return CallReal("mj_forward", model, data);
  }
  mjModel acting = *model;  // shares the arrays
  acting.opt.disableflags &= ~mjDSBL_ACTUATION;
  CallReal("mj_forward", &acting, data);
}

}  // extern "C"

namespace envs {
namespace {

ReplayReport ReplayWith(Mutation with, const std::string& task) {
  const std::unique_ptr<PhysicsEnvironment> environment =
      MakePhysicsEnvironment(task).value();
  mutation = with;
  const absl::StatusOr<ReplayReport> report =
      Replay(Golden::Read("envs/testdata", task).value(), *environment);
  mutation = Mutation::kNone;
  return report.value();
}

TEST(ReplayMutationTest, NoneIsWithinTolerance) {
  for (const char* task : {"hopper-stand", "quadruped-walk"}) {
    EXPECT_EQ(BeyondTolerance(task, ReplayWith(Mutation::kNone, task)), "");
  }
}

TEST(ReplayMutationTest, NoClosingStep1IsSeen) {
  const ReplayReport hopper =
      ReplayWith(Mutation::kNoClosingStep1, "hopper-stand");
  EXPECT_GT(hopper.free_run.Largest(), 6e-4);
  EXPECT_GT(hopper.resync.reward, 0.1);
  EXPECT_NE(BeyondTolerance("hopper-stand", hopper), "");
}

TEST(ReplayMutationTest, ForwardForClosingStep1IsSeen) {
  for (const char* task : {"hopper-stand", "quadruped-walk", "dog-run"}) {
    const ReplayReport report =
        ReplayWith(Mutation::kForwardForClosingStep1, task);
    EXPECT_GT(report.resync.observation, 0.5) << task;
    EXPECT_NE(BeyondTolerance(task, report), "");
  }
}

TEST(ReplayMutationTest, ActuationAtResetIsSeen) {
  const ReplayReport dog = ReplayWith(Mutation::kActuationAtReset, "dog-run");
  EXPECT_GT(dog.reset.observation, 0.5);
  EXPECT_NE(BeyondTolerance("dog-run", dog), "");
  const ReplayReport quadruped =
      ReplayWith(Mutation::kActuationAtReset, "quadruped-walk");
  EXPECT_GT(quadruped.fixed.observation, 0.5);
  EXPECT_NE(BeyondTolerance("quadruped-walk", quadruped), "");
}

}  // namespace
}  // namespace envs
