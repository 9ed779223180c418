// What becomes of an episode whose physics goes wrong.
#include <cmath>
#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "envs/action_repeat.h"
#include "envs/environment.h"
#include "envs/episode_statistics.h"
#include "envs/physics/messages.h"
#include "envs/physics/model.h"
#include "envs/physics/physics.h"
#include "envs/physics/physics_environment.h"
#include "envs/physics/random_state.h"
#include "envs/physics/task.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mujoco/mujoco.h"

namespace envs {
namespace {

// Balls that lie on the ground in a row, the first of them pushed along it.
std::string Balls(int count, const std::string& options) {
  std::string balls;
  for (int i = 0; i < count; ++i) {
    absl::StrAppend(&balls, "<body pos='", i, R"( 0 .1'>
        <joint type="slide" axis="0 0 1"/> <geom size=".1"/>
      </body>)");
  }
  return absl::StrCat("<mujoco>", options, R"(
    <worldbody>
      <geom type="plane" size="5 5 1"/>
      <body pos="-1 0 .1">
        <joint name="push" type="slide" axis="1 0 0"/>
        <joint type="slide" axis="0 0 1"/>
        <geom size=".1"/>
      </body>)",
                      balls, R"(
    </worldbody>
    <actuator> <general name="push" joint="push" gainprm="1"/> </actuator>
  </mujoco>)");
}

class Lie final : public Task {
 public:
  explicit Lie(Physics& physics) : physics_(physics) {}
  void InitializeEpisode(RandomState&) override {}
  void Observe(Observation& observation) const override {
    observation.Add("position", "m", physics_.qpos());
    observation.Add("velocity", "m/s", physics_.qvel());
  }
  double Reward() const override { return 1; }

 private:
  Physics& physics_;
};

std::unique_ptr<PhysicsEnvironment> MakeBalls(int count = 1,
                                              const std::string& options = "") {
  const TaskDefinition definition = {
      .name = "balls",
      .xml = Balls(count, options),
      .substeps = 4,
      .time_limit = 10,
      .make = [](Physics& physics) { return std::make_unique<Lie>(physics); }};
  absl::StatusOr<ModelPtr> model = LoadModel(definition.xml);
  if (!model.ok()) ADD_FAILURE() << model.status();
  return std::make_unique<PhysicsEnvironment>(definition, *std::move(model));
}

struct Trouble {
  std::string name;
  std::string warning;
  bool lost;  // the state is
  int balls = 1;
  std::string options = "";
  double action = 0;
  std::function<void(mjData&)> damage = [](mjData&) {};
};

const std::vector<Trouble> kTroubles = {
    {.name = "NanPosition",
     .warning = "bad number in qpos",
     .lost = true,
     .damage = [](mjData& data) { data.qpos[1] = NAN; }},
    {.name = "HugePosition",
     .warning = "bad number in qpos",
     .lost = true,
     .damage = [](mjData& data) { data.qpos[0] = 1e11; }},
    {.name = "NanVelocity",  // integrated before it is looked at
     .warning = "bad number in qpos",
     .lost = true,
     .damage = [](mjData& data) { data.qvel[0] = NAN; }},
    {.name = "HugeVelocity",
     .warning = "bad number in qvel",
     .lost = true,
     .damage = [](mjData& data) { data.qvel[2] = -1e11; }},
    {.name = "HugeForce",
     .warning = "bad number in qacc",
     .lost = true,
     .damage = [](mjData& data) { data.qfrc_applied[0] = 1e13; }},
    {.name = "HugeAction",
     .warning = "bad number in ctrl",
     .lost = false,
     .action = 1e11},
    {.name = "ManyContacts",
     .warning = "contact buffer full",
     .lost = false,
     // Within the gap contacts take memory and constrain nothing.
     .balls = 30,
     .options = "<size memory='48K'/>"
                "<default><geom margin='1' gap='1'/></default>"},
    {.name = "ManyConstraints",
     .warning = "constraint buffer full",
     .lost = false,
     .balls = 32,
     .options = "<size memory='30K'/>"},
};

void PrintTo(const Trouble& trouble, std::ostream* out) {
  *out << trouble.name;
}

class EveryTrouble : public testing::TestWithParam<Trouble> {};

TEST_P(EveryTrouble, TruncatesTheEpisodeAndSaysWhy) {
  const Trouble& trouble = GetParam();
  const std::unique_ptr<PhysicsEnvironment> balls =
      MakeBalls(trouble.balls, trouble.options);
  const std::vector<double> action = {trouble.action};
  for (int episode = 0; episode < 2; ++episode) {
    TimeStep step = balls->Reset();
    EXPECT_FALSE(step.last());
    const std::vector<double> before(step.observation.begin(),
                                     step.observation.end());
    trouble.damage(balls->physics().data());
    step = *balls->Step(action);
    EXPECT_EQ(std::string(step.warning), trouble.warning);
    EXPECT_TRUE(step.truncated);
    EXPECT_FALSE(step.terminated);
    EXPECT_EQ(step.reward, trouble.lost ? 0 : 1);
    for (const double x : step.observation) EXPECT_TRUE(std::isfinite(x));
    if (trouble.lost) {
      EXPECT_EQ(step.observation, absl::MakeConstSpan(before));
    }
    EXPECT_TRUE(absl::IsFailedPrecondition(balls->Step(action).status()));
  }
}

INSTANTIATE_TEST_SUITE_P(Of, EveryTrouble, testing::ValuesIn(kTroubles),
                         [](const auto& info) { return info.param.name; });

TEST(Trouble, IsThereNoneByItself) {
  const std::unique_ptr<PhysicsEnvironment> balls = MakeBalls();
  balls->Reset();
  for (int i = 0; i < 100; ++i) {
    const TimeStep step = *balls->Step({1});
    EXPECT_EQ(step.warning, "");
    EXPECT_EQ(step.reward, 1);
    EXPECT_FALSE(step.last());
  }
}

TEST(Trouble, OfTheLastStepIsSavedWithIt) {
  const std::unique_ptr<PhysicsEnvironment> balls = MakeBalls();
  balls->Reset();
  balls->physics().data().qvel[0] = NAN;
  EXPECT_TRUE(balls->Step({0})->truncated);
  const std::unique_ptr<PhysicsEnvironment> other = MakeBalls();
  const absl::StatusOr<TimeStep> step = other->RestoreState(balls->SaveState());
  ASSERT_TRUE(step.ok()) << step.status();
  EXPECT_EQ(step->warning, "bad number in qpos");
  EXPECT_TRUE(step->truncated);
}

TEST(Trouble, IsCountedAndEndsARepeatedAction) {
  std::unique_ptr<PhysicsEnvironment> owned = MakeBalls();
  Physics& physics = owned->physics();
  EpisodeStatistics statistics(
      std::make_unique<ActionRepeat>(std::move(owned), 3));
  for (int episode = 0; episode < 5; ++episode) {
    statistics.Reset();
    EXPECT_EQ(statistics.Step({0})->reward, 3);
    if (episode % 2 == 0) {
      physics.data().qpos[0] = NAN;
    } else {
      physics.data().qfrc_applied[0] = 1e13;
    }
    const absl::StatusOr<TimeStep> step = statistics.Step({0});
    EXPECT_TRUE(step->truncated);
    EXPECT_EQ(step->reward, 0);
  }
  EXPECT_EQ(statistics.episodes(), 5);
  EXPECT_EQ(statistics.episode_return(), 3);
  EXPECT_THAT(statistics.warnings(),
              testing::ElementsAre(testing::Pair("bad number in qacc", 2),
                                   testing::Pair("bad number in qpos", 3)));
}

// --- the log file that MuJoCo writes by itself

// Whether trouble leaves a file in the working directory. Run in a process of
// its own.
bool LeavesALog(const std::string& folder) {
  std::filesystem::create_directory(folder);
  std::filesystem::current_path(folder);
  const std::unique_ptr<PhysicsEnvironment> balls = MakeBalls();
  balls->Reset();
  balls->physics().data().qpos[0] = NAN;
  static_cast<void>(balls->Step({0}));
  return std::filesystem::exists("MUJOCO_LOG.TXT");
}

TEST(Messages, LeaveNoLogInTheWorkingDirectory) {
  EXPECT_EXIT(std::exit(LeavesALog(testing::TempDir() + "/caught")),
              testing::ExitedWithCode(false), "^$");
}

TEST(Messages, WouldLeaveALogIfTheyWereNotCaught) {
  EXPECT_EXIT(
      {
        CatchMessages();
        mju_user_warning = nullptr;
        std::exit(LeavesALog(testing::TempDir() + "/not_caught"));
      },
      testing::ExitedWithCode(true), "");
}

TEST(Messages, OfErrorsEndTheProcessWithASentence) {
  EXPECT_EXIT(
      {
        CatchMessages();
        mju_error("the stack\n  is %s", "full");
      },
      testing::ExitedWithCode(1), "^ERROR: MuJoCo: the stack, is full\n$");
}

}  // namespace
}  // namespace envs
