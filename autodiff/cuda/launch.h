// A call of a kernel as data: what the CUDA column of the op table gives, and
// what devices (device.h) run.
#ifndef AUTODIFF_CUDA_LAUNCH_H_
#define AUTODIFF_CUDA_LAUNCH_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace autodiff::cuda {

// Every kernel of kernel_list.inc.
enum class KernelId {
#define KERNEL(Name) k##Name,
#define LIBRARY KERNEL
#include "autodiff/cuda/kernel_list.inc"
#undef LIBRARY
#undef KERNEL
};
const char* NameOf(KernelId kernel);

// Numbers of blocks, or of threads of one.
struct Extent {
  uint32_t x = 1, y = 1, z = 1;

  uint64_t count() const { return uint64_t{x} * y * z; }
};

// A kernel's arguments are one struct of plain data, held here byte for byte.
struct Problem {
  Extent grid;  // with others beside it along x only
  std::vector<std::byte> arguments;
};

// One call of a kernel, on one problem or on several that have nothing to do
// with each other: each gets blocks of its own. What CUDA passes to a kernel is
// at most so long.
constexpr size_t kMaxArgumentBytes = 32764;
constexpr size_t kMaxProblems = 16;
// Before the arguments of several problems: see Problems in arguments.h.
constexpr size_t kProblemsHeaderBytes = 72;
struct Launch {
  KernelId kernel = {};
  Extent block;
  size_t shared_bytes = 0;  // dynamic shared memory of a block
  std::vector<Problem> problems;
};

// Of a block, without asking for more.
constexpr size_t kMaxSharedBytes = size_t{48} << 10;

// Fails, naming the kernel, if CUDA would refuse the launch for its extents or
// its shared memory.
void CheckLimits(const Launch& launch, const std::string& kernel);

// `Arguments::kKernel` says whose arguments they are.
template <typename Arguments>
Launch MakeLaunch(const Arguments& arguments, Extent grid, Extent block,
                  size_t shared_bytes = 0) {
  static_assert(std::is_trivially_copyable_v<Arguments>);
  static_assert(sizeof(Arguments) <= kMaxArgumentBytes);
  Problem problem{.grid = grid};
  problem.arguments.resize(sizeof(Arguments));
  std::memcpy(problem.arguments.data(), &arguments, sizeof(Arguments));
  return {.kernel = Arguments::kKernel,
          .block = block,
          .shared_bytes = shared_bytes,
          .problems = {std::move(problem)}};
}

// A launch among others, by their places in a list, that must be complete
// before it starts. They come earlier in the list.
struct LaunchNode {
  Launch launch;
  std::vector<int> after;
};

}  // namespace autodiff::cuda

#endif  // AUTODIFF_CUDA_LAUNCH_H_
