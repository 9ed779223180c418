#include "autodiff/cuda/emulator/thread.h"

#include "absl/strings/str_cat.h"
#include "autodiff/fail.h"

namespace autodiff::cuda::emulator {

EmulatedThread& Running(const std::source_location& where) {
  if (running == nullptr) {
    Fail(absl::StrCat("what only kernels may use is used by the host at ",
                      LineOf(where)));
  }
  return *running;
}

void FailIn(const EmulatedThread& thread, const std::string& what) {
  Fail(absl::StrCat(thread.execution->kernel, ", block ",
                    ToString(thread.block), ", thread ", ToString(thread.index),
                    ": ", what));
}

std::string ToString(const Index& index) {
  return absl::StrCat("(", index.x, ", ", index.y, ", ", index.z, ")");
}

}  // namespace autodiff::cuda::emulator
