// A finite problem behind the interface of all environments.
#ifndef ENVS_FINITE_ENVIRONMENT_H_
#define ENVS_FINITE_ENVIRONMENT_H_

#include <cstdint>
#include <string>

#include "Eigen/Core"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "envs/environment.h"
#include "envs/markov_reward_process.h"
#include "envs/physics/random_state.h"

namespace envs {

// Starts in a state drawn uniformly. The observation is the state's index. A
// decision takes no numbers, as the policy is part of the process: in state s
// it earns r(s) and moves to s' ~ P(s, ·). Nothing terminates an episode; it is
// truncated after `step_limit` decisions.
class FiniteEnvironment final : public Environment {
 public:
  FiniteEnvironment(const std::string& name, const MarkovRewardProcess& process,
                    int64_t step_limit);

  const EnvironmentSpec& spec() const override { return spec_; }
  TimeStep Reset(uint32_t seed) override;
  TimeStep Reset() override;
  absl::StatusOr<TimeStep> Step(absl::Span<const double> action) override;
  std::string SaveState() const override;
  absl::StatusOr<TimeStep> RestoreState(absl::string_view state) override;

 private:
  TimeStep Present() const;

  EnvironmentSpec spec_;
  Eigen::MatrixXd cumulative_;  // column s: Σ_{i ≤ s'} P(s, i)
  Eigen::VectorXd rewards_;
  RandomState random_{0};
  double state_ = 0;  // whole
  double reward_ = 0;
  int64_t steps_ = 0;  // of this episode
  bool running_ = false;
};

}  // namespace envs

#endif  // ENVS_FINITE_ENVIRONMENT_H_
