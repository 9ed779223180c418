// Every environment keeps what environment.h promises, wrapped or not.
#include <algorithm>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <tuple>
#include <utility>

#include "absl/status/statusor.h"
#include "envs/action_repeat.h"
#include "envs/environment.h"
#include "envs/environment_conformance.h"
#include "envs/episode_statistics.h"
#include "envs/float32_observations.h"
#include "envs/registry.h"
#include "envs/scale_actions.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace envs {
namespace {

using EnvironmentPtr = std::unique_ptr<Environment>;

EnvironmentPtr Make(const std::string& name) {
  absl::StatusOr<EnvironmentPtr> environment = MakeEnvironment(name);
  if (!environment.ok()) ADD_FAILURE() << environment.status();
  return *std::move(environment);
}

struct Wrapping {
  std::string name;
  std::function<EnvironmentPtr(EnvironmentPtr)> wrap;
};

std::string WithoutDashes(std::string name) {
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

class EveryEnvironment : public testing::TestWithParam<std::string> {};

TEST_P(EveryEnvironment, Conforms) {
  EXPECT_EQ(Make(GetParam())->spec().name, GetParam());
  EXPECT_THAT(ConformanceProblems([] { return Make(GetParam()); }),
              testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Registry, EveryEnvironment,
                         testing::ValuesIn(EnvironmentNames()),
                         [](const auto& info) {
                           return WithoutDashes(info.param);
                         });

void PrintTo(const Wrapping& wrapping, std::ostream* out) {
  *out << wrapping.name;
}

class EveryWrapper
    : public testing::TestWithParam<std::tuple<std::string, Wrapping>> {};

TEST_P(EveryWrapper, Conforms) {
  const std::string& name = std::get<0>(GetParam());
  const Wrapping& wrapping = std::get<1>(GetParam());
  EXPECT_THAT(ConformanceProblems([&] { return wrapping.wrap(Make(name)); }),
              testing::IsEmpty());
}

template <typename Wrapper, auto... kArguments>
EnvironmentPtr Wrap(EnvironmentPtr inner) {
  return std::make_unique<Wrapper>(std::move(inner), kArguments...);
}

EnvironmentPtr WrapInAll(EnvironmentPtr inner) {
  return Wrap<EpisodeStatistics>(Wrap<Float32Observations>(
      Wrap<ActionRepeat, 2>(Wrap<ScaleActions>(std::move(inner)))));
}

INSTANTIATE_TEST_SUITE_P(
    Of, EveryWrapper,
    testing::Combine(
        testing::Values("garnet", "quadruped-walk"),
        testing::Values(Wrapping{"ActionRepeat1", Wrap<ActionRepeat, 1>},
                        Wrapping{"ActionRepeat3", Wrap<ActionRepeat, 3>},
                        Wrapping{"ScaleActions", Wrap<ScaleActions>},
                        Wrapping{"Float32Observations",
                                 Wrap<Float32Observations>},
                        Wrapping{"EpisodeStatistics", Wrap<EpisodeStatistics>},
                        Wrapping{"All", WrapInAll})),
    [](const auto& info) {
      return WithoutDashes(std::get<0>(info.param)) + "_" +
             std::get<1>(info.param).name;
    });

}  // namespace
}  // namespace envs
