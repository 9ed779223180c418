#include "experiments/interrupt.h"

#include <signal.h>

#include "gtest/gtest.h"

namespace experiments {
namespace {

TEST(InterruptScopeTest, RemembersTheFirstSignal) {
  for (int number : {SIGINT, SIGTERM}) {
    InterruptScope interrupt;
    EXPECT_FALSE(interrupt.requested());
    raise(number);
    EXPECT_TRUE(interrupt.requested());
  }
}

void InterruptTwice() {
  InterruptScope interrupt;
  raise(SIGINT);
  raise(SIGINT);
}

void InterruptAfterwards() {
  { InterruptScope interrupt; }
  raise(SIGTERM);
}

TEST(InterruptScopeDeathTest, ASecondSignalEndsTheProcess) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(InterruptTwice(), ::testing::KilledBySignal(SIGINT), "");
}

TEST(InterruptScopeDeathTest, PutsTheHandlersBack) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(InterruptAfterwards(), ::testing::KilledBySignal(SIGTERM), "");
}

}  // namespace
}  // namespace experiments
