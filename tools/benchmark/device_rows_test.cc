// What a GPU is asked for, on an emulated one: it computes what the CPU does.
#include "tools/benchmark/device_rows.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "autodiff/cuda/device.h"
#include "autodiff/cuda/emulator/emulated_device.h"
#include "autodiff/cuda/launch.h"
#include "gtest/gtest.h"
#include "rl/agent_config.h"
#include "rl/small_agent.h"
#include "tools/benchmark/agent_rows.h"
#include "tools/benchmark/data.h"
#include "tools/benchmark/row.h"
#include "tools/benchmark/wait.h"

namespace benchmarks {
namespace {

using autodiff::cuda::Device;
using autodiff::cuda::emulator::EmulatedDevice;

// The work there, after the same checks and numbers as here.
Work OnBoth(const std::function<Work(Device*)>& make) {
  static EmulatedDevice device({});
  const Work here = make(nullptr);
  Work there = make(&device);
  EXPECT_EQ(here.launches, 0);
  EXPECT_GT(there.launches, 0);
  EXPECT_EQ(there.flop, here.flop);
  EXPECT_EQ(there.check.size(), here.check.size());
  for (size_t i = 0; i < here.check.size(); ++i) {
    EXPECT_NEAR(there.check[i], here.check[i], 1e-4 * std::abs(here.check[i]));
  }
  there.run();  // again
  return there;
}

std::vector<float> Wave(int64_t size, double first) {
  std::vector<float> wave(size);
  FillWithWave(absl::MakeSpan(wave), 1, first);
  return wave;
}

// Like a GPU it computes later: when somebody copies from it.
class LateDevice final : public Device {
 public:
  std::string Name() const override { return "late"; }
  int block_threads() const override { return 32; }
  void* Allocate(size_t bytes) override { return std::calloc(bytes, 1); }
  void Free(void* memory) override { std::free(memory); }
  void CopyIn(void*, const void*, size_t) override {}
  void CopyOut(void*, const void*, size_t) override { done = begun; }
  std::unique_ptr<autodiff::cuda::LaunchGraph> Compile(
      const std::vector<autodiff::cuda::LaunchNode>&) override {
    return nullptr;
  }

  int begun = 0, done = 0;
};

TEST(Wait, UntilADeviceHasEnded) {
  LateDevice device;
  const auto run = AndWait([&] { ++device.begun; }, &device);
  for (int i = 1; i <= 2; ++i) {
    run();
    EXPECT_EQ(device.begun, i);
    EXPECT_EQ(device.done, i);
  }
}

TEST(DeviceRows, Product) {
  constexpr int64_t kSize = 24;
  const Work work =
      OnBoth([](Device* device) { return ProductWork(kSize, device); });
  const std::vector<float> a = Wave(kSize * kSize, 0);
  const std::vector<float> b = Wave(kSize * kSize, 500'000);
  double magnitude = 0, flop = 0;
  for (int64_t i = 0; i < kSize; ++i) {
    for (int64_t j = 0; j < kSize; ++j) {
      double sum = 0;
      for (int64_t k = 0; k < kSize; ++k, flop += 2) {
        sum += static_cast<double>(a[i * kSize + k]) * b[k * kSize + j];
      }
      magnitude += std::abs(sum) / (kSize * kSize);
    }
  }
  EXPECT_NEAR(work.check[0], magnitude, 1e-5 * magnitude);
  EXPECT_EQ(work.flop, flop);
  EXPECT_EQ(work.launches, 1);
}

TEST(DeviceRows, Copy) {
  constexpr int64_t kSize = 1000;
  const Work work =
      OnBoth([](Device* device) { return CopyWork(kSize, device); });
  double magnitude = 0;
  for (const float x : Wave(kSize, 0)) magnitude += std::abs(x + 1) / kSize;
  EXPECT_NEAR(work.check[0], magnitude, 1e-5 * magnitude);
  EXPECT_EQ(work.bytes, 2 * 4 * kSize);
  EXPECT_EQ(work.launches, 1);
}

TEST(AgentRows, SmallAgents) {
  for (rl::AgentConfig config :
       {rl::SmallConfig(), rl::SmallDeterministicConfig()}) {
    config.planner.iterations = 2;
    config.planner.samples = 12;
    config.planner.elites = 4;
    const Work update =
        OnBoth([&](Device* device) { return UpdateWork(config, 1, device); });
    EXPECT_GE(update.check.size(), 3);
    EXPECT_GT(update.bytes, 0);
    EXPECT_GT(update.memory, 0);
    const Work acting =
        OnBoth([&](Device* device) { return ActingWork(config, 1, device); });
    EXPECT_GT(acting.bytes, 0);
  }
}

}  // namespace
}  // namespace benchmarks
