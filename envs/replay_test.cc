// Every task does what the real dm_control did.
#include "envs/replay.h"

#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_replace.h"
#include "envs/golden.h"
#include "envs/physics/physics_environment.h"
#include "envs/registry.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mujoco/mujoco.h"

namespace envs {
namespace {

using ::testing::HasSubstr;

constexpr char kFolder[] = "envs/testdata";

std::string TestName(const testing::TestParamInfo<std::string>& info) {
  return absl::StrReplaceAll(info.param, {{"-", "_"}});
}

class ReplayTest : public testing::TestWithParam<std::string> {};

TEST_P(ReplayTest, IsWithinTolerance) {
  const absl::StatusOr<Golden> golden = Golden::Read(kFolder, GetParam());
  ASSERT_TRUE(golden.ok()) << golden.status();
  absl::StatusOr<std::unique_ptr<PhysicsEnvironment>> environment =
      MakePhysicsEnvironment(GetParam());
  ASSERT_TRUE(environment.ok()) << environment.status();
  const absl::StatusOr<ReplayReport> report = Replay(*golden, **environment);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(BeyondTolerance(GetParam(), *report), "");
  EXPECT_GT(report->rows, 100);
}

INSTANTIATE_TEST_SUITE_P(Tasks, ReplayTest,
                         testing::ValuesIn(GoldenTasks(kFolder).value()),
                         TestName);

TEST(GoldenTest, HasEveryTask) {
  EXPECT_EQ(GoldenTasks(kFolder).value().size(), 24);
}

// What a wrong task, constant or number would look like.
class WrongTest : public testing::Test {
 protected:
  std::string ReplayPendulum(PhysicsEnvironment& environment) {
    const absl::StatusOr<ReplayReport> report =
        Replay(Golden::Read(kFolder, "pendulum-swingup").value(), environment);
    return report.ok() ? BeyondTolerance("pendulum-swingup", *report)
                       : std::string(report.status().message());
  }

  std::unique_ptr<PhysicsEnvironment> pendulum_ =
      MakePhysicsEnvironment("pendulum-swingup").value();
};

TEST_F(WrongTest, ModelIsSeen) {
  EXPECT_EQ(ReplayPendulum(*pendulum_), "");
  pendulum_->physics().model().body_mass[1] *= 1 + 1e-6;
  const std::string beyond = ReplayPendulum(*pendulum_);
  EXPECT_THAT(beyond, HasSubstr("model by"));
  EXPECT_THAT(beyond, HasSubstr("resync by"));
}

TEST_F(WrongTest, TimestepIsSeen) {
  pendulum_->physics().model().opt.timestep *= 1 + 1e-6;
  const std::string beyond = ReplayPendulum(*pendulum_);
  EXPECT_THAT(beyond, HasSubstr("resync by"));
  EXPECT_THAT(beyond, HasSubstr("free run by"));
}

TEST_F(WrongTest, NotANumberIsSeen) {
  pendulum_->physics().model().body_mass[1] =
      std::numeric_limits<double>::quiet_NaN();
  EXPECT_THAT(ReplayPendulum(*pendulum_), HasSubstr("model by inf"));
}

TEST_F(WrongTest, TaskIsSeen) {
  const auto humanoid = MakePhysicsEnvironment("humanoid-stand").value();
  EXPECT_THAT(ReplayPendulum(*humanoid),
              HasSubstr("pendulum-swingup.idx: array static"));
}

}  // namespace
}  // namespace envs
