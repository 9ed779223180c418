// A MuJoCo model and its state, stepped as dm_control steps them.
#ifndef ENVS_PHYSICS_PHYSICS_H_
#define ENVS_PHYSICS_PHYSICS_H_

#include <memory>
#include <string>

#include "Eigen/Core"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "envs/physics/model.h"
#include "mujoco/mujoco.h"

namespace envs {

using Vector = Eigen::Map<const Eigen::VectorXd>;

// Where a body, geom or site is. The maps look into the physics and follow it.
struct Frame {
  Eigen::Map<const Eigen::Vector3d> position;  // m, in the world
  // Columns are the frame's axes in the world.
  Eigen::Map<const Eigen::Matrix<double, 3, 3, Eigen::RowMajor>> rotation;

  // A vector of the world seen from the frame.
  Eigen::Vector3d ToLocal(const Eigen::Vector3d& world) const {
    return rotation.transpose() * world;
  }
  // The world's z axis seen from the frame: (0, 0, 1) when upright.
  Eigen::Vector3d Up() const { return rotation.row(2); }
};

class Physics {
 public:
  explicit Physics(ModelPtr model);

  mjModel& model() { return *model_; }
  const mjModel& model() const { return *model_; }
  mjData& data() { return *data_; }
  const mjData& data() const { return *data_; }

  // --- time
  // -------------------------------------------------------------------

  // The model's default state, and what follows from it (Forward).
  void Reset();

  // Brings all derived quantities up to date, with the actuators off, so that
  // forces are those of a body at rest.
  void Forward();

  // `substeps` of the integrator. The derived quantities of the present state
  // must be there: after Reset, Forward, UpdatePosition or Step. Afterwards
  // positions and velocities are up to date, sensors of forces and
  // accelerations tell of the step before.
  void Step(int substeps);

  // Brings positions, velocities and their sensors up to date.
  void UpdatePosition() { mj_step1(model_.get(), data_.get()); }

  // What MuJoCo warned of in the last Step: numbers gone bad, full buffers,
  // singular inertias. Empty if it did not.
  absl::string_view warning() const;
  // True if the numbers had gone so bad that MuJoCo has reset the state.
  bool lost_state() const;

  // --- names; a name that is not in the model ends the process with a sentence
  // -

  int Id(mjtObj type, const std::string& name) const;
  Frame Body(const std::string& name) const;
  Frame Geom(const std::string& name) const;
  Frame Site(const std::string& name) const;
  Vector Sensor(const std::string& name) const;
  // The first coordinate and velocity of a joint.
  double& Position(const std::string& joint);
  double& Velocity(const std::string& joint);
  // Of the model. m; a sphere's radius comes first.
  Eigen::Vector3d GeomSize(const std::string& name) const;
  Eigen::Vector3d SiteSize(const std::string& name) const;
  // m, of the geom's centre in its body. Forward brings a change into effect.
  absl::Span<double> GeomPosition(const std::string& name);

  // --- the state as vectors
  // -----------------------------------------------------

  Vector qpos() const { return Vector(data_->qpos, model_->nq); }
  Vector qvel() const { return Vector(data_->qvel, model_->nv); }
  Vector act() const { return Vector(data_->act, model_->na); }
  Vector ctrl() const { return Vector(data_->ctrl, model_->nu); }

 private:
  struct DataDeleter {
    void operator()(mjData* data) const { mj_deleteData(data); }
  };

  ModelPtr model_;
  std::unique_ptr<mjData, DataDeleter> data_;
};

}  // namespace envs

#endif  // ENVS_PHYSICS_PHYSICS_H_
