// Programs of random graphs: whatever the order, wherever tensors lie and on
// however many threads, the bits are the same, and they are what the ops'
// oracles say.

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <limits>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "autodiff/cuda/device.h"
#include "autodiff/graph.h"
#include "autodiff/op.h"
#include "autodiff/ops.h"
#include "autodiff/program.h"
#include "autodiff/random.h"
#include "autodiff/state.h"
#include "autodiff/testing/device_under_test.h"
#include "autodiff/testing/oracle.h"
#include "autodiff/testing/program_io.h"
#include "autodiff/testing/random_graph.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace autodiff {
namespace {

constexpr uint64_t kGraphs = 20;
constexpr uint64_t kOrders = 4;
constexpr int kRuns = 3;

std::vector<double> Noise(const Tensor& tensor, uint64_t seed) {
  std::mt19937_64 random(seed + 1000 * tensor.id());
  std::uniform_real_distribution<double> uniform(-1, 1);
  std::vector<double> data(tensor.shape().elements());
  for (double& x : data) x = uniform(random);
  return data;
}

template <typename T>
void FillState(RandomGraph& g, State<T>& state) {
  SeedRandomState(state.Indices(g.random_state()), 11);
  for (const Tensor& variable : g.variables()) {
    absl::c_copy(Noise(variable, 7), state.Reals(variable).begin());
  }
}

// All bits that `shown` and the state have after each of some runs.
template <typename T>
std::vector<double> Trace(RandomGraph& g, const Tensors& outputs,
                          const Tensors& shown,
                          const ProgramOptions& options = {}) {
  State<T> state(g.graph(), options.device);
  FillState(g, state);
  Tensors wanted = outputs;
  absl::c_copy(g.inputs(), std::back_inserter(wanted));
  Program<T> program(g.graph(), wanted, &state, options);
  std::vector<double> trace;
  for (int run = 0; run < kRuns; ++run) {
    for (const Tensor& input : g.inputs()) {
      Write(program, input, Noise(input, run));
    }
    program.Run();
    for (const Tensor& tensor : shown) {
      absl::c_copy(Read(program, tensor), std::back_inserter(trace));
    }
    for (const Tensor& variable : g.variables()) {
      absl::c_copy(state.Reals(variable), std::back_inserter(trace));
    }
    absl::c_copy(state.Indices(g.random_state()), std::back_inserter(trace));
  }
  return trace;
}

// Plain evaluation: nodes run one at a time, in recording order, and since each
// is an output, nothing is overwritten.
template <typename T>
std::vector<double> PlainTrace(RandomGraph& g) {
  return Trace<T>(g, g.all(), g.outputs(), {.fuse = false});
}

// Equal bits, so that 0 differs from −0 and NaN equals itself. Conversion from
// float keeps all bits that matter.
testing::AssertionResult SameBits(const std::vector<double>& a,
                                  const std::vector<double>& b) {
  if (a.size() != b.size()) return testing::AssertionFailure() << "sizes";
  for (size_t i = 0; i < a.size(); ++i) {
    if (std::bit_cast<uint64_t>(a[i]) == std::bit_cast<uint64_t>(b[i])) {
      continue;
    }
    return testing::AssertionFailure() << "value " << i << " of " << a.size()
                                       << ": " << a[i] << " and " << b[i];
  }
  return testing::AssertionSuccess();
}

// All ways to compile a graph, each in several orders.
std::vector<ProgramOptions> Variants() {
  std::vector<ProgramOptions> variants;
  for (bool fuse : {false, true}) {
    for (int threads : {1, 2, 3}) {
      variants.push_back({.fuse = fuse, .threads = threads});
      for (uint64_t order = 0; order < kOrders; ++order) {
        variants.push_back(
            {.shuffle_seed = order, .fuse = fuse, .threads = threads});
      }
    }
  }
  return variants;
}

std::string ToText(const ProgramOptions& options) {
  return absl::StrCat(options.fuse ? "fused" : "unfused", ", ", options.threads,
                      " threads, ",
                      options.shuffle_seed.has_value()
                          ? absl::StrCat("order ", *options.shuffle_seed)
                          : "recording order");
}

template <typename T>
class RandomPrograms : public testing::Test {};
using Precisions = testing::Types<float, double>;
TYPED_TEST_SUITE(RandomPrograms, Precisions);

TYPED_TEST(RandomPrograms, GiveThePlainBitsInEveryOrderPlaceAndThread) {
  for (uint64_t seed = 0; seed < kGraphs; ++seed) {
    RandomGraph g(seed);
    const std::vector<double> plain = PlainTrace<TypeParam>(g);
    for (double value : plain) ASSERT_TRUE(std::isfinite(value));
    for (const ProgramOptions& options : Variants()) {
      ASSERT_TRUE(SameBits(
          plain, Trace<TypeParam>(g, g.outputs(), g.outputs(), options)))
          << "graph " << seed << " " << ToText(options);
    }
  }
}

// Asking for more, or less, changes no value.
TYPED_TEST(RandomPrograms, GiveEachOutputAlone) {
  for (uint64_t seed = 0; seed < kGraphs; ++seed) {
    RandomGraph g(seed);
    for (const Tensor& output : g.outputs()) {
      // One run: state that is not assigned would differ in later ones.
      State<TypeParam> state(g.graph()), whole_state(g.graph());
      FillState(g, state);
      FillState(g, whole_state);
      Tensors wanted = g.outputs();
      absl::c_copy(g.inputs(), std::back_inserter(wanted));
      Tensors few = g.inputs();
      few.push_back(output);
      Program<TypeParam> alone(g.graph(), few, &state);
      Program<TypeParam> whole(g.graph(), wanted, &whole_state);
      for (const Tensor& input : g.inputs()) {
        Write(alone, input, Noise(input, 3));
        Write(whole, input, Noise(input, 3));
      }
      alone.Run();
      whole.Run();
      ASSERT_TRUE(SameBits(Read(alone, output), Read(whole, output)))
          << "graph " << seed << ": " << g.graph().Describe(output.id());
    }
  }
}

// ---- Against the oracles ----------------------------------------------------

// Evaluates a graph in recording order, every node in a place of its own; an
// assigned version is one more value, and the old one stays.
class Interpreter {
 public:
  Interpreter(RandomGraph& g, int run) : graph_(g.graph()) {
    for (const Tensor& x : g.inputs()) values_[x.id()] = Noise(x, run);
  }
  void Set(const Tensor& variable, std::vector<double> value) {
    values_[variable.id()] = std::move(value);
  }
  const std::vector<double>& Get(const Tensor& t) { return values_.at(t.id()); }

  void Run() {
    for (int id = 0; id < graph_.size(); ++id) {
      const Node& node = graph_.node(id);
      if (node.op == &kConstant) {
        values_[id] = graph_.ConstantValues(id);
      } else if (node.op == &kAssign) {
        values_[id] = values_.at(node.inputs[1]);
      } else if (node.op->kind != OpKind::kSource) {
        Call call{.attributes = node.attributes, .output = node.type};
        std::vector<Values> arguments;
        for (int input : node.inputs) {
          call.inputs.push_back(graph_.node(input).type);
          arguments.push_back({call.inputs.back(), values_.at(input)});
        }
        values_[id] = ExpectedValue(*node.op, call, arguments);
      }
    }
  }

 private:
  const Graph& graph_;
  std::map<int, std::vector<double>> values_;
};

TEST(RandomProgram, EqualsTheOraclesNodeByNode) {
  for (uint64_t seed = 100; seed < 100 + kGraphs; ++seed) {
    RandomGraph g(seed, {.smooth = true});
    State<double> state(g.graph());
    FillState(g, state);
    Tensors wanted = g.outputs();
    absl::c_copy(g.inputs(), std::back_inserter(wanted));
    Program<double> program(g.graph(), wanted, &state, {.shuffle_seed = seed});
    for (int run = 0; run < kRuns; ++run) {
      Interpreter oracle(g, run);
      for (const Tensor& variable : g.variables()) {
        const absl::Span<double> now = state.Reals(variable);
        oracle.Set(variable, {now.begin(), now.end()});
      }
      const absl::Span<int32_t> random = state.Indices(g.random_state());
      oracle.Set(g.random_state(), {random.begin(), random.end()});
      oracle.Run();
      for (const Tensor& input : g.inputs()) {
        Write(program, input, Noise(input, run));
      }
      program.Run();
      for (const Tensor& output : g.outputs()) {
        const std::vector<double> actual = Read(program, output);
        const std::vector<double>& expected = oracle.Get(output);
        ASSERT_EQ(actual.size(), expected.size());
        for (size_t i = 0; i < actual.size(); ++i) {
          ASSERT_NEAR(actual[i], expected[i],
                      1e-9 * (1 + std::abs(expected[i])))
              << "graph " << seed << " run " << run << ": "
              << g.graph().Describe(output.id()) << " element " << i;
        }
      }
    }
  }
}

// Eight times what the row allows, whose samples choose the inputs. Here nobody
// does, and layer norm divides rounding errors of rows that are almost constant
// by as little as √1e-5.
double AllowedUnits(const Op& op) {
  const bool divides = &op == &kLayerNorm || &op == &kLayerNormGradient;
  return 8 * op.value_units / (divides ? std::sqrt(1e-5) : 1);
}

// Every node of whole programs against its oracle on the program's own inputs
// of that node: jumps in the table's ops cannot take different sides then.
template <typename T>
int ExpectEveryNodeEqualsItsOracle(RandomGraph& g,
                                   cuda::Device* device = nullptr) {
  State<T> state(g.graph(), device);
  FillState(g, state);
  Tensors wanted = g.all();
  absl::c_copy(g.inputs(), std::back_inserter(wanted));
  Program<T> program(g.graph(), wanted, &state, {.device = device});
  for (const Tensor& input : g.inputs()) Write(program, input, Noise(input, 0));
  program.Run();
  int compared = 0;
  for (const Tensor& y : g.all()) {
    const Node& node = y.node();
    if (node.op->kind == OpKind::kSource || node.op == &kAssign) continue;
    Call call{.attributes = node.attributes, .output = node.type};
    std::vector<Values> arguments;
    for (int id : node.inputs) {
      const Tensor input(&g.graph(), id);
      if (!absl::c_linear_search(g.all(), input)) break;  // overwritten
      call.inputs.push_back(input.node().type);
      arguments.push_back({call.inputs.back(), Read(program, input)});
    }
    if (arguments.size() < node.inputs.size()) continue;
    EXPECT_LE(ErrorInUnits(call, arguments, Read(program, y),
                           ExpectedValue(*node.op, call, arguments),
                           std::numeric_limits<T>::epsilon()),
              AllowedUnits(*node.op))
        << g.graph().Describe(y.id());
    ++compared;
  }
  return compared;
}

TYPED_TEST(RandomPrograms, GiveTheOraclesValueAtEveryNode) {
  int compared = 0;
  for (uint64_t seed = 0; seed < kGraphs; ++seed) {
    SCOPED_TRACE(absl::StrCat("graph ", seed));
    RandomGraph g(seed);
    compared += ExpectEveryNodeEqualsItsOracle<TypeParam>(g);
  }
  EXPECT_GT(compared, 10000);
}

// ---- On a device ------------------------------------------------------------

TEST(RandomProgram, OnADeviceGivesTheOraclesValueAtEveryNode) {
  const std::shared_ptr<cuda::Device> device = DeviceUnderTest();
  if (device == nullptr) GTEST_SKIP() << "no GPU";
  int compared = 0;
  for (uint64_t seed = 0; seed < kGraphs; ++seed) {
    SCOPED_TRACE(absl::StrCat("graph ", seed));
    RandomGraph g(seed);
    compared += ExpectEveryNodeEqualsItsOracle<float>(g, device.get());
  }
  EXPECT_GT(compared, 5000);
}

// Whatever the order of nodes, of launches, of blocks and of threads. The trees
// of sums depend on shapes and the block size.
TEST(RandomProgram, OnADeviceGivesTheSameBitsInEveryOrder) {
  const std::shared_ptr<cuda::Device> plain = DeviceUnderTest();
  if (plain == nullptr) GTEST_SKIP() << "no GPU";
  for (uint64_t seed = 0; seed < kGraphs; ++seed) {
    RandomGraph g(seed);
    const std::vector<double> expected = Trace<float>(
        g, g.all(), g.outputs(), {.fuse = false, .device = plain.get()});
    for (uint64_t order = 0; order < kOrders; ++order) {
      const auto shuffled = DeviceUnderTest(kDescending + 1 + order);
      ASSERT_TRUE(SameBits(expected, Trace<float>(g, g.outputs(), g.outputs(),
                                                  {.shuffle_seed = order,
                                                   .device = shuffled.get()})))
          << "graph " << seed << " order " << order;
    }
  }
}

// ---- The generator ----------------------------------------------------------

TEST(RandomGraph, ReachesEveryOpAndSharesMemory) {
  std::set<std::string> missing;
  for (const Op* op : AllOps()) missing.insert(op->name);
  missing.insert("assign");
  for (uint64_t seed = 0; seed < kGraphs; ++seed) {
    RandomGraph g(seed);
    for (int id = 0; id < g.graph().size(); ++id) {
      missing.erase(g.graph().node(id).op->name);
    }
    State<float> state(g.graph());
    const Program<float> shared(g.graph(), g.outputs(), &state);
    const Program<float> plain(g.graph(), g.all(), &state);
    EXPECT_LT(4 * shared.arena_bytes(), plain.arena_bytes()) << seed;
  }
  EXPECT_THAT(missing, testing::IsEmpty());
}

}  // namespace
}  // namespace autodiff
