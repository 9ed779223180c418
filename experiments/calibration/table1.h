// Table 1 of the paper: which surrogate losses are calibrated, computed.
//
// Every cell asks one or two questions. Model: V is right and frozen, and the
// surrogate is minimised over a class of models; does its minimum have
// E_p̂ V = E_P V? Value: the model is the best of its class and frozen, and the
// surrogate is minimised over a class of values; is its minimum T V̄? Both
// classes hold the right answer.
//
// Models: the stochastic class has all distributions over `low` and `high`, but
// not `middle` (three_states.h); the deterministic one goes to any state.
// Values: all tables V, and the multiples λ T V̄ of Lemma 4.
#ifndef EXPERIMENTS_CALIBRATION_TABLE1_H_
#define EXPERIMENTS_CALIBRATION_TABLE1_H_

#include <cstdint>
#include <vector>

#include "experiments/calibration/expected_loss.h"
#include "experiments/calibration/minimizer.h"

namespace experiments {

enum class Stochasticity { kDeterministic, kStochastic };
enum class Method { kIterVaml, kMuZero, kTd };

// The target loss: of a model (E_p̂ V − E_P V)², mean over states; of a value
// (V − T V̄)² over the states where the loss looks at V, or only of the mean
// over the model's next states, (E_p̂ V − E_p̂ T V̄)².
enum class Target { kModel, kExpectedValue, kValue };

// A surrogate and its target: one line of the table.
struct Cell {
  Stochasticity model, environment;
  Method method;
  Loss loss;
  Target target;

  bool operator==(const Cell&) const = default;
};

constexpr int64_t kInfinitelyMany = 0;  // model samples

struct Entry {
  int64_t samples = 0;  // k
  Measured excess;      // of the target loss at the surrogate's minimum
  bool calibrated() const { return excess.value <= excess.error; }
  // What the paper's theory says of this cell and this k.
  bool expected = false;
  bool holds() const { return calibrated() == expected; }
};

struct CellResult {
  Cell cell;
  std::vector<Entry> entries;

  // With any finite number of samples.
  bool calibrated() const;
  // As in theory for every number of samples.
  bool holds() const;
};

// In the order of the paper's table.
std::vector<Cell> Table1Cells();

// For k = 1, 2, 4, 16, ∞; a correction needs k ≥ 2.
CellResult ComputeCell(const Cell& cell, uint64_t seed);

}  // namespace experiments

#endif  // EXPERIMENTS_CALIBRATION_TABLE1_H_
