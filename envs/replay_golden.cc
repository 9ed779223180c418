// Replays golden trajectories of dm_control and says how far off we are.
#include <cstdio>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "envs/golden.h"
#include "envs/physics/physics_environment.h"
#include "envs/registry.h"
#include "envs/replay.h"
#include "tools/runfiles/users_folder.h"

ABSL_FLAG(std::string, golden_dir, "",
          "Folder with <task>.idx and <task>.bin; a relative one counts from "
          "where you are.");

namespace envs {
namespace {

absl::StatusOr<ReplayReport> ReplayTask(const std::string& folder,
                                        const std::string& task) {
  const absl::StatusOr<Golden> golden = Golden::Read(folder, task);
  if (!golden.ok()) return golden.status();
  const absl::StatusOr<std::unique_ptr<PhysicsEnvironment>> environment =
      MakePhysicsEnvironment(task);
  if (!environment.ok()) return environment.status();
  return Replay(*golden, **environment);
}

std::string Columns(const Difference& difference) {
  return absl::StrFormat("%8.0e %7.0e %7.0e", difference.state,
                         difference.observation, difference.reward);
}

absl::Status ReplayAll(const std::string& folder) {
  const absl::StatusOr<std::vector<std::string>> tasks = GoldenTasks(folder);
  if (!tasks.ok()) return tasks.status();
  std::cout << "Largest |ours - dm_control| / (1 + |dm_control|) of state, "
               "observation and reward.\n\n"
            << absl::StrFormat("%-18s %7s %24s %24s %6s %24s %24s %6s\n",
                               "task", "model", "static", "resync", "close",
                               "seeded reset", "free run, 5 steps", "rows");
  int wrong = 0;
  for (const std::string& task : *tasks) {
    const absl::StatusOr<ReplayReport> report = ReplayTask(folder, task);
    if (!report.ok()) return report.status();
    const std::string beyond = BeyondTolerance(task, *report);
    std::cout << absl::StrFormat(
                     "%-18s %7.0e %s %s %5.1f%% %s %s %6d%s", task,
                     report->model.state, Columns(report->fixed),
                     Columns(report->resync), 100 * report->resync_close,
                     Columns(report->reset), Columns(report->free_run),
                     report->rows, beyond.empty() ? "" : "  WRONG: " + beyond)
              << std::endl;
    wrong += beyond.empty() ? 0 : 1;
  }
  if (wrong > 0) {
    return absl::DataLossError(absl::StrCat(wrong, " of ", tasks->size(),
                                            " tasks are beyond tolerance"));
  }
  std::cout << "\nAll within tolerance." << std::endl;
  return absl::OkStatus();
}

int Main(int argc, char** argv) {
  absl::SetProgramUsageMessage(
      "Replays golden trajectories of dm_control: --golden_dir=DIR");
  absl::ParseCommandLine(argc, argv);
  const std::string folder = absl::GetFlag(FLAGS_golden_dir);
  const absl::Status status =
      folder.empty() ? absl::InvalidArgumentError("--golden_dir is missing")
                     : ReplayAll(tools::FromUsersFolder(folder));
  if (status.ok()) return 0;
  std::cerr << "ERROR: " << status.message() << std::endl;
  return 1;
}

}  // namespace
}  // namespace envs

int main(int argc, char** argv) { return envs::Main(argc, argv); }
