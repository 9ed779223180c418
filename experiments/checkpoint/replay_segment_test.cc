#include "experiments/checkpoint/replay_segment.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "rl/replay.h"
#include "tools/safetensors/safetensors.h"

namespace experiments {
namespace {

constexpr rl::Replay::Config kConfig = {.capacity = 50,
                                        .observation_size = 3,
                                        .action_size = 2,
                                        .window = 2,
                                        .held_out = 0.3,
                                        .seed = 9};

// Rows first to before last of a life with episodes of 8 rows.
void Live(int64_t first, int64_t last, rl::Replay& replay) {
  for (int64_t i = first; i < last; ++i) {
    const auto x = static_cast<float>(i);
    const std::vector<float> observation = {x, x + 0.25F, x + 0.5F};
    if (i % 8 == 7) {
      replay.EndEpisode(observation);
    } else {
      replay.AddTransition(observation, std::vector<float>{-x, x / 1024},
                           3 * x);
    }
  }
}

std::string Contents(const rl::Replay& replay, const ReplaySegment& segment) {
  const absl::StatusOr<std::string> contents = SegmentOf(replay, segment);
  EXPECT_TRUE(contents.ok()) << contents.status();
  return *contents;
}

absl::Status Add(const std::string& contents, const ReplaySegment& segment,
                 rl::Replay& replay) {
  const auto file = safetensors::File::Parse(contents, "a");
  EXPECT_TRUE(file.ok()) << file.status();
  return AddSegment(*file, segment, replay);
}

// All that can be seen of them.
void ExpectSame(const rl::Replay& a, const rl::Replay& b) {
  ASSERT_EQ(a.first_row(), b.first_row());
  ASSERT_EQ(a.added(), b.added());
  for (int64_t i = a.first_row(); i < a.added(); ++i) {
    EXPECT_EQ(a.row(i).observation, b.row(i).observation) << i;
    EXPECT_EQ(a.row(i).action, b.row(i).action) << i;
    EXPECT_EQ(a.row(i).reward, b.row(i).reward) << i;
    EXPECT_EQ(a.row(i).end, b.row(i).end) << i;
  }
  for (const auto part :
       {rl::Replay::Part::kTraining, rl::Replay::Part::kHeldOut}) {
    ASSERT_EQ(a.windows(part), b.windows(part));
    constexpr int64_t kRows = 64;
    std::vector<float> observations[2], actions[2], rewards[2];
    for (int i = 0; i < 2; ++i) {
      observations[i].resize(3 * kRows * 3);
      actions[i].resize(2 * kRows * 2);
      rewards[i].resize(2 * kRows);
      (i == 0 ? a : b)
          .Sample(part, 5, kRows, absl::MakeSpan(observations[i]),
                  absl::MakeSpan(actions[i]), absl::MakeSpan(rewards[i]));
    }
    EXPECT_EQ(observations[0], observations[1]);
    EXPECT_EQ(actions[0], actions[1]);
    EXPECT_EQ(rewards[0], rewards[1]);
  }
}

TEST(ReplaySegment, Names) {
  const ReplaySegment segment = {.first = 5, .last = 1234567890};
  EXPECT_EQ(segment.FileName(), "replay_000000005_1234567890.safetensors");
  EXPECT_TRUE(IsReplaySegment(segment.FileName()));
  EXPECT_FALSE(IsReplaySegment(segment.FileName() + ".tmp"));
  EXPECT_FALSE(IsReplaySegment("decision_000000005.safetensors"));
}

TEST(ReplaySegment, PiecesMakeTheWhole) {
  rl::Replay whole(kConfig), again(kConfig);
  for (const ReplaySegment& segment :
       {ReplaySegment{0, 1}, {1, 13}, {13, 15}, {15, 40}}) {
    Live(segment.first, segment.last, whole);
    ASSERT_TRUE(Add(Contents(whole, segment), segment, again).ok());
    ASSERT_EQ(again.added(), segment.last);
  }
  ExpectSame(whole, again);
  // And go on alike.
  Live(40, 77, whole);
  Live(40, 77, again);
  ExpectSame(whole, again);
}

TEST(ReplaySegment, AfterTheRingHasWrapped) {
  // Begins in the middle of an episode, and before the first row in the ring.
  rl::Replay whole(kConfig), again(kConfig, 60);
  Live(0, 110, whole);
  const std::string first = Contents(whole, {60, 110});
  Live(110, 123, whole);
  const std::string second = Contents(whole, {110, 123});
  ASSERT_EQ(whole.first_row(), 73);
  ASSERT_TRUE(Add(first, {60, 110}, again).ok());
  ASSERT_TRUE(Add(second, {110, 123}, again).ok());
  ExpectSame(whole, again);
  Live(123, 200, whole);
  Live(123, 200, again);
  ExpectSame(whole, again);
}

TEST(ReplaySegment, Tensors) {
  rl::Replay replay(kConfig);
  Live(0, 10, replay);
  const auto file =
      safetensors::File::Parse(Contents(replay, {6, 9}), "a").value();
  EXPECT_EQ(file.names(), (std::vector<std::string>{
                              "actions", "end", "observations", "rewards"}));
  EXPECT_EQ(file.Get<float>("observations", {3, 3}).value()[3], 7);
  EXPECT_EQ(file.Get<float>("actions", {3, 2}).value(),
            (std::vector<float>{-6, 6 / 1024.0F, 0, 0, -8, 8 / 1024.0F}));
  EXPECT_EQ(file.Get<float>("rewards", {3}).value(),
            (std::vector<float>{18, 0, 24}));
  EXPECT_EQ(file.Get<uint8_t>("end", {3}).value(),
            (std::vector<uint8_t>{0, 1, 0}));
  EXPECT_EQ(file.metadata().at("first_row"), "6");
}

TEST(ReplaySegment, OtherSizesAreAnError) {
  rl::Replay replay(kConfig);
  Live(0, 10, replay);
  const std::string contents = Contents(replay, {0, 10});
  rl::Replay again(kConfig);
  EXPECT_EQ(Add(contents, {0, 9}, again).code(),
            absl::StatusCode::kInvalidArgument);
  rl::Replay::Config other = kConfig;
  other.action_size = 3;
  rl::Replay wide(other);
  EXPECT_EQ(Add(contents, {0, 10}, wide).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(again.added(), 0);
  EXPECT_EQ(wide.added(), 0);
  EXPECT_FALSE(
      Add(safetensors::Serialize({}, {}).value(), {0, 10}, again).ok());
}

TEST(ReplaySegment, ListsAsText) {
  const std::vector<ReplaySegment> segments = {{3, 5}, {5, 5000000000}};
  EXPECT_EQ(SegmentsText(segments), "3-5 5-5000000000");
  EXPECT_EQ(ParseSegments("3-5 5-5000000000").value(), segments);
  EXPECT_EQ(SegmentsText({}), "");
  EXPECT_EQ(ParseSegments("").value(), std::vector<ReplaySegment>());
  for (const char* text : {"3", "3-", "-5", "3-3", "5-3", "3-5 6-7", "3-5 4-7",
                           "-3-5", "3-5-7", "a-b", "none", "3-5,5-7"}) {
    EXPECT_EQ(ParseSegments(text).status().code(), absl::StatusCode::kDataLoss)
        << text;
  }
}

}  // namespace
}  // namespace experiments
