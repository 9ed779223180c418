// Every environment by its name.
#ifndef ENVS_REGISTRY_H_
#define ENVS_REGISTRY_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/flags/declare.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "envs/environment.h"
#include "envs/physics/model.h"
#include "envs/physics/physics_environment.h"
#include "envs/physics/task.h"

// The folder with the XML files of dm_control's suite; empty: the one that was
// built with this program.
ABSL_DECLARE_FLAG(std::string, models_dir);

namespace envs {

// In alphabetical order: the tasks of dm_control, and "garnet", the finite
// problem MakeGarnet({}, 1) in episodes of 1000 decisions.
std::vector<std::string> EnvironmentNames();

// Those that MakePhysicsEnvironment makes.
std::vector<std::string> PhysicsEnvironmentNames();

// NotFound for another name, which lists those that are like it, or for a model
// file that is missing; InvalidArgument for a model that is broken.
absl::StatusOr<std::unique_ptr<Environment>> MakeEnvironment(
    absl::string_view name);

// The same for a physics task, by its own type: to draw it or to write into it.
// InvalidArgument for the finite problem.
absl::StatusOr<std::unique_ptr<PhysicsEnvironment>> MakePhysicsEnvironment(
    absl::string_view name);

// The model of a physics task with everything that makes it look good.
absl::StatusOr<ModelPtr> LoadModelToDraw(absl::string_view name);

}  // namespace envs

#endif  // ENVS_REGISTRY_H_
