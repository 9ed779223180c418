// What a trained agent's networks put out, for read_back_test.py:
//
//     forward FOLDER x...     the numbers of an observation, then of an action
//
// A line for each output: its name and its numbers.

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/types/span.h"
#include "autodiff/graph.h"
#include "autodiff/program.h"
#include "autodiff/tensor.h"
#include "experiments/checkpoint/trained_agent.h"
#include "rl/agent.h"
#include "rl/agent_parts.h"
#include "rl/networks.h"

namespace experiments {
namespace {

absl::Status PrintForward(const std::string& folder,
                          const std::vector<float>& numbers) {
  const absl::StatusOr<std::unique_ptr<TrainedAgent>> trained =
      LoadTrainedAgent(folder);
  if (!trained.ok()) return trained.status();
  rl::Agent& agent = *(*trained)->agent;
  const rl::AgentParts& parts = agent.parts();
  const int64_t observation_size = agent.config().observation_size;
  const int64_t action_size = agent.config().action_size;
  if (static_cast<int64_t>(numbers.size()) != observation_size + action_size) {
    return absl::InvalidArgumentError(
        absl::StrCat("numbers must be ", observation_size + action_size));
  }

  autodiff::Graph& graph = parts.update_random.graph();
  const autodiff::Tensor observation =
      graph.Input("one observation", {1, observation_size});
  const autodiff::Tensor action = graph.Input("one action", {1, action_size});
  const autodiff::Tensor& model = parts.model_group.flat();
  const autodiff::Tensor latent =
      parts.encoder(parts.encoder_group.flat(), observation);
  const rl::LatentPrediction prediction =
      parts.model.Predict(model, latent, action);
  const autodiff::Tensors critics =
      parts.critics.Values(parts.critic_group.flat(), latent, action);
  const autodiff::Tensors targets =
      parts.critics.Values(parts.target_critics, latent, action);
  std::vector<std::pair<std::string, autodiff::Tensor>> outputs = {
      {"latent", latent},
      {"mean", prediction.mean},
      {"reward", parts.model.Reward(model, latent, action)},
      {"critic1", critics[0]},
      {"critic2", critics[1]},
      {"target_critic1", targets[0]},
      {"target_critic2", targets[1]},
      {"actor", parts.actor(parts.actor_group.flat(), latent)},
  };
  if (prediction.log_std.exists()) {
    outputs.emplace_back("log_std", prediction.log_std);
  }

  autodiff::Tensors tensors;
  for (const auto& [name, tensor] : outputs) tensors.push_back(tensor);
  autodiff::Program<float> program(graph, tensors, &agent.state());
  const absl::Span<const float> all = numbers;
  absl::c_copy(all.first(observation_size), program.Input(observation).begin());
  absl::c_copy(all.subspan(observation_size), program.Input(action).begin());
  program.Run();
  for (const auto& [name, tensor] : outputs) {
    std::cout << name;
    for (const float x : program.Output(tensor)) {
      std::cout << absl::StrFormat(" %.9g", x);
    }
    std::cout << "\n";
  }
  return absl::OkStatus();
}

absl::Status Main(const std::vector<std::string>& arguments) {
  if (arguments.empty()) return absl::InvalidArgumentError("which folder?");
  std::vector<float> numbers;
  for (size_t i = 1; i < arguments.size(); ++i) {
    float number;
    if (!absl::SimpleAtof(arguments[i], &number)) {
      return absl::InvalidArgumentError(
          absl::StrCat("\"", arguments[i], "\" is no number"));
    }
    numbers.push_back(number);
  }
  return PrintForward(arguments.front(), numbers);
}

}  // namespace
}  // namespace experiments

int main(int argc, char** argv) {
  const absl::Status status =
      experiments::Main(std::vector<std::string>(argv + 1, argv + argc));
  if (status.ok()) return EXIT_SUCCESS;
  std::cerr << status.message() << "\n";
  return EXIT_FAILURE;
}
