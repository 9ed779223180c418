// Draws inside a graph: which bits they are, and that they look random.

#include "autodiff/random.h"

#include <cmath>
#include <cstdint>
#include <iterator>
#include <limits>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/types/span.h"
#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "autodiff/philox.h"
#include "autodiff/program.h"
#include "autodiff/testing/program_io.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace autodiff {
namespace {

using testing::ElementsAre;

constexpr uint64_t kSeed = 0x0123456789abcdef;
constexpr int32_t kLargest = std::numeric_limits<int32_t>::max();
constexpr int32_t kSmallest = std::numeric_limits<int32_t>::min();

// Element i of stream `stream` in run `run`: word i mod 4 of the block with
// counter (i / 4, stream, run) under the seed as key, low words first.
std::vector<double> Expected(uint32_t stream, uint64_t run, int64_t size) {
  std::vector<double> u;
  for (int64_t i = 0; i < size; ++i) {
    const PhiloxCounter counter = {static_cast<uint32_t>(i / 4), stream,
                                   static_cast<uint32_t>(run),
                                   static_cast<uint32_t>(run >> 32)};
    u.push_back(
        UniformFromBits(Philox(counter, {0x89abcdef, 0x01234567})[i % 4]));
  }
  return u;
}

// Two draws, and the state that moves on.
struct TwoDraws {
  Graph graph;
  Tensor random = RandomState(graph, "random");
  Tensor first = Uniform(random, {3, 7});
  Tensor second = Uniform(random, {3, 7});
  Tensor advanced = graph.Assign(random, AdvanceRandom(random));
};

template <typename T>
class Draws : public testing::Test {};
using Precisions = testing::Types<float, double>;
TYPED_TEST_SUITE(Draws, Precisions);

TYPED_TEST(Draws, ArePhiloxOfSeedRunDrawAndElement) {
  TwoDraws g;
  State<TypeParam> state(g.graph);
  SeedRandomState(state.Indices(g.random), kSeed);
  Program<TypeParam> program(g.graph, {g.first, g.second, g.advanced}, &state);
  for (uint64_t run = 0; run < 3; ++run) {
    program.Run();
    EXPECT_EQ(Read(program, g.first), Expected(0, run, 21));
    EXPECT_EQ(Read(program, g.second), Expected(1, run, 21));
  }
}

TYPED_TEST(Draws, UseBothWordsOfTheRun) {
  TwoDraws g;
  State<TypeParam> state(g.graph);
  SeedRandomState(state.Indices(g.random), kSeed);
  state.Indices(g.random)[2] = -1;
  state.Indices(g.random)[3] = 5;
  Program<TypeParam> program(g.graph, {g.second, g.advanced}, &state);
  program.Run();
  EXPECT_EQ(Read(program, g.second), Expected(1, 0x5ffffffff, 21));
  program.Run();
  EXPECT_EQ(Read(program, g.second), Expected(1, 0x600000000, 21));
}

TYPED_TEST(Draws, DependNeitherOnScheduleNorOnWhatElseRuns) {
  TwoDraws g;
  State<TypeParam> state(g.graph);
  for (uint64_t order = 0; order < 20; ++order) {
    SeedRandomState(state.Indices(g.random), kSeed);
    Program<TypeParam> program(g.graph, {g.first, g.second, g.advanced}, &state,
                               {.shuffle_seed = order});
    program.Run();
    EXPECT_EQ(Read(program, g.first), Expected(0, 0, 21));
    EXPECT_EQ(Read(program, g.second), Expected(1, 0, 21));
  }
  SeedRandomState(state.Indices(g.random), kSeed);
  Program<TypeParam> alone(g.graph, {g.second}, &state);
  alone.Run();
  EXPECT_EQ(Read(alone, g.second), Expected(1, 0, 21));
  alone.Run();
  EXPECT_EQ(Read(alone, g.second), Expected(1, 0, 21)) << "nothing advanced";
}

TEST(SeedRandomState, SplitsTheSeedAndStartsAtRunZero) {
  std::vector<int32_t> state = {9, 9, 9, 9};
  SeedRandomState(absl::MakeSpan(state), 0xffffffff00000002);
  EXPECT_THAT(state, ElementsAre(2, -1, 0, 0));
}

TEST(AdvanceRandom, CountsIn64BitsAndLeavesTheSeed) {
  Graph graph;
  const Tensor x = graph.Input("x", {4}, ElementType::kIndex);
  const Tensor y = AdvanceRandom(x);
  EXPECT_THAT(Evaluate(y, {{x, {7, -8, 0, 3}}}), ElementsAre(7, -8, 1, 3));
  EXPECT_THAT(Evaluate(y, {{x, {7, -8, kLargest, 3}}}),
              ElementsAre(7, -8, kSmallest, 3));
  EXPECT_THAT(Evaluate(y, {{x, {-1, -1, -1, 3}}}), ElementsAre(-1, -1, 0, 4));
  EXPECT_THAT(Evaluate(y, {{x, {7, -8, -1, kLargest}}}),
              ElementsAre(7, -8, 0, kSmallest));
  EXPECT_THAT(Evaluate(y, {{x, {7, -8, -1, -1}}}), ElementsAre(7, -8, 0, 0));
}

// ---- Statistics -------------------------------------------------------------
// Seeds are fixed, so a test passes always or never; bounds are five standard
// deviations unless a line says otherwise.

constexpr int kRuns = 100;
constexpr int64_t kPerRun = 10'000;
constexpr double kDraws = kRuns * kPerRun;

struct Sequences {
  std::vector<double> first, second;
};

Sequences DrawSequences() {
  Graph graph;
  const Tensor random = RandomState(graph, "random");
  const Tensor first = Uniform(random, {kPerRun});
  const Tensor second = Uniform(random, {kPerRun});
  const Tensor advanced = graph.Assign(random, AdvanceRandom(random));
  State<float> state(graph);
  SeedRandomState(state.Indices(random), 3);
  Program<float> program(graph, {first, second, advanced}, &state);
  Sequences all;
  for (int run = 0; run < kRuns; ++run) {
    program.Run();
    absl::c_copy(program.Output(first), std::back_inserter(all.first));
    absl::c_copy(program.Output(second), std::back_inserter(all.second));
  }
  return all;
}

// Correlation of a[i] with b[i + lag] for uniforms, whose variance is 1/12.
double Correlation(const std::vector<double>& a, const std::vector<double>& b,
                   size_t lag) {
  double sum = 0;
  for (size_t i = 0; i + lag < b.size(); ++i) {
    sum += (a[i] - 0.5) * (b[i + lag] - 0.5);
  }
  return sum / static_cast<double>(b.size() - lag) * 12;
}

// Σ (observed − expected)² / expected.
double ChiSquare(const std::vector<double>& counts,
                 const std::vector<double>& expected) {
  double sum = 0;
  for (size_t i = 0; i < counts.size(); ++i) {
    sum += (counts[i] - expected[i]) * (counts[i] - expected[i]) / expected[i];
  }
  return sum;
}

TEST(Uniform, HasTheMomentsOfAUniform) {
  for (const auto& u : {DrawSequences().first, DrawSequences().second}) {
    double mean = 0, variance = 0;
    for (double x : u) mean += x / kDraws;
    for (double x : u) variance += (x - 0.5) * (x - 0.5) / kDraws;
    // Var u = 1/12,  Var (u − ½)² = 1/80 − 1/144 = 1/180.
    EXPECT_NEAR(mean, 0.5, 5 * std::sqrt(1 / 12. / kDraws));
    EXPECT_NEAR(variance, 1 / 12., 5 * std::sqrt(1 / 180. / kDraws));
  }
}

TEST(Uniform, FillsAllBinsAlike) {
  constexpr int kBins = 1000;
  std::vector<double> counts(kBins, 0);
  for (double u : DrawSequences().first) {
    ASSERT_GE(u, 0);
    ASSERT_LT(u, 1);
    ++counts[static_cast<int>(u * kBins)];
  }
  // χ² with f degrees of freedom has mean f and variance 2f; a value far below
  // the mean would be as suspect as one above.
  const double freedom = kBins - 1;
  EXPECT_NEAR(ChiSquare(counts, std::vector<double>(kBins, kDraws / kBins)),
              freedom, 5 * std::sqrt(2 * freedom));
}

TEST(Uniform, HasNoCorrelationBetweenElementsRunsAndDraws) {
  const Sequences all = DrawSequences();
  const double bound = 5 / std::sqrt(kDraws - kPerRun);
  for (size_t lag : {size_t{1}, size_t{2}, size_t{3}, size_t{4},
                     static_cast<size_t>(kPerRun)}) {
    EXPECT_NEAR(Correlation(all.first, all.first, lag), 0, bound) << lag;
  }
  EXPECT_NEAR(Correlation(all.first, all.second, 0), 0, bound);
  EXPECT_NEAR(Correlation(all.first, all.second, 1), 0, bound);
}

template <typename T>
class Categories : public testing::Test {};
TYPED_TEST_SUITE(Categories, Precisions);

// Two rows of unnormalised probabilities, some of them zero.
TYPED_TEST(Categories, HaveTheFrequenciesOfTheirProbabilities) {
  const std::vector<std::vector<double>> rows = {{0, 1, 0, 5, 2, 0.5, 1.5, 0},
                                                 {3, 0, 1, 1, 0, 1, 2, 2}};
  Graph graph;
  const Tensor random = RandomState(graph, "random");
  const Tensor p = graph.Input("p", {2, 8});
  const Tensor drawn = Categorical(p, Uniform(random, {2, kPerRun}));
  const Tensor advanced = graph.Assign(random, AdvanceRandom(random));
  State<TypeParam> state(graph);
  SeedRandomState(state.Indices(random), 4);
  Program<TypeParam> program(graph, {drawn, advanced}, &state);
  for (int i = 0; i < 16; ++i) program.Input(p)[i] = rows[i / 8][i % 8];

  std::vector<std::vector<double>> counts(2, std::vector<double>(8, 0));
  for (int run = 0; run < 30; ++run) {
    program.Run();
    const absl::Span<const int32_t> outcomes = program.IndexOutput(drawn);
    for (int64_t i = 0; i < 2 * kPerRun; ++i) {
      ++counts[i / kPerRun][outcomes[i]];
    }
  }
  for (int row = 0; row < 2; ++row) {
    const double total = absl::c_accumulate(rows[row], 0.0);
    std::vector<double> observed, expected;
    for (int j = 0; j < 8; ++j) {
      if (rows[row][j] == 0) {
        EXPECT_EQ(counts[row][j], 0) << "outcome of probability zero";
        continue;
      }
      observed.push_back(counts[row][j]);
      expected.push_back(30 * kPerRun * rows[row][j] / total);
    }
    // P(χ²₄ > 33.4) and P(χ²₅ > 35.9) are 1e-6.
    EXPECT_LT(ChiSquare(observed, expected), row == 0 ? 33.4 : 35.9);
  }
}

// The cumulative sum is rounded; whatever is left at its end must go to an
// outcome that has a probability.
TYPED_TEST(Categories, NeverHaveProbabilityZero) {
  constexpr int kOutcomes = 1003;
  Graph graph;
  const Tensor p = graph.Input("p", {kOutcomes});
  const Tensor u = graph.Input("u", {3});
  const Tensor drawn = Categorical(p, u);
  Program<TypeParam> program(graph, {drawn});
  for (int i = 2; i < kOutcomes - 1; ++i) program.Input(p)[i] = 0.1;
  program.Input(u)[0] = 0;
  program.Input(u)[1] = 1 - 0x1p-24;
  program.Input(u)[2] = 1;  // no Uniform gives it, but a caller's data may
  program.Run();
  EXPECT_THAT(program.IndexOutput(drawn),
              ElementsAre(2, kOutcomes - 2, kOutcomes - 2));
}

}  // namespace
}  // namespace autodiff
