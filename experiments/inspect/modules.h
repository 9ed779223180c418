// Which part of the agent a node belongs to.
#ifndef EXPERIMENTS_INSPECT_MODULES_H_
#define EXPERIMENTS_INSPECT_MODULES_H_

#include <string>
#include <vector>

#include "rl/agent_parts.h"

namespace experiments {

// A name for each node of the agent's graph, by id, from what was recorded:
//   a network ("encoder", "dynamics", "reward", "critic1", "critic2", "actor",
//   "target critic1", …) whose parameter the node reads, or whose result it
//   goes on with, if rl/mlp.cc or rl/networks.cc recorded it;
//   "optimiser", if it works on a whole block of parameters;
//   "random numbers", by its op; "planner", if rl/planner.cc recorded it;
//   "losses" for all else.
// A node of a gradient rule belongs to the node whose rule it is, and its name
// ends in " gradient".
std::vector<std::string> ModulesOf(const rl::AgentParts& agent);

}  // namespace experiments

#endif  // EXPERIMENTS_INSPECT_MODULES_H_
