// The problem of Table 1: two environments with the same rewards and the same
// values, of which one is stochastic.
//
//   state    low   high   middle
//   V         a      b       y       y = a + c (b − a)
//
// From every state the stochastic environment goes to `high` with chance c and
// else to `low`; the deterministic one goes to `middle`. So E_P V = y in both,
// r = V − γ y, and V is the value of both.
#ifndef EXPERIMENTS_CALIBRATION_THREE_STATES_H_
#define EXPERIMENTS_CALIBRATION_THREE_STATES_H_

#include <vector>

namespace experiments {

struct ThreeStates {
  static constexpr int kStates = 3;

  double low = 0;         // a
  double high = 1;        // b
  double chance = 0.3;    // c
  double discount = 0.9;  // γ

  double middle() const { return low + chance * (high - low); }
  std::vector<double> values() const { return {low, high, middle()}; }
  std::vector<double> rewards() const;
  // [3, 3], row-major.
  std::vector<double> stochastic_transitions() const;
  static std::vector<double> deterministic_transitions();
};

}  // namespace experiments

#endif  // EXPERIMENTS_CALIBRATION_THREE_STATES_H_
