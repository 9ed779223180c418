// Launches wait for each other where they must, and can be launched at all.
#include <algorithm>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "autodiff/cuda/emulator/block.h"
#include "autodiff/cuda/emulator/emulated_device.h"
#include "autodiff/cuda/emulator/testing/marked_line.h"
#include "autodiff/cuda/emulator/testing/run_kernel.h"
#include "autodiff/cuda/kernel.h"
#include "autodiff/testing/expect_fail.h"
#include "gtest/gtest.h"

namespace autodiff::cuda::emulator {
namespace {

__global__ void Copy(TestArguments a) {
  const int i = Thread(static_cast<int>(blockIdx.x));
  if (i < a.y.size) a.y[i] = a.x[i];  // copies
}

// y += 1, whatever x is.
struct CountArguments : TestArguments {
  static constexpr KernelId kKernel = static_cast<KernelId>(1);
};
__global__ void Count(CountArguments a) {
  const int i = Thread(static_cast<int>(blockIdx.x));
  if (i < a.y.size) a.y[i] += 1;  // counts
}

// y = 2 x, by a single thread.
struct DoubleArguments : TestArguments {
  static constexpr KernelId kKernel = static_cast<KernelId>(2);
};
void Double(DoubleArguments a) {
  for (int i = 0; i < a.y.size; ++i) a.y[i] = 2 * a.x[i];
}

class LaunchGraphTest : public testing::Test {
 protected:
  static constexpr int kSize = 100;

  Global<float> Allocate() { return AllocateTensor<float>(device_, kSize); }
  static LaunchNode CopyNode(Global<float> x, Global<float> y,
                             std::vector<int> after = {}) {
    return {MakeLaunch(TestArguments{ReadOnly(x), y}, {4}, {32}),
            std::move(after)};
  }
  static LaunchNode CountNode(Global<float> y, std::vector<int> after = {}) {
    return {MakeLaunch(CountArguments{{ReadOnly(y), y}}, {4}, {32}),
            std::move(after)};
  }
  static LaunchNode DoubleNode(Global<float> x, Global<float> y,
                               std::vector<int> after = {}) {
    return {MakeLaunch(DoubleArguments{{ReadOnly(x), y}}, {4}, {32}),
            std::move(after)};
  }
  void Run(const std::vector<LaunchNode>& nodes) {
    device_.Compile(nodes)->Run();
  }

  EmulatedDevice device_{{.shuffle_launches = true},
                         {MakeKernel<Copy>("Copy"), MakeKernel<Count>("Count"),
                          MakeKernel<Double>("Double", /*is_library=*/true)}};
  Global<float> a_ = Allocate(), b_ = Allocate(), c_ = Allocate();
};

TEST_F(LaunchGraphTest, RunsInOrder) {
  const auto graph = device_.Compile({CountNode(a_), CopyNode(a_, b_, {0}),
                                      DoubleNode(b_, c_, {1}),
                                      CountNode(c_, {2}), CountNode(a_, {1})});
  graph->Run();
  EXPECT_EQ(FromDevice(device_, a_), std::vector<float>(kSize, 2));
  EXPECT_EQ(FromDevice(device_, c_), std::vector<float>(kSize, 3));
  // What one run reads and writes is before all of the next.
  graph->Run();
  EXPECT_EQ(FromDevice(device_, c_), std::vector<float>(kSize, 7));
}

// Of three launches after one, and one after two of them.
TEST_F(LaunchGraphTest, DrawsEveryOrderAndNoOther) {
  const LaunchNode any = CountNode(a_);
  const LaunchOrder order({any,
                           {any.launch, {0}},
                           {any.launch, {0}},
                           {any.launch, {0}},
                           {any.launch, {1, 2}}},
                          std::vector<std::string>(5));
  std::set<std::vector<int>> expected;
  for (std::vector<int> run = {0, 1, 2, 3, 4};
       std::next_permutation(run.begin() + 1, run.end());) {
    const auto place = [&](int launch) {
      return std::find(run.begin(), run.end(), launch);
    };
    if (place(1) < place(4) && place(2) < place(4)) expected.insert(run);
  }
  expected.insert({0, 1, 2, 3, 4});  // which next_permutation starts from

  std::mt19937_64 random(1);
  std::set<std::vector<int>> drawn;
  for (int i = 0; i < 1000; ++i) drawn.insert(order.Draw(random));
  EXPECT_EQ(drawn, expected);
}

// Written by one thread at a time.
std::vector<int> places;
__global__ void NotePlace(TestArguments a) { places.push_back(a.columns); }

TEST_F(LaunchGraphTest, OrdersAreThoseOfTheOptions) {
  const auto run = [](const EmulatedDevice::Options& options) {
    EmulatedDevice device(options, {MakeKernel<&NotePlace>("NotePlace")});
    std::vector<LaunchNode> nodes;
    for (int i = 0; i < 3; ++i) {
      nodes.push_back({MakeLaunch(TestArguments{{}, {}, i}, {1}, {1})});
    }
    places.clear();
    device.Compile(nodes)->Run();
    return places;
  };
  std::set<std::vector<int>> orders;
  for (uint64_t seed = 0; seed < 100; ++seed) {
    orders.insert(run({.shuffle_launches = true, .seed = seed}));
    EXPECT_EQ(run({.seed = seed}), std::vector<int>({0, 1, 2}));
  }
  EXPECT_EQ(orders.size(), 6u);
}

TEST_F(LaunchGraphTest, ReadWithoutWaiting) {
  if (kOsThreads) GTEST_SKIP() << "ThreadSanitizer knows nothing of launches";
  ExpectFail(
      [this] {
        Run({CountNode(c_), CopyNode(a_, b_), CopyNode(b_, c_, {0})});
      },
      {"Copy, block (", "element ", MarkedLine("copies"), "launch 1 (Copy)",
       "launch 2 (Copy)", " does not wait for that"});
}

TEST_F(LaunchGraphTest, WriteWithoutWaitingForAReader) {
  if (kOsThreads) GTEST_SKIP() << "ThreadSanitizer knows nothing of launches";
  ExpectFail(
      [this] {
        Run({CopyNode(a_, b_), CountNode(a_)});
      },
      {"launch 0 (Copy)", "launch 1 (Count)", MarkedLine("counts"),
       " does not wait for that"});
}

TEST_F(LaunchGraphTest, WriteWithoutWaitingForAllReaders) {
  if (kOsThreads) GTEST_SKIP() << "ThreadSanitizer knows nothing of launches";
  ExpectFail(
      [this] {
        Run({CopyNode(a_, b_), CopyNode(a_, c_), CountNode(a_, {1})});
      },
      {"launch 0 (Copy)", "launch 2 (Count)", " does not wait for that"});
}

TEST_F(LaunchGraphTest, TwoWrites) {
  if (kOsThreads) GTEST_SKIP() << "ThreadSanitizer knows nothing of launches";
  ExpectFail(
      [this] {
        Run({CopyNode(a_, c_), DoubleNode(b_, c_)});
      },
      {"writes element 0", "which launch ", " writes, but launch ",
       " does not wait for that"});
}

TEST_F(LaunchGraphTest, WaitingForAnotherOne) {
  if (kOsThreads) GTEST_SKIP() << "ThreadSanitizer knows nothing of launches";
  ExpectFail(
      [this] {
        Run({CountNode(a_), CountNode(b_), CopyNode(a_, c_, {1})});
      },
      {"launch 0 (Count)", "launch 2 (Copy)"});
}

// Of random launches with random edges, those graphs fail in which two launches
// use the same memory, one writes it, and no path leads from one to the other.
TEST_F(LaunchGraphTest, FailsIfAndOnlyIfAnEdgeIsMissing) {
  if (kOsThreads) GTEST_SKIP() << "ThreadSanitizer knows nothing of launches";
  constexpr int kGraphs = 200, kLaunches = 4;
  const Global<float> memory[] = {a_, b_, c_, Allocate()};
  std::mt19937 random(1);
  const auto draw = [&](int count) {
    return static_cast<int>(random() % static_cast<unsigned>(count));
  };
  int wrong = 0;
  for (int i = 0; i < kGraphs; ++i) {
    std::vector<LaunchNode> nodes;
    int from[kLaunches], to[kLaunches];
    bool path[kLaunches][kLaunches] = {};
    for (int j = 0; j < kLaunches; ++j) {
      from[j] = draw(4);
      to[j] = (from[j] + 1 + draw(3)) % 4;
      nodes.push_back(CopyNode(memory[from[j]], memory[to[j]]));
      for (int k = 0; k < j; ++k) {
        if (draw(4) == 0) continue;
        nodes[j].after.push_back(k);
        path[k][j] = true;
      }
    }
    for (int via = 0; via < kLaunches; ++via) {
      for (int j = 0; j < kLaunches; ++j) {
        for (int k = 0; k < kLaunches; ++k) {
          path[j][k] = path[j][k] || (path[j][via] && path[via][k]);
        }
      }
    }
    bool is_wrong = false;
    for (int k = 0; k < kLaunches; ++k) {
      for (int j = 0; j < k; ++j) {
        const bool conflict =
            to[j] == to[k] || to[j] == from[k] || from[j] == to[k];
        is_wrong = is_wrong || (conflict && !path[j][k]);
      }
    }
    wrong += is_wrong ? 1 : 0;
    if (is_wrong) {
      ExpectFail([&] { Run(nodes); }, {"does not wait for that"});
    } else {
      Run(nodes);
    }
  }
  EXPECT_GT(wrong, kGraphs / 4);  // else little was tested
  EXPECT_LT(wrong, kGraphs * 3 / 4);
}

TEST_F(LaunchGraphTest, WaitsForEarlierOnesOnly) {
  ExpectFail(
      [this] {
        Run({CountNode(a_, {1}), CountNode(b_)});
      },
      {"launch 0 (Count) cannot wait for launch 1"});
  ExpectFail([this] { Run({CountNode(a_, {-1})}); }, {"cannot wait"});
}

TEST_F(LaunchGraphTest, Limits) {
  const auto launch = [this](Extent grid, Extent block, size_t shared = 0) {
    Run({{MakeLaunch(TestArguments{ReadOnly(a_), b_}, grid, block, shared)}});
  };
  launch({4}, {1024});
  launch({4}, {32}, kMaxSharedBytes);
  const std::string blocks = "Copy cannot have (", threads = " threads in a";
  ExpectFail([&] { launch({0}, {32}); }, {blocks, "(0, 1, 1) blocks"});
  ExpectFail([&] { launch({1, 65536}, {32}); }, {"(1, 65536, 1) blocks"});
  ExpectFail([&] { launch({4}, {32, 0}); }, {"(32, 0, 1)", threads});
  ExpectFail([&] { launch({4}, {32, 33}); }, {"(32, 33, 1)", threads});
  ExpectFail([&] { launch({4}, {1, 1, 65}); }, {"(1, 1, 65)", threads});
  ExpectFail([&] { launch({4}, {32}, kMaxSharedBytes + 4); },
             {"Copy cannot have 49156 bytes of shared memory"});
}

TEST_F(LaunchGraphTest, ArgumentsOfAnotherSize) {
  LaunchNode node = CountNode(a_);
  node.launch.problems[0].arguments.pop_back();
  ExpectFail([&] { Run({node}); }, {"Count takes ", " bytes of arguments"});
}

}  // namespace
}  // namespace autodiff::cuda::emulator
