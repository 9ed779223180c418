// What the agent has lived through: a ring of transitions, handed out as
// windows inside one episode.
#ifndef RL_REPLAY_H_
#define RL_REPLAY_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"

namespace rl {

// Rows of observation, action, reward in float. The last observation of an
// episode is a row of its own, without a transition, so a transition costs
// 4 (observation + action + 1) bytes and a byte.
//
// A start index is held out for validation with probability `held_out`, decided
// by Philox from the seed when the row is added: training windows start at the
// others.
class Replay {
 public:
  struct Config {
    int64_t capacity = 1'000'000;  // rows
    int64_t observation_size = 0;
    int64_t action_size = 0;
    int window = 1;  // transitions of a window
    double held_out = 0.05;
    uint64_t seed = 0;
  };
  explicit Replay(const Config& config);

  // Bytes of the ring when it is full.
  int64_t bytes() const;
  // Rows in the ring, and rows ever added.
  int64_t size() const;
  int64_t added() const { return added_; }

  // The transition from `observation` by `action`; the next row is what it led
  // to.
  void AddTransition(absl::Span<const float> observation,
                     absl::Span<const float> action, float reward);
  // The observation with which the episode ends.
  void EndEpisode(absl::Span<const float> observation);

  enum class Part { kTraining, kHeldOut };
  // Windows that can be drawn.
  int64_t windows(Part part) const;

  // Draws `rows` windows uniformly, with replacement: a function of the seed,
  // `draw` and what is in the ring. Writes them step by step and row by row:
  // observations [window + 1, rows, observation], actions [window, rows,
  // action], rewards [window, rows]. There must be a window.
  void Sample(Part part, uint64_t draw, int64_t rows,
              absl::Span<float> observations, absl::Span<float> actions,
              absl::Span<float> rewards) const;

 private:
  enum class Start : uint8_t { kNone, kTraining, kHeldOut };

  int64_t AddRow(absl::Span<const float> observation);
  void Forget(int64_t slot);
  int64_t DrawStart(Start part, uint64_t draw, int64_t row) const;

  Config config_;
  std::vector<float> observations_, actions_, rewards_;
  std::vector<Start> start_;  // whether a window starts at the row
  int64_t added_ = 0;
  int64_t run_ = 0;  // transitions of the present episode
  int64_t training_ = 0, held_out_ = 0;
};

}  // namespace rl

#endif  // RL_REPLAY_H_
