// Random finite problems (Bhatnagar et al., 2007), as in appendix B of the
// paper.
#ifndef ENVS_GARNET_H_
#define ENVS_GARNET_H_

#include <cstdint>

#include "envs/markov_reward_process.h"

namespace envs {

struct GarnetConfig {
  int states = 50;
  int successors = 10;       // of each state, 1 … states
  double temperature = 1.0;  // > 0; towards 0 transitions are deterministic
  double discount = 0.9;
};

// Each state gets `successors` distinct next states with logits w ~ N(0, 1):
// P = softmax(w / temperature) on them and zero elsewhere; r ~ N(0, 1). The
// seed fixes successors, w and r, so that problems of one seed differ in
// nothing but temperature.
MarkovRewardProcess MakeGarnet(const GarnetConfig& config, uint64_t seed);

}  // namespace envs

#endif  // ENVS_GARNET_H_
