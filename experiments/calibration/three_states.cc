#include "experiments/calibration/three_states.h"

#include <vector>

namespace experiments {

std::vector<double> ThreeStates::rewards() const {
  std::vector<double> rewards = values();
  for (double& reward : rewards) reward -= discount * middle();
  return rewards;
}

std::vector<double> ThreeStates::stochastic_transitions() const {
  return {1 - chance, chance, 0,  //
          1 - chance, chance, 0,  //
          1 - chance, chance, 0};
}

std::vector<double> ThreeStates::deterministic_transitions() {
  return {0, 0, 1,  //
          0, 0, 1,  //
          0, 0, 1};
}

}  // namespace experiments
