// MuJoCo models from XML, edited before they are compiled.
#ifndef ENVS_PHYSICS_MODEL_H_
#define ENVS_PHYSICS_MODEL_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mujoco/mujoco.h"

namespace envs {

struct ModelDeleter {
  void operator()(mjModel* model) const { mj_deleteModel(model); }
};
using ModelPtr = std::unique_ptr<mjModel, ModelDeleter>;

// Changes what the XML says. A task's edits are made of the functions below.
using ModelEdit = std::function<absl::Status(mjSpec& spec)>;

// Compiles `xml`: the text of an MJCF model, known by its "<", or the path of a
// file, which finds what it includes beside itself. NotFound for a missing
// file; InvalidArgument, with MuJoCo's reason, for XML that is broken.
absl::StatusOr<ModelPtr> LoadModel(absl::string_view xml,
                                   const ModelEdit& edit = nullptr);

// The same without meshes, skins, textures and materials, whose shapes nothing
// collides with but whose masses count: each body keeps its inertia. The dog
// shrinks from 73 to 0.2 MB and moves as before, bit for bit.
absl::StatusOr<ModelPtr> LoadModelWithoutLooks(absl::string_view xml,
                                               const ModelEdit& edit = nullptr);

ModelPtr CopyModel(const mjModel& model);

// Removes a body (with all on it), geom, site, camera or sensor from the spec.
// NotFound if there is none of that name.
absl::Status Delete(mjSpec& spec, mjtObj type, const std::string& name);

// Sets the half lengths of a geom.
absl::Status Resize(mjSpec& spec, const std::string& geom, double x, double y,
                    double z);

}  // namespace envs

#endif  // ENVS_PHYSICS_MODEL_H_
