// A task replayed beside what the real dm_control did.
#ifndef ENVS_REPLAY_H_
#define ENVS_REPLAY_H_

#include <string>

#include "absl/status/statusor.h"
#include "envs/golden.h"
#include "envs/physics/physics_environment.h"

namespace envs {

// Largest differences |ours − golden| / (1 + |golden|); infinite for a NaN.
struct Difference {
  double state = 0;  // qpos, qvel, act
  double observation = 0;
  double reward = 0;

  double Largest() const;
};

struct ReplayReport {
  Difference model;     // `state`: masses, inertias, ranges, gains, ...
  Difference fixed;     // states written and looked at, without a step
  Difference resync;    // one decision from each recorded state
  double resync_close;  // share of those decisions with all within 1e-9
  Difference reset;     // Reset(seed)
  Difference free_run;  // the first 5 decisions after it
  int wrong_ends = 0;   // decisions of these episodes that ended, or did not,
                        // where dm_control's did not, or did
  int rows = 0;         // compared, of all kinds
};

// Runs everything the files hold. Errors are those of files that do not fit the
// task.
absl::StatusOr<ReplayReport> Replay(const Golden& golden,
                                    PhysicsEnvironment& environment);

// What is beyond tolerance, in words; empty if nothing is. All within 1e-9; but
// of the dog's decisions only 95 in 100, all within 1e-2, as rounding on
// another processor may flip an exit of MuJoCo's solver.
std::string BeyondTolerance(const std::string& task,
                            const ReplayReport& report);

}  // namespace envs

#endif  // ENVS_REPLAY_H_
