#ifndef ENVS_EPISODE_STATISTICS_H_
#define ENVS_EPISODE_STATISTICS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "envs/environment.h"
#include "envs/wrapper.h"

namespace envs {

// Changes nothing and counts. What it has counted is part of its state.
class EpisodeStatistics final : public Wrapper {
 public:
  explicit EpisodeStatistics(std::unique_ptr<Environment> inner);

  // Of the present episode, also after its last step, until the next Reset: the
  // sum of its rewards and the number of its decisions.
  double episode_return() const { return return_; }
  int64_t episode_length() const { return length_; }

  // Episodes that have reached their last step.
  int64_t episodes() const { return episodes_; }

  // How often the physics has warned, by the text of the warning.
  const std::map<std::string, int64_t>& warnings() const { return warnings_; }

  TimeStep Reset(uint32_t seed) override;
  TimeStep Reset() override;
  absl::StatusOr<TimeStep> Step(absl::Span<const double> action) override;
  std::string SaveState() const override;
  absl::StatusOr<TimeStep> RestoreState(absl::string_view state) override;

 private:
  std::string Name() const;

  double return_ = 0;
  int64_t length_ = 0;
  int64_t episodes_ = 0;
  std::map<std::string, int64_t> warnings_;
};

}  // namespace envs

#endif  // ENVS_EPISODE_STATISTICS_H_
