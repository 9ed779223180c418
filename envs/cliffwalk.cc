#include "envs/cliffwalk.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace envs {
namespace {

using Eigen::Index;

constexpr int kLast = kCliffwalkSize - 1;
constexpr int kActions = static_cast<int>(kCliffwalkActions.size());
constexpr std::array<Cell, kActions> kDirections = {Cell{-1, 0}, Cell{0, 1},
                                                    Cell{1, 0}, Cell{0, -1}};

bool IsCliff(Cell cell) {
  return cell.row == kLast && cell.column > 0 && cell.column < kLast;
}

int StateOf(Cell cell) {
  if (cell == Cell{kLast, kLast}) return kCliffwalkGoal;
  return cell.row * kCliffwalkSize + cell.column;
}

struct Outcome {
  int state;
  double reward;
};

Outcome Move(int state, Cell direction) {
  if (state == kCliffwalkGoal) return {state, 0};
  const Cell from = CliffwalkCell(state);
  const Cell to = {std::clamp(from.row + direction.row, 0, kLast),
                   std::clamp(from.column + direction.column, 0, kLast)};
  if (IsCliff(to)) return {kCliffwalkStart, -100};
  return {StateOf(to), -1};
}

}  // namespace

Cell CliffwalkCell(int state) {
  if (state == kCliffwalkGoal) return {kLast, kLast};
  return {state / kCliffwalkSize, state % kCliffwalkSize};
}

MarkovDecisionProcess MakeCliffwalk(const CliffwalkConfig& config) {
  constexpr Index kRows = kCliffwalkStates * kActions;
  MarkovDecisionProcess cliffwalk{
      .actions = kActions,
      .transitions = Eigen::MatrixXd::Zero(kRows, kCliffwalkStates),
      .rewards = Eigen::VectorXd::Zero(kRows),
      .discount = config.discount};
  // The weight of another direction than the intended one, whose own is 1.
  const double slip = std::exp(-1 / config.temperature);
  for (int state = 0; state < kCliffwalkStates; ++state) {
    for (int action = 0; action < kActions; ++action) {
      const Index row = state * kActions + action;
      for (int direction = 0; direction < kActions; ++direction) {
        const double weight = direction == action ? 1 : slip;
        const double probability = weight / (1 + (kActions - 1) * slip);
        const Outcome outcome = Move(state, kDirections[direction]);
        cliffwalk.transitions(row, outcome.state) += probability;
        cliffwalk.rewards[row] += probability * outcome.reward;
      }
    }
  }
  return cliffwalk;
}

}  // namespace envs
