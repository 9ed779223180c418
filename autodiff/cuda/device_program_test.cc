// What programs copy to and from a device, and when.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/algorithm/container.h"
#include "autodiff/cuda/device.h"
#include "autodiff/cuda/emulator/emulated_device.h"
#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "autodiff/program.h"
#include "autodiff/state.h"
#include "gtest/gtest.h"

namespace autodiff {
namespace {

// Counts copies.
class CountingDevice final : public cuda::Device {
 public:
  std::string Name() const override { return device_.Name(); }
  int block_threads() const override { return device_.block_threads(); }
  void* Allocate(size_t bytes) override { return device_.Allocate(bytes); }
  void Free(void* memory) override { device_.Free(memory); }
  void CopyIn(void* to, const void* from, size_t bytes) override {
    ++copies_in;
    device_.CopyIn(to, from, bytes);
  }
  void CopyOut(void* to, const void* from, size_t bytes) override {
    ++copies_out;
    device_.CopyOut(to, from, bytes);
  }
  std::unique_ptr<cuda::LaunchGraph> Compile(
      const std::vector<cuda::LaunchNode>& nodes) override {
    return device_.Compile(nodes);
  }

  int copies_in = 0, copies_out = 0;

 private:
  cuda::emulator::EmulatedDevice device_{{}};
};

TEST(DeviceProgram, CopiesInputsAtOnce) {
  Graph graph;
  const Tensor x = graph.Input("x", {3}), y = graph.Input("y", {5});
  const Tensor i = graph.Input("i", {2}, ElementType::kIndex);
  const Tensor fed = Exp(x);
  CountingDevice device;
  Program<float> program(graph, {Sum(y) + Sum(fed) + Sum(Gather(x, i))},
                         nullptr, {.fed = {fed}, .device = &device});
  for (const int run : {1, 2, 3}) {
    device.copies_in = 0;
    program.Input(y)[run] = 1;
    program.Run();
    EXPECT_EQ(device.copies_in, 1);
  }
}

// Every kind of output has the value that it has on the CPU.
class DeviceOutputs : public testing::Test {
 protected:
  static constexpr int kLarge = 5000;

  void Run(float value) {
    for (Program<float>* program : {&here_, &there_}) {
      program->Input(x_)[1] = value;
      program->Run();
    }
    device_.copies_out = 0;
  }

  void ExpectEqual(const Tensor& output) {
    EXPECT_TRUE(absl::c_equal(here_.Output(output), there_.Output(output)))
        << graph_.Describe(output.id());
  }

  Graph graph_;
  const Tensor x_ = graph_.Input("x", {4}), w_ = graph_.Variable("w", {});
  const Tensor constant_ = graph_.Constant({1, 2}, {2});
  const Tensor small_ = 3 * x_, sum_ = Sum(small_);
  const Tensor view_ = Reshape(small_, {2, 2});
  const Tensor large_ = BroadcastTo(Sum(x_), {kLarge}) + 1;
  const Tensor assigned_ = graph_.Assign(w_, w_ + sum_);
  const Tensors outputs_ = {x_,     constant_, Reshape(x_, {2, 2}),
                            small_, view_,     sum_,
                            large_, assigned_};
  CountingDevice device_;
  State<float> state_here_{graph_}, state_there_{graph_, &device_};
  Program<float> here_{graph_, outputs_, &state_here_};
  Program<float> there_{graph_, outputs_, &state_there_, {.device = &device_}};
};

TEST_F(DeviceOutputs, EqualTheCpusAfterEveryRun) {
  for (const float value : {1, 2, 3}) {
    Run(value);
    for (const Tensor& output : outputs_) ExpectEqual(output);
  }
}

TEST_F(DeviceOutputs, ComeAtOnceIfTheyAreSmall) {
  for (const float value : {1, 2, 3}) {
    Run(value);
    for (const Tensor& output : {sum_, view_, small_, x_, constant_}) {
      ExpectEqual(output);
    }
    EXPECT_EQ(device_.copies_out, 1);
    ExpectEqual(large_);
    EXPECT_EQ(device_.copies_out, 2);
    ExpectEqual(assigned_);
    EXPECT_EQ(device_.copies_out, 3);
  }
}

}  // namespace
}  // namespace autodiff
