// What the agent has lived through: a ring of transitions, handed out as
// windows inside one episode.
#ifndef RL_REPLAY_H_
#define RL_REPLAY_H_

#include <cstdint>
#include <memory>
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
  // Empty. Its first row will be number `first_row`: to fill a ring again with
  // rows that were kept elsewhere.
  explicit Replay(const Config& config, int64_t first_row = 0);

  const Config& config() const { return config_; }

  // Bytes of the ring when it is full.
  int64_t bytes() const;
  // The rows in the ring: those from first_row() to before added(), numbered in
  // the order in which they came.
  int64_t first_row() const;
  int64_t added() const { return added_; }
  int64_t size() const { return added_ - first_row(); }

  struct Row {
    absl::Span<const float> observation, action;
    float reward = 0;
    bool end = false;  // of an episode: there is only an observation
  };
  Row row(int64_t number) const;

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
  // What starts at a row.
  enum class Start : uint8_t { kNone, kTraining, kHeldOut, kEndOfEpisode };

  int64_t AddRow(absl::Span<const float> observation);
  void Forget(int64_t slot);
  int64_t DrawStart(Start part, uint64_t draw, int64_t row) const;

  Config config_;
  // The system gives memory only to rows that have been written.
  std::unique_ptr<float[]> observations_, actions_, rewards_;
  std::vector<Start> start_;
  int64_t origin_;  // the first row ever added
  int64_t added_;
  int64_t run_ = 0;  // transitions of the present episode
  int64_t training_ = 0, held_out_ = 0;
};

}  // namespace rl

#endif  // RL_REPLAY_H_
