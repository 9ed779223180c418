// A build without CUDA says so.
#include "absl/status/status.h"
#include "autodiff/cuda/gpu.h"
#include "gtest/gtest.h"

namespace autodiff::cuda {
namespace {

TEST(GpuNone, SaysWhatToDo) {
  EXPECT_EQ(OpenGpu().status(),
            absl::UnimplementedError("this program was built without CUDA; "
                                     "build it with --config=cuda"));
}

}  // namespace
}  // namespace autodiff::cuda
