// The GPU does what plain loops do. All tests but the first need one, or the
// stand-in for one (testing/machine.h), where they do less: it is slow.
#include "autodiff/cuda/gpu.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <ostream>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "autodiff/cuda/arguments.h"
#include "autodiff/cuda/device.h"
#include "autodiff/cuda/launch.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace autodiff::cuda {
namespace {

using testing::MatchesRegex;

// Where the driver has found a GPU it makes this file.
TEST(Gpu, OpensOrSaysWhyNot) {
  const absl::StatusOr<std::unique_ptr<Device>> gpu = OpenGpu();
  if (std::filesystem::exists("/dev/nvidiactl")) {
    ASSERT_TRUE(gpu.ok()) << gpu.status();
    EXPECT_THAT((*gpu)->Name(), MatchesRegex("[^\n]+, FP32 products"));
  } else {
    ASSERT_FALSE(gpu.ok());
    EXPECT_THAT(std::string(gpu.status().message()),
                MatchesRegex("no GPU to run on: [^\n]+"));
  }
}

// As a launch reads it.
template <typename T>
Global<const T> Input(Global<T> x) {
  return {x.data, x.size};
}

// What is on the GPU during a test.
class GpuTest : public testing::Test {
 protected:
  void SetUp() override { Open({}); }
  void TearDown() override {
    for (void* memory : memory_) gpu_->Free(memory);
  }

  void Open(const GpuOptions& options) {
    absl::StatusOr<std::unique_ptr<Device>> gpu = OpenGpu(options);
    if (!gpu.ok()) GTEST_SKIP() << gpu.status().message();
    gpu_ = *std::move(gpu);
  }

  size_t Size(size_t on_gpu, size_t on_stand_in) const {
    return absl::StartsWith(gpu_->Name(), "stand-in") ? on_stand_in : on_gpu;
  }

  template <typename T>
  Global<T> Zeros(size_t size) {
    memory_.push_back(gpu_->Allocate(size * sizeof(T)));
    return {static_cast<T*>(memory_.back()), static_cast<int64_t>(size)};
  }

  template <typename T>
  void Put(const std::vector<T>& values, Global<T> to) {
    gpu_->CopyIn(to.data, values.data(), values.size() * sizeof(T));
  }

  template <typename T>
  std::vector<T> Get(Global<T> from) {
    std::vector<T> values(from.size);
    gpu_->CopyOut(values.data(), from.data, values.size() * sizeof(T));
    return values;
  }

  std::unique_ptr<Device> gpu_;
  std::vector<void*> memory_;
};

TEST_F(GpuTest, MemoryStartsAsZeros) {
  for (const size_t size : {0, 1, 1000, 1'000'000}) {
    const Global<uint32_t> x = Zeros<uint32_t>(size);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(x.data) % 256, 0);
    EXPECT_EQ(Get(x), std::vector<uint32_t>(size));
  }
}

TEST_F(GpuTest, CopiesRoundTrip) {
  for (const size_t size : {1, 3, 20'000, 5'000'001}) {
    std::vector<uint8_t> values(size);
    std::mt19937 random(size);
    for (uint8_t& value : values) value = static_cast<uint8_t>(random());
    const Global<uint8_t> x = Zeros<uint8_t>(size);
    std::vector<uint8_t> given = values;
    Put(given, x);
    std::fill(given.begin(), given.end(), 0);  // It has been read already.
    EXPECT_EQ(Get(x), values);
  }
}

LaunchNode Increment(Global<uint32_t> x, Global<uint32_t> y,
                     std::vector<int> after) {
  constexpr uint32_t kThreads = 128;
  const auto blocks = static_cast<uint32_t>((y.size + kThreads - 1) / kThreads);
  return {MakeLaunch(IncrementArguments{Input(x), y}, {blocks}, {kThreads}),
          std::move(after)};
}

TEST_F(GpuTest, OneLaunchOfSeveralProblems) {
  std::vector<Global<uint32_t>> x, y;
  LaunchNode all = {};
  for (const size_t size : {1000u, 1u, 129u}) {
    x.push_back(Zeros<uint32_t>(size));
    y.push_back(Zeros<uint32_t>(size));
    Put(std::vector<uint32_t>(size, static_cast<uint32_t>(size)), x.back());
    LaunchNode one = Increment(x.back(), y.back(), {});
    if (all.launch.problems.empty()) {
      all = one;
    } else {
      all.launch.problems.push_back(one.launch.problems[0]);
    }
  }
  gpu_->Compile({all})->Run();
  for (const Global<uint32_t>& result : y) {
    const auto expected = static_cast<uint32_t>(result.size + 1);
    EXPECT_EQ(Get(result), std::vector<uint32_t>(
                               static_cast<size_t>(result.size), expected));
  }
}

// Large enough that a launch that does not wait reads what is not there yet.
TEST_F(GpuTest, LaunchesWaitForWhatTheyComeAfter) {
  const size_t size = Size(1'000'001, 10'001);
  std::vector<Global<uint32_t>> x;
  for (int i = 0; i < 5; ++i) x.push_back(Zeros<uint32_t>(size));
  // Two branches from x[1] that meet: x[3] is incremented in place after both.
  const std::unique_ptr<LaunchGraph> graph =
      gpu_->Compile({Increment(x[0], x[1], {}), Increment(x[1], x[2], {0}),
                     Increment(x[1], x[3], {0}), Increment(x[3], x[3], {1, 2}),
                     Increment(x[2], x[4], {1, 1})});
  for (const uint32_t start : {7u, 100u}) {
    std::vector<uint32_t> values(size);
    for (size_t i = 0; i < size; ++i) values[i] = start + i;
    Put(values, x[0]);
    graph->Run();
    for (const auto& [place, more] : std::vector<std::pair<int, uint32_t>>{
             {1, 1}, {2, 2}, {3, 3}, {4, 3}}) {
      const std::vector<uint32_t> result = Get(x[place]);
      for (size_t i = 0; i < size; ++i) {
        ASSERT_EQ(result[i], values[i] + more) << place << " at " << i;
      }
    }
  }
}

TEST_F(GpuTest, RunsInTheOrderOfCalls) {
  const Global<uint32_t> x = Zeros<uint32_t>(Size(100'000, 1000));
  std::vector<LaunchNode> nodes = {Increment(x, x, {})};
  for (int i = 1; i < 100; ++i) nodes.push_back(Increment(x, x, {i - 1}));
  const std::unique_ptr<LaunchGraph> graph = gpu_->Compile(nodes);
  for (int i = 0; i < 10; ++i) graph->Run();
  EXPECT_EQ(Get(x), std::vector<uint32_t>(x.size, 1000));
  Put(std::vector<uint32_t>(x.size, 5), x);
  graph->Run();
  EXPECT_EQ(Get(x), std::vector<uint32_t>(x.size, 105));
}

// More than there is room for on the way, all while the first graph still runs.
TEST_F(GpuTest, TakesInWhatIsCopiedWhileItRuns) {
  const size_t size = Size(500'000, 300'000);
  const auto launches = static_cast<int>(Size(200, 1));
  const auto graph_count = static_cast<uint32_t>(Size(20, 3));
  const Global<uint32_t> x = Zeros<uint32_t>(size);
  std::vector<Global<uint32_t>> y;
  std::vector<std::unique_ptr<LaunchGraph>> graphs;
  for (uint32_t i = 0; i < graph_count; ++i) {
    y.push_back(Zeros<uint32_t>(size));
    std::vector<LaunchNode> nodes = {Increment(x, x, {})};
    for (int j = 1; j < launches; ++j)
      nodes.push_back(Increment(x, x, {j - 1}));
    nodes.push_back(Increment(x, y[i], {launches - 1}));
    graphs.push_back(gpu_->Compile(nodes));
  }
  for (uint32_t round = 0; round < 5; ++round) {
    std::vector<uint32_t> values(size);
    for (uint32_t i = 0; i < graph_count; ++i) {
      for (uint32_t j = 0; j < size; ++j) values[j] = round + i * j;
      Put(values, x);
      graphs[i]->Run();
    }
    for (uint32_t i = 0; i < graph_count; ++i) {
      const std::vector<uint32_t> result = Get(y[i]);
      for (uint32_t j = 0; j < size; ++j) {
        ASSERT_EQ(result[j], round + i * j + launches + 1) << i << ", " << j;
      }
    }
  }
}

struct Product {
  int m, n, k;
  int count = 1;
  bool share_a = false, share_b = false;
};

void PrintTo(const Product& p, std::ostream* out) {
  *out << p.count << " of " << p.m << "x" << p.k << " by " << p.k << "x" << p.n
       << (p.share_a ? ", one a" : "") << (p.share_b ? ", one b" : "");
}

const Product kProducts[] = {
    {1, 1, 1},
    {5, 1, 7},
    {1, 9, 300},
    {33, 65, 17},
    {128, 512, 512},
    {512, 6, 512},
    {3, 4, 5, 6},
    {64, 32, 96, 5, true, false},
    {64, 32, 96, 5, false, true},
    {20, 30, 1000, 3},
};

class GemmTest : public GpuTest {
 protected:
  // A product on the GPU, with the numbers that it multiplies.
  struct Case {
    GemmArguments arguments;
    Global<float> c;
    std::vector<float> a, b;
  };

  Case Make(const Product& p, bool transpose_a, bool transpose_b) {
    const int64_t size_a = int64_t{p.m} * p.k, size_b = int64_t{p.k} * p.n;
    const Global<float> c = Zeros<float>(size_t{1} * p.count * p.m * p.n);
    // What is there before does not count.
    Put(std::vector<float>(c.size, NAN), c);
    Case made = {.c = c,
                 .a = Normal(p.share_a ? size_a : p.count * size_a),
                 .b = Normal(p.share_b ? size_b : p.count * size_b)};
    const Global<float> a = Zeros<float>(made.a.size());
    const Global<float> b = Zeros<float>(made.b.size());
    Put(made.a, a);
    Put(made.b, b);
    made.arguments = {.a = Input(a),
                      .b = Input(b),
                      .c = c,
                      .m = p.m,
                      .n = p.n,
                      .k = p.k,
                      .transpose_a = transpose_a,
                      .transpose_b = transpose_b,
                      .count = p.count,
                      .stride_a = p.share_a ? 0 : size_a,
                      .stride_b = p.share_b ? 0 : size_b};
    return made;
  }

  std::vector<float> Normal(int64_t size) {
    std::normal_distribution<float> normal;
    std::vector<float> values(size);
    for (float& value : values) value = normal(random_);
    return values;
  }

  // Expects the product as floats sum it up, of factors that are rounded by at
  // most `rounding`, relative to themselves. Returns the largest error,
  // relative to the sum of the terms' magnitudes.
  double ExpectProduct(const Case& made, double rounding) {
    const GemmArguments& p = made.arguments;
    const std::vector<float> c = Get(made.c);
    const double bound = 2 * rounding + p.k * 0x1p-24;
    double largest = 0;
    for (int64_t at = 0; at < made.c.size; ++at) {
      const int64_t j = at % p.n, i = at / p.n % p.m, l = at / p.n / p.m;
      double sum = 0, magnitude = 0;
      for (int64_t h = 0; h < p.k; ++h) {
        const double term =
            double{made.a[l * p.stride_a +
                          (p.transpose_a ? h * p.m + i : i * p.k + h)]} *
            made.b[l * p.stride_b +
                   (p.transpose_b ? j * p.k + h : h * p.n + j)];
        sum += term;
        magnitude += std::abs(term);
      }
      const double error = std::abs(c[at] - sum) / magnitude;
      EXPECT_LE(error, bound) << "at " << l << ", " << i << ", " << j;
      if (!(error <= bound)) break;
      largest = std::max(largest, error);
    }
    return largest;
  }

  std::mt19937 random_{1};
};

LaunchNode Multiply(const GemmArguments& arguments, std::vector<int> after) {
  return {MakeLaunch(arguments, {}, {}), std::move(after)};
}

// As MergeLaunches makes them.
TEST_F(GemmTest, BatchesOfOneShape) {
  std::vector<Case> cases;
  LaunchNode batch;
  for (int i = 0; i < 3; ++i) {
    cases.push_back(Make(kProducts[3], false, true));
    LaunchNode one = Multiply(cases.back().arguments, {});
    if (i == 0) {
      batch = one;
    } else {
      batch.launch.problems.push_back(one.launch.problems[0]);
    }
  }
  gpu_->Compile({batch})->Run();
  for (const Case& made : cases) ExpectProduct(made, 0);
}

TEST_F(GemmTest, Products) {
  for (const Product& product : kProducts) {
    for (const bool transpose_a : {false, true}) {
      for (const bool transpose_b : {false, true}) {
        SCOPED_TRACE(testing::PrintToString(product) +
                     (transpose_a ? ", a transposed" : "") +
                     (transpose_b ? ", b transposed" : ""));
        const Case made = Make(product, transpose_a, transpose_b);
        gpu_->Compile({Multiply(made.arguments, {})})->Run();
        ExpectProduct(made, 0);
      }
    }
  }
}

TEST_F(GemmTest, OfNoTermsIsZero) {
  for (const int count : {1, 5}) {
    const Case made = Make({3, 4, 0, count}, false, false);
    gpu_->Compile({Multiply(made.arguments, {})})->Run();
    EXPECT_EQ(Get(made.c), std::vector<float>(made.c.size)) << count;
  }
}

// More than there are workspaces, free to run at the same time; large k and few
// results are what cuBLAS splits, and has a workspace for.
TEST_F(GemmTest, ManyAtTheSameTimeAndAgainWithTheSameBits) {
  std::vector<Case> cases;
  std::vector<LaunchNode> nodes;
  const auto terms = static_cast<int>(Size(8192, 100));
  for (int i = 0; i < 21; ++i) {
    cases.push_back(Make({16 + i, 24, terms}, false, false));
    nodes.push_back(Multiply(cases.back().arguments, {}));
  }
  const std::unique_ptr<LaunchGraph> graph = gpu_->Compile(nodes);
  graph->Run();
  std::vector<std::vector<float>> first;
  for (const Case& made : cases) {
    ExpectProduct(made, 0);
    first.push_back(Get(made.c));
  }
  for (int repetition = 0; repetition < 20; ++repetition) {
    graph->Run();
    for (size_t i = 0; i < cases.size(); ++i) {
      ASSERT_EQ(Get(cases[i].c), first[i]) << repetition << ", " << i;
    }
  }
}

// (a b) d, where a b is the a of the second product.
TEST_F(GemmTest, WaitsForAProduct) {
  Case first = Make({200, 300, 400}, false, false);
  Case second = Make({200, 100, 300}, false, false);
  second.arguments.a = Input(first.c);
  gpu_->Compile(
          {Multiply(first.arguments, {}), Multiply(second.arguments, {0})})
      ->Run();
  ExpectProduct(first, 0);
  second.a = Get(first.c);
  ExpectProduct(second, 0);
}

class Tf32Test : public GemmTest {
 protected:
  void SetUp() override { Open({.tf32 = true}); }
};

TEST_F(Tf32Test, RoundsTheFactors) {
  EXPECT_THAT(gpu_->Name(), MatchesRegex("[^\n]+, TF32 products"));
  const Case made = Make({512, 512, 512}, false, false);
  gpu_->Compile({Multiply(made.arguments, {})})->Run();
  // Rounded, and not to as many bits as a float has.
  EXPECT_GT(ExpectProduct(made, 0x1p-11), 0x1p-18);
}

}  // namespace
}  // namespace autodiff::cuda
