// Every op of the table on a device: value and gradient on its samples,
// whatever the block size and the order in which blocks and threads run.

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <memory>
#include <numeric>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "autodiff/cuda/device.h"
#include "autodiff/graph.h"
#include "autodiff/op.h"
#include "autodiff/ops.h"
#include "autodiff/program.h"
#include "autodiff/testing/device_under_test.h"
#include "autodiff/testing/expect_fail.h"
#include "autodiff/testing/op_samples.h"
#include "autodiff/testing/op_value.h"
#include "autodiff/testing/recorded_gradients.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace autodiff {
namespace {

class OpCuda : public OpTable {
 protected:
  template <typename Check>
  void OnEachDevice(const Check& check) {
    uint64_t order = kAscending;
    for (const int block_threads : {32, 64, 256}) {
      for (int i = 0; i < 3; ++i, ++order) {
        const auto device = DeviceUnderTest(i < 2 ? i : order, block_threads);
        if (device == nullptr) GTEST_SKIP() << "no GPU";
        for (const Sample& sample : GetParam()->samples()) {
          SCOPED_TRACE(absl::StrCat(sample.name, " in blocks of ",
                                    device->block_threads(), ", order ",
                                    i < 2 ? i : order));
          check(sample, ProgramOptions{.device = device.get()});
        }
      }
    }
  }
};

TEST_P(OpCuda, EqualsTheOracle) {
  OnEachDevice([](const Sample& sample, const ProgramOptions& options) {
    EXPECT_LE(ValueError<float>(*GetParam(), sample, options),
              GetParam()->value_units + kFunctionUnits);
  });
}

TEST_P(OpCuda, HasTheGradientOfTheCpuInDouble) {
  OnEachDevice([](const Sample& sample, const ProgramOptions& options) {
    if (!IsDifferentiable(*GetParam(), sample)) return;
    ExpectFloatEqualsDouble(sample, GetParam()->gradient_units + kFunctionUnits,
                            options);
  });
}

// An index from data is reported, not followed.
TEST(DeviceProgram, NamesAnIndexOutOfRange) {
  // A forked process cannot use its parent's GPU.
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  Graph graph;
  const Tensor index = graph.Input("index", {2}, ElementType::kIndex);
  const Tensor rows = Gather(graph.Constant({1, 2, 3}, {3}), index);
  const std::shared_ptr<cuda::Device> device = DeviceUnderTest();
  if (device == nullptr) GTEST_SKIP() << "no GPU";
  Program<float> program(graph, {rows}, nullptr, {.device = device.get()});
  program.IndexInput(index)[0] = 2;
  program.IndexInput(index)[1] = 1;
  program.Run();
  EXPECT_EQ(program.Output(rows)[0], 3);
  program.IndexInput(index)[1] = 7;
  program.Run();
  ExpectFail([&] { program.Output(rows); },
             {"gather", "op_cuda_test.cc:", "index 7 is out of range"});
}

// Of a chain the first node has the time of all, and the results stay.
TEST(DeviceProgram, ProfilesStepByStep) {
  Graph graph;
  const Tensor x = graph.Input("x", {3, 4});
  const Tensor scaled = x * 2.0, all = Sum(scaled);
  const Tensor product = MatMul(Transpose(x), x);
  const std::shared_ptr<cuda::Device> device = DeviceUnderTest();
  if (device == nullptr) GTEST_SKIP() << "no GPU";
  Program<float> program(graph, {all, product}, nullptr,
                         {.device = device.get()});
  const absl::Span<float> numbers = program.Input(x);
  std::iota(numbers.begin(), numbers.end(), 0.0F);
  program.Run();
  const std::vector<double> nanoseconds = program.Profile(3);
  ASSERT_EQ(nanoseconds.size(), static_cast<size_t>(graph.size()));
  EXPECT_EQ(nanoseconds[x.id()], 0);
  for (const Tensor& step : {scaled, product}) {
    EXPECT_GT(nanoseconds[step.id()], 0);
  }
  EXPECT_EQ(program.Output(all)[0], 132);     // 2 Σ i for i < 12
  EXPECT_EQ(program.Output(product)[0], 80);  // 0² + 4² + 8²
  EXPECT_THAT(program.ToText(nanoseconds), testing::HasSubstr("matmul"));
}

// 0 = −0, but 1 / 0 ≠ 1 / −0: threads that share a row must not choose apart.
TEST(DeviceProgram, HasOneLargestZeroInARow) {
  Graph graph;
  const Tensor x = graph.Input("x", {2, 5});
  const Tensor y = 1 / BroadcastTo(Max(x, {-1}, true), {2, 5});
  const std::shared_ptr<cuda::Device> device = DeviceUnderTest();
  if (device == nullptr) GTEST_SKIP() << "no GPU";
  Program<float> program(graph, {y}, nullptr, {.device = device.get()});
  ASSERT_EQ(program.launches().size(), 1);
  const float zeros[] = {-0.f, 0, -0.f, -0.f, 0, 0, -0.f, 0, -0.f, 0};
  std::copy(std::begin(zeros), std::end(zeros), program.Input(x).begin());
  program.Run();
  const auto result = program.Output(y);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(result[i], result[i / 5 * 5]) << i;
}

// Slices and transposes in one launch with what is computed from them.
TEST(DeviceProgram, CopiesWithinAChain) {
  Graph graph;
  const Tensor x = graph.Input("x", {3, 6}), w = graph.Input("w", {5, 3});
  const Tensor products = Slice(x, 1, 0, 5) * Slice(x, 1, 1, 6) + Transpose(w);
  const Tensor sums = Sum(products, {-1}, true);
  const Tensor y = sums - Slice(x, 1, 3, 4);
  const std::shared_ptr<cuda::Device> device = DeviceUnderTest();
  if (device == nullptr) GTEST_SKIP() << "no GPU";
  Program<float> program(graph, {y}, nullptr, {.device = device.get()});
  EXPECT_EQ(program.launches().size(), 1);
  const auto a = program.Input(x), b = program.Input(w);
  std::iota(a.begin(), a.end(), 0.f);
  std::iota(b.begin(), b.end(), 100.f);
  program.Run();
  for (int row = 0; row < 3; ++row) {
    float sum = -a[6 * row + 3];
    for (int i = 0; i < 5; ++i) {
      sum += a[6 * row + i] * a[6 * row + i + 1] + b[3 * i + row];
    }
    EXPECT_EQ(program.Output(y)[row], sum) << row;
  }
}

// As many axes as a kernel can tell apart: with that of the sum, one too many.
TEST(DeviceProgram, ReadsAlongSixAxesAfterASum) {
  Graph graph;
  const Tensor x = graph.Constant({1}, {2, 2, 2, 2, 2, 2, 3});
  const Tensor z = graph.Input("z", {1, 2, 1, 2, 1, 2});
  const Tensor y = Sum(x, {-1}) + z;
  const std::shared_ptr<cuda::Device> device = DeviceUnderTest();
  if (device == nullptr) GTEST_SKIP() << "no GPU";
  Program<float> program(graph, {y}, nullptr, {.device = device.get()});
  std::iota(program.Input(z).begin(), program.Input(z).end(), 0.f);
  program.Run();
  for (int i = 0; i < 64; ++i) {
    EXPECT_EQ(program.Output(y)[i],
              3 + (i >> 4 & 1) * 4 + (i >> 2 & 1) * 2 + (i & 1))
        << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Ops, OpCuda, EveryOp(), NameOfOp);

}  // namespace
}  // namespace autodiff
