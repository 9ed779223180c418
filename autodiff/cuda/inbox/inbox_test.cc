// In whatever order the two streams go on, copies mean what they say.
#include "autodiff/cuda/inbox/inbox.h"

#include <cuda_runtime_api.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <random>
#include <vector>

#include "autodiff/cuda/inbox/testing/deferred_runtime.h"
#include "autodiff/cuda/testing/streams.h"
#include "gtest/gtest.h"

namespace autodiff::cuda {
namespace {

using Bytes = std::vector<uint8_t>;

constexpr size_t kSlot = Inbox::kSlotBytes;
constexpr size_t kBytes = 5 * kSlot + 321;

// x ← 3x + 1, which does not commute with copies: what a kernel does.
void TripleAddOne(uint8_t* x, size_t size) {
  std::transform(x, x + size, x,
                 [](uint8_t y) { return static_cast<uint8_t>(3 * y + 1); });
}

// Memory of a GPU, with an inbox.
class Gpu {
 public:
  Gpu(double main_haste, double second_haste) {
    deferred::SetHaste(main_haste);
    cudaStreamCreateWithFlags(&main_, cudaStreamNonBlocking);
    deferred::SetHaste(second_haste);
    inbox_ = std::make_unique<Inbox>(main_);
    void* memory;
    cudaMalloc(&memory, kBytes);
    memory_ = static_cast<uint8_t*>(memory);
    std::fill_n(memory_, kBytes, 0);
  }
  ~Gpu() {
    inbox_.reset();
    cudaStreamDestroy(main_);
    cudaFree(memory_);
  }

  void CopyIn(size_t at, Bytes bytes) {
    inbox_->CopyIn(memory_ + at, bytes.data(), bytes.size());
    std::fill(bytes.begin(), bytes.end(), 0xee);  // They have been read.
  }

  Bytes CopyOut(size_t at, size_t size) {
    Bytes bytes(size);
    cudaMemcpyAsync(bytes.data(), memory_ + at, size, cudaMemcpyDeviceToHost,
                    main_);
    cudaStreamSynchronize(main_);
    return bytes;
  }

  void Launch(size_t at, size_t size) {
    deferred::Launch(main_, [=, this] {
      TripleAddOne(memory_ + at, size);
      ++kernels_run_;
    });
  }
  int kernels_run() const { return kernels_run_; }

 private:
  cudaStream_t main_;
  std::unique_ptr<Inbox> inbox_;
  uint8_t* memory_;
  int kernels_run_ = 0;
};

class RandomBytes {
 public:
  explicit RandomBytes(uint64_t seed) : random_(seed) {}

  size_t Below(size_t bound) { return random_() % bound; }
  // Every so often next to a whole number of slots.
  size_t Size() {
    constexpr size_t kSizes[] = {
        0, 1, kSlot - 1, kSlot, kSlot + 1, 3 * kSlot - 1, 3 * kSlot, 5 * kSlot};
    return Below(2) == 0 ? kSizes[Below(std::size(kSizes))] : Below(5000);
  }
  Bytes Draw(size_t size) {
    Bytes bytes(size);
    for (size_t i = 0; i < size; i += sizeof(uint64_t)) {
      const uint64_t eight = random_();
      std::memcpy(&bytes[i], &eight, std::min(size - i, sizeof(eight)));
    }
    return bytes;
  }

 private:
  std::mt19937_64 random_;
};

class InboxTest : public testing::TestWithParam<int> {};

TEST_P(InboxTest, CopiesInTheOrderOfCalls) {
  RandomBytes random(GetParam());
  deferred::Seed(GetParam());
  constexpr double kHaste[] = {0, 0.2, 0.5, 0.9, 1};
  Gpu gpu(kHaste[random.Below(5)], kHaste[random.Below(5)]);
  Bytes expected(kBytes, 0);
  for (int call = 0; call < 40; ++call) {
    const size_t size = random.Size(), at = random.Below(kBytes - size + 1);
    const size_t what = random.Below(8);
    if (what < 5) {
      const Bytes bytes = random.Draw(size);
      gpu.CopyIn(at, bytes);
      std::copy(bytes.begin(), bytes.end(), expected.begin() + at);
    } else if (what < 7) {
      gpu.Launch(at, size);
      TripleAddOne(expected.data() + at, size);
    } else {
      const auto begin = expected.begin() + at;
      ASSERT_TRUE(gpu.CopyOut(at, size) == Bytes(begin, begin + size)) << call;
    }
  }
  ASSERT_TRUE(gpu.CopyOut(0, kBytes) == expected);
}

INSTANTIATE_TEST_SUITE_P(All, InboxTest, testing::Range(0, 30));

// The main stream does nothing unless it is waited for.
TEST(Inbox, WaitsOnlyWhenItIsFull) {
  for (const double second_haste : {0.0, 1.0}) {
    Gpu gpu(0, second_haste);
    gpu.Launch(0, kBytes);
    for (int i = 0; i < Inbox::kSlots; ++i) gpu.CopyIn(i, Bytes(1));
    EXPECT_EQ(gpu.kernels_run(), 0);
    gpu.CopyIn(0, Bytes(1));
    EXPECT_EQ(gpu.kernels_run(), 1);
  }
}

TEST(Inbox, TransfersWhileTheMainStreamComputes) {
  Gpu gpu(0, 1);
  gpu.Launch(0, kBytes);
  const size_t before = deferred::BytesArrived();
  gpu.CopyIn(0, Bytes(kBytes));
  EXPECT_EQ(deferred::BytesArrived() - before, kBytes);
  EXPECT_EQ(gpu.kernels_run(), 0);
}

}  // namespace
}  // namespace autodiff::cuda
