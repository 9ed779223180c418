#include "experiments/progress.h"

#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace experiments {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A quarter of the runs done in 20 seconds, but an eighth of the work.
Progress Quarter() {
  return {.total = 400,
          .done = 100,
          .cost = 800,
          .cost_done = 100,
          .elapsed = 20,
          .current = "rank=2 seed=7"};
}

TEST(DurationTextTest, ShowsTwoUnits) {
  EXPECT_EQ(DurationText(0), "0s");
  EXPECT_EQ(DurationText(59.4), "59s");
  EXPECT_EQ(DurationText(59.6), "1m 00s");
  EXPECT_EQ(DurationText(185), "3m 05s");
  EXPECT_EQ(DurationText(2 * 3600 + 7 * 60 + 59), "2h 07m");
  EXPECT_EQ(DurationText(4 * 86400 + 3 * 3600), "4d 03h");
  EXPECT_EQ(DurationText(-1), "0s");
  EXPECT_EQ(DurationText(INFINITY), "ages");
  EXPECT_EQ(DurationText(NAN), "ages");
}

TEST(ProgressTextTest, WeighsTheTimeLeftByCost) {
  EXPECT_EQ(ProgressText(Quarter()),
            "100/400 runs, 25%, 5.0 runs/s, 2m 20s left");
}

TEST(ProgressTextTest, MeasuresThisStartOnly) {
  Progress progress = Quarter();
  progress.done_earlier = 90;
  EXPECT_EQ(ProgressText(progress),
            "100/400 runs, 25%, 2.0 s/run, 2m 20s left");
  progress.done_earlier = 100;
  EXPECT_EQ(ProgressText(progress), "100/400 runs, 25%");
}

TEST(ProgressTextTest, DoesNotGuessAtOnce) {
  Progress progress = Quarter();
  progress.elapsed = 0.9;
  EXPECT_EQ(ProgressText(progress), "100/400 runs, 25%");
}

TEST(ProgressTextTest, IsAtHundredPercentOnlyWhenDone) {
  EXPECT_EQ(ProgressText({.total = 1000, .done = 999}), "999/1000 runs, 99%");
  EXPECT_EQ(ProgressText({.total = 1000, .done = 1000, .elapsed = 100}),
            "1000/1000 runs, 100%, 10.0 runs/s, took 1m 40s");
  EXPECT_EQ(ProgressText({}), "0/0 runs, 100%");
}

// Of a unit that is counted by twos.
TEST(ProgressTextTest, MoreThanAllIsAll) {
  EXPECT_EQ(ProgressText({.total = 1001, .done = 1002, .elapsed = 100}),
            "1002/1001 runs, 100%, 10.0 runs/s, took 1m 40s");
  EXPECT_EQ(ProgressText({.total = 50, .done = 1002, .done_earlier = 1002}),
            "1002/50 runs, 100%");
}

TEST(ProgressTextTest, ShowsAnotherSpeed) {
  Progress progress = Quarter();
  progress.speed = "7.1 updates/s";
  EXPECT_EQ(ProgressText(progress),
            "100/400 runs, 25%, 7.1 updates/s, 2m 20s left");
}

TEST(ProgressBarTest, FitsTheWidth) {
  EXPECT_EQ(ProgressBar(Quarter(), 200),
            "[=====>              ] 100/400 runs, 25%, 5.0 runs/s, 2m 20s left"
            "  rank=2 seed=7");
  EXPECT_EQ(ProgressBar(Quarter(), 30), "[=====>              ] 100/400");
  EXPECT_EQ(ProgressBar(Quarter(), 0), "");
  EXPECT_EQ(ProgressBar({.total = 2, .done = 2, .current = "seed=1"}, 80),
            "[====================] 2/2 runs, 100%");
}

TEST(ProgressBarTest, LeavesRoomForNumbers) {
  Progress progress = Quarter();
  progress.bar = false;
  EXPECT_EQ(ProgressBar(progress, 200),
            "100/400 runs, 25%, 5.0 runs/s, 2m 20s left  rank=2 seed=7");
  EXPECT_EQ(ProgressBar(progress, 20), "100/400 runs, 25%, 5");
}

TEST(ProgressBarTest, DoesNotCutACharacter) {
  const Progress progress = {.total = 1, .current = "\u03b3=0.9"};
  const std::string whole = ProgressBar(progress, 200);
  const size_t gamma = whole.find("\u03b3");
  EXPECT_EQ(ProgressBar(progress, gamma + 1), whole.substr(0, gamma));
  EXPECT_EQ(ProgressBar(progress, gamma + 2), whole.substr(0, gamma + 2));
}

class ProgressPrinterTest : public ::testing::Test {
 protected:
  ProgressPrinter Printer(std::optional<int> terminal_width) {
    return ProgressPrinter(
        [this](absl::string_view text) { written_.emplace_back(text); },
        terminal_width);
  }

  Progress At(double elapsed) {
    return {.total = 4, .done = static_cast<int>(elapsed), .elapsed = elapsed};
  }

  std::vector<std::string> written_;
};

TEST_F(ProgressPrinterTest, PrintsALineEveryTenSecondsWithoutATerminal) {
  ProgressPrinter printer = Printer(std::nullopt);
  for (double elapsed : {0.0, 1.0, 9.9}) printer.Update(At(elapsed));
  EXPECT_THAT(written_, IsEmpty());
  Progress progress = Quarter();
  for (double elapsed : {10.0, 19.0, 20.0, 29.0}) {
    progress.elapsed = elapsed;
    printer.Update(progress);
  }
  EXPECT_THAT(written_,
              ElementsAre("100/400 runs, 25%, 10.0 runs/s, 1m 10s left  "
                          "rank=2 seed=7\n",
                          "100/400 runs, 25%, 5.0 runs/s, 2m 20s left  "
                          "rank=2 seed=7\n"));
  printer.Note("stopping");
  EXPECT_EQ(written_.back(), "stopping\n");
  printer.Finish(At(4));
  EXPECT_EQ(written_.back(), "4/4 runs, 100%, 1.0 runs/s, took 4s\n");
}

TEST_F(ProgressPrinterTest, RedrawsOneLineOnATerminal) {
  ProgressPrinter printer = Printer(40);
  for (double elapsed : {0.0, 0.05, 0.09, 0.15}) printer.Update(At(elapsed));
  EXPECT_THAT(written_,
              ElementsAre("\r[>                   ] 0/4 runs, 0%\033[K",
                          "\r[>                   ] 0/4 runs, 0%\033[K"));
  written_.clear();
  printer.Note("stopping");
  printer.Note("soon");
  printer.Finish(At(4));
  EXPECT_THAT(
      written_,
      ElementsAre("\n", "stopping\n", "soon\n",
                  "\r[====================] 4/4 runs, 100%, \033[K", "\n"));
}

}  // namespace
}  // namespace experiments
