#include "experiments/figure.h"

#include <errno.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "experiments/output_directory.h"
#include "experiments/summary.h"
#include "tools/runfiles/runfiles.h"

ABSL_FLAG(bool, figures, true,
          "Draw the figures; without, matplotlib is not needed.");

namespace experiments {
namespace {

// They end so where matplotlib cannot be imported.
constexpr int kNoMatplotlib = 3;

std::vector<std::string> Arguments(const Figure& figure,
                                   const OutputDirectory& directory) {
  std::vector<std::string> arguments = {
      absl::StrCat("--summary=", directory.PathOf("summary.csv")),
      absl::StrCat("--output=", directory.PathOf(figure.name)),
      absl::StrCat("--metric=", figure.metric),
      absl::StrCat("--statistic=", StatisticName(figure.statistic)),
      absl::StrCat("--x=", figure.x),
      absl::StrCat("--lines=", figure.lines),
      absl::StrCat("--title=", figure.title)};
  if (!figure.panels.empty()) {
    arguments.push_back(absl::StrCat("--panels=", figure.panels));
  }
  if (!figure.panel_rows.empty()) {
    arguments.push_back(absl::StrCat("--panel_rows=", figure.panel_rows));
  }
  if (!figure.reference.empty()) {
    arguments.push_back(absl::StrCat("--reference=", figure.reference));
  }
  for (const std::string& condition : figure.where) {
    arguments.push_back(absl::StrCat("--where=", condition));
  }
  if (!figure.x_label.empty()) {
    arguments.push_back(absl::StrCat("--x_label=", figure.x_label));
  }
  if (!figure.y_label.empty()) {
    arguments.push_back(absl::StrCat("--y_label=", figure.y_label));
  }
  if (!figure.log_x) arguments.push_back("--linear_x");
  if (figure.log_y) arguments.push_back("--log_y");
  return arguments;
}

// Runs a program and waits for it. Returns its exit status; 128 and the signal
// if one has ended it. Its standard streams are ours.
absl::StatusOr<int> Run(std::vector<std::string> arguments) {
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  pid_t process = 0;
  const int error_number =
      posix_spawn(&process, argv[0], nullptr, nullptr, argv.data(), environ);
  if (error_number != 0) {
    return absl::UnavailableError(
        std::generic_category().message(error_number));
  }
  int status = 0;
  while (waitpid(process, &status, 0) < 0) {
    if (errno != EINTR) {
      return absl::UnavailableError(std::generic_category().message(errno));
    }
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// Has a program of tools/plots draw the figure `name`, unless --figures=false.
absl::Status Draw(const OutputDirectory& directory, const std::string& name,
                  const std::string& python, const std::string& program,
                  const std::vector<std::string>& arguments) {
  if (!absl::GetFlag(FLAGS_figures)) return absl::OkStatus();
  const auto not_drawn = [&](absl::string_view reason) {
    return absl::FailedPreconditionError(
        absl::StrCat("the results are in ", directory.path(),
                     ", but the figure ", name, " was not drawn: ", reason));
  };
  const absl::StatusOr<std::string> path = tools::RunfilePath(program);
  if (!path.ok()) return not_drawn(path.status().message());
  // Neither modules from the user's environment nor files beside ours.
  std::vector<std::string> command = {python, "-I", "-B", *path};
  command.insert(command.end(), arguments.begin(), arguments.end());
  const absl::StatusOr<int> exit_status = Run(std::move(command));
  if (!exit_status.ok() || *exit_status == kNoMatplotlib) {
    return not_drawn(absl::StrCat(python,
                                  " or its matplotlib is missing; run "
                                  "./tools/setup.sh, then the same command "
                                  "again"));
  }
  if (*exit_status == 0) return absl::OkStatus();
  return not_drawn(absl::StrCat(program, " ended with status ", *exit_status,
                                ", for the reason above"));
}

}  // namespace

absl::Status DrawFigures(const OutputDirectory& directory,
                         const std::vector<Figure>& figures,
                         const std::string& python) {
  for (const Figure& figure : figures) {
    const absl::Status drawn =
        Draw(directory, figure.name, python, "tools/plots/lines.py",
             Arguments(figure, directory));
    if (!drawn.ok()) return drawn;
  }
  return absl::OkStatus();
}

absl::Status DrawTrainingFigure(const OutputDirectory& directory,
                                const std::string& python) {
  const std::string name = "training";
  return Draw(
      directory, name, python, "tools/plots/training.py",
      {absl::StrCat("--output=", directory.PathOf(name)), directory.path()});
}

absl::Status DrawCalibrationFigure(const OutputDirectory& directory, double low,
                                   double high, double mean,
                                   const std::string& python) {
  const std::string name = "calibration";
  return Draw(directory, name, python, "tools/plots/calibration.py",
              {absl::StrCat("--curve=", directory.PathOf("curve.csv")),
               absl::StrCat("--output=", directory.PathOf(name)),
               absl::StrCat("--low=", low), absl::StrCat("--high=", high),
               absl::StrCat("--mean=", mean)});
}

absl::Status DrawPoliciesFigure(const OutputDirectory& directory,
                                const std::string& title,
                                const std::string& python) {
  const std::string name = "policies";
  return Draw(directory, name, python, "tools/plots/policies.py",
              {absl::StrCat("--policies=", directory.PathOf("policies.csv")),
               absl::StrCat("--output=", directory.PathOf(name)),
               absl::StrCat("--title=", title)});
}

}  // namespace experiments
