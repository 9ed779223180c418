#include "rl/replay.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/types/span.h"
#include "autodiff/philox.h"

namespace rl {
namespace {

// Streams of one seed: which rows are held out, and what is drawn.
constexpr uint32_t kHoldOut = 0, kDraw = 1;

autodiff::PhiloxKey KeyOf(uint64_t seed) {
  return {static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32)};
}

absl::Span<float> RowOf(const std::unique_ptr<float[]>& rows, int64_t row,
                        int64_t size) {
  return absl::MakeSpan(rows.get() + row * size, size);
}

std::unique_ptr<float[]> Rows(int64_t rows, int64_t size) {
  return std::make_unique_for_overwrite<float[]>(rows * size);
}

}  // namespace

Replay::Replay(const Config& config, int64_t first_row)
    : config_(config),
      observations_(Rows(config.capacity, config.observation_size)),
      actions_(Rows(config.capacity, config.action_size)),
      rewards_(Rows(config.capacity, 1)),
      start_(config.capacity, Start::kNone),
      origin_(first_row),
      added_(first_row) {}

int64_t Replay::bytes() const {
  const int64_t numbers = config_.observation_size + config_.action_size + 1;
  return config_.capacity * (numbers * static_cast<int64_t>(sizeof(float)) +
                             static_cast<int64_t>(sizeof(Start)));
}

int64_t Replay::first_row() const {
  return std::max(origin_, added_ - config_.capacity);
}

Replay::Row Replay::row(int64_t number) const {
  const int64_t slot = number % config_.capacity;
  return {
      .observation = RowOf(observations_, slot, config_.observation_size),
      .action = RowOf(actions_, slot, config_.action_size),
      .reward = rewards_[slot],
      .end = start_[slot] == Start::kEndOfEpisode,
  };
}

int64_t Replay::windows(Part part) const {
  return part == Part::kTraining ? training_ : held_out_;
}

void Replay::Forget(int64_t slot) {
  if (start_[slot] == Start::kTraining) --training_;
  if (start_[slot] == Start::kHeldOut) --held_out_;
  start_[slot] = Start::kNone;
}

// Writes the observation. With it the window that ends here is whole.
int64_t Replay::AddRow(absl::Span<const float> observation) {
  const int64_t slot = added_ % config_.capacity;
  Forget(slot);
  absl::c_copy(observation,
               RowOf(observations_, slot, config_.observation_size).begin());
  const int64_t begin = added_ - config_.window;
  if (run_ >= config_.window && config_.window < config_.capacity) {
    const autodiff::PhiloxCounter counter = {static_cast<uint32_t>(begin),
                                             static_cast<uint32_t>(begin >> 32),
                                             0, kHoldOut};
    const bool held_out =
        autodiff::UniformFromBits(autodiff::Philox(
            counter, KeyOf(config_.seed))[0]) < config_.held_out;
    start_[begin % config_.capacity] =
        held_out ? Start::kHeldOut : Start::kTraining;
    ++(held_out ? held_out_ : training_);
  }
  ++added_;
  return slot;
}

void Replay::AddTransition(absl::Span<const float> observation,
                           absl::Span<const float> action, float reward) {
  const int64_t slot = AddRow(observation);
  absl::c_copy(action, RowOf(actions_, slot, config_.action_size).begin());
  rewards_[slot] = reward;
  ++run_;
}

void Replay::EndEpisode(absl::Span<const float> observation) {
  const int64_t slot = AddRow(observation);
  const absl::Span<float> action = RowOf(actions_, slot, config_.action_size);
  std::fill(action.begin(), action.end(), 0.0F);
  rewards_[slot] = 0;
  start_[slot] = Start::kEndOfEpisode;
  run_ = 0;
}

// A slot at which such a window starts: slots are drawn until one does. A ring
// that is not full begins at slot 0.
int64_t Replay::DrawStart(Start part, uint64_t draw, int64_t row) const {
  const auto filled = static_cast<uint64_t>(size());
  for (uint32_t attempt = 0;; ++attempt) {
    const autodiff::PhiloxCounter bits = autodiff::Philox(
        {static_cast<uint32_t>(draw), static_cast<uint32_t>(row), attempt,
         kDraw + (static_cast<uint32_t>(draw >> 32) << 1)},
        KeyOf(config_.seed));
    // 64 random bits times the size, over 2⁶⁴.
    const uint64_t random = (uint64_t{bits[1]} << 32) | bits[0];
    const auto slot = static_cast<int64_t>(
        (static_cast<unsigned __int128>(random) * filled) >> 64);
    if (start_[slot] == part) return slot;
  }
}

void Replay::Sample(Part part, uint64_t draw, int64_t rows,
                    absl::Span<float> observations, absl::Span<float> actions,
                    absl::Span<float> rewards) const {
  const Start wanted =
      part == Part::kTraining ? Start::kTraining : Start::kHeldOut;
  for (int64_t row = 0; row < rows; ++row) {
    const int64_t start = DrawStart(wanted, draw, row);
    for (int64_t step = 0; step <= config_.window; ++step) {
      const int64_t slot = (start + step) % config_.capacity;
      const int64_t to = step * rows + row;
      absl::c_copy(RowOf(observations_, slot, config_.observation_size),
                   observations.subspan(to * config_.observation_size).begin());
      if (step == config_.window) break;
      absl::c_copy(RowOf(actions_, slot, config_.action_size),
                   actions.subspan(to * config_.action_size).begin());
      rewards[to] = rewards_[slot];
    }
  }
}

}  // namespace rl
