#include "autodiff/ops/cuda_rule.h"

#include "autodiff/fail.h"

namespace autodiff {

cuda::Strides CudaStrides(const std::vector<int64_t>& sizes,
                          const std::vector<int64_t>& strides) {
  cuda::Strides merged;
  for (size_t i = 0; i < sizes.size(); ++i) {
    const auto size = static_cast<int>(sizes[i]);
    const auto stride = static_cast<int>(strides[i]);
    if (size == 1) continue;
    const int last = merged.axes - 1;
    if (last >= 0 && merged.stride[last] == stride * size) {
      merged.size[last] *= size;
      merged.stride[last] = stride;
      continue;
    }
    if (merged.axes == cuda::Strides::kMaxAxes) {
      Fail(absl::StrCat("a kernel reads ", Shape(sizes).ToString(),
                        " along more than ", cuda::Strides::kMaxAxes,
                        " axes, which the CUDA backend cannot"));
    }
    merged.size[merged.axes] = size;
    merged.stride[merged.axes++] = stride;
  }
  return merged;
}

CudaKernel CudaCopy(const Call& call, const cuda::Strides& at) {
  return CudaThreads(call, call.out().elements(), [=](const Buffers& b) {
    return cuda::CopyArguments{.x = CudaInput<uint32_t>(call, b, 0),
                               .y = CudaOutput<uint32_t>(call, b),
                               .at = at};
  });
}

}  // namespace autodiff
