#include "experiments/train/evaluation.h"

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "envs/environment.h"
#include "rl/agent.h"

namespace experiments {
absl::StatusOr<std::vector<double>> Evaluate(
    rl::Agent& agent, envs::Environment& environment, uint32_t seed,
    uint32_t number, int episodes, const std::function<bool()>& stop) {
  agent.SeedEvaluation(number);
  std::vector<double> returns;
  std::vector<float> observation(agent.config().observation_size);
  std::vector<double> action(agent.config().action_size);
  for (int episode = 0; episode < episodes; ++episode) {
    envs::TimeStep now =
        episode == 0 ? environment.Reset(seed) : environment.Reset();
    double total = 0;
    while (!now.last()) {
      if (stop()) return absl::CancelledError("stopped");
      absl::c_copy(now.observation, observation.begin());
      absl::c_copy(agent.Act(observation, rl::Acting::kEvaluate),
                   action.begin());
      const absl::StatusOr<envs::TimeStep> next = environment.Step(action);
      if (!next.ok()) return next.status();
      now = *next;
      total += now.reward;
    }
    returns.push_back(total);
  }
  return returns;
}

}  // namespace experiments
