// Every environment keeps what environment.h promises, wrapped or not.
#include <functional>
#include <memory>
#include <string>
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

void PrintTo(const Wrapping& wrapping, std::ostream* out) {
  *out << wrapping.name;
}

class EveryEnvironment : public testing::TestWithParam<std::string> {};

TEST_P(EveryEnvironment, Conforms) {
  EXPECT_EQ(Make(GetParam())->spec().name, GetParam());
  EXPECT_THAT(ConformanceProblems([] { return Make(GetParam()); }),
              testing::IsEmpty());
}

std::string TestName(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  for (char& letter : name) letter = letter == '-' ? '_' : letter;
  return name;
}

INSTANTIATE_TEST_SUITE_P(Registry, EveryEnvironment,
                         testing::ValuesIn(EnvironmentNames()), TestName);

class EveryWrapper
    : public testing::TestWithParam<std::tuple<std::string, Wrapping>> {};

TEST_P(EveryWrapper, Conforms) {
  const auto& [name, wrapping] = GetParam();
  EXPECT_THAT(ConformanceProblems(
                  [&] { return wrapping.wrap(Make(std::get<0>(GetParam()))); }),
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
        testing::Values("garnet", "humanoid-walk"),
        testing::Values(Wrapping{"ActionRepeat1", Wrap<ActionRepeat, 1>},
                        Wrapping{"ActionRepeat3", Wrap<ActionRepeat, 3>},
                        Wrapping{"ScaleActions", Wrap<ScaleActions>},
                        Wrapping{"Float32Observations",
                                 Wrap<Float32Observations>},
                        Wrapping{"EpisodeStatistics", Wrap<EpisodeStatistics>},
                        Wrapping{"All", WrapInAll})));

}  // namespace
}  // namespace envs
