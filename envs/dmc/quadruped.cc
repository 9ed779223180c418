// A quadruped that walks or runs.
#include <array>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "envs/dmc/rewards.h"
#include "envs/dmc/start_states.h"
#include "envs/dmc/tasks.h"
#include "envs/physics/model.h"
#include "envs/physics/physics.h"
#include "envs/physics/random_state.h"
#include "envs/physics/task.h"
#include "envs/physics/tolerance.h"
#include "mujoco/mujoco.h"

namespace envs {
namespace {

constexpr double kTimeLimit = 20;  // s

class Quadruped final : public Task {
 public:
  // speed in m/s.
  Quadruped(Physics& physics, double speed)
      : physics_(physics),
        speed_(speed),
        torso_(physics.Body("torso")),
        velocity_(physics.Sensor("velocimeter")),
        acceleration_(physics.Sensor("imu_accel")),
        rotation_(physics.Sensor("imu_gyro")),
        toes_{physics.Sensor("force_toe_front_left"),
              physics.Sensor("force_toe_front_right"),
              physics.Sensor("force_toe_back_right"),
              physics.Sensor("force_toe_back_left"),
              physics.Sensor("torque_toe_front_left"),
              physics.Sensor("torque_toe_front_right"),
              physics.Sensor("torque_toe_back_right"),
              physics.Sensor("torque_toe_back_left")} {}

  // In any orientation, lifted out of the floor in steps of 1 cm.
  void InitializeEpisode(RandomState& random) override {
    double* root = physics_.data().qpos;
    RandomizeOrientation(root + 3, random);
    root[2] = 0;
    while (Touches()) root[2] += 0.01;
  }

  // Without its place and heading.
  void Observe(Observation& observation) const override {
    constexpr const char* kEgocentric = "rad, rad/s, 1";
    observation.Add("egocentric_state", kEgocentric, physics_.qpos().tail(16));
    observation.Add("egocentric_state", kEgocentric, physics_.qvel().tail(16));
    observation.Add("egocentric_state", kEgocentric, physics_.act());
    observation.Add("torso_velocity", "m/s", velocity_);
    observation.Add("torso_upright", "", torso_.Up().z());
    observation.Add("imu", "m/s², rad/s", acceleration_);
    observation.Add("imu", "m/s², rad/s", rotation_);
    for (const Vector& toe : toes_) {
      for (const double reading : toe) {
        observation.Add("force_torque", "asinh(N), asinh(N m)",
                        std::asinh(reading));
      }
    }
  }

  double Reward() const override {
    const double upright =
        Tolerance(torso_.Up().z(), 1, kInfinity, 2, Sigmoid::kLinear, 0);
    const double move = Tolerance(velocity_.x(), speed_, kInfinity, speed_,
                                  Sigmoid::kLinear, 0.5);
    return upright * move;
  }

 private:
  // In its present place. For what may take a hundred tries, without the forces
  // that Forward computes.
  bool Touches() {
    mj_fwdPosition(&physics_.model(), &physics_.data());
    return physics_.data().ncon > 0;
  }

  Physics& physics_;
  double speed_;
  Frame torso_;
  Vector velocity_, acceleration_, rotation_;
  std::array<Vector, 8> toes_;
};

// Leaves of the model's scene a floor, long enough for an episode.
absl::Status ClearScene(mjSpec& spec, double speed) {
  absl::Status status =
      Resize(spec, "floor", kTimeLimit * speed, kTimeLimit * speed, 0.5);
  for (const char* geom :
       {"wall_px", "wall_py", "wall_nx", "wall_ny", "terrain"}) {
    status.Update(Delete(spec, mjOBJ_GEOM, geom));
  }
  status.Update(Delete(spec, mjOBJ_BODY, "ball"));
  status.Update(Delete(spec, mjOBJ_SITE, "target"));
  for (const char* row : {"rf_0", "rf_1", "rf_2", "rf_3"}) {
    for (const char* column : {"0", "1", "2", "3", "4"}) {
      status.Update(Delete(spec, mjOBJ_SENSOR, std::string(row) + column));
    }
  }
  return status;
}

TaskDefinition Define(const std::string& name, double speed) {
  return {.name = name,
          .xml = "quadruped.xml",
          .substeps = 4,
          .time_limit = kTimeLimit,
          .make =
              [speed](Physics& physics) {
                return std::make_unique<Quadruped>(physics, speed);
              },
          .edit = [speed](mjSpec& spec) { return ClearScene(spec, speed); }};
}

}  // namespace

std::vector<TaskDefinition> QuadrupedTasks() {
  return {Define("quadruped-walk", 0.5), Define("quadruped-run", 5)};
}

}  // namespace envs
