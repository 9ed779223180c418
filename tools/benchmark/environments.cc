// Times the rows of the suite `envs`.

#include <map>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "envs/registry.h"
#include "tools/benchmark/environment_rows.h"
#include "tools/benchmark/serve.h"

ABSL_FLAG(bool, quick, false, "Times a single episode, to try it out.");

namespace benchmarks {
namespace {

// Of "dog-run", "alone dog-run", ...
absl::StatusOr<EnvironmentRow> MakeRow(const std::string& row, bool quick) {
  const std::vector<std::string> words = absl::StrSplit(row, ' ');
  const std::string& kind = words.front();
  const std::string& task = words.back();
  if (words.size() == 1) return TaskRow(task, quick);
  if (kind == "alone") return AloneRow(task, quick);
  if (kind == "threads") return ThreadsRow(task, quick);
  if (kind == "pool") return PoolRow(task, quick);
  if (kind == "memory") return MemoryRow(task, quick);
  return absl::NotFoundError(absl::StrCat("there is no row \"", row, "\""));
}

}  // namespace

int Main(int argc, char** argv) {
  absl::SetProgramUsageMessage("Times the rows of the environments by name.");
  const std::vector<char*> rest = absl::ParseCommandLine(argc, argv);
  if (rest.size() > 1) {
    return Fail(
        absl::StrCat("\"", rest[1], "\" is not a flag: flags begin with --"));
  }
  std::map<std::string, EnvironmentRow> rows;
  const std::string tasks =
      absl::StrJoin(envs::PhysicsEnvironmentNames(), "\", \"");
  return Serve(absl::StrCat(R"({"program": "environments", "tasks": [")", tasks,
                            R"("]})"),
               [&](const std::string& name) -> absl::StatusOr<std::string> {
                 if (!rows.contains(name)) {
                   const absl::StatusOr<EnvironmentRow> row =
                       MakeRow(name, absl::GetFlag(FLAGS_quick));
                   if (!row.ok()) return row.status();
                   rows[name] = *row;
                 }
                 return rows[name]();
               });
}

}  // namespace benchmarks

int main(int argc, char** argv) { return benchmarks::Main(argc, argv); }
