// Kernels that are right give, in every order of threads and blocks, what
// plain loops give.
#include "autodiff/cuda/emulator/emulated_device.h"

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "autodiff/cuda/emulator/testing/run_kernel.h"
#include "autodiff/cuda/kernel.h"
#include "gtest/gtest.h"

namespace autodiff::cuda::emulator {
namespace {

// Small whole numbers: their sums and products are exact in any order.
std::vector<float> Numbers(int count) {
  std::vector<float> numbers(count);
  for (int i = 0; i < count; ++i) {
    numbers[i] = static_cast<float>(i * 37 % 101 - 50);
  }
  return numbers;
}

class EmulatedDeviceTest
    : public testing::TestWithParam<EmulatedDevice::Options> {};

INSTANTIATE_TEST_SUITE_P(
    Orders, EmulatedDeviceTest,
    testing::Values(
        EmulatedDevice::Options{.threads = EmulatedDevice::Order::kAscending},
        EmulatedDevice::Options{.threads = EmulatedDevice::Order::kDescending},
        EmulatedDevice::Options{.threads = EmulatedDevice::Order::kShuffled,
                                .seed = 1},
        EmulatedDevice::Options{.threads = EmulatedDevice::Order::kShuffled,
                                .seed = 2}),
    [](const auto& order) { return "order" + std::to_string(order.index); });

// y = the sum of each block's elements of x.
__global__ void BlockSum(TestArguments a) {
  SHARED(float, sums, 256);
  const int thread = threadIdx.x, i = blockIdx.x * blockDim.x + thread;
  sums[thread] = i < a.x.size ? a.x[i] : 0.0f;
  for (int half = blockDim.x / 2; half > 0; half /= 2) {
    __syncthreads();
    if (thread < half) sums[thread] += sums[thread + half];
  }
  if (thread == 0) a.y[blockIdx.x] = sums[0];
}

TEST_P(EmulatedDeviceTest, SumsInSharedMemory) {
  for (const int block : {32, 64, 256}) {
    const std::vector<float> x = Numbers(1000);
    const int blocks = (1000 + block - 1) / block;
    std::vector<float> sums(blocks);
    for (int i = 0; i < 1000; ++i) sums[i / block] += x[i];

    EXPECT_EQ(RunKernel<BlockSum>({{static_cast<uint32_t>(blocks)},
                                   {static_cast<uint32_t>(block)}},
                                  x, blocks, 0, GetParam()),
              sums);
  }
}

// Softmax of rows, each of which belongs to a warp.
__global__ void Softmax(TestArguments a) {
  const int lane = threadIdx.x % 32;
  const int row = (blockIdx.x * blockDim.x + threadIdx.x) / 32;
  const int begin = row * a.columns, end = begin + a.columns;
  float max = -INFINITY, sum = 0;
  for (int i = begin + lane; i < end; i += 32) max = fmaxf(max, a.x[i]);
  for (int d = 16; d > 0; d /= 2) {
    max = fmaxf(max, __shfl_xor_sync(kAllLanes, max, d));
  }
  for (int i = begin + lane; i < end; i += 32) sum += expf(a.x[i] - max);
  for (int d = 16; d > 0; d /= 2) sum += __shfl_down_sync(kAllLanes, sum, d);
  sum = __shfl_sync(kAllLanes, sum, 0);
  for (int i = begin + lane; i < end; i += 32) {
    a.y[i] = expf(a.x[i] - max) / sum;
  }
}

TEST_P(EmulatedDeviceTest, SoftmaxByShuffles) {
  constexpr int kRows = 8, kColumns = 45;
  const std::vector<float> x = Numbers(kRows * kColumns);
  for (const uint32_t block : {32, 64, 256}) {
    const std::vector<float> y = RunKernel<Softmax>(
        {{kRows * 32 / block}, {block}}, x, x.size(), kColumns, GetParam());
    for (int row = 0; row < kRows; ++row) {
      double sum = 0;
      for (int j = 0; j < kColumns; ++j) {
        sum += std::exp(static_cast<double>(x[row * kColumns + j]));
      }
      for (int j = 0; j < kColumns; ++j) {
        const int i = row * kColumns + j;
        EXPECT_NEAR(y[i], std::exp(static_cast<double>(x[i])) / sum, 1e-6);
      }
    }
  }
}

// The square of a matrix, by tiles as large as the block.
__global__ void Square(TestArguments a) {
  DYNAMIC_SHARED(float, tiles);
  const int width = blockDim.x, n = a.columns;
  const Shared<float> left = tiles, right = tiles + width * width;
  const int column = threadIdx.x, row = threadIdx.y;
  const int i = blockIdx.y * width + row, j = blockIdx.x * width + column;
  float sum = 0;
  for (int k = 0; k < n; k += width) {
    left[row * width + column] =
        i < n && k + column < n ? a.x[i * n + k + column] : 0.0f;
    right[row * width + column] =
        k + row < n && j < n ? a.x[(k + row) * n + j] : 0.0f;
    __syncthreads();
    for (int l = 0; l < width; ++l) {
      sum += left[row * width + l] * right[l * width + column];
    }
    __syncthreads();
  }
  if (i < n && j < n) a.y[i * n + j] = sum;
}

TEST_P(EmulatedDeviceTest, ProductByTiles) {
  constexpr int kSize = 21;
  const std::vector<float> x = Numbers(kSize * kSize);
  std::vector<float> square(kSize * kSize);
  for (int i = 0; i < kSize; ++i) {
    for (int j = 0; j < kSize; ++j) {
      for (int k = 0; k < kSize; ++k) {
        square[i * kSize + j] += x[i * kSize + k] * x[k * kSize + j];
      }
    }
  }
  for (const uint32_t width : {4, 8, 16}) {
    const uint32_t blocks = (kSize + width - 1) / width;
    EXPECT_EQ(RunKernel<Square>({{blocks, blocks},
                                 {width, width},
                                 2 * width * width * sizeof(float)},
                                x, x.size(), kSize, GetParam()),
              square);
  }
}

}  // namespace
}  // namespace autodiff::cuda::emulator
