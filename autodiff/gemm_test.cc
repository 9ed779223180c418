// Matrix products of every instruction set that this CPU has, and small ones:
// against sums in double, and whole against in parts.

#include "autodiff/ops/gemm.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "absl/strings/str_cat.h"
#include "autodiff/aligned_buffer.h"
#include "autodiff/graph.h"
#include "autodiff/instruction_set.h"
#include "autodiff/ops.h"
#include "autodiff/program.h"
#include "autodiff/testing/expect_fail.h"
#include "gtest/gtest.h"

namespace autodiff {
namespace {

// Large ones, and after them that for small ones.
template <typename T>
std::vector<const GemmFunctions<T>*> OfThisCpu();
template <>
std::vector<const GemmFunctions<float>*> OfThisCpu() {
  std::vector<const GemmFunctions<float>*> all = {&kGemmFloatV3,
                                                  &kSmallGemmFloat};
  if (WidestInstructionSet() == InstructionSet::kAvx512) {
    all.insert(all.begin(), &kGemmFloatV4);
  }
  return all;
}
template <>
std::vector<const GemmFunctions<double>*> OfThisCpu() {
  std::vector<const GemmFunctions<double>*> all = {&kGemmDoubleV3,
                                                   &kSmallGemmDouble};
  if (WidestInstructionSet() == InstructionSet::kAvx512) {
    all.insert(all.begin(), &kGemmDoubleV4);
  }
  return all;
}

// What lies behind a matrix, which no product may read or write.
constexpr int64_t kBehind = 16;

template <typename T>
std::vector<T> Random(int64_t size, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<T> uniform(-1, 1);
  std::vector<T> x(size);
  for (T& element : x) element = uniform(random);
  x.insert(x.end(), kBehind, std::numeric_limits<T>::quiet_NaN());
  return x;
}

template <typename T>
class GemmTest : public testing::Test {};
using Precisions = testing::Types<float, double>;
TYPED_TEST_SUITE(GemmTest, Precisions);

TYPED_TEST(GemmTest, EqualsSumsInDoubleHoweverItIsDivided) {
  using T = TypeParam;
  const int64_t sizes[][3] = {
      {1, 5, 7},     {5, 1, 7},     {3, 5, 1},      {7, 100, 300}, {100, 7, 70},
      {61, 53, 600}, {50, 300, 97}, {300, 50, 97},  {64, 64, 0},   {64, 1, 0},
      {0, 64, 64},   {64, 0, 64},   {2, 8100, 120}, {50, 50, 10},  {50, 3, 50},
      {2, 19, 33},   {13, 8, 8},    {6, 16, 50},    {9, 33, 1}};
  int64_t small = 0;
  for (const GemmFunctions<T>* functions : OfThisCpu<T>()) {
    for (const auto& [m, n, k] : sizes) {
      for (int flags = 0; flags < 4; ++flags) {
        const GemmShape s{m, n, k, (flags & 1) != 0, (flags & 2) != 0};
        const bool for_small = functions == OfThisCpu<T>().back();
        if (for_small && !IsSmall<T>(s)) continue;
        small += for_small;
        SCOPED_TRACE(absl::StrCat(m, " ", n, " ", k, " ", flags));
        const std::vector<T> a = Random<T>(m * k, 1), b = Random<T>(k * n, 2);
        std::vector<T> whole;
        for (int threads : {1, 2, 7}) {
          const GemmPlan plan = functions->plan(s, threads);
          EXPECT_LE(plan.parts, threads);
          const AlignedBuffer workspace(plan.workspace_bytes);
          std::vector<T> c(m * n + kBehind,
                           std::numeric_limits<T>::quiet_NaN());
          for (int part = plan.parts - 1; part >= 0; --part) {
            functions->multiply(plan, part, a.data(), b.data(), c.data(),
                                workspace.data());
          }
          ASSERT_TRUE(std::all_of(c.end() - kBehind, c.end(),
                                  [](T x) { return std::isnan(x); }));
          c.resize(m * n);
          if (threads == 1) whole = c;
          ASSERT_EQ(c, whole) << threads << " threads";
        }
        for (int64_t i = 0; i < m * n; ++i) {
          const int64_t row = i / n, column = i % n;
          double sum = 0;
          for (int64_t l = 0; l < k; ++l) {
            sum += static_cast<double>(
                       a[s.transpose_a ? l * m + row : row * k + l]) *
                   b[s.transpose_b ? column * k + l : l * n + column];
          }
          ASSERT_NEAR(whole[i], sum,
                      5 * std::sqrt(k) * (1 + std::abs(sum)) *
                          std::numeric_limits<T>::epsilon())
              << "element " << i;
        }
      }
    }
  }
  EXPECT_GT(small, 20) << "of the products";
}

template <typename T>
std::vector<T> ProductOfProgram(InstructionSet set, const std::vector<T>& a,
                                const std::vector<T>& b) {
  Graph graph;
  const Tensor x = graph.Input("x", {64, 300}), y = graph.Input("y", {300, 97});
  const Tensor product = MatMul(x, y);
  Program<T> program(graph, {product}, nullptr, {.instruction_set = set});
  std::copy_n(a.begin(), 64 * 300, program.Input(x).begin());
  std::copy_n(b.begin(), 300 * 97, program.Input(y).begin());
  program.Run();
  const auto out = program.Output(product);
  return {out.begin(), out.end()};
}

template <typename T>
std::vector<T> Product(const GemmFunctions<T>& functions,
                       const std::vector<T>& a, const std::vector<T>& b) {
  const GemmPlan plan = functions.plan({64, 97, 300}, 1);
  const AlignedBuffer workspace(plan.workspace_bytes);
  std::vector<T> c(64 * 97);
  functions.multiply(plan, 0, a.data(), b.data(), c.data(), workspace.data());
  return c;
}

TYPED_TEST(GemmTest, AProgramTakesThatOfItsInstructionSet) {
  using T = TypeParam;
  const std::vector<T> a = Random<T>(64 * 300, 1), b = Random<T>(300 * 97, 2);
  const auto all = OfThisCpu<T>();  // the widest first; the last: small
  const std::vector<T> avx2 = Product(**(all.end() - 2), a, b);
  EXPECT_EQ(ProductOfProgram(InstructionSet::kAvx2, a, b), avx2);
  if (WidestInstructionSet() == InstructionSet::kAvx512) {
    const std::vector<T> avx512 = Product(*all.front(), a, b);
    EXPECT_EQ(ProductOfProgram(InstructionSet::kAvx512, a, b), avx512);
    EXPECT_NE(avx512, avx2) << "the test could not tell them apart";
  } else {
    ExpectFail([&] { ProductOfProgram(InstructionSet::kAvx512, a, b); },
               {"this CPU has no avx512"});
  }
}

}  // namespace
}  // namespace autodiff
