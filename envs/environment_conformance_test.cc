// The suite finds each defect of an environment that is broken on purpose.
#include "envs/environment_conformance.h"

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "envs/environment.h"
#include "envs/errors.h"
#include "envs/physics/random_state.h"
#include "envs/saved_state.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace envs {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// A random walk on the line, in episodes of 50 decisions. Each method can be
// replaced, by one that does as `Walk` does but for one thing.
class Walk : public Environment {
 public:
  Walk() {
    spec_.name = "walk";
    spec_.observation = {
        {.name = "position"},
        {.name = "time", .minimum = 0, .maximum = 50, .whole = true}};
    spec_.action = {{.name = "push", .minimum = -1, .maximum = 1},
                    {.name = "pull", .minimum = -1, .maximum = 1}};
    spec_.control_timestep = 1;
    spec_.step_limit = 50;
  }

  const EnvironmentSpec& spec() const override { return spec_; }

  TimeStep Reset(uint32_t seed) override {
    random = RandomState(seed);
    return Reset();
  }

  TimeStep Reset() override {
    values = {random.Normal(), 0};
    running = true;
    return Present();
  }

  absl::StatusOr<TimeStep> Step(absl::Span<const double> action) override {
    const absl::Status status = CheckAction(spec_, action);
    if (!status.ok()) return status;
    if (!running) return NoEpisode(spec_);
    Move(action[0] - action[1]);
    return Present();
  }

  std::string SaveState() const override {
    return Pack("walk", {.texts = {random.Save()},
                         .numbers = {values[0], values[1],
                                     static_cast<double>(running)}});
  }

  absl::StatusOr<TimeStep> RestoreState(absl::string_view state) override {
    const absl::StatusOr<SavedState> saved = Unpack("walk", state, 1, 3);
    if (!saved.ok()) return saved.status();
    random.Restore(saved->texts[0]);
    values = {saved->numbers[0], saved->numbers[1]};
    running = saved->numbers[2] != 0;
    return Present();
  }

  EnvironmentSpec& mutable_spec() { return spec_; }

  void Move(double push) {
    values[0] += push + random.Normal();
    running = ++values[1] < 50;
  }

  TimeStep Present() const {
    return {.observation = values,
            .reward = values[1] == 0 ? 0 : -values[0] * values[0],
            .truncated = !running};
  }

  RandomState random{0};
  std::vector<double> values = {0, 0};  // position, time
  bool running = false;

 private:
  EnvironmentSpec spec_;
};

template <typename T>
std::vector<std::string> ProblemsOf(bool random = true) {
  return ConformanceProblems([] { return std::make_unique<T>(); }, random);
}

TEST(ConformanceProblems, AreNoneOfAGoodEnvironment) {
  EXPECT_THAT(ProblemsOf<Walk>(), IsEmpty());
}

// A walk whose spec has been changed.
std::vector<std::string> ProblemsWith(
    const std::function<void(EnvironmentSpec&)>& change) {
  return ConformanceProblems([&] {
    auto walk = std::make_unique<Walk>();
    change(walk->mutable_spec());
    return walk;
  });
}

TEST(ConformanceProblems, OfSpecs) {
  const auto of = [](auto change) { return ProblemsWith(change); };
  EXPECT_THAT(of([](auto& spec) { spec.name = ""; }),
              Contains("it has no name"));
  EXPECT_THAT(of([](auto& spec) { spec.step_limit = 0; }),
              Contains("its step limit is not positive"));
  EXPECT_THAT(of([](auto& spec) { spec.control_timestep = -1; }),
              Contains("its control timestep is negative"));
  EXPECT_THAT(of([](auto& spec) { spec.action[0].name = ""; }),
              Contains("a part of the action has no name"));
  EXPECT_THAT(of([](auto& spec) { spec.observation[0].name = "time"; }),
              Contains("part \"time\" of the observation is there twice"));
  EXPECT_THAT(of([](auto& spec) { spec.observation[0].size = 0; }),
              Contains("part \"position\" of the observation has no size"));
  EXPECT_THAT(of([](auto& spec) { spec.action[0].maximum = -2; }),
              Contains("part \"push\" of the action has bounds in disorder"));
  EXPECT_THAT(of([](auto& spec) { spec.observation[1].minimum = kNan; }),
              Contains(HasSubstr("bounds in disorder")));
}

TEST(ConformanceProblems, OfSpecsThatDoNotFitWhatIsSeen) {
  const auto of = [](auto change) { return ProblemsWith(change); };
  EXPECT_THAT(of([](auto& spec) { spec.observation[0].size = 2; }),
              Contains("an observation has 2 numbers, the spec says 3"));
  EXPECT_THAT(of([](auto& spec) { spec.observation[1].maximum = 49; }),
              Contains("an observation is out of its bounds"));
  EXPECT_THAT(of([](auto& spec) { spec.observation[0].whole = true; }),
              Contains("an index is not whole"));
  EXPECT_THAT(of([](auto& spec) { spec.step_limit = 49; }),
              Contains("an episode does not end at the step limit"));
  EXPECT_THAT(of([](auto& spec) { spec.step_limit = 51; }),
              Contains("an episode is truncated early, without a warning"));
}

// Changes each time step that has been made.
class Seen : public Walk {
 public:
  TimeStep Reset() override { return Change(Walk::Reset()); }
  absl::StatusOr<TimeStep> Step(absl::Span<const double> action) override {
    const absl::StatusOr<TimeStep> step = Walk::Step(action);
    if (!step.ok()) return step;
    return Change(*step);
  }

 private:
  virtual TimeStep Change(TimeStep step) = 0;
};

TEST(ConformanceProblems, OfTimeSteps) {
  class Infinite : public Seen {
    TimeStep Change(TimeStep step) override {
      if (values[1] == 30) values[0] = std::numeric_limits<double>::infinity();
      return step;
    }
  };
  EXPECT_THAT(ProblemsOf<Infinite>(), Contains("an observation is not finite"));
  class NanReward : public Seen {
    TimeStep Change(TimeStep step) override {
      step.reward = kNan;
      return step;
    }
  };
  EXPECT_THAT(ProblemsOf<NanReward>(), Contains("a reward is not finite"));
  class EarlyReward : public Seen {
    TimeStep Change(TimeStep step) override {
      step.reward = 1;
      return step;
    }
  };
  EXPECT_THAT(ProblemsOf<EarlyReward>(), Contains("Reset gives a reward"));
  class OverAtOnce : public Seen {
    TimeStep Change(TimeStep step) override {
      step.terminated = true;
      return step;
    }
  };
  EXPECT_THAT(ProblemsOf<OverAtOnce>(), Contains("Reset gives a last step"));
  EXPECT_THAT(
      ProblemsOf<OverAtOnce>(),
      testing::Not(Contains("a step is both terminated and truncated")));
  class Both : public Seen {
    TimeStep Change(TimeStep step) override {
      step.terminated = step.truncated;
      return step;
    }
  };
  EXPECT_THAT(ProblemsOf<Both>(),
              Contains("a step is both terminated and truncated"));
  class Warns : public Seen {
    TimeStep Change(TimeStep step) override {
      step.warning = "contact buffer full";
      return step;
    }
  };
  EXPECT_THAT(ProblemsOf<Warns>(),
              Contains("a warning does not truncate the episode"));
}

TEST(ConformanceProblems, OfSeeds) {
  class Steps : public Walk {
    absl::StatusOr<TimeStep> Step(absl::Span<const double> action) override {
      running = true;
      return Walk::Step(action);
    }
  };
  EXPECT_THAT(ProblemsOf<Steps>(),
              Contains("Step works before the first Reset"));
  class StartsAtOne : public Walk {
   public:
    StartsAtOne() { random = RandomState(1); }
  };
  EXPECT_THAT(ProblemsOf<StartsAtOne>(),
              Contains("the first Reset() is not Reset(0)"));
  class IgnoresSeed : public Walk {
    TimeStep Reset(uint32_t) override { return Walk::Reset(); }
  };
  EXPECT_THAT(ProblemsOf<IgnoresSeed>(),
              Contains("Reset(seed) twice gives other bits"));
  EXPECT_THAT(ProblemsOf<IgnoresSeed>(),
              Contains("Reset(seed) gives other bits in another environment"));
  class Forgets : public Walk {
    TimeStep Reset(uint32_t seed) override {
      random = RandomState(seed);
      return Walk::Reset();
    }
    TimeStep Reset() override {
      if (++resets_ > 2) random.Uniform();
      return Walk::Reset();
    }
    int resets_ = 0;
  };
  EXPECT_THAT(ProblemsOf<Forgets>(),
              Contains("Reset() after Reset(seed) twice gives other bits"));
  class BeginsAgain : public Walk {
    TimeStep Reset(uint32_t seed) override {
      seed_ = seed;
      return Walk::Reset(seed);
    }
    TimeStep Reset() override {
      random = RandomState(seed_);
      return Walk::Reset();
    }
    uint32_t seed_ = 0;
  };
  EXPECT_THAT(ProblemsOf<BeginsAgain>(),
              Contains("Reset() begins the random stream again"));
  class NoChance : public Walk {
    TimeStep Reset(uint32_t) override { return Reset(); }
    TimeStep Reset() override {
      random = RandomState(0);
      return Walk::Reset();
    }
  };
  EXPECT_THAT(ProblemsOf<NoChance>(),
              Contains("another seed makes no difference"));
  EXPECT_THAT(ProblemsOf<NoChance>(/*random=*/false), IsEmpty());
}

TEST(ConformanceProblems, OfEnds) {
  class GoesOn : public Walk {
    absl::StatusOr<TimeStep> Step(absl::Span<const double> action) override {
      if (values[1] == 50) values[1] = 49, running = true;
      return Walk::Step(action);
    }
  };
  EXPECT_THAT(ProblemsOf<GoesOn>(),
              Contains("Step after the last one is not FailedPrecondition"));
  class Moves : public Walk {
    absl::StatusOr<TimeStep> Step(absl::Span<const double> action) override {
      if (values[1] == 50) ++values[0];
      return Walk::Step(action);
    }
  };
  EXPECT_THAT(ProblemsOf<Moves>(),
              Contains("Step after the last one changes something"));
  class Revives : public Walk {
    absl::StatusOr<TimeStep> RestoreState(absl::string_view state) override {
      const absl::StatusOr<TimeStep> step = Walk::RestoreState(state);
      if (!running) running = true;
      if (!step.ok()) return step;
      return Present();
    }
  };
  EXPECT_THAT(ProblemsOf<Revives>(),
              Contains("RestoreState gives another time step than that saved, "
                       "at the last"));
  EXPECT_THAT(
      ProblemsOf<Revives>(),
      Contains("what follows a state restored at the last step is other"));
}

TEST(ConformanceProblems, OfActions) {
  class TakesAll : public Walk {
    absl::StatusOr<TimeStep> Step(absl::Span<const double> action) override {
      if (!running) return NoEpisode(spec());
      Move(action.empty() ? 0 : action[0]);
      return Present();
    }
  };
  const std::vector<std::string> problems = ProblemsOf<TakesAll>();
  for (const std::string what :
       {"too long", "too short", "with nan", "with inf", "with -inf"}) {
    EXPECT_THAT(problems,
                Contains("an action " + what + " is not InvalidArgument"));
    EXPECT_THAT(problems, Contains("an action " + what + " changes something"));
  }
  class Picky : public Walk {
    absl::StatusOr<TimeStep> Step(absl::Span<const double> action) override {
      if (!action.empty() && action[0] > 0.999) {
        return absl::InvalidArgumentError("too much");
      }
      return Walk::Step(action);
    }
  };
  EXPECT_THAT(ProblemsOf<Picky>(),
              Contains("Step fails for an action at its bounds"));
  EXPECT_THAT(ProblemsOf<Picky>(),
              Contains("Step fails for an action outside of its bounds"));
  class Fails : public Walk {
    absl::StatusOr<TimeStep> Step(absl::Span<const double> action) override {
      if (values[1] == 30) return absl::InternalError("lost");
      return Walk::Step(action);
    }
  };
  EXPECT_THAT(ProblemsOf<Fails>(), Contains("Step fails: lost"));
}

TEST(ConformanceProblems, OfSavedStates) {
  class Draws : public Walk {
    std::string SaveState() const override {
      const_cast<Draws*>(this)->random.Uniform();
      return Walk::SaveState();
    }
  };
  EXPECT_THAT(ProblemsOf<Draws>(), Contains("SaveState changes something"));
  class LosesPosition : public Walk {
    absl::StatusOr<TimeStep> RestoreState(absl::string_view state) override {
      const double position = values[0];
      const absl::StatusOr<TimeStep> step = Walk::RestoreState(state);
      values[0] = position;
      return step;
    }
  };
  EXPECT_THAT(ProblemsOf<LosesPosition>(),
              Contains("RestoreState gives another time step than that saved"));
  EXPECT_THAT(ProblemsOf<LosesPosition>(),
              Contains("a state restored and saved is another"));
  class LosesStream : public Walk {
    absl::StatusOr<TimeStep> RestoreState(absl::string_view state) override {
      const RandomState stream = random;
      const absl::StatusOr<TimeStep> step = Walk::RestoreState(state);
      random = stream;
      return step;
    }
  };
  EXPECT_THAT(ProblemsOf<LosesStream>(),
              Contains("what follows a state restored is other"));
}

TEST(ConformanceProblems, OfBadStates) {
  // Believes anything.
  class Trusting : public Walk {
    absl::StatusOr<TimeStep> RestoreState(absl::string_view state) override {
      const absl::StatusOr<TimeStep> step = Walk::RestoreState(state);
      if (step.ok()) return step;
      ++values[0];
      return Present();
    }
  };
  const std::vector<std::string> problems = ProblemsOf<Trusting>();
  for (const std::string what :
       {"of garbage", "of another environment", "with a byte more", "cut short",
        "with a damaged byte"}) {
    EXPECT_THAT(problems,
                Contains("a state " + what + " is not InvalidArgument"));
    EXPECT_THAT(problems, Contains("a state " + what + " changes something"));
  }
}

}  // namespace
}  // namespace envs
