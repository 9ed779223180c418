// An agent that tests train in no time.
#ifndef EXPERIMENTS_TRAIN_TINY_AGENT_H_
#define EXPERIMENTS_TRAIN_TINY_AGENT_H_

#include "rl/agent_config.h"

namespace experiments {

// CVAML of a stochastic model; sizes of observation and action are open.
inline rl::AgentConfig TinyAgent() {
  rl::AgentConfig config;
  config.network.width = 8;
  config.network.latent_size = 8;
  config.network.hl_gauss.bins = 11;
  config.loss.model_samples = 2;
  config.update.batch_size = 4;
  config.planner = {.iterations = 1, .samples = 8, .elites = 4};
  return config;
}

}  // namespace experiments

#endif  // EXPERIMENTS_TRAIN_TINY_AGENT_H_
