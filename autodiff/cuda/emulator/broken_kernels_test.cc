// Kernels that are wrong end the process, with a sentence that says where.
#include <functional>
#include <string>
#include <vector>

#include "autodiff/cuda/emulator/block.h"
#include "autodiff/cuda/emulator/emulated_device.h"
#include "autodiff/cuda/emulator/testing/expect_race.h"
#include "autodiff/cuda/emulator/testing/marked_line.h"
#include "autodiff/cuda/emulator/testing/run_kernel.h"
#include "autodiff/cuda/kernel.h"
#include "autodiff/testing/expect_fail.h"
#include "gtest/gtest.h"

namespace autodiff::cuda::emulator {
namespace {

constexpr Shape kOneBlock = {{1}, {64}};

// Expects that the kernel, on 64 elements and with 64 to write, fails with all
// parts in every order of threads.
template <void (*kKernel)(TestArguments)>
void ExpectBroken(
    const Shape& shape, const std::vector<std::string>& parts,
    decltype(&ExpectFail) expect = &ExpectFail,
    std::source_location where = std::source_location::current()) {
  for (const auto order :
       {EmulatedDevice::Order::kAscending, EmulatedDevice::Order::kDescending,
        EmulatedDevice::Order::kShuffled}) {
    expect(
        [&] {
          RunKernel<kKernel>(shape, std::vector<float>(64), 64, 0,
                             {.threads = order});
        },
        parts, where);
  }
}

// ---- Bounds -----------------------------------------------------------------

__global__ void ReadsBeyond(TestArguments a) {
  const int i = Thread(static_cast<int>(blockIdx.x));
  a.y[i] = a.x[i + 1];  // reads beyond
}
TEST(BoundsTest, Read) {
  ExpectBroken<ReadsBeyond>(
      kOneBlock, {"ReadsBeyond, block (0, 0, 0), thread (63, 0, 0): element 64 "
                  "of 64 at " +
                  MarkedLine("reads beyond")});
}

__global__ void WritesBefore(TestArguments a) {
  const int i = threadIdx.x + blockDim.x * threadIdx.y;
  a.y[i - 1] = 0;  // writes before
}
TEST(BoundsTest, Write) {
  ExpectBroken<WritesBefore>(
      {{1}, {8, 8}},
      {"block (0, 0, 0), thread (0, 0, 0): element -1 of 64 at " +
       MarkedLine("writes before")});
}

__global__ void WritesBeyondShared(TestArguments) {
  SHARED(float, sums, 63);
  sums[threadIdx.x] = 0;  // writes beyond shared
}
TEST(BoundsTest, SharedArray) {
  ExpectBroken<WritesBeyondShared>(kOneBlock,
                                   {"thread (63, 0, 0): sums[63] of 63 at " +
                                    MarkedLine("writes beyond shared")});
}

__global__ void WritesBeyondDynamic(TestArguments) {
  DYNAMIC_SHARED(float, tile);
  tile[threadIdx.x] = 0;  // writes beyond dynamic
}
TEST(BoundsTest, DynamicSharedArray) {
  ExpectBroken<WritesBeyondDynamic>({{1}, {64}, 63 * sizeof(float)},
                                    {"thread (63, 0, 0): tile[63] of 63 at " +
                                     MarkedLine("writes beyond dynamic")});
}

__global__ void TakesTooMuchShared(TestArguments) {
  SHARED(float, sums, 12000);
  DYNAMIC_SHARED(float, tile);
  tile[threadIdx.x] = sums[threadIdx.x];
}
TEST(BoundsTest, SharedMemoryInAll) {
  ExpectBroken<TakesTooMuchShared>(
      {{1}, {64}, 2000}, {"sums of 48000 bytes at ", "2000 of 49152"});
}

// ---- Memory -----------------------------------------------------------------

__global__ void ReadsUnwritten(TestArguments a) {
  SHARED(float, sums, 64);
  if (threadIdx.x % 2 == 0) sums[threadIdx.x] = 0;
  a.y[threadIdx.x] = sums[threadIdx.x];  // reads unwritten
}
TEST(MemoryTest, SharedMemoryIsUninitialised) {
  if (kOsThreads) GTEST_SKIP() << "ThreadSanitizer does not look for it";
  ExpectBroken<ReadsUnwritten>(
      {{2}, {64}},
      {", 0, 0): reads sums[", "] at " + MarkedLine("reads unwritten") +
                                   ", which its block has not written yet"});
}

__global__ void CopyElement(TestArguments a) {
  a.y[0] = a.x[0];  // copies
}

// What a kernel does with an x of one element at `x`.
void RunAt(EmulatedDevice& device, const float* x) {
  const TestArguments arguments = {{x, 1}, AllocateTensor<float>(device, 1)};
  device.Compile({{MakeLaunch(arguments, {1}, {1})}})->Run();
}

TEST(MemoryTest, UseAfterFree) {
  ExpectFail(
      [] {
        EmulatedDevice device({}, {MakeKernel<CopyElement>("CopyElement")});
        const auto x = AllocateTensor<float>(device, 1);
        device.Free(x.data);
        RunAt(device, x.data);
      },
      {"CopyElement", "element 0 at " + MarkedLine("copies"),
       "is in memory that is not allocated"});
}

TEST(MemoryTest, BeyondWhatWasAllocated) {
  ExpectFail(
      [] {
        EmulatedDevice device({}, {MakeKernel<CopyElement>("CopyElement")});
        RunAt(device, AllocateTensor<float>(device, 100).data + 100);
      },
      {"element 0 at " + MarkedLine("copies"),
       "is in memory that is not allocated"});
}

TEST(MemoryTest, OfTheHost) {
  ExpectFail(
      [] {
        EmulatedDevice device({}, {MakeKernel<CopyElement>("CopyElement")});
        const float x = 1;
        RunAt(device, &x);
      },
      {"element 0 at " + MarkedLine("copies"),
       "is in memory that is not allocated"});
}

TEST(MemoryTest, Misaligned) {
  ExpectFail(
      [] {
        EmulatedDevice device({}, {MakeKernel<CopyElement>("CopyElement")});
        auto* const bytes = static_cast<char*>(device.Allocate(8));
        RunAt(device, reinterpret_cast<const float*>(bytes + 2));
      },
      {"element 0 at " + MarkedLine("copies"), "no multiple of 4"});
}

TEST(MemoryTest, OfTheDeviceForTheHost) {
  EmulatedDevice device({});
  const auto x = AllocateTensor<float>(device, 1);
  EXPECT_DEATH(*x.data = 1, "");
  ExpectFail([&] { x[0] = 1; }, {"only kernels may use", "broken_kernels"});
}

TEST(MemoryTest, CopiesAndFrees) {
  EmulatedDevice device({});
  const auto x = AllocateTensor<float>(device, 2);
  float host[3] = {};
  ExpectFail([&] { device.CopyIn(x.data, host, 12); }, {"CopyIn of 12 bytes"});
  ExpectFail([&] { device.CopyOut(host, x.data + 1, 8); },
             {"CopyOut of 8 bytes"});
  ExpectFail([&] { device.Free(x.data + 1); }, {"freed"});
  device.Free(x.data);
  ExpectFail([&] { device.CopyOut(host, x.data, 4); }, {"CopyOut of 4 bytes"});
  ExpectFail([&] { device.Free(x.data); }, {"freed"});
}

// ---- Races ------------------------------------------------------------------

// Each kernel has one barrier too few, or too weak a one.
__global__ void ReversesInPlace(TestArguments a) {
  SHARED(float, line, 64);
  const int i = threadIdx.x;
  line[i] = a.x[i];
  __syncthreads();
  const float x = line[63 - i];  // reads another's
  line[i] = x;                   // writes its own
}
TEST(RaceTest, MissingBarrier) {
  // Which of the two comes first depends on the order of threads.
  ExpectBroken<ReversesInPlace>(
      kOneBlock,
      {"ReversesInPlace, block (0, 0, 0), thread (", "s line[",
       MarkedLine("reads another's"), MarkedLine("writes its own"),
       "with no barrier between"},
      &ExpectRace);
}

__global__ void ReversesInGlobalMemory(TestArguments a) {
  const int i = threadIdx.x;
  const float y = a.y[63 - i];
  a.y[i] = y;
}
TEST(RaceTest, MissingBarrierForGlobalMemory) {
  ExpectBroken<ReversesInGlobalMemory>(
      kOneBlock, {"element ", "with no barrier between"}, &ExpectRace);
}

__global__ void SyncsWarpsOnly(TestArguments a) {
  const int i = threadIdx.x;
  const float y = a.y[63 - i];
  __syncwarp();
  a.y[i] = y;
}
TEST(RaceTest, BarrierOfWarpsBetweenWarps) {
  ExpectBroken<SyncsWarpsOnly>(
      kOneBlock, {"element ", "with no barrier between"}, &ExpectRace);
}

__global__ void ReversesWarp(TestArguments a) {
  const int i = threadIdx.x;
  const float y = a.y[31 - i];
  a.y[i] = y;
}
TEST(RaceTest, LanesOfAWarp) {
  ExpectBroken<ReversesWarp>(
      {{1}, {32}}, {"element ", "with no barrier between"}, &ExpectRace);
}

__global__ void ShufflesBetween(TestArguments a) {
  const int i = threadIdx.x;
  const float y = a.y[31 - i];
  a.y[i] = __shfl_xor_sync(kAllLanes, y, 1);
}
TEST(RaceTest, AShuffleOrdersNoMemory) {
  if (kOsThreads) GTEST_SKIP() << "to ThreadSanitizer it is a barrier";
  ExpectBroken<ShufflesBetween>({{1}, {32}},
                                {"element ", "with no barrier between"});
}

__global__ void AllWrite(TestArguments a) {
  a.y[0] = 1;  // all write
}
TEST(RaceTest, TheSameValueTwice) {
  ExpectBroken<AllWrite>(
      kOneBlock,
      {"writes element 0 at " + MarkedLine("all write") + ", which thread (",
       "wrote at " + MarkedLine("all write")},
      &ExpectRace);
}

// Between blocks there is no barrier: they run one after the other here.
TEST(RaceTest, WritesOfBlocks) {
  if (kOsThreads) GTEST_SKIP() << "blocks are threads one after the other";
  ExpectBroken<AllWrite>({{2}, {1}},
                         {"writes element 0", "which another block wrote at ",
                          "and no barrier is for both"});
}

__global__ void BlockZeroWrites(TestArguments a) {
  if (blockIdx.x == 0) {
    a.y[1] = 2;
  } else {
    a.y[0] = a.y[1];
  }
}
TEST(RaceTest, ReadOfAnotherBlock) {
  if (kOsThreads) GTEST_SKIP() << "blocks are threads one after the other";
  ExpectBroken<BlockZeroWrites>({{2}, {1}},
                                {"s element 1", "which another block "});
}

__global__ void BlockTwoWrites(TestArguments a) {
  if (blockIdx.x != 2) a.y[1 + blockIdx.x] = a.y[0];
  __syncthreads();
  if (blockIdx.x == 2 && threadIdx.x == 0) {
    const float own = a.y[0];
    a.y[0] = own + 1;
  }
}
// Its own read, and barrier, does not hide that others read as well.
TEST(RaceTest, OneOfManyReadersWrites) {
  if (kOsThreads) GTEST_SKIP() << "blocks are threads one after the other";
  ExpectBroken<BlockTwoWrites>({{3}, {1}}, {"s element 0", "another block "});
}

__global__ void AllReadOneWrites(TestArguments a) {
  SHARED(float, one, 1);
  const int i = threadIdx.x;
  if (i == 0) one[0] = 1;
  __syncthreads();
  a.y[i] = one[0];
  __syncwarp();
  if (i == 63) one[0] = 2;
}
TEST(RaceTest, OtherWarpsMayStillRead) {
  ExpectBroken<AllReadOneWrites>(
      kOneBlock, {" one[0] at ", "with no barrier between"}, &ExpectRace);
}

// ---- Barriers that some threads do not reach --------------------------------

constexpr const char* kOthers = kOsThreads ? "others" : "but thread (";

__global__ void LastReturns(TestArguments) {
  if (threadIdx.x == 63) return;
  __syncthreads();  // waits for the last
}
TEST(DivergenceTest, ReturnBeforeABarrier) {
  std::vector<std::string> parts = {"LastReturns, block (0, 0, 0), thread (",
                                    kOthers};
  if (!kOsThreads) {
    parts.push_back("thread (0, 0, 0): waits for all of its block at " +
                    MarkedLine("waits for the last") +
                    ", but thread (63, 0, 0) has returned");
  }
  ExpectBroken<LastReturns>(kOneBlock, parts);
}

__global__ void TwoLines(TestArguments) {
  if (threadIdx.x < 32) {
    __syncthreads();  // the first half
  } else {
    __syncthreads();  // the second half
  }
}
TEST(DivergenceTest, DifferentBarriersOfTheBlock) {
  if (kOsThreads) GTEST_SKIP() << "threads of the system do not compare lines";
  ExpectBroken<TwoLines>(
      kOneBlock,
      {"TwoLines, block (0, 0, 0), thread (0, 0, 0): waits for all "
       "of its block at " +
       MarkedLine("the first half") + ", but thread (32, 0, 0) waits at " +
       MarkedLine("the second half")});
}

__global__ void WarpAndBlock(TestArguments) {
  if (threadIdx.x == 0) __syncwarp();  // the first lane
  __syncthreads();                     // the others
}
TEST(DivergenceTest, BarriersOfWarpAndBlock) {
  std::vector<std::string> parts = {"WarpAndBlock", kOthers};
  if (!kOsThreads) {
    parts.push_back("waits for all of its warp at " +
                    MarkedLine("the first lane"));
    parts.push_back("but thread (1, 0, 0) waits at " +
                    MarkedLine("the others"));
  }
  ExpectBroken<WarpAndBlock>(kOneBlock, parts);
}

__global__ void HalfOfAWarpShuffles(TestArguments a) {
  float x = 1;
  if (threadIdx.x % 32 < 16) x = __shfl_xor_sync(kAllLanes, x, 1);  // half
  a.y[threadIdx.x] = x;
}
TEST(DivergenceTest, ShuffleOfSomeLanes) {
  std::vector<std::string> parts = {"HalfOfAWarpShuffles", kOthers};
  if (!kOsThreads) {
    parts.push_back("thread (0, 0, 0): waits for all of its warp at " +
                    MarkedLine("half") +
                    ", but thread (16, 0, 0) has returned");
  }
  ExpectBroken<HalfOfAWarpShuffles>(kOneBlock, parts);
}

// ---- Shuffles ---------------------------------------------------------------

__global__ void ShufflesAcrossTheEnd(TestArguments a) {
  a.y[threadIdx.x] = __shfl_xor_sync(kAllLanes, 1.0f, 16);
}
TEST(ShuffleTest, MissingLane) {
  ExpectBroken<ShufflesAcrossTheEnd>(
      {{1}, {48}}, {"shuffles with lane ", "which its warp does not have"});
}

__global__ void ShufflesSomeLanes(TestArguments) {
  __shfl_sync(0xffff, 1.0f, 0);
}
TEST(ShuffleTest, Mask) {
  ExpectBroken<ShufflesSomeLanes>(kOneBlock,
                                  {"only a shuffle of all lanes is emulated"});
}

__global__ void ShufflesInSixes(TestArguments) {
  __shfl_sync(kAllLanes, 1.0f, 0, 6);
}
TEST(ShuffleTest, Width) {
  ExpectBroken<ShufflesInSixes>(kOneBlock, {"in groups of 6 lanes"});
}

}  // namespace
}  // namespace autodiff::cuda::emulator
