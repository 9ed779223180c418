// Kernels that are right give, in every order of threads and blocks, what
// plain loops give.
#include "autodiff/cuda/emulator/emulated_device.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "autodiff/cuda/arguments.h"
#include "autodiff/cuda/emulator/block.h"
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

// y = what the three shuffles bring each lane of groups of a.columns, one after
// the other.
__global__ void Shuffles(TestArguments a) {
  const int i = threadIdx.x, count = blockDim.x, width = a.columns;
  const float x = a.x[i];
  for (int k = 0; k < 32; ++k) {
    a.y[3 * k * count + i] = __shfl_sync(kAllLanes, x, k, width);
    a.y[(3 * k + 1) * count + i] = __shfl_xor_sync(kAllLanes, x, k, width);
    a.y[(3 * k + 2) * count + i] = __shfl_down_sync(kAllLanes, x, k, width);
  }
}

TEST_P(EmulatedDeviceTest, ShufflesInGroups) {
  constexpr int kCount = 64;
  std::vector<float> x(kCount);
  for (int i = 0; i < kCount; ++i) x[i] = static_cast<float>(i);
  for (const int width : {1, 2, 8, 32}) {
    // As CUDA's guide says it: a group's lanes are counted from 0; who asks for
    // a lane beyond the group's end keeps its own value, an exclusive or that
    // leads to an earlier group is allowed.
    std::vector<float> y(96 * kCount);
    for (int k = 0; k < 32; ++k) {
      for (int i = 0; i < kCount; ++i) {
        const int warp = i / 32 * 32, group = i / width * width;
        const int flipped = warp + ((i - warp) ^ k);
        y[3 * k * kCount + i] = x[group + k % width];
        y[(3 * k + 1) * kCount + i] = x[flipped < group + width ? flipped : i];
        y[(3 * k + 2) * kCount + i] = x[i + k < group + width ? i + k : i];
      }
    }
    EXPECT_EQ(
        RunKernel<Shuffles>({{1}, {kCount}}, x, 96 * kCount, width, GetParam()),
        y);
  }
}

// y[i] = i, the number of a thread in a grid of three axes.
__global__ void Count(TestArguments a) {
  const int block =
      (blockIdx.z * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x;
  const int thread =
      (threadIdx.z * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x;
  const int i = block * blockDim.x * blockDim.y * blockDim.z + thread;
  a.y[i] = i;
}

TEST_P(EmulatedDeviceTest, ThreeAxes) {
  constexpr Shape kShape = {{2, 3, 4}, {5, 6, 7}};
  std::vector<float> y(kShape.grid.count() * kShape.block.count());
  std::iota(y.begin(), y.end(), 0.0f);
  EXPECT_EQ(RunKernel<Count>(kShape, {}, y.size(), 0, GetParam()), y);
}

// Accesses that are ordered, though only just: by the weakest barrier that will
// do, or because it is the same thread or an atomic operation.
__global__ void OrderedAccesses(TestArguments a) {
  SHARED(float, line, 64);
  const int i = threadIdx.x, warp = i / 32 * 32;
  line[i] = a.x[0];
  line[i] += 1;
  __syncwarp();
  const float next = line[warp + (i + 1) % 32];
  __syncwarp();
  line[i] = next + 1;
  __syncthreads();
  const float other = line[63 - i];
  __syncthreads();
  if (i == 0) line[63] = other;
  a.y[blockIdx.x * 64 + i] = other;
}

TEST_P(EmulatedDeviceTest, OrderedAccessesAreNoRaces) {
  EXPECT_EQ(RunKernel<OrderedAccesses>({{3}, {64}}, {1}, 192, 0, GetParam()),
            std::vector<float>(192, 3));
}

struct WordsArguments {
  static constexpr KernelId kKernel = {};
  Global<const int32_t> x;
  Global<uint32_t> y;
  Global<uint64_t> z;
  unsigned long long* largest = nullptr;
};
// All types an element can have, and the word that all threads write.
__global__ void Words(WordsArguments a) {
  const int i = Thread(static_cast<int>(blockIdx.x));
  a.y[i] = a.x[i];
  a.y[i] = a.y[i] * 2;
  a.z[i] = uint64_t{a.y[i]} << 32;
  a.z[i] += 1;
  atomicMax(a.largest, 1000 - static_cast<unsigned long long>(i));
}

TEST_P(EmulatedDeviceTest, WordsAndAtomics) {
  EmulatedDevice device(GetParam(), {MakeKernel<&Words>("Words")});
  std::vector<int32_t> x(128);
  std::iota(x.begin(), x.end(), -64);
  const auto y = AllocateTensor<uint32_t>(device, 128);
  const auto z = AllocateTensor<uint64_t>(device, 128);
  const auto largest = AllocateTensor<unsigned long long>(device, 1);
  // Two launches that do not wait for each other may both use atomics.
  const WordsArguments all = {ReadOnly(ToDevice(device, x)), y, z,
                              largest.data};
  const WordsArguments other = {all.x, AllocateTensor<uint32_t>(device, 128),
                                AllocateTensor<uint64_t>(device, 128),
                                largest.data};
  device
      .Compile({{MakeLaunch(all, {4}, {32})}, {MakeLaunch(other, {2}, {64})}})
      ->Run();
  std::vector<uint32_t> twice;
  std::vector<uint64_t> shifted;
  for (const int32_t i : x) {
    twice.push_back(2 * static_cast<uint32_t>(i));
    shifted.push_back((uint64_t{twice.back()} << 32) + 1);
  }
  EXPECT_EQ(FromDevice(device, y), twice);
  EXPECT_EQ(FromDevice(device, z), shifted);
  EXPECT_EQ(FromDevice(device, largest)[0], 1000u);
}

// Written by the emulator's only thread.
std::vector<int> places;
__global__ void NotePlace(TestArguments) {
  places.push_back(blockIdx.x * blockDim.x + threadIdx.x);
  __syncthreads();
  places.push_back(blockIdx.x * blockDim.x + threadIdx.x);
}

TEST(OrderTest, IsThatOfTheOptions) {
  if (kOsThreads) GTEST_SKIP() << "the system has its own order";
  const auto run = [](const EmulatedDevice::Options& options) {
    places.clear();
    RunKernel<NotePlace>({{2}, {3}}, {}, 1, 0, options);
    return places;
  };
  using Order = EmulatedDevice::Order;
  EXPECT_EQ(run({.threads = Order::kAscending}),
            std::vector<int>({0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5}));
  EXPECT_EQ(run({.threads = Order::kDescending}),
            std::vector<int>({5, 4, 3, 5, 4, 3, 2, 1, 0, 2, 1, 0}));

  // Each seed has its order. Among many of them are all 2 · 6 · 6 of blocks and
  // of threads up to the barrier; after it threads come in another one.
  std::set<std::vector<int>> starts;
  int reshuffled = 0;
  for (uint64_t seed = 0; seed < 1000; ++seed) {
    const EmulatedDevice::Options options = {.threads = Order::kShuffled,
                                             .seed = seed};
    const std::vector<int> order = run(options);
    EXPECT_EQ(run(options), order);
    starts.insert({order[0], order[1], order[2], order[6], order[7], order[8]});
    reshuffled += std::equal(&order[0], &order[3], &order[3]) ? 0 : 1;
  }
  EXPECT_EQ(starts.size(), 2 * 6 * 6u);
  EXPECT_GT(reshuffled, 500);
}

TEST(DeviceMemoryTest, IsZeroedAndNeverTheSame) {
  EmulatedDevice device({});
  std::set<float*> addresses;
  for (const int64_t size : {0, 1, 64, 65, 5000, 5000}) {
    const auto x = AllocateTensor<float>(device, size);
    EXPECT_EQ(FromDevice(device, x), std::vector<float>(size));
    device.CopyIn(x.data, std::vector<float>(size, 1).data(), size * 4);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(x.data) % 256, 0u);
    EXPECT_TRUE(addresses.insert(x.data).second);
    device.Free(x.data);
  }
}

// The kernels of kernel_list.inc, in its order.
TEST(KernelsTest, AreThoseOfTheList) {
  for (size_t i = 0; i < Kernels().size(); ++i) {
    EXPECT_EQ(Kernels()[i].name, NameOf(static_cast<KernelId>(i)));
  }
  EmulatedDevice device({});
  const auto x = ToDevice<uint32_t>(device, {3, 0xffffffff});
  const auto y = AllocateTensor<uint32_t>(device, 2);
  device.Compile({{MakeLaunch(IncrementArguments{ReadOnly(x), y}, {1}, {64})}})
      ->Run();
  EXPECT_EQ(FromDevice(device, y), std::vector<uint32_t>({4, 0}));
}

}  // namespace
}  // namespace autodiff::cuda::emulator
