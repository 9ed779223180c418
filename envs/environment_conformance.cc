#include "envs/environment_conformance.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "Eigen/Core"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "envs/environment.h"
#include "envs/finite_environment.h"

namespace envs {
namespace {

using Action = std::vector<double>;
using Disturbance = std::function<void(Environment&)>;

constexpr int kSteps = 20;  // that two environments are compared for

// Where an action may lie: its bounds, or [-1, 1] where there are none.
std::pair<double, double> Range(const ArraySpec& part) {
  double low = part.minimum, high = part.maximum;
  if (!std::isfinite(low)) low = std::isfinite(high) ? high - 2 : -1;
  if (!std::isfinite(high)) high = low + 2;
  return {low, high};
}

// The action at `place` of the way from the lower to the upper bounds.
Action ActionAt(const EnvironmentSpec& spec,
                const std::function<double()>& place) {
  Action action;
  for (const ArraySpec& part : spec.action) {
    const auto [low, high] = Range(part);
    for (int i = 0; i < part.size; ++i) {
      const double element = low + (high - low) * place();
      action.push_back(part.whole ? std::round(element) : element);
    }
  }
  return action;
}

// Uniform actions, the same in every environment.
class RandomActions {
 public:
  Action Next(const EnvironmentSpec& spec) {
    return ActionAt(spec, [this] { return uniform_(generator_); });
  }

 private:
  std::mt19937_64 generator_;
  std::uniform_real_distribution<double> uniform_;
};

// Equal if and only if the time steps are, bit for bit.
std::string Bytes(const TimeStep& step) {
  return absl::StrCat(
      absl::string_view(reinterpret_cast<const char*>(step.observation.data()),
                        step.observation.size() * sizeof(double)),
      absl::string_view(reinterpret_cast<const char*>(&step.reward),
                        sizeof(double)),
      step.terminated, step.truncated, step.warning, ";");
}

std::string Bytes(const absl::StatusOr<TimeStep>& step) {
  return step.ok() ? Bytes(*step) : step.status().ToString();
}

// What the next decisions (beginning again after a last one) and the next
// Reset give.
std::string Future(Environment& environment) {
  RandomActions actions;
  std::string bytes;
  for (int i = 0; i < kSteps; ++i) {
    absl::StatusOr<TimeStep> step =
        environment.Step(actions.Next(environment.spec()));
    absl::StrAppend(&bytes, Bytes(step));
    if (!step.ok() || step->last()) {
      absl::StrAppend(&bytes, Bytes(environment.Reset()));
    }
  }
  return absl::StrCat(bytes, Bytes(environment.Reset()));
}

class Conformance {
 public:
  Conformance(const std::function<std::unique_ptr<Environment>()>& make,
              bool random)
      : make_(make), random_(random), spec_(make()->spec()) {}

  std::vector<std::string> Problems() {
    CheckSpec();
    CheckSeeds();
    CheckEpisode();
    CheckBadActions();
    CheckBounds();
    CheckRestore();
    CheckBadStates();
    return problems_;
  }

 private:
  // Says the same only once.
  void Expect(bool kept, const std::string& problem) {
    if (!kept && std::find(problems_.begin(), problems_.end(), problem) ==
                     problems_.end()) {
      problems_.push_back(problem);
    }
  }

  void CheckSpec() {
    Expect(!spec_.name.empty(), "it has no name");
    Expect(spec_.step_limit > 0, "its step limit is not positive");
    Expect(spec_.control_timestep >= 0, "its control timestep is negative");
    CheckParts("observation", spec_.observation);
    CheckParts("action", spec_.action);
  }

  void CheckParts(const std::string& whole,
                  const std::vector<ArraySpec>& parts) {
    std::set<std::string> names;
    for (const ArraySpec& part : parts) {
      const std::string what =
          absl::StrCat("part \"", part.name, "\" of the ", whole);
      Expect(!part.name.empty(),
             absl::StrCat("a part of the ", whole, " has no name"));
      Expect(names.insert(part.name).second, what + " is there twice");
      Expect(part.size > 0, what + " has no size");
      Expect(part.minimum <= part.maximum, what + " has bounds in disorder");
    }
  }

  // Of any time step.
  void CheckTimeStep(const TimeStep& step) {
    const absl::Span<const double> observation = step.observation;
    const auto size = static_cast<int>(observation.size());
    Expect(size == spec_.observation_size(),
           absl::StrCat("an observation has ", size, " numbers, the spec says ",
                        spec_.observation_size()));
    if (size != spec_.observation_size()) return;
    int i = 0;
    for (const ArraySpec& part : spec_.observation) {
      for (const double x : observation.subspan(i, part.size)) {
        Expect(std::isfinite(x), "an observation is not finite");
        Expect(!(x < part.minimum || x > part.maximum),
               "an observation is out of its bounds");
        Expect(!part.whole || !std::isfinite(x) || x == std::round(x),
               "an index is not whole");
      }
      i += part.size;
    }
    Expect(std::isfinite(step.reward), "a reward is not finite");
    Expect(!step.terminated || !step.truncated,
           "a step is both terminated and truncated");
    Expect(step.warning.empty() || step.truncated,
           "a warning does not truncate the episode");
  }

  void CheckStart(const TimeStep& start) {
    CheckTimeStep(start);
    Expect(start.reward == 0, "Reset gives a reward");
    Expect(!start.last(), "Reset gives a last step");
  }

  std::string Episode(const std::unique_ptr<Environment>& environment,
                      uint32_t seed) {
    const TimeStep start = environment->Reset(seed);
    CheckStart(start);
    const std::string first = Bytes(start);
    return first + Future(*environment);
  }

  void CheckSeeds() {
    const std::unique_ptr<Environment> one = make_(), other = make_();
    Expect(!other->Step(RandomActions().Next(spec_)).ok(),
           "Step works before the first Reset");
    const std::string first_reset = Bytes(other->Reset());
    Expect(first_reset == Bytes(make_()->Reset(0)),
           "the first Reset() is not Reset(0)");

    const std::string episode = Episode(one, 7);
    const std::string next_reset = Bytes(one->Reset());
    Expect(Episode(one, 7) == episode, "Reset(seed) twice gives other bits");
    Expect(Bytes(one->Reset()) == next_reset,
           "Reset() after Reset(seed) twice gives other bits");
    Expect(Episode(other, 7) == episode,
           "Reset(seed) gives other bits in another environment");
    if (!random_) return;
    Expect(Episode(one, 8) != episode, "another seed makes no difference");
    one->Reset(7);
    const std::string second = Bytes(one->Reset()) + Future(*one);
    Expect(second != episode, "Reset() begins the random stream again");
  }

  // A whole one, and what comes after its end.
  void CheckEpisode() {
    const std::unique_ptr<Environment> environment = make_();
    environment->Reset(1);
    RandomActions actions;
    TimeStep last;
    for (int64_t i = 1; i <= spec_.step_limit && !last.last(); ++i) {
      const absl::StatusOr<TimeStep> step =
          environment->Step(actions.Next(spec_));
      Expect(step.ok(), absl::StrCat("Step fails: ", step.status().message()));
      if (!step.ok()) return;
      last = *step;
      CheckTimeStep(last);
      Expect(!last.truncated || i == spec_.step_limit || !last.warning.empty(),
             "an episode is truncated early, without a warning");
    }
    Expect(last.last(), "an episode does not end at the step limit");
    if (!last.last()) return;

    const std::string bytes = Bytes(last), state = environment->SaveState();
    const absl::StatusOr<TimeStep> more =
        environment->Step(actions.Next(spec_));
    Expect(absl::IsFailedPrecondition(more.status()),
           "Step after the last one is not FailedPrecondition");
    Expect(environment->SaveState() == state,
           "Step after the last one changes something");
    const std::unique_ptr<Environment> restored = make_();
    Expect(Bytes(restored->RestoreState(state)) == bytes,
           "RestoreState gives another time step than that saved, at the last");
    Expect(Future(*restored) == Future(*environment),
           "what follows a state restored at the last step is other");
  }

  // Whether an episode goes on otherwise after it.
  bool IsDisturbedBy(const Disturbance& disturbance) {
    if (calm_future_.empty()) calm_future_ = Future(*Middle());
    const std::unique_ptr<Environment> disturbed = Middle();
    disturbance(*disturbed);
    return Future(*disturbed) != calm_future_;
  }

  // An environment in the middle of an episode.
  std::unique_ptr<Environment> Middle() {
    std::unique_ptr<Environment> environment = make_();
    environment->Reset(3);
    Future(*environment);
    RandomActions actions;
    for (int i = 0; i < 3; ++i) {
      const absl::StatusOr<TimeStep> step =
          environment->Step(actions.Next(spec_));
      if (!step.ok() || step->last()) environment->Reset();
    }
    return environment;
  }

  void CheckBadActions() {
    const Action good = RandomActions().Next(spec_);
    Action longer = good, shorter = good;
    longer.push_back(0);
    std::vector<std::pair<std::string, Action>> bad = {{"too long", longer}};
    if (!good.empty()) {
      shorter.pop_back();
      bad.emplace_back("too short", shorter);
      for (const double x : {std::numeric_limits<double>::quiet_NaN(),
                             std::numeric_limits<double>::infinity(),
                             -std::numeric_limits<double>::infinity()}) {
        bad.emplace_back(absl::StrCat("with ", x), good).second.back() = x;
      }
    }
    for (const auto& [what, action] : bad) {
      const bool disturbed = IsDisturbedBy([&](Environment& environment) {
        Expect(absl::IsInvalidArgument(environment.Step(action).status()),
               absl::StrCat("an action ", what, " is not InvalidArgument"));
      });
      Expect(!disturbed,
             absl::StrCat("an action ", what, " changes something"));
    }
  }

  void CheckBounds() {
    // -5 and 6: by five times the width outside.
    for (const double place : {0., 1., -5., 6.}) {
      const std::unique_ptr<Environment> environment = make_();
      environment->Reset(2);
      for (int i = 0; i < 3; ++i) {
        const absl::StatusOr<TimeStep> step =
            environment->Step(ActionAt(spec_, [&] { return place; }));
        const bool inside = place == 0 || place == 1;
        Expect(step.ok(),
               absl::StrCat("Step fails for an action ",
                            inside ? "at" : "outside of", " its bounds"));
        if (!step.ok()) break;
        CheckTimeStep(*step);
        if (step->last()) break;
      }
    }
  }

  void CheckRestore() {
    Expect(!IsDisturbedBy([](Environment& environment) {
      static_cast<void>(environment.SaveState());
    }),
           "SaveState changes something");
    const std::unique_ptr<Environment> saved = make_(), fresh = make_();
    const std::string start = Bytes(saved->Reset(5));
    CheckRestoreOf(start, *saved, *saved);
    CheckRestoreOf(Bytes(saved->Reset(5)), *saved, *fresh);
    const Action action = RandomActions().Next(spec_);
    for (Environment* target : {saved.get(), fresh.get()}) {
      const std::unique_ptr<Environment> middle = Middle();
      const std::string present = Bytes(middle->Step(action));
      CheckRestoreOf(present, *middle, *target);
    }
  }

  // `source` has just given `present`.
  void CheckRestoreOf(const std::string& present, Environment& source,
                      Environment& target) {
    const std::string state = source.SaveState();
    const std::string future = Future(source);
    Expect(Bytes(target.RestoreState(state)) == present,
           "RestoreState gives another time step than that saved");
    Expect(target.SaveState() == state,
           "a state restored and saved is another");
    Expect(Future(target) == future, "what follows a state restored is other");
  }

  void CheckBadStates() {
    const std::string good = Middle()->SaveState();
    const MarkovRewardProcess process{
        .transitions = Eigen::MatrixXd::Constant(2, 2, 0.5),
        .rewards = Eigen::VectorXd::Zero(2),
        .discount = 0};
    FiniteEnvironment stranger("a stranger", process, 10);
    stranger.Reset();
    std::vector<std::string> cut, damaged;
    for (size_t i = 1; i <= 16; ++i) {
      const size_t place = good.size() * i / 16 - 1;
      cut.push_back(good.substr(0, i == 1 ? 0 : place));
      damaged.push_back(good);
      damaged.back()[place] ^= 1;
    }
    const std::vector<std::pair<std::string, std::vector<std::string>>> bad = {
        {"of garbage", {std::string(good.size(), '\x7f')}},
        {"of another environment", {stranger.SaveState()}},
        {"with a byte more", {good + '\0'}},
        {"cut short", cut},
        {"with a damaged byte", damaged},
    };
    for (const auto& [what, states] : bad) {
      const bool disturbed = IsDisturbedBy([&](Environment& environment) {
        for (const std::string& state : states) {
          Expect(
              absl::IsInvalidArgument(environment.RestoreState(state).status()),
              absl::StrCat("a state ", what, " is not InvalidArgument"));
        }
      });
      Expect(!disturbed, absl::StrCat("a state ", what, " changes something"));
    }
  }

  const std::function<std::unique_ptr<Environment>()>& make_;
  const bool random_;
  const EnvironmentSpec spec_;
  std::string calm_future_;
  std::vector<std::string> problems_;
};

}  // namespace

std::vector<std::string> ConformanceProblems(
    const std::function<std::unique_ptr<Environment>()>& make, bool random) {
  return Conformance(make, random).Problems();
}

}  // namespace envs
