// A dog, after a real one's anatomy, that stands, walks, trots or runs.
#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <numbers>
#include <string>
#include <vector>

#include "Eigen/Core"
#include "absl/status/status.h"
#include "envs/dmc/rewards.h"
#include "envs/dmc/tasks.h"
#include "envs/physics/model.h"
#include "envs/physics/physics.h"
#include "envs/physics/random_state.h"
#include "envs/physics/task.h"
#include "envs/physics/tolerance.h"
#include "mujoco/mujoco.h"

namespace envs {
namespace {

constexpr double kTimeLimit = 15;  // s

class Dog final : public Task {
 public:
  // speed in m/s; 0: stand.
  Dog(Physics& physics, double speed)
      : physics_(physics),
        speed_(speed),
        skull_(physics.Body("skull")),
        torso_(physics.Body("torso")),
        pelvis_(physics.Body("pelvis")),
        torso_height_(0.9 * torso_.position.z()),
        pelvis_height_(0.9 * pelvis_.position.z()),
        weight_(
            -physics.model().opt.gravity[2] *
            physics.model().body_subtreemass[physics.Id(mjOBJ_BODY, "torso")]),
        velocity_(physics.Sensor("torso_linvel")),
        inertial_{physics.Sensor("accelerometer"),
                  physics.Sensor("velocimeter"), physics.Sensor("gyro")},
        forces_{physics.Sensor("foot_L"), physics.Sensor("foot_R"),
                physics.Sensor("hand_L"), physics.Sensor("hand_R")},
        touch_{physics.Sensor("palm_L"), physics.Sensor("palm_R"),
               physics.Sensor("sole_L"), physics.Sensor("sole_R")} {}

  // In the default posture, facing anywhere, pushed and turned in the plane,
  // the muscles at random.
  void InitializeEpisode(RandomState& random) override {
    const mjModel& model = physics_.model();
    mjData& data = physics_.data();
    const double azimuth = random.Uniform(0, 2 * std::numbers::pi);
    Eigen::Map<Eigen::Vector4d>(data.qpos + 3) << std::cos(azimuth / 2), 0, 0,
        std::sin(azimuth / 2);
    for (const int i : {0, 1, 5}) data.qvel[i] = 2 * random.Normal();
    for (int i = 0; i < model.nu; ++i) {
      const double* range = model.actuator_ctrlrange + 2 * i;
      data.act[i] = random.Uniform(range[0], range[1]);
    }
  }

  // dm_control spells it "joint_velocites".
  void Observe(Observation& observation) const override {
    observation.Add("joint_angles", "rad", physics_.qpos().tail(73));
    observation.Add("joint_velocites", "rad/s", physics_.qvel().tail(73));
    observation.Add("torso_pelvis_height", "m", torso_.position.z());
    observation.Add("torso_pelvis_height", "m", pelvis_.position.z());
    for (const Frame* body : {&skull_, &torso_, &pelvis_}) {
      observation.Add("z_projection", "", body->Up());
    }
    observation.Add("torso_com_velocity", "m/s", torso_.ToLocal(velocity_));
    for (const Vector& sensor : inertial_) {
      observation.Add("inertial_sensors", "m/s², m/s, rad/s", sensor);
    }
    for (const Vector& force : forces_) {
      observation.Add("foot_forces", "N", force);
    }
    for (const Vector& touch : touch_) {
      observation.Add("touch_sensors", "N", touch);
    }
    observation.Add("actuator_state", "", physics_.act());
  }

  double Reward() const override {
    double stand = Tolerance(torso_.position.z(), torso_height_, kInfinity,
                             torso_height_) *
                   Tolerance(pelvis_.position.z(), pelvis_height_, kInfinity,
                             pelvis_height_);
    for (const Frame* body : {&skull_, &torso_, &pelvis_}) {
      stand *= Tolerance(body->Up().z(), kUpright, kInfinity, kUpright + 1,
                         Sigmoid::kLinear, 0);
    }
    double touch = 0;
    for (const Vector& sensor : touch_) touch += sensor[0];
    stand *=
        Tolerance(touch, weight_, kInfinity, weight_, Sigmoid::kLinear, 0.9);
    if (speed_ == 0) return stand;
    const double forward =
        Tolerance(torso_.ToLocal(velocity_).x(), speed_, 2 * speed_,
                  std::max(1.0, speed_), Sigmoid::kLinear, 0);
    return stand * ((4 * forward + 1) / 5);
  }

 private:
  inline static const double kUpright = std::cos(30 * (std::numbers::pi / 180));

  Physics& physics_;
  double speed_;
  Frame skull_, torso_, pelvis_;
  // m: of standing, 0.9 of those in the default posture.
  double torso_height_, pelvis_height_;
  double weight_;  // N
  Vector velocity_;
  std::array<Vector, 3> inertial_;
  std::array<Vector, 4> forces_, touch_;
};

// Leaves of the model's scene a floor, long enough for an episode at `speed`.
absl::Status ClearScene(mjSpec& spec, double speed) {
  absl::Status status =
      Resize(spec, "floor", kTimeLimit * speed, kTimeLimit * speed, 0.1);
  status.Update(Delete(spec, mjOBJ_BODY, "ball"));
  for (const char* geom :
       {"target", "wall_px", "wall_nx", "wall_py", "wall_ny"}) {
    status.Update(Delete(spec, mjOBJ_GEOM, geom));
  }
  for (const char* camera : {"ball", "head"}) {
    status.Update(Delete(spec, mjOBJ_CAMERA, camera));
  }
  return status;
}

TaskDefinition Define(const std::string& name, double speed) {
  return {.name = name,
          .xml = "dog.xml",
          .substeps = 3,
          .time_limit = kTimeLimit,
          .make =
              [speed](Physics& physics) {
                return std::make_unique<Dog>(physics, speed);
              },
          .edit =
              [speed](mjSpec& spec) {
                return ClearScene(spec, std::max(1.0, speed));
              },
          .heavy_looks = true};
}

}  // namespace

std::vector<TaskDefinition> DogTasks() {
  return {Define("dog-stand", 0), Define("dog-walk", 1), Define("dog-trot", 3),
          Define("dog-run", 9)};
}

}  // namespace envs
