#include "envs/physics/renderer.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "envs/physics/gl_context.h"
#include "envs/physics/model.h"
#include "envs/physics/physics.h"
#include "mujoco/mujoco.h"

namespace envs {
namespace {

// MuJoCo loads the functions of OpenGL into variables of the process.
std::mutex& LoadingMutex() {
  static auto* const mutex = new std::mutex;
  return *mutex;
}

// "0 side, 1 back" or what else there is to choose from.
std::string CameraList(const mjModel& model) {
  std::string list = "-1 (all from outside)";
  for (int i = 0; i < model.ncam; ++i) {
    const char* name = mj_id2name(&model, mjOBJ_CAMERA, i);
    absl::StrAppend(&list, ", ", i, name == nullptr ? "" : " ",
                    name == nullptr ? "" : name);
  }
  return list;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Renderer>> Renderer::Create(ModelPtr model,
                                                           int width,
                                                           int height) {
  if (std::min(width, height) < 1 || std::max(width, height) > kMaxSize) {
    return absl::InvalidArgumentError(absl::StrCat(
        "pictures may have 1 to ", kMaxSize,
        " pixels in width and height, not ", width, " x ", height));
  }
  absl::StatusOr<std::unique_ptr<GlContext>> gl = GlContext::Create();
  if (!gl.ok()) return gl.status();
  mjVisual& visual = model->vis;
  visual.global.offwidth = std::max(visual.global.offwidth, width);
  visual.global.offheight = std::max(visual.global.offheight, height);
  return absl::WrapUnique(
      new Renderer(std::move(model), width, height, *std::move(gl)));
}

Renderer::Renderer(ModelPtr model, int width, int height,
                   std::unique_ptr<GlContext> gl)
    : drawn_(std::move(model)),
      width_(width),
      height_(height),
      bottom_up_(static_cast<size_t>(width) * height * 3),
      pixels_(bottom_up_.size()),
      gl_(std::move(gl)) {
  mjv_defaultScene(&scene_);
  // Contacts, forces and their like are off: 1000 beside the model's own.
  const mjModel& drawn = drawn_.model();
  mjv_makeScene(&drawn, &scene_, drawn.ngeom + drawn.nsite + 1000);
  const std::lock_guard lock(LoadingMutex());
  const GlContext::Current current(*gl_);
  mjr_defaultContext(&context_);
  mjr_makeContext(&drawn, &context_, mjFONTSCALE_100);
  mjr_setBuffer(mjFB_OFFSCREEN, &context_);
}

Renderer::~Renderer() {
  mjv_freeScene(&scene_);
  const GlContext::Current current(*gl_);
  mjr_freeContext(&context_);
}

absl::StatusOr<int> Renderer::FindCamera(
    absl::string_view name_or_number) const {
  const mjModel& model = drawn_.model();
  const int id =
      mj_name2id(&model, mjOBJ_CAMERA, std::string(name_or_number).c_str());
  if (id >= 0) return id;
  int number;
  if (absl::SimpleAtoi(name_or_number, &number) && number >= -1 &&
      number < model.ncam) {
    return number;
  }
  return absl::NotFoundError(absl::StrCat("there is no camera \"",
                                          name_or_number, "\"; there are ",
                                          CameraList(model)));
}

void Renderer::Follow(const Physics& physics) {
  mjModel& model = drawn_.model();
  mjData& data = drawn_.data();
  const mjModel& source = physics.model();
  if (source.nq != model.nq) {
    std::cerr << absl::StrCat("ERROR: a physics of ", source.nq,
                              " positions cannot be drawn as a model of ",
                              model.nq, ".")
              << std::endl;
    std::exit(1);
  }
  std::copy_n(physics.data().qpos, model.nq, data.qpos);
  for (int from = 0; from < source.ngeom; ++from) {
    const char* name = mj_id2name(&source, mjOBJ_GEOM, from);
    const int to = name == nullptr ? -1 : mj_name2id(&model, mjOBJ_GEOM, name);
    if (to < 0) continue;
    std::copy_n(source.geom_pos + 3 * from, 3, model.geom_pos + 3 * to);
    std::copy_n(source.geom_size + 3 * from, 3, model.geom_size + 3 * to);
  }
  // All that drawing asks for: frames, cameras, lights, tendons.
  mj_kinematics(&model, &data);
  mj_comPos(&model, &data);
  mj_camlight(&model, &data);
  mj_tendon(&model, &data);
}

absl::Span<const uint8_t> Renderer::Render(const Physics& physics, int camera,
                                           absl::string_view caption) {
  Follow(physics);
  const mjModel& model = drawn_.model();
  mjvCamera view;
  mjv_defaultFreeCamera(&model, &view);
  if (camera >= 0) {
    view.type = mjCAMERA_FIXED;
    view.fixedcamid = camera;
  }
  mjvOption option;
  mjv_defaultOption(&option);
  mjv_updateScene(&model, &drawn_.data(), &option, nullptr, &view, mjCAT_ALL,
                  &scene_);

  const GlContext::Current current(*gl_);
  const mjrRect all = {0, 0, width_, height_};
  mjr_render(all, &scene_, &context_);
  if (!caption.empty()) {
    mjr_overlay(mjFONT_NORMAL, mjGRID_TOPLEFT, all,
                std::string(caption).c_str(), nullptr, &context_);
  }
  mjr_readPixels(bottom_up_.data(), nullptr, all, &context_);
  const size_t row = static_cast<size_t>(width_) * 3;
  for (int y = 0; y < height_; ++y) {
    std::copy_n(bottom_up_.data() + (height_ - 1 - y) * row, row,
                pixels_.data() + y * row);
  }
  return pixels_;
}

}  // namespace envs
