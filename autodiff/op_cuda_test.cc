// Every op of the table on the emulated GPU: value and gradient on its samples,
// whatever the block size and the order in which blocks and threads run.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "autodiff/cuda/emulator/emulated_device.h"
#include "autodiff/graph.h"
#include "autodiff/op.h"
#include "autodiff/ops.h"
#include "autodiff/program.h"
#include "autodiff/testing/expect_fail.h"
#include "autodiff/testing/op_samples.h"
#include "autodiff/testing/op_value.h"
#include "autodiff/testing/recorded_gradients.h"
#include "gtest/gtest.h"

namespace autodiff {
namespace {

using cuda::emulator::EmulatedDevice;

class OpCuda : public OpTable {
 protected:
  template <typename Check>
  void OnEachDevice(const Check& check) {
    using Order = EmulatedDevice::Order;
    std::vector<EmulatedDevice::Options> all;
    for (int block_threads : {32, 64, 256}) {
      for (Order order :
           {Order::kAscending, Order::kDescending, Order::kShuffled}) {
        all.push_back({.threads = order,
                       .shuffle_launches = order == Order::kShuffled,
                       .seed = all.size(),
                       .block_threads = block_threads});
      }
    }
    for (const EmulatedDevice::Options& options : all) {
      EmulatedDevice device(options);
      for (const Sample& sample : GetParam()->samples()) {
        SCOPED_TRACE(absl::StrCat(sample.name, " in blocks of ",
                                  options.block_threads, ", order ",
                                  static_cast<int>(options.threads)));
        check(sample, ProgramOptions{.device = &device});
      }
    }
  }
};

TEST_P(OpCuda, EqualsTheOracle) {
  OnEachDevice([](const Sample& sample, const ProgramOptions& options) {
    EXPECT_LE(ValueError<float>(*GetParam(), sample, options),
              GetParam()->value_units);
  });
}

TEST_P(OpCuda, HasTheGradientOfTheCpuInDouble) {
  OnEachDevice([](const Sample& sample, const ProgramOptions& options) {
    if (!IsDifferentiable(*GetParam(), sample)) return;
    ExpectFloatEqualsDouble(sample, GetParam()->gradient_units, options);
  });
}

// An index from data is reported, not followed.
TEST(DeviceProgram, NamesAnIndexOutOfRange) {
  Graph graph;
  const Tensor index = graph.Input("index", {2}, ElementType::kIndex);
  const Tensor rows = Gather(graph.Constant({1, 2, 3}, {3}), index);
  EmulatedDevice device({});
  Program<float> program(graph, {rows}, nullptr, {.device = &device});
  program.IndexInput(index)[0] = 2;
  program.IndexInput(index)[1] = 1;
  program.Run();
  EXPECT_EQ(program.Output(rows)[0], 3);
  program.IndexInput(index)[1] = 7;
  program.Run();
  ExpectFail([&] { program.Output(rows); },
             {"gather", "op_cuda_test.cc:", "index 7 is out of range"});
}

INSTANTIATE_TEST_SUITE_P(Ops, OpCuda, EveryOp(), NameOfOp);

}  // namespace
}  // namespace autodiff
