#include "experiments/training_flags.h"

#include <string>
#include <utility>

#include "absl/flags/reflection.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace experiments {
namespace {

using ::testing::HasSubstr;

// The flags with one of them set as on a command line.
absl::StatusOr<TrainingConfig> With(const std::string& name,
                                    const std::string& value) {
  const absl::FlagSaver flags;
  std::string error;
  EXPECT_TRUE(absl::FindCommandLineFlag(name)->ParseFrom(value, &error))
      << error;
  return TrainingConfigFromFlags();
}

TEST(TrainingFlags, AreThoseOfTheStructure) {
  const absl::StatusOr<TrainingConfig> config = TrainingConfigFromFlags();
  ASSERT_TRUE(config.ok()) << config.status();
  const TrainingConfig standard;
  EXPECT_EQ(config->task, "cartpole-swingup");
  EXPECT_EQ(config->action_repeat, standard.action_repeat);
  EXPECT_EQ(config->seed, standard.seed);
  EXPECT_EQ(config->plan, standard.plan);
  EXPECT_EQ(config->random_decisions, standard.random_decisions);
  EXPECT_EQ(config->updates_per_decision, standard.updates_per_decision);
  EXPECT_EQ(config->slow_model, standard.slow_model);
  EXPECT_EQ(config->replay_capacity, standard.replay_capacity);
  EXPECT_EQ(config->held_out, standard.held_out);
}

TEST(TrainingFlags, EachIsRead) {
  EXPECT_EQ(With("task", "dog-run")->task, "dog-run");
  EXPECT_EQ(With("action_repeat", "1000")->action_repeat, 1000);
  EXPECT_EQ(With("seed", "4294967295")->seed, 4294967295U);
  EXPECT_FALSE(With("acting", "policy")->plan);
  EXPECT_EQ(With("random_decisions", "0")->random_decisions, 0);
  EXPECT_EQ(With("updates_per_decision", "0.001")->updates_per_decision, 0.001);
  EXPECT_TRUE(With("slow_model", "true")->slow_model);
  EXPECT_EQ(With("replay_capacity", "100")->replay_capacity, 100);
  EXPECT_EQ(With("held_out", "0.9")->held_out, 0.9);
}

TEST(TrainingFlags, RefuseWhatIsOutOfRange) {
  for (const auto& [name, value] : {std::pair("action_repeat", "0"),
                                    {"action_repeat", "1001"},
                                    {"random_decisions", "-1"},
                                    {"random_decisions", "1000000001"},
                                    {"updates_per_decision", "0"},
                                    {"updates_per_decision", "1001"},
                                    {"updates_per_decision", "nan"},
                                    {"replay_capacity", "99"},
                                    {"replay_capacity", "1000000001"},
                                    {"held_out", "-0.1"},
                                    {"held_out", "0.91"},
                                    {"held_out", "nan"},
                                    {"acting", "dream"}}) {
    const absl::Status status = With(name, value).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << name;
    EXPECT_THAT(std::string(status.message()),
                HasSubstr(std::string("--") + name + "=" + value));
  }
}

}  // namespace
}  // namespace experiments
