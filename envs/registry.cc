#include "envs/registry.h"

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "envs/dmc/tasks.h"
#include "envs/environment.h"
#include "envs/finite_environment.h"
#include "envs/garnet.h"
#include "envs/physics/model.h"
#include "envs/physics/physics_environment.h"
#include "envs/physics/task.h"
#include "tools/runfiles/runfiles.h"
#include "tools/runfiles/users_folder.h"

ABSL_FLAG(
    std::string, models_dir, "",
    "Folder with the XML files of dm_control's suite; empty: the one that "
    "was built with this program.");

namespace envs {
namespace {

constexpr absl::string_view kGarnet = "garnet";

const std::map<std::string, TaskDefinition>& Tasks() {
  static const auto* const tasks = [] {
    auto* all = new std::map<std::string, TaskDefinition>;
    for (const TaskDefinition& task : AllTasks()) all->emplace(task.name, task);
    return all;
  }();
  return *tasks;
}

// Insertions, deletions and replacements that make one name the other.
int EditDistance(absl::string_view a, absl::string_view b) {
  std::vector<int> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (size_t i = 0; i < a.size(); ++i) {
    int diagonal = row[0];
    row[0] = static_cast<int>(i) + 1;
    for (size_t j = 0; j < b.size(); ++j) {
      const int replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

absl::Status UnknownName(absl::string_view name) {
  std::vector<std::pair<int, std::string>> near;
  for (const std::string& candidate : EnvironmentNames()) {
    const bool part = !name.empty() && absl::StrContains(candidate, name);
    const int distance = part ? 0 : EditDistance(name, candidate);
    if (distance <= 3) near.emplace_back(distance, candidate);
  }
  std::sort(near.begin(), near.end());
  std::vector<std::string> names;
  for (const auto& [distance, candidate] : near) names.push_back(candidate);
  return absl::NotFoundError(absl::StrCat(
      "there is no environment \"", name, "\"; ",
      names.empty() ? "there are " : "near it: ",
      absl::StrJoin(names.empty() ? EnvironmentNames() : names, ", ")));
}

absl::StatusOr<const TaskDefinition*> FindTask(absl::string_view name) {
  if (name == kGarnet) {
    return absl::InvalidArgumentError("garnet is finite and has no physics");
  }
  const auto found = Tasks().find(std::string(name));
  if (found == Tasks().end()) return UnknownName(name);
  return &found->second;
}

// The definition's xml if it is the text itself, else the file's path.
absl::StatusOr<std::string> Locate(const TaskDefinition& task) {
  if (absl::StrContains(task.xml, "<")) return task.xml;
  std::string folder = absl::GetFlag(FLAGS_models_dir);
  if (folder.empty()) {
    absl::StatusOr<std::string> built =
        tools::RunfilePath("../dm_control/dm_control/suite");
    if (!built.ok()) {
      return absl::NotFoundError(absl::StrCat(
          built.status().message(), "; or name another folder: --models_dir"));
    }
    folder = *std::move(built);
  }
  return absl::StrCat(tools::FromUsersFolder(folder), "/", task.xml);
}

// Compiled once in a process, as the dog takes most of a second.
absl::StatusOr<ModelPtr> LoadToTrain(const TaskDefinition& task) {
  static std::mutex mutex;
  static auto* const compiled = new std::map<std::string, ModelPtr>;
  const absl::StatusOr<std::string> xml = Locate(task);
  if (!xml.ok()) return xml.status();
  const std::lock_guard lock(mutex);
  ModelPtr& model = (*compiled)[absl::StrCat(task.name, " ", *xml)];
  if (model == nullptr) {
    absl::StatusOr<ModelPtr> loaded =
        task.heavy_looks ? LoadModelWithoutLooks(*xml, task.edit)
                         : LoadModel(*xml, task.edit);
    if (!loaded.ok()) return loaded.status();
    model = *std::move(loaded);
  }
  return CopyModel(*model);
}

}  // namespace

std::vector<std::string> EnvironmentNames() {
  std::vector<std::string> names = PhysicsEnvironmentNames();
  names.emplace_back(kGarnet);
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> PhysicsEnvironmentNames() {
  std::vector<std::string> names;
  for (const auto& [name, task] : Tasks()) names.push_back(name);
  return names;
}

absl::StatusOr<std::unique_ptr<Environment>> MakeEnvironment(
    absl::string_view name) {
  if (name == kGarnet) {
    return std::make_unique<FiniteEnvironment>(
        std::string(name), MakeGarnet({}, /*seed=*/1), /*step_limit=*/1000);
  }
  return MakePhysicsEnvironment(name);
}

absl::StatusOr<std::unique_ptr<PhysicsEnvironment>> MakePhysicsEnvironment(
    absl::string_view name) {
  const absl::StatusOr<const TaskDefinition*> task = FindTask(name);
  if (!task.ok()) return task.status();
  absl::StatusOr<ModelPtr> model = LoadToTrain(**task);
  if (!model.ok()) return model.status();
  return std::make_unique<PhysicsEnvironment>(**task, *std::move(model));
}

absl::StatusOr<ModelPtr> LoadModelToDraw(absl::string_view name) {
  const absl::StatusOr<const TaskDefinition*> task = FindTask(name);
  if (!task.ok()) return task.status();
  const absl::StatusOr<std::string> xml = Locate(**task);
  if (!xml.ok()) return xml.status();
  return LoadModel(*xml, (*task)->edit);
}

}  // namespace envs
