#include "rl/replay.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <vector>

#include "absl/types/span.h"
#include "gtest/gtest.h"

namespace rl {
namespace {

using Part = Replay::Part;

// A life in which everything tells where it is from: row r has the observation
// {r, −r}, the action {r + ¼} and the reward r + ½.
struct Life {
  struct Row {
    bool last = false;  // of an episode: without a transition
  };
  std::vector<Row> rows;

  // The starts of windows all of whose rows are among the newest `capacity`
  // and, but for the last one, have a transition.
  std::set<int64_t> Starts(int64_t capacity, int window) const {
    const auto size = static_cast<int64_t>(rows.size());
    std::set<int64_t> starts;
    for (int64_t start = std::max<int64_t>(0, size - capacity);
         start + window < size; ++start) {
      bool whole = true;
      for (int step = 0; step < window; ++step) {
        whole = whole && !rows[start + step].last;
      }
      if (whole) starts.insert(start);
    }
    return starts;
  }
};

void AddTransition(Replay& replay, Life& life) {
  const auto r = static_cast<float>(life.rows.size());
  replay.AddTransition({r, -r}, {r + 0.25F}, r + 0.5F);
  life.rows.push_back({});
}

void EndEpisode(Replay& replay, Life& life) {
  const auto r = static_cast<float>(life.rows.size());
  replay.EndEpisode({{r, -r}});
  life.rows.push_back({.last = true});
}

struct Batch {
  std::vector<float> observations, actions, rewards;
  bool operator==(const Batch&) const = default;
};

Batch Sample(const Replay& replay, Part part, uint64_t draw, int64_t rows,
             int window) {
  Batch batch{std::vector<float>((window + 1) * rows * 2),
              std::vector<float>(window * rows),
              std::vector<float>(window * rows)};
  replay.Sample(part, draw, rows, absl::MakeSpan(batch.observations),
                absl::MakeSpan(batch.actions), absl::MakeSpan(batch.rewards));
  return batch;
}

// The starts that were drawn; checks that each window is what was lived.
std::vector<int64_t> DrawnStarts(const Replay& replay, Part part, uint64_t draw,
                                 int64_t rows, int window) {
  const Batch batch = Sample(replay, part, draw, rows, window);
  std::vector<int64_t> starts;
  for (int64_t row = 0; row < rows; ++row) {
    const float start = batch.observations[row * 2];
    for (int step = 0; step <= window; ++step) {
      const int64_t at = step * rows + row;
      const float r = start + static_cast<float>(step);
      EXPECT_EQ(batch.observations[at * 2], r);
      EXPECT_EQ(batch.observations[at * 2 + 1], -r);
      if (step == window) break;
      EXPECT_EQ(batch.actions[at], r + 0.25F);
      EXPECT_EQ(batch.rewards[at], r + 0.5F);
    }
    starts.push_back(static_cast<int64_t>(start));
  }
  return starts;
}

Replay MakeReplay(int64_t capacity, int window, double held_out,
                  uint64_t seed = 0) {
  return Replay({.capacity = capacity,
                 .observation_size = 2,
                 .action_size = 1,
                 .window = window,
                 .held_out = held_out,
                 .seed = seed});
}

// Episodes of random lengths, some shorter than the window, past many turns of
// the ring: after each row the windows are those of the definition, all of them
// and no others.
TEST(Replay, HasAllWindowsInsideAnEpisodeAndNoOthers) {
  std::mt19937_64 random(1);
  for (const int64_t capacity : {1, 2, 3, 4, 5, 7, 12, 40}) {
    for (const int window : {1, 2, 3}) {
      Replay replay = MakeReplay(capacity, window, 0);
      Life life;
      while (life.rows.size() < 60) {
        const int length = static_cast<int>(random() % 9);
        for (int i = 0; i <= length; ++i) {
          i < length ? AddTransition(replay, life) : EndEpisode(replay, life);
          const std::set<int64_t> starts = life.Starts(capacity, window);
          ASSERT_EQ(replay.windows(Part::kTraining), starts.size())
              << "capacity " << capacity << ", window " << window << ", row "
              << life.rows.size();
          ASSERT_EQ(replay.windows(Part::kHeldOut), 0);
          ASSERT_EQ(replay.added(), life.rows.size());
          ASSERT_EQ(replay.size(), std::min<int64_t>(capacity, replay.added()));
          if (starts.empty()) continue;
          const std::vector<int64_t> drawn = DrawnStarts(
              replay, Part::kTraining, life.rows.size(), 400, window);
          // Each of at most 40 starts is missed with probability 4e-5.
          ASSERT_EQ(std::set<int64_t>(drawn.begin(), drawn.end()), starts);
        }
      }
    }
  }
}

// Row by row into another ring, at every moment of such a life: what is drawn
// there is the same, then and later.
TEST(Replay, IsTheSameAfterItsRowsWereKeptElsewhere) {
  for (const int64_t capacity : {12, 40}) {
    const int window = 2;
    for (int until = 1; until < 90; ++until) {
      std::mt19937_64 random(1);
      Replay replay = MakeReplay(capacity, window, 0.3);
      std::optional<Replay> again;
      Life life;
      while (life.rows.size() < 120) {
        const int length = static_cast<int>(random() % 9);
        for (int i = 0; i <= length; ++i) {
          const auto add = [&](Replay& to, Life& into) {
            i < length ? AddTransition(to, into) : EndEpisode(to, into);
          };
          if (again.has_value()) {
            Life same = life;
            add(*again, same);
          }
          add(replay, life);
          if (life.rows.size() == static_cast<size_t>(until)) {
            again.emplace(Replay::Config{.capacity = capacity,
                                         .observation_size = 2,
                                         .action_size = 1,
                                         .window = window,
                                         .held_out = 0.3},
                          replay.first_row());
            for (int64_t row = replay.first_row(); row < replay.added();
                 ++row) {
              const Replay::Row kept = replay.row(row);
              kept.end ? again->EndEpisode(kept.observation)
                       : again->AddTransition(kept.observation, kept.action,
                                              kept.reward);
            }
          }
          if (!again.has_value()) continue;
          ASSERT_EQ(again->added(), replay.added());
          ASSERT_EQ(again->first_row(), replay.first_row());
          for (const Part part : {Part::kTraining, Part::kHeldOut}) {
            ASSERT_EQ(again->windows(part), replay.windows(part));
            if (replay.windows(part) == 0) continue;
            ASSERT_EQ(Sample(*again, part, 5, 20, window),
                      Sample(replay, part, 5, 20, window));
          }
        }
      }
    }
  }
}

TEST(Replay, TheLastObservationOfAnEpisodeIsOnlyANext) {
  Replay replay = MakeReplay(100, 1, 0);
  Life life;
  for (int i = 0; i < 3; ++i) AddTransition(replay, life);
  EndEpisode(replay, life);
  for (int i = 0; i < 2; ++i) AddTransition(replay, life);
  EndEpisode(replay, life);
  const Batch batch = Sample(replay, Part::kTraining, 0, 300, 1);
  std::set<float> starts, nexts;
  for (int row = 0; row < 300; ++row) {
    starts.insert(batch.observations[row * 2]);
    nexts.insert(batch.observations[600 + row * 2]);
  }
  EXPECT_EQ(starts, (std::set<float>{0, 1, 2, 4, 5}));
  EXPECT_EQ(nexts, (std::set<float>{1, 2, 3, 5, 6}));
}

// Of a part, each window with the same probability: χ² with 99 degrees of
// freedom exceeds 160 with probability 1e-4.
TEST(Replay, DrawsUniformly) {
  Replay replay = MakeReplay(150, 2, 0);
  Life life;
  for (int episode = 0; episode < 20; ++episode) {
    for (int i = 0; i < 11; ++i) AddTransition(replay, life);
    EndEpisode(replay, life);
  }
  const std::set<int64_t> starts = life.Starts(150, 2);
  const auto windows = static_cast<double>(starts.size());
  ASSERT_GT(windows, 100);
  std::map<int64_t, double> counts;
  constexpr int kDraws = 200, kRows = 128;
  for (int draw = 0; draw < kDraws; ++draw) {
    for (const int64_t start :
         DrawnStarts(replay, Part::kTraining, draw, kRows, 2)) {
      ++counts[start];
    }
  }
  const double expected = kDraws * kRows / windows;
  double chi_square = 0;
  for (const int64_t start : starts) {
    const double difference = counts[start] - expected;
    chi_square += difference * difference / expected;
  }
  const double freedom = windows - 1;
  EXPECT_LT(chi_square, freedom + 4 * std::sqrt(2 * freedom));
  EXPECT_GT(chi_square, freedom - 4 * std::sqrt(2 * freedom))
      << "too even to be random";
}

// What is held out once is never trained on, however often the ring turns.
TEST(Replay, HoldsOutAShareOfTheStartsForEver) {
  constexpr int64_t kCapacity = 4000;
  Replay replay = MakeReplay(kCapacity, 1, 0.05, 3);
  Life life;
  std::set<int64_t> training, held_out;
  while (life.rows.size() < 20000) {
    for (int i = 0; i < 49; ++i) AddTransition(replay, life);
    EndEpisode(replay, life);
    ASSERT_EQ(replay.windows(Part::kTraining) + replay.windows(Part::kHeldOut),
              life.Starts(kCapacity, 1).size());
    for (const int64_t start :
         DrawnStarts(replay, Part::kTraining, life.rows.size(), 300, 1)) {
      training.insert(start);
    }
    for (const int64_t start :
         DrawnStarts(replay, Part::kHeldOut, life.rows.size(), 30, 1)) {
      held_out.insert(start);
    }
  }
  for (const int64_t start : held_out) EXPECT_EQ(training.count(start), 0);
  EXPECT_GT(held_out.size(), 500);
  EXPECT_GT(training.size(), 10000);
  // Of 3,920 starts: a standard deviation is 0.35%.
  const auto held = static_cast<double>(replay.windows(Part::kHeldOut));
  const auto trained = static_cast<double>(replay.windows(Part::kTraining));
  EXPECT_NEAR(held / (held + trained), 0.05, 0.014);
}

TEST(Replay, HoldsOutAllOrNothing) {
  for (const double share : {0.0, 1.0}) {
    Replay replay = MakeReplay(50, 1, share);
    Life life;
    for (int i = 0; i < 30; ++i) AddTransition(replay, life);
    EndEpisode(replay, life);
    EXPECT_EQ(replay.windows(Part::kHeldOut), share * 30);
    EXPECT_EQ(replay.windows(Part::kTraining), 30 - share * 30);
  }
}

TEST(Replay, SameSeedAndDrawGiveTheSameBatch) {
  const auto sample = [](uint64_t seed, uint64_t draw, Part part) {
    Replay replay = MakeReplay(300, 2, 0.3, seed);
    Life life;
    for (int i = 0; i < 500; ++i) AddTransition(replay, life);
    return Sample(replay, part, draw, 16, 2);
  };
  const Batch batch = sample(5, 7, Part::kTraining);
  EXPECT_EQ(sample(5, 7, Part::kTraining), batch);
  EXPECT_NE(sample(5, 8, Part::kTraining), batch);
  EXPECT_NE(sample(6, 7, Part::kTraining), batch);
  EXPECT_NE(sample(5, 7, Part::kHeldOut), batch);
  // All 64 bits count.
  const uint64_t far = uint64_t{1} << 40;
  EXPECT_NE(sample(5, 7 + far, Part::kTraining), batch);
  EXPECT_NE(sample(5 + far, 7, Part::kTraining), batch);
}

TEST(Replay, SaysItsBytes) {
  EXPECT_EQ(
      Replay({.capacity = 1000, .observation_size = 67, .action_size = 21})
          .bytes(),
      1000 * (4 * (67 + 21 + 1) + 1));
}

}  // namespace
}  // namespace rl
