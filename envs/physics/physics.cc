#include "envs/physics/physics.h"

#include <cstdlib>
#include <iostream>
#include <string>
#include <utility>

#include "Eigen/Core"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "envs/physics/messages.h"
#include "envs/physics/model.h"
#include "mujoco/mujoco.h"

namespace envs {

Physics::Physics(ModelPtr model) : model_(std::move(model)) {
  CatchMessages();
  data_.reset(mj_makeData(model_.get()));
  Reset();
}

void Physics::Reset() {
  mj_resetData(model_.get(), data_.get());
  Forward();
}

void Physics::Forward() {
  const int flags = model_->opt.disableflags;
  model_->opt.disableflags |= mjDSBL_ACTUATION;
  mj_forward(model_.get(), data_.get());
  model_->opt.disableflags = flags;
}

void Physics::Step(int substeps) {
  for (mjWarningStat& warning : data_->warning) warning.number = 0;
  if (model_->opt.integrator == mjINT_RK4) {
    mj_step(model_.get(), data_.get());
  } else {
    mj_step2(model_.get(), data_.get());  // its first half has been done
  }
  for (int i = 1; i < substeps; ++i) mj_step(model_.get(), data_.get());
  mj_step1(model_.get(), data_.get());
}

absl::string_view Physics::warning() const {
  const auto has = [&](mjtWarning kind) {
    return data_->warning[kind].number > 0;
  };
  if (has(mjWARN_BADQPOS)) return "bad number in qpos";
  if (has(mjWARN_BADQVEL)) return "bad number in qvel";
  if (has(mjWARN_BADQACC)) return "bad number in qacc";
  if (has(mjWARN_BADCTRL)) return "bad number in ctrl";
  if (has(mjWARN_INERTIA)) return "singular inertia matrix";
  if (has(mjWARN_CONTACTFULL)) return "contact buffer full";
  if (has(mjWARN_CNSTRFULL)) return "constraint buffer full";
  return "";
}

bool Physics::lost_state() const {
  return data_->warning[mjWARN_BADQPOS].number > 0 ||
         data_->warning[mjWARN_BADQVEL].number > 0 ||
         data_->warning[mjWARN_BADQACC].number > 0;
}

int Physics::Id(mjtObj type, const std::string& name) const {
  const int id = mj_name2id(model_.get(), type, name.c_str());
  if (id < 0) {
    std::cerr << absl::StrCat("ERROR: the model has no ", mju_type2Str(type),
                              " named \"", name, "\".")
              << std::endl;
    std::exit(1);
  }
  return id;
}

Frame Physics::Body(const std::string& name) const {
  const int id = Id(mjOBJ_BODY, name);
  return {decltype(Frame::position)(data_->xpos + 3 * id),
          decltype(Frame::rotation)(data_->xmat + 9 * id)};
}

Frame Physics::Geom(const std::string& name) const {
  const int id = Id(mjOBJ_GEOM, name);
  return {decltype(Frame::position)(data_->geom_xpos + 3 * id),
          decltype(Frame::rotation)(data_->geom_xmat + 9 * id)};
}

Frame Physics::Site(const std::string& name) const {
  const int id = Id(mjOBJ_SITE, name);
  return {decltype(Frame::position)(data_->site_xpos + 3 * id),
          decltype(Frame::rotation)(data_->site_xmat + 9 * id)};
}

Vector Physics::Sensor(const std::string& name) const {
  const int id = Id(mjOBJ_SENSOR, name);
  return Vector(data_->sensordata + model_->sensor_adr[id],
                model_->sensor_dim[id]);
}

double& Physics::Position(const std::string& joint) {
  return data_->qpos[model_->jnt_qposadr[Id(mjOBJ_JOINT, joint)]];
}

double& Physics::Velocity(const std::string& joint) {
  return data_->qvel[model_->jnt_dofadr[Id(mjOBJ_JOINT, joint)]];
}

Eigen::Vector3d Physics::GeomSize(const std::string& name) const {
  return Eigen::Vector3d(model_->geom_size + 3 * Id(mjOBJ_GEOM, name));
}

Eigen::Vector3d Physics::SiteSize(const std::string& name) const {
  return Eigen::Vector3d(model_->site_size + 3 * Id(mjOBJ_SITE, name));
}

absl::Span<double> Physics::GeomPosition(const std::string& name) {
  return absl::MakeSpan(model_->geom_pos + 3 * Id(mjOBJ_GEOM, name), 3);
}

}  // namespace envs
