// The task that README.md adds.
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "envs/environment.h"
#include "envs/environment_conformance.h"
#include "envs/physics/physics.h"
#include "envs/physics/physics_environment.h"
#include "envs/registry.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace envs {
namespace {

using EnvironmentPtr = std::unique_ptr<PhysicsEnvironment>;

EnvironmentPtr MakePlate() {
  absl::StatusOr<EnvironmentPtr> plate =
      MakePhysicsEnvironment("plate-balance");
  if (!plate.ok()) ADD_FAILURE() << plate.status();
  return *std::move(plate);
}

TEST(Readme, ItsTaskConforms) {
  EXPECT_THAT(ConformanceProblems(MakePlate), testing::IsEmpty());
}

TEST(Readme, ItsTaskIsInTheRegistryWithAllOthers) {
  const std::vector<std::string> names = EnvironmentNames();
  EXPECT_THAT(names, testing::IsSupersetOf(
                         {"plate-balance", "humanoid-walk", "garnet"}));
  EXPECT_EQ(MakePlate()->spec().name, "plate-balance");
  EXPECT_EQ(MakePlate()->spec().step_limit, 1000);
}

// Tilts the plate by the ball's place and velocity, or not at all.
double Return(double gain) {
  const EnvironmentPtr plate = MakePlate();
  std::vector<double> action = {0, 0};
  TimeStep step = plate->Reset(1);
  double sum = 0;
  while (!step.last()) {
    // Observation: the ball on the plate, then its velocity.
    const double x = step.observation[0] + step.observation[3];
    const double y = step.observation[1] + step.observation[4];
    action = {gain * y, -gain * x};
    step = *plate->Step(action);
    sum += step.reward;
  }
  return sum;
}

TEST(Readme, ItsTaskCanBeSolved) {
  EXPECT_GT(Return(0.5), 800);
  EXPECT_LT(Return(0), 600);
}

}  // namespace
}  // namespace envs
