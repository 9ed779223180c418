// Prints what every environment shows and takes: a line of JSON for each.
#include <cmath>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "envs/environment.h"
#include "envs/registry.h"

namespace envs {
namespace {

// JSON knows no infinity.
std::string Number(double value) {
  return std::isfinite(value) ? absl::StrFormat("%.17g", value) : "null";
}

std::string Parts(const std::vector<ArraySpec>& parts) {
  return absl::StrJoin(parts, ", ", [](std::string* out, const ArraySpec& a) {
    absl::StrAppend(
        out, absl::StrFormat(R"({"name": "%s", "size": %d, "unit": "%s", )"
                             R"("minimum": %s, "maximum": %s})",
                             a.name, a.size, a.unit, Number(a.minimum),
                             Number(a.maximum)));
  });
}

std::string Json(const EnvironmentSpec& spec) {
  return absl::StrFormat(
      R"({"name": "%s", "control_timestep": %s, "step_limit": %d, )"
      R"("observation": [%s], "action": [%s]})",
      spec.name, Number(spec.control_timestep), spec.step_limit,
      Parts(spec.observation), Parts(spec.action));
}

int Main(int argc, char** argv) {
  absl::SetProgramUsageMessage(
      "Prints what every environment shows and takes, as lines of JSON.");
  absl::ParseCommandLine(argc, argv);
  for (const std::string& name : EnvironmentNames()) {
    const absl::StatusOr<std::unique_ptr<Environment>> environment =
        MakeEnvironment(name);
    if (!environment.ok()) {
      std::cerr << "ERROR: " << environment.status().message() << std::endl;
      return 1;
    }
    std::cout << Json((*environment)->spec()) << std::endl;
  }
  return 0;
}

}  // namespace
}  // namespace envs

int main(int argc, char** argv) { return envs::Main(argc, argv); }
