// Golden files: what the independent reference in rl/reference/ computes.
#ifndef RL_GOLDEN_H_
#define RL_GOLDEN_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "rl/agent_config.h"

namespace rl {

// One agent, what went into it and what came out.
struct GoldenVariant {
  // Ends the process if there is no such array.
  absl::Span<const double> Array(const std::string& array) const;

  std::string name;
  AgentConfig config;
  // Names and sizes of what an array of all parameters holds, in its order;
  // the target critics' are called "target/<name>".
  std::vector<std::pair<std::string, int64_t>> parameters;
  std::map<std::string, std::vector<double>> arrays;
};

// <path>.bin, float64 little-endian, and <path>.idx, lines of
//   variant <name>
//   setting <name in agent_config.h> <value>
//   parameter <name> <size>
//   array <name> <size>
// NotFound for a missing file, InvalidArgument for one that does not keep to
// the format or has a setting that is not known.
absl::StatusOr<std::vector<GoldenVariant>> ReadGolden(const std::string& path);

}  // namespace rl

#endif  // RL_GOLDEN_H_
