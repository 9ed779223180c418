// What an agent learns in: one interface for finite problems and for physics.
#ifndef ENVS_ENVIRONMENT_H_
#define ENVS_ENVIRONMENT_H_

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace envs {

// A named run of numbers in an observation or an action.
struct ArraySpec {
  std::string name;
  int size = 1;
  std::string unit;  // "rad", "m/s"; empty for a pure number
  double minimum = -std::numeric_limits<double>::infinity();
  double maximum = std::numeric_limits<double>::infinity();
  bool whole = false;  // takes whole numbers only: an index
};

struct EnvironmentSpec {
  std::string name;                    // "humanoid-walk"
  std::vector<ArraySpec> observation;  // the parts, one after the other
  std::vector<ArraySpec> action;       // likewise
  double control_timestep = 0;         // s between decisions; 0: no time
  int64_t step_limit = 0;              // decisions until an episode is cut off

  int observation_size() const { return Size(observation); }
  int action_size() const { return Size(action); }

 private:
  static int Size(const std::vector<ArraySpec>& parts) {
    int size = 0;
    for (const ArraySpec& part : parts) size += part.size;
    return size;
  }
};

// What an environment answers. `observation` and `warning` live until its next
// call.
struct TimeStep {
  absl::Span<const double> observation;
  double reward = 0;        // of the step; 0 after a reset
  bool terminated = false;  // the task is over: what follows is worth nothing
  bool truncated = false;   // cut off: learn as if the episode went on
  // Why the simulator could not go on, empty if it could. The episode is then
  // truncated. After a state that is no number, `observation` is that of the
  // step before and the reward is 0.
  absl::string_view warning;

  bool last() const { return terminated || truncated; }
};

class Environment {
 public:
  virtual ~Environment() = default;

  virtual const EnvironmentSpec& spec() const = 0;

  // Starts an episode: from the beginning of the random stream that `seed`
  // names, or going on with the present one (that of seed 0 at first).
  virtual TimeStep Reset(uint32_t seed) = 0;
  virtual TimeStep Reset() = 0;

  // One decision. InvalidArgument for an action of another size or with a NaN
  // or infinity, FailedPrecondition after the last step of an episode or before
  // the first Reset; nothing has changed then.
  virtual absl::StatusOr<TimeStep> Step(absl::Span<const double> action) = 0;

  // All of it as bytes: position in the episode, random stream, the present
  // time step. Restored into an environment of the same name, everything that
  // follows is the same, bit for bit. InvalidArgument, with nothing changed,
  // for bytes that are not such a state.
  virtual std::string SaveState() const = 0;
  virtual absl::StatusOr<TimeStep> RestoreState(absl::string_view state) = 0;
};

}  // namespace envs

#endif  // ENVS_ENVIRONMENT_H_
