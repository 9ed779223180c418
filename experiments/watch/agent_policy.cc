#include "experiments/watch/agent_policy.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "envs/environment.h"
#include "experiments/watch/policy.h"
#include "rl/agent.h"
#include "rl/agent_config.h"

namespace experiments {

absl::StatusOr<Policy> AgentPolicy(rl::Agent& agent,
                                   const envs::EnvironmentSpec& spec,
                                   int action_repeat) {
  const rl::AgentConfig& config = agent.config();
  if (config.observation_size != spec.observation_size() ||
      config.action_size != spec.action_size()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the agent has ", config.observation_size, " observations and ",
        config.action_size, " actions, ", spec.name, " has ",
        spec.observation_size(), " and ", spec.action_size()));
  }
  std::vector<double> center, half;
  for (const envs::ArraySpec& part : spec.action) {
    const bool bounded =
        std::isfinite(part.minimum) && std::isfinite(part.maximum);
    center.insert(center.end(), part.size,
                  bounded ? (part.minimum + part.maximum) / 2 : 0);
    half.insert(half.end(), part.size,
                bounded ? (part.maximum - part.minimum) / 2 : 1);
  }
  return [&agent, action_repeat, center, half,
          action = std::vector<double>(center.size()), episode = uint32_t{0}](
             absl::Span<const double> observation, int64_t step) mutable {
    if (step % action_repeat != 0) return action;
    if (step == 0) agent.SeedEvaluation(episode++);
    std::vector<float> seen;
    for (const double x : observation) {
      constexpr double kLargest = std::numeric_limits<float>::max();
      seen.push_back(static_cast<float>(std::clamp(x, -kLargest, kLargest)));
    }
    const absl::Span<const float> chosen =
        agent.Act(seen, rl::Acting::kEvaluate);
    for (size_t i = 0; i < action.size(); ++i) {
      action[i] = center[i] + half[i] * chosen[i];
    }
    return action;
  };
}

}  // namespace experiments
