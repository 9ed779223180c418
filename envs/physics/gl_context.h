// OpenGL without a window, from libraries that are looked for at run time:
// nothing needs them to build or to train.
#ifndef ENVS_PHYSICS_GL_CONTEXT_H_
#define ENVS_PHYSICS_GL_CONTEXT_H_

#include <memory>

#include "absl/status/statusor.h"

namespace envs {

class GlContext {
 public:
  // Through EGL on Mesa's surfaceless platform, else through OSMesa, which
  // takes twice as long to draw. MUJOCO_GL=egl or osmesa in the environment
  // leaves only that one, as in MuJoCo's Python package. The first call chooses
  // for the whole process. Unavailable, with what was tried and what to do, if
  // there is none.
  static absl::StatusOr<std::unique_ptr<GlContext>> Create();

  virtual ~GlContext() = default;
  GlContext(const GlContext&) = delete;
  GlContext& operator=(const GlContext&) = delete;

  // While it exists, OpenGL calls of this thread go to the context. A context
  // can be current in one thread at a time.
  class Current {
   public:
    explicit Current(GlContext& context) : context_(context) {
      context_.MakeCurrent();
    }
    ~Current() { context_.Release(); }
    Current(const Current&) = delete;
    Current& operator=(const Current&) = delete;

   private:
    GlContext& context_;
  };

 protected:
  GlContext() = default;

 private:
  virtual void MakeCurrent() = 0;
  virtual void Release() = 0;
};

}  // namespace envs

#endif  // ENVS_PHYSICS_GL_CONTEXT_H_
