#include "autodiff/cuda/launch.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "autodiff/fail.h"

namespace autodiff::cuda {
namespace {

constexpr Extent kMaxGrid = {0x7fffffff, 65535, 65535};
constexpr Extent kMaxBlock = {1024, 1024, 64};
constexpr uint64_t kMaxBlockThreads = 1024;

bool Fits(const Extent& extent, const Extent& max) {
  return extent.count() > 0 && extent.x <= max.x && extent.y <= max.y &&
         extent.z <= max.z;
}

std::string ToString(const Extent& extent) {
  return absl::StrCat("(", extent.x, ", ", extent.y, ", ", extent.z, ")");
}

}  // namespace

const char* NameOf(KernelId kernel) {
  constexpr const char* kNames[] = {
#define KERNEL(Name) #Name,
#define LIBRARY KERNEL
#include "autodiff/cuda/kernel_list.inc"
#undef LIBRARY
#undef KERNEL
  };
  return kNames[static_cast<int>(kernel)];
}

void CheckLimits(const Launch& launch, const std::string& kernel) {
  for (const Problem& problem : launch.problems) {
    if (Fits(problem.grid, kMaxGrid)) continue;
    Fail(absl::StrCat(kernel, " cannot have ", ToString(problem.grid),
                      " blocks: CUDA allows (1, 1, 1) to ",
                      ToString(kMaxGrid)));
  }
  if (!Fits(launch.block, kMaxBlock) ||
      launch.block.count() > kMaxBlockThreads) {
    Fail(absl::StrCat(kernel, " cannot have ", ToString(launch.block),
                      " threads in a block: CUDA allows (1, 1, 1) to ",
                      ToString(kMaxBlock), ", ", kMaxBlockThreads, " in all"));
  }
  if (launch.shared_bytes > kMaxSharedBytes) {
    Fail(absl::StrCat(kernel, " cannot have ", launch.shared_bytes,
                      " bytes of shared memory: CUDA allows ",
                      kMaxSharedBytes));
  }
}

}  // namespace autodiff::cuda
