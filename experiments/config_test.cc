#include "experiments/config.h"

#include <string>

#include "absl/flags/flag.h"
#include "absl/flags/reflection.h"
#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

ABSL_FLAG(double, rate, 0.01, "");
ABSL_FLAG(std::string, task, "walk", "");
ABSL_FLAG(int, seed, 0, "");

namespace experiments {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// This file, where the flags are defined.
const char kHere[] = "experiments/config_test.cc";

class TakeConfigTest : public ::testing::Test {
 private:
  absl::FlagSaver flags_;
};

TEST_F(TakeConfigTest, SetsTheFlagsOfTheFiles) {
  absl::SetFlag(&FLAGS_rate, 0.1 + 0.2);
  absl::SetFlag(&FLAGS_task, "run = fast");
  absl::SetFlag(&FLAGS_seed, 3);
  const auto text = ConfigText();
  ASSERT_TRUE(text.ok()) << text.status();
  absl::SetFlag(&FLAGS_rate, 1);
  absl::SetFlag(&FLAGS_task, "stand");
  absl::SetFlag(&FLAGS_seed, 4);
  ASSERT_TRUE(TakeConfig(*text, "a", {kHere}, {"seed"}).ok());
  EXPECT_EQ(absl::GetFlag(FLAGS_rate), 0.1 + 0.2);
  EXPECT_EQ(absl::GetFlag(FLAGS_task), "run = fast");
  EXPECT_EQ(absl::GetFlag(FLAGS_seed), 4);
}

TEST_F(TakeConfigTest, LeavesOtherFlagsAlone) {
  ASSERT_TRUE(TakeConfig("--rate=2\n", "a", {"experiments/a.cc"}, {}).ok());
  EXPECT_EQ(absl::GetFlag(FLAGS_rate), 0.01);
  // What this program does not have, and what the text does not.
  ASSERT_TRUE(TakeConfig("--gain=2\n--task=\n", "a", {kHere}, {}).ok());
  EXPECT_EQ(absl::GetFlag(FLAGS_rate), 0.01);
  EXPECT_EQ(absl::GetFlag(FLAGS_task), "");
}

TEST_F(TakeConfigTest, RefusesWhatIsNoValue) {
  const absl::Status status =
      TakeConfig("# x\n--rate=fast\n", "a/config.flags", {kHere}, {});
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("a/config.flags"), HasSubstr("--rate=fast")));
  EXPECT_EQ(absl::GetFlag(FLAGS_rate), 0.01);
}

TEST_F(TakeConfigTest, RefusesALineThatIsNoFlag) {
  const absl::Status status = TakeConfig("\nrate 2\n", "a", {kHere}, {});
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()), HasSubstr("a:2: \"rate 2\""));
}

}  // namespace
}  // namespace experiments
