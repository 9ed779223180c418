#include "envs/physics/gl_context.h"

#include <dlfcn.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"

namespace envs {
namespace {

using Factory = std::function<absl::StatusOr<std::unique_ptr<GlContext>>()>;

// A shared library that stays as long as the process, as MuJoCo keeps pointers
// into it, unless Close is called.
class Library {
 public:
  // Global: MuJoCo asks the whole process for eglGetProcAddress and its like.
  explicit Library(const std::string& file)
      : handle_(dlopen(file.c_str(), RTLD_NOW | RTLD_GLOBAL)),
        error_(handle_ == nullptr ? dlerror() : "") {}

  // Why it could not be opened, or what is missing in it; else empty.
  const std::string& error() const { return error_; }

  template <typename Function>
  void Find(const char* name, Function*& function) {
    if (handle_ == nullptr) return;
    function = reinterpret_cast<Function*>(dlsym(handle_, name));
    if (function == nullptr) error_ = dlerror();
  }

  // Takes its functions out of MuJoCo's sight.
  void Close() {
    if (handle_ != nullptr) dlclose(handle_);
    handle_ = nullptr;
  }

 private:
  void* handle_;
  std::string error_;
};

[[noreturn]] void Die(absl::string_view what) {
  std::cerr << "ERROR: OpenGL: " << what << "." << std::endl;
  std::exit(1);
}

// --- EGL, by the values and signatures of EGL 1.5 and of its extension
// EGL_MESA_platform_surfaceless.

constexpr int kPlatformSurfaceless = 0x31DD;
constexpr unsigned kOpenGlApi = 0x30A2;
constexpr int kSurfaceType = 0x3033;
constexpr int kPbufferBit = 1;
constexpr int kRenderableType = 0x3040;
constexpr int kOpenGlBit = 8;
constexpr int kNone = 0x3038;

struct Egl {
  void* (*get_platform_display)(unsigned platform, void* native,
                                const intptr_t* attributes);
  unsigned (*initialize)(void* display, int* major, int* minor);
  unsigned (*choose_config)(void* display, const int* attributes,
                            void** configs, int size, int* count);
  unsigned (*bind_api)(unsigned api);
  void* (*create_context)(void* display, void* config, void* share,
                          const int* attributes);
  unsigned (*make_current)(void* display, void* draw, void* read,
                           void* context);
  unsigned (*destroy_context)(void* display, void* context);
  int (*get_error)();

  void* display = nullptr;
  void* config = nullptr;
};

class EglContext final : public GlContext {
 public:
  EglContext(const Egl& egl, void* context) : egl_(egl), context_(context) {}
  ~EglContext() override { egl_.destroy_context(egl_.display, context_); }

 private:
  void MakeCurrent() override {
    // The API is a choice of each thread.
    if (!egl_.bind_api(kOpenGlApi) ||
        !egl_.make_current(egl_.display, nullptr, nullptr, context_)) {
      Die("eglMakeCurrent failed: is the context current in another thread?");
    }
  }
  void Release() override {
    egl_.make_current(egl_.display, nullptr, nullptr, nullptr);
  }

  const Egl egl_;
  void* const context_;
};

absl::StatusOr<Factory> FindEgl() {
  Library library("libEGL.so.1");
  Egl egl = {};
  library.Find("eglGetPlatformDisplay", egl.get_platform_display);
  library.Find("eglInitialize", egl.initialize);
  library.Find("eglChooseConfig", egl.choose_config);
  library.Find("eglBindAPI", egl.bind_api);
  library.Find("eglCreateContext", egl.create_context);
  library.Find("eglMakeCurrent", egl.make_current);
  library.Find("eglDestroyContext", egl.destroy_context);
  library.Find("eglGetError", egl.get_error);
  const auto failed = [&](absl::string_view reason) {
    library.Close();
    return absl::UnavailableError(absl::StrCat("EGL (", reason, ")"));
  };
  if (!library.error().empty()) return failed(library.error());
  egl.display =
      egl.get_platform_display(kPlatformSurfaceless, nullptr, nullptr);
  if (egl.display == nullptr) return failed("it has no Mesa");
  if (!egl.initialize(egl.display, nullptr, nullptr)) {
    return failed("eglInitialize failed");
  }
  const std::array attributes = {kSurfaceType, kPbufferBit, kRenderableType,
                                 kOpenGlBit, kNone};
  int count = 0;
  if (!egl.choose_config(egl.display, attributes.data(), &egl.config, 1,
                         &count) ||
      count == 0) {
    return failed("it has no OpenGL");
  }
  return [egl]() -> absl::StatusOr<std::unique_ptr<GlContext>> {
    egl.bind_api(kOpenGlApi);
    void* context =
        egl.create_context(egl.display, egl.config, nullptr, nullptr);
    if (context == nullptr) {
      return absl::UnavailableError(
          absl::StrCat("eglCreateContext failed with error ", egl.get_error()));
    }
    return std::make_unique<EglContext>(egl, context);
  };
}

// --- OSMesa, by its header GL/osmesa.h.

constexpr unsigned kRgba = 0x1908;
constexpr unsigned kUnsignedByte = 0x1401;

struct OsMesa {
  void* (*create_context)(unsigned format, int depth_bits, int stencil_bits,
                          int accumulation_bits, void* share);
  unsigned char (*make_current)(void* context, void* buffer, unsigned type,
                                int width, int height);
  void (*destroy_context)(void* context);
};

class OsMesaContext final : public GlContext {
 public:
  OsMesaContext(const OsMesa& os_mesa, void* context)
      : os_mesa_(os_mesa), context_(context) {}
  ~OsMesaContext() override { os_mesa_.destroy_context(context_); }

 private:
  void MakeCurrent() override {
    if (!os_mesa_.make_current(context_, window_.data(), kUnsignedByte, 1, 1)) {
      Die("OSMesaMakeCurrent failed");
    }
  }
  void Release() override {
    os_mesa_.make_current(nullptr, nullptr, kUnsignedByte, 0, 0);
  }

  const OsMesa os_mesa_;
  void* const context_;
  std::array<uint8_t, 4> window_ = {};  // unused: MuJoCo draws beside it
};

absl::StatusOr<Factory> FindOsMesa() {
  Library library("libOSMesa.so.8");
  OsMesa os_mesa = {};
  library.Find("OSMesaCreateContextExt", os_mesa.create_context);
  library.Find("OSMesaMakeCurrent", os_mesa.make_current);
  library.Find("OSMesaDestroyContext", os_mesa.destroy_context);
  if (!library.error().empty()) {
    library.Close();
    return absl::UnavailableError(
        absl::StrCat("OSMesa (", library.error(), ")"));
  }
  return [os_mesa]() -> absl::StatusOr<std::unique_ptr<GlContext>> {
    void* context = os_mesa.create_context(kRgba, /*depth_bits=*/24,
                                           /*stencil_bits=*/8,
                                           /*accumulation_bits=*/0, nullptr);
    if (context == nullptr) {
      return absl::UnavailableError("OSMesaCreateContextExt failed");
    }
    return std::make_unique<OsMesaContext>(os_mesa, context);
  };
}

absl::StatusOr<Factory> Choose() {
  const char* variable = std::getenv("MUJOCO_GL");
  const std::string only = variable == nullptr ? "" : variable;
  if (!only.empty() && only != "egl" && only != "osmesa") {
    return absl::InvalidArgumentError(
        absl::StrCat("MUJOCO_GL is \"", only,
                     "\" in the environment; it may be egl, osmesa "
                     "or nothing"));
  }
  std::vector<std::string> tried;
  using Backend = std::pair<const char*, absl::StatusOr<Factory> (*)()>;
  for (const auto& [name, find] :
       {Backend("egl", FindEgl), Backend("osmesa", FindOsMesa)}) {
    if (!only.empty() && only != name) continue;
    absl::StatusOr<Factory> factory = find();
    if (factory.ok()) return factory;
    tried.emplace_back(factory.status().message());
  }
  return absl::UnavailableError(absl::StrCat(
      "there is no OpenGL to draw with: tried ", absl::StrJoin(tried, " and "),
      "; run ./tools/setup.sh, which installs both EGL and OSMesa"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<GlContext>> GlContext::Create() {
  // Of one kind in a process: MuJoCo looks its functions up for all contexts.
  static const auto* const factory = new absl::StatusOr<Factory>(Choose());
  if (!factory->ok()) return factory->status();
  return (**factory)();
}

}  // namespace envs
