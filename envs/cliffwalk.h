// The cliffwalk of appendix C.5 of the paper: 5×5 cells, start bottom left,
// goal bottom right, and a cliff of three cells between them.
#ifndef ENVS_CLIFFWALK_H_
#define ENVS_CLIFFWALK_H_

#include <array>

#include "envs/markov_decision_process.h"

namespace envs {

struct Cell {
  int row, column;  // 0 is the top, the left
  bool operator==(const Cell&) const = default;
};

inline constexpr int kCliffwalkSize = 5;  // rows and columns

// States are the cells in reading order, without the cliff, in which nobody
// ever stands.
inline constexpr int kCliffwalkStates = 22;
inline constexpr int kCliffwalkStart = 20;
inline constexpr int kCliffwalkGoal = 21;
Cell CliffwalkCell(int state);

// Actions, in the order of their numbers.
inline constexpr std::array<const char*, 4> kCliffwalkActions = {
    "up", "right", "down", "left"};

struct CliffwalkConfig {
  double temperature = 1;  // > 0; towards 0 moves go where they are meant to
  double discount = 0.9;
};

// A move goes in the intended direction with the probability that a softmax
// over the four gives to logit 1/temperature, where the others have 0. Into a
// wall it stays. Each costs 1, also the one into the goal, where all ends; into
// the cliff it costs 100 and leads back to the start.
MarkovDecisionProcess MakeCliffwalk(const CliffwalkConfig& config);

}  // namespace envs

#endif  // ENVS_CLIFFWALK_H_
