#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "envs/action_repeat.h"
#include "envs/environment.h"
#include "envs/episode_statistics.h"
#include "envs/errors.h"
#include "envs/float32_observations.h"
#include "envs/saved_state.h"
#include "envs/scale_actions.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace envs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Rewards 1, 10, 100, … in episodes of 5 decisions. Shows the last action, and
// what it is told to.
class Script final : public Environment {
 public:
  Script() {
    spec_.name = "script";
    spec_.observation = {{.name = "action", .size = 4}, {.name = "shown"}};
    spec_.action = {
        {.name = "lift", .size = 2, .unit = "N", .minimum = -1, .maximum = 3},
        {.name = "turn", .unit = "rad", .minimum = -1, .maximum = 1},
        {.name = "free", .minimum = -kInfinity, .maximum = 1}};
    spec_.control_timestep = 0.02;
    spec_.step_limit = 5;
  }

  const EnvironmentSpec& spec() const override { return spec_; }
  TimeStep Reset(uint32_t) override { return Reset(); }
  TimeStep Reset() override {
    time = 0;
    observation = {0, 0, 0, 0, shown};
    warning = "";
    return {.observation = observation};
  }
  absl::StatusOr<TimeStep> Step(absl::Span<const double> action) override {
    const absl::Status status = CheckAction(spec_, action);
    if (!status.ok()) return status;
    if (time == 5 || !warning.empty()) return NoEpisode(spec_);
    observation.assign(action.begin(), action.end());
    observation.push_back(shown);
    ++time;
    if (time == warn_at) warning = "bad number in qacc";
    return Present();
  }
  std::string SaveState() const override {
    return Pack("script", {.texts = {warning},
                           .numbers = {time, observation[0], observation[1],
                                       observation[2], observation[3]}});
  }
  absl::StatusOr<TimeStep> RestoreState(absl::string_view state) override {
    const absl::StatusOr<SavedState> saved = Unpack("script", state, 1, 5);
    if (!saved.ok()) return saved.status();
    warning = saved->texts[0];
    observation = saved->numbers;
    time = observation[0];
    observation.erase(observation.begin());
    observation.push_back(shown);
    return Present();
  }
  TimeStep Present() const {
    return {.observation = observation,
            .reward = time == 0 ? 0 : std::pow(10, time - 1),
            .truncated = time == 5 || !warning.empty(),
            .warning = warning};
  }

  double shown = 0;
  double warn_at = 0;  // this decision of an episode
  double time = 0;
  std::string warning;
  std::vector<double> observation = {0, 0, 0, 0, 0};

 private:
  EnvironmentSpec spec_;
};

std::vector<double> ToVector(absl::Span<const double> values) {
  return {values.begin(), values.end()};
}

const std::vector<double> kZero = {0, 0, 0, 0};

TEST(ActionRepeat, SumsRewardsAndStopsAtTheLastStep) {
  ActionRepeat repeat(std::make_unique<Script>(), 2);
  EXPECT_EQ(repeat.spec().control_timestep, 0.04);
  EXPECT_EQ(repeat.spec().step_limit, 3);
  EXPECT_EQ(repeat.spec().name, "script");
  for (int episode = 0; episode < 2; ++episode) {
    EXPECT_EQ(repeat.Reset().reward, 0);
    EXPECT_EQ(repeat.Step(kZero)->reward, 11);
    EXPECT_EQ(repeat.Step(kZero)->reward, 1100);
    const absl::StatusOr<TimeStep> last = repeat.Step(kZero);
    EXPECT_EQ(last->reward, 10000);
    EXPECT_TRUE(last->truncated);
    EXPECT_EQ(repeat.Step(kZero).status(), NoEpisode(repeat.spec()));
  }
}

TEST(ActionRepeat, StopsAtAWarning) {
  auto script = std::make_unique<Script>();
  script->warn_at = 2;
  ActionRepeat repeat(std::move(script), 4);
  repeat.Reset();
  const absl::StatusOr<TimeStep> step = repeat.Step(kZero);
  EXPECT_EQ(step->reward, 11);
  EXPECT_TRUE(step->truncated);
  EXPECT_EQ(step->warning, "bad number in qacc");
}

TEST(ActionRepeat, RestoresTheSumOfTheRewards) {
  ActionRepeat repeat(std::make_unique<Script>(), 2);
  repeat.Reset();
  static_cast<void>(repeat.Step(kZero));
  const std::string state = repeat.SaveState();
  repeat.Reset();
  EXPECT_EQ(repeat.RestoreState(state)->reward, 11);
  EXPECT_EQ(repeat.SaveState(), state);
  EXPECT_EQ(repeat.Step(kZero)->reward, 1100);
}

TEST(ActionRepeat, TakesNoStateOfAnotherNumberOfRepeats) {
  ActionRepeat twice(std::make_unique<Script>(), 2);
  ActionRepeat thrice(std::make_unique<Script>(), 3);
  twice.Reset();
  const absl::Status status = thrice.RestoreState(twice.SaveState()).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("script, 3 at a time"));
}

TEST(ActionRepeat, OfNoTimesEndsTheProcess) {
  EXPECT_EXIT(ActionRepeat(std::make_unique<Script>(), 0),
              testing::ExitedWithCode(1),
              "^ERROR: ActionRepeat of script must repeat at least once, not "
              "0\\.\n$");
}

TEST(ScaleActions, MapsOneToTheBounds) {
  ScaleActions scale(std::make_unique<Script>());
  scale.Reset();
  const auto seen = [&](const std::vector<double>& action) {
    return ToVector(scale.Step(action)->observation.first(4));
  };
  EXPECT_THAT(seen({-1, 1, -1, 0}), ElementsAre(-1, 3, -1, 0));
  EXPECT_THAT(seen({0, 0.5, 0.1, 0.1}), ElementsAre(1, 2, 0.1, 0.1));
  EXPECT_THAT(seen({2, -3, 2, -7}), ElementsAre(5, -5, 2, -7));
}

TEST(ScaleActions, KeepsNamesUnitsAndOpenBounds) {
  const ScaleActions scale(std::make_unique<Script>());
  const std::vector<ArraySpec>& action = scale.spec().action;
  ASSERT_EQ(action.size(), 3u);
  EXPECT_EQ(action[0].name, "lift");
  EXPECT_EQ(action[0].size, 2);
  EXPECT_EQ(action[0].unit, "N");
  EXPECT_EQ(action[0].minimum, -1);
  EXPECT_EQ(action[0].maximum, 1);
  EXPECT_EQ(action[2].minimum, -kInfinity);
  EXPECT_EQ(action[2].maximum, 1);
}

TEST(ScaleActions, RefusesWhatTheInnerEnvironmentRefuses) {
  ScaleActions scale(std::make_unique<Script>());
  scale.Reset();
  for (const std::vector<double>& action :
       {std::vector<double>{0}, {0, 0, 0, NAN}, {0, 0, 0, 0, 0}}) {
    EXPECT_EQ(scale.Step(action).status(), CheckAction(scale.spec(), action));
  }
  EXPECT_EQ(scale.Step(kZero)->reward, 1);  // the first step of the episode
}

TEST(Float32Observations, AreTheNearestFloats) {
  auto owned = std::make_unique<Script>();
  Script& script = *owned;
  Float32Observations rounded(std::move(owned));
  for (const auto& [x, expected] : std::vector<std::pair<double, double>>{
           {0.1, 0.1f},
           {1 + 0x1p-24 + 0x1p-50, 1 + 0x1p-23},  // just above half way
           {1 + 0x1p-24 - 0x1p-50, 1},            // just below
           {-1 / 3., -1 / 3.f},
           {1e300, std::numeric_limits<float>::max()},
           {-1e300, -std::numeric_limits<float>::max()},
           {0x1p-149, 0x1p-149}}) {
    script.shown = x;
    EXPECT_EQ(rounded.Reset().observation[4], expected);
    EXPECT_EQ(rounded.Step(kZero)->observation[4], expected);
    EXPECT_EQ(rounded.RestoreState(rounded.SaveState())->observation[4],
              expected);
  }
}

TEST(EpisodeStatistics, CountEpisodesAndWarnings) {
  auto owned = std::make_unique<Script>();
  Script& script = *owned;
  EpisodeStatistics statistics(std::move(owned));
  const auto play = [&](int steps) {
    statistics.Reset();
    for (int i = 0; i < steps; ++i) {
      static_cast<void>(statistics.Step(kZero));
    }
  };
  play(5);
  EXPECT_EQ(statistics.episode_return(), 11111);
  EXPECT_EQ(statistics.episode_length(), 5);
  EXPECT_EQ(statistics.episodes(), 1);
  EXPECT_FALSE(statistics.Step(kZero).ok());  // counts for nothing
  EXPECT_EQ(statistics.episode_length(), 5);
  play(2);  // not to the end
  EXPECT_EQ(statistics.episode_return(), 11);
  EXPECT_EQ(statistics.episode_length(), 2);
  EXPECT_EQ(statistics.episodes(), 1);
  EXPECT_THAT(statistics.warnings(), testing::IsEmpty());
  script.warn_at = 3;
  play(3);
  play(3);
  EXPECT_EQ(statistics.episode_return(), 111);
  EXPECT_EQ(statistics.episodes(), 3);
  EXPECT_THAT(statistics.warnings(),
              ElementsAre(Pair("bad number in qacc", 2)));
}

TEST(EpisodeStatistics, AreSavedAndRestored) {
  auto owned = std::make_unique<Script>();
  owned->warn_at = 2;
  EpisodeStatistics statistics(std::move(owned)),
      other(std::make_unique<Script>());
  for (int episode = 0; episode < 2; ++episode) {
    statistics.Reset();
    static_cast<void>(statistics.Step(kZero));
    static_cast<void>(statistics.Step(kZero));
  }
  const absl::StatusOr<TimeStep> step =
      other.RestoreState(statistics.SaveState());
  ASSERT_TRUE(step.ok()) << step.status();
  EXPECT_EQ(step->reward, 10);
  EXPECT_EQ(step->warning, "bad number in qacc");
  EXPECT_EQ(other.episode_return(), 11);
  EXPECT_EQ(other.episode_length(), 2);
  EXPECT_EQ(other.episodes(), 2);
  EXPECT_EQ(other.warnings(), statistics.warnings());
}

}  // namespace
}  // namespace envs
