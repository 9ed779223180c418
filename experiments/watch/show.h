// Episodes of a policy, drawn.
#ifndef EXPERIMENTS_WATCH_SHOW_H_
#define EXPERIMENTS_WATCH_SHOW_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "experiments/watch/policy.h"

namespace experiments {

struct ShowOptions {
  std::string task;
  uint32_t seed = 0;   // of the environment
  int episodes = 1;    // one after the other
  double seconds = 0;  // of simulated time of each; 0: all
  std::string camera;  // name or number; empty: one that shows the task well
  int width = 480, height = 360;  // pixels
  int fps = 30;                   // frames per second of simulated time
  std::string video;              // file to write, .mp4; empty: none
  std::string frames;             // folder for pictures; empty: none
};

// Writes the files and returns a line for each episode, with its return.
// InvalidArgument for options out of range, and whatever keeps the policy from
// being made or the files from being written; Cancelled after Ctrl-C. There are
// no files then.
absl::StatusOr<std::string> Show(const ShowOptions& options,
                                 const PolicyMaker& make_policy);

}  // namespace experiments

#endif  // EXPERIMENTS_WATCH_SHOW_H_
