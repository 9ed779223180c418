#include "envs/environment_pool.h"

#include <chrono>
#include <cmath>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "envs/environment.h"
#include "envs/finite_environment.h"
#include "envs/garnet.h"
#include "envs/registry.h"
#include "gtest/gtest.h"

namespace envs {
namespace {

using Environments = std::vector<std::unique_ptr<Environment>>;

Environments Garnets(int count, int64_t step_limit = 1000) {
  Environments environments;
  for (int i = 0; i < count; ++i) {
    environments.push_back(std::make_unique<FiniteEnvironment>(
        "garnet", MakeGarnet({}, i), step_limit));
  }
  return environments;
}

// Of different sizes of action: humanoids, a garnet between them.
Environments Mixed() {
  Environments environments;
  for (const std::string name : {"humanoid-walk", "garnet", "humanoid-stand",
                                 "humanoid-run", "garnet"}) {
    environments.push_back(*MakeEnvironment(name));
  }
  return environments;
}

std::vector<double> Numbers(absl::Span<const TimeStep> steps) {
  std::vector<double> numbers;
  for (const TimeStep& step : steps) {
    numbers.insert(numbers.end(), step.observation.begin(),
                   step.observation.end());
    numbers.push_back(step.reward);
    numbers.push_back(step.truncated);
  }
  return numbers;
}

std::vector<double> Play(int threads) {
  EnvironmentPool pool(Mixed(), threads);
  std::mt19937_64 random;
  std::uniform_real_distribution<double> uniform(-1, 1);
  std::vector<double> numbers = Numbers(pool.Reset(3));
  for (int t = 0; t < 20; ++t) {
    std::vector<double> actions(3 * 21);
    for (double& element : actions) element = uniform(random);
    const absl::StatusOr<absl::Span<const TimeStep>> steps = pool.Step(actions);
    if (!steps.ok()) ADD_FAILURE() << steps.status();
    const std::vector<double> more = Numbers(*steps);
    numbers.insert(numbers.end(), more.begin(), more.end());
  }
  return numbers;
}

TEST(EnvironmentPool, GivesTheSameBitsOnAnyNumberOfThreads) {
  const std::vector<double> one = Play(1);
  EXPECT_EQ(one.size(), 21u * (3 * 67 + 2 + 2 * 5));
  for (const int threads : {2, 3, 5, 8}) EXPECT_EQ(Play(threads), one);
}

TEST(EnvironmentPool, DoesWhatEachEnvironmentDoesAlone) {
  EnvironmentPool pool(Garnets(5), 2);
  Environments alone = Garnets(5);
  const absl::Span<const TimeStep> starts = pool.Reset(10);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(starts[i].observation[0], alone[i]->Reset(10 + i).observation[0]);
  }
  for (int t = 0; t < 100; ++t) {
    const auto steps = *pool.Step({});
    for (int i = 0; i < 5; ++i) {
      const absl::StatusOr<TimeStep> step = alone[i]->Step({});
      EXPECT_EQ(steps[i].observation[0], step->observation[0]);
      EXPECT_EQ(steps[i].reward, step->reward);
    }
  }
}

TEST(EnvironmentPool, BeginsAgainAfterTheLastStep) {
  EnvironmentPool pool(Garnets(3, /*step_limit=*/2), 2);
  std::vector<bool> last;
  for (int t = 0; t < 7; ++t) {  // Reset, 1, 2, Reset, 1, 2, Reset
    const auto steps = *pool.Step({});
    last.push_back(steps[1].last());
    EXPECT_EQ(steps[1].reward == 0, t % 3 == 0) << t;
  }
  EXPECT_EQ(last, std::vector<bool>({0, 0, 1, 0, 0, 1, 0}));
}

TEST(EnvironmentPool, NamesTheFirstEnvironmentThatFails) {
  for (const int threads : {1, 3}) {
    EnvironmentPool pool(Mixed(), threads);
    pool.Reset(0);
    std::vector<double> actions(3 * 21);
    actions[21 + 4] = NAN;       // environment 2
    actions[2 * 21] = INFINITY;  // environment 3
    EXPECT_EQ(pool.Step(actions).status(),
              absl::InvalidArgumentError("environment 2: element 4 of the "
                                         "action for humanoid-stand is nan"));
    actions.pop_back();
    EXPECT_EQ(pool.Step(actions).status(),
              absl::InvalidArgumentError(
                  "the 5 environments take 63 numbers together, not 62"));
    EXPECT_TRUE(pool.Step(std::vector<double>(3 * 21)).ok());
  }
}

TEST(EnvironmentPool, VisitsEachEnvironmentOnceOnAThreadOfItsOwn) {
  EnvironmentPool pool(Garnets(7), 3);
  std::vector<std::thread::id> first(7), thread(7);
  std::vector<int> visits(7);
  for (int round = 0; round < 50; ++round) {
    pool.ForEach([&](int i) {
      ++visits[i];
      thread[i] = std::this_thread::get_id();
    });
    if (round == 0) first = thread;
    EXPECT_EQ(thread, first);
    // Some rounds come when the others sleep.
    if (round % 10 == 0) {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }
  EXPECT_EQ(visits, std::vector<int>(7, 50));
  EXPECT_EQ(thread[0], std::this_thread::get_id());
  EXPECT_EQ(thread[0], thread[1]);
  EXPECT_NE(thread[1], thread[2]);
  EXPECT_EQ(thread[2], thread[3]);
  EXPECT_NE(thread[3], thread[4]);
  EXPECT_EQ(thread[4], thread[6]);
}

TEST(EnvironmentPool, MayBeEmpty) {
  EnvironmentPool pool({}, 4);
  EXPECT_EQ(pool.size(), 0);
  EXPECT_TRUE(pool.Reset(0).empty());
  EXPECT_TRUE(pool.Step({})->empty());
}

TEST(EnvironmentPool, WithoutThreadsEndsTheProcess) {
  EXPECT_EXIT(EnvironmentPool(Garnets(1), 0), testing::ExitedWithCode(1),
              "^ERROR: EnvironmentPool needs at least one thread, not 0\\.\n$");
}

}  // namespace
}  // namespace envs
