// Pictures of a physics, without a window.
#ifndef ENVS_PHYSICS_RENDERER_H_
#define ENVS_PHYSICS_RENDERER_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "envs/physics/gl_context.h"
#include "envs/physics/model.h"
#include "envs/physics/physics.h"
#include "mujoco/mujoco.h"

namespace envs {

// One thread at a time may use a renderer; several renderers are independent.
class Renderer {
 public:
  // `model` is what to draw: that of the physics, or one with the same joints
  // that looks better. InvalidArgument for a size outside 1 to kMaxSize pixels;
  // Unavailable without OpenGL (see GlContext::Create).
  static absl::StatusOr<std::unique_ptr<Renderer>> Create(ModelPtr model,
                                                          int width,
                                                          int height);
  static constexpr int kMaxSize = 4096;

  Renderer(const Renderer&) = delete;
  Renderer& operator=(const Renderer&) = delete;
  ~Renderer();

  int width() const { return width_; }
  int height() const { return height_; }

  // A camera of the model by its name or number, or -1: one that sees all of
  // the model from outside. NotFound, with the cameras there are, for another.
  absl::StatusOr<int> FindCamera(absl::string_view name_or_number) const;

  // RGB, row by row from the top: width × height × 3 bytes, good until the next
  // call. Shows the positions in `physics`, and where its geoms are and how
  // large, which some tasks change. `caption` is written into the upper left
  // corner.
  absl::Span<const uint8_t> Render(const Physics& physics, int camera,
                                   absl::string_view caption = "");

 private:
  Renderer(ModelPtr model, int width, int height,
           std::unique_ptr<GlContext> gl);
  void Follow(const Physics& physics);

  Physics drawn_;
  const int width_;
  const int height_;
  std::vector<uint8_t> bottom_up_;
  std::vector<uint8_t> pixels_;
  std::unique_ptr<GlContext> gl_;
  mjvScene scene_;
  mjrContext context_;
};

}  // namespace envs

#endif  // ENVS_PHYSICS_RENDERER_H_
