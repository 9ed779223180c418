// "A run allocates nothing", counted.

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <random>
#include <vector>

#include "Eigen/Core"
#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "autodiff/optimizer.h"
#include "autodiff/parameters.h"
#include "autodiff/program.h"
#include "autodiff/random.h"
#include "autodiff/state.h"
#include "autodiff/testing/allocation_count.h"
#include "autodiff/testing/program_io.h"
#include "autodiff/testing/random_graph.h"
#include "gtest/gtest.h"

namespace autodiff {
namespace {

// ---- The counter itself -----------------------------------------------------

// Hides a pointer from the optimiser, which may otherwise drop an allocation.
template <typename T>
T* Keep(T* pointer) {
  asm volatile("" : "+r"(pointer) : : "memory");
  return pointer;
}

template <typename Action>
int64_t AllocationsOf(const Action& action) {
  const int64_t before = AllocationCount();
  action();
  return AllocationCount() - before;
}

struct alignas(128) Wide {
  char bytes[128];
};

TEST(AllocationCount, SeesEveryWayToAllocate) {
#ifdef __SANITIZE_THREAD__
  GTEST_SKIP() << "ThreadSanitizer answers some of these itself";
#endif
  EXPECT_EQ(AllocationsOf([] {}), 0);
  EXPECT_EQ(AllocationsOf([] { std::free(Keep(std::malloc(10))); }), 1);
  EXPECT_EQ(AllocationsOf([] { std::free(Keep(std::calloc(10, 3))); }), 1);
  EXPECT_GE(AllocationsOf([] {
              void* const data = Keep(std::malloc(10));
              std::free(Keep(std::realloc(data, 1 << 20)));
            }),
            2);
  EXPECT_EQ(AllocationsOf([] { std::free(Keep(std::aligned_alloc(64, 64))); }),
            1);
  EXPECT_EQ(AllocationsOf([] {
              void* data = nullptr;
              if (posix_memalign(&data, 64, 64) == 0) std::free(Keep(data));
            }),
            1);
  EXPECT_EQ(AllocationsOf([] { delete Keep(new int); }), 1);
  EXPECT_EQ(AllocationsOf([] { delete[] Keep(new int[10]); }), 1);
  EXPECT_EQ(AllocationsOf([] { delete Keep(new (std::nothrow) int); }), 1);
  EXPECT_EQ(AllocationsOf([] { delete Keep(new Wide); }), 1);
  EXPECT_EQ(AllocationsOf([] { Keep(Eigen::ArrayXf(100).data()); }), 1);
}

// ---- Runs -------------------------------------------------------------------

template <typename T>
class Runs : public testing::Test {};
using Precisions = testing::Types<float, double>;
TYPED_TEST_SUITE(Runs, Precisions);

// Products of all transpositions around the sizes where Eigen changes its way:
// vectors, single panels, several blocks. Ones make every result known.
TYPED_TEST(Runs, OfMatrixProductsAllocateNothing) {
  for (const auto& [m, n, k] :
       {std::array{1, 1, 1}, std::array{1, 600, 600}, std::array{600, 1, 600},
        std::array{600, 600, 1}, std::array{2, 3, 5}, std::array{17, 33, 65},
        std::array{128, 256, 300}, std::array{300, 7, 600},
        std::array{600, 600, 600}}) {
    for (int flags = 0; flags < 4; ++flags) {
      const bool ta = flags & 1, tb = flags & 2;
      Graph graph;
      const Tensor a = graph.Constant({1}, ta ? Shape{k, m} : Shape{m, k});
      const Tensor b = graph.Constant({1}, tb ? Shape{n, k} : Shape{k, n});
      const Tensor c = MatMul(a, b, ta, tb);
      Program<TypeParam> program(graph, {c});
      EXPECT_EQ(AllocationsOf([&] { program.Run(); }), 0)
          << m << "x" << n << "x" << k << " flags " << flags;
      for (TypeParam element : program.Output(c)) ASSERT_EQ(element, k);
    }
  }
}

// Everything that a training step has: products of sizes from 1 to 600,
// softmax, gather, random draws, gradients, clipping, Adam, a target.
struct TrainingStep {
  Graph graph;
  ParameterGroup group{graph, "net"};
  Tensor random = RandomState(graph, "random");
  Tensor x = graph.Input("x", {600, 40});
  Tensor rows = graph.Input("rows", {64}, ElementType::kIndex);
  Tensor w1 = group.Add("w1", {40, 257}), b1 = group.Add("b1", {257});
  Tensor w2 = group.Add("w2", {257, 600}), w3 = group.Add("w3", {600, 9});
  Tensor w4 = group.Add("w4", {9, 1});
  Tensor target = graph.Variable("target", group.flat().shape());
  Tensor loss, updated, averaged, advanced;

  TrainingStep() {
    const Tensor batch = Gather(x, rows) + Uniform(random, {64, 40});
    const Tensor h1 = Sqrt(1 + Square(MatMul(batch, w1) + b1));
    const Tensor h2 = MatMul(h1, w2);
    const Tensor p = Softmax(MatMul(h2, w3));
    const Tensor drawn = Categorical(p, Uniform(random, {64, 2}));
    const Tensor likelihood =
        Sum(Take(LogSoftmax(MatMul(h2, w3)), drawn)) * (1 / 64.);
    const Tensor value = MatMul(p, w4);
    const Tensor mean = MatMul(graph.Constant({1 / 64.}, {1, 64}), value);
    loss = Sum(Square(mean - 1)) - likelihood;
    updated = Adam(group, ClipByNorm(group.Gradient(loss), 1),
                   {.learning_rate = 1e-3});
    averaged = AverageTarget(target, updated, 0.01);
    advanced = graph.Assign(random, AdvanceRandom(random));
  }
};

template <typename T>
struct TrainingRun {
  TrainingStep step;
  State<T> state{step.graph};
  Program<T> program{step.graph,
                     {step.loss, step.updated, step.averaged, step.advanced},
                     &state};

  TrainingRun() {
    std::mt19937_64 random(3);
    std::normal_distribution<double> normal(0, 0.1);
    SeedRandomState(state.Indices(step.random), 5);
    for (T& element : program.Input(step.x)) element = normal(random);
    for (int i = 0; i < 64; ++i) program.IndexInput(step.rows)[i] = 9 * i;
    for (T& element : state.Reals(step.group.flat())) element = normal(random);
  }
};

TYPED_TEST(Runs, OfATrainingStepAllocateNothing) {
  TrainingRun<TypeParam> run;
  run.program.Run();
  const double first = run.program.Output(run.step.loss)[0];
  EXPECT_EQ(AllocationsOf([&] {
              for (int i = 0; i < 3; ++i) run.program.Run();
            }),
            0);
  const double last = run.program.Output(run.step.loss)[0];
  EXPECT_TRUE(std::isfinite(last));
  EXPECT_NE(first, last) << "nothing was trained";
}

TYPED_TEST(Runs, OfATrainingStepGiveTheSameBitsAgain) {
  std::vector<double> blocks[2];
  for (std::vector<double>& block : blocks) {
    TrainingRun<TypeParam> run;
    for (int i = 0; i < 3; ++i) run.program.Run();
    block = Read(run.program, run.step.averaged);
  }
  EXPECT_EQ(blocks[0], blocks[1]);
}

// Every op of the table, in place and not.
TYPED_TEST(Runs, OfRandomGraphsAllocateNothing) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    RandomGraph g(seed);
    State<TypeParam> state(g.graph());
    Program<TypeParam> program(g.graph(), g.all(), &state);
    EXPECT_EQ(AllocationsOf([&] { program.Run(); }), 0) << seed;
  }
}

}  // namespace
}  // namespace autodiff
