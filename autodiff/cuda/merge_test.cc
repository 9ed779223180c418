// Merged launches are the same problems in a valid order.

#include "autodiff/cuda/merge.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <map>
#include <random>
#include <vector>

#include "autodiff/cuda/arguments.h"
#include "autodiff/cuda/launch.h"
#include "gtest/gtest.h"

namespace autodiff::cuda {
namespace {

// A launch that is told from others by its size, and its kernel by the type.
template <typename Arguments>
Launch Numbered(int number) {
  Arguments arguments;
  arguments.y.size = number;
  return MakeLaunch(arguments, {1}, {64}, number % 3);
}

Launch Product(int number, int m, int count = 1) {
  GemmArguments arguments{.m = m, .n = 4, .k = 5, .count = count};
  arguments.c.size = number;
  return MakeLaunch(arguments, {}, {});
}

int NumberOf(KernelId kernel, const Problem& problem) {
  const auto number = [&](auto arguments) {
    std::memcpy(&arguments, problem.arguments.data(), sizeof(arguments));
    if constexpr (requires { arguments.y; }) {
      return static_cast<int>(arguments.y.size);
    } else {
      return static_cast<int>(arguments.c.size);
    }
  };
  switch (kernel) {
    case KernelId::kIncrement:
      return number(IncrementArguments());
    case KernelId::kCopy:
      return number(CopyArguments());
    default:
      return number(GemmArguments());
  }
}

TEST(MergeLaunches, OfRandomGraphsKeepsEachProblemAndEachWait) {
  std::mt19937 random(1);
  size_t all = 0, merged_all = 0;
  for (int graph = 0; graph < 200; ++graph) {
    std::vector<LaunchNode> nodes;
    const int count = 1 + static_cast<int>(random() % 60);
    for (int i = 0; i < count; ++i) {
      const Launch kinds[] = {Numbered<IncrementArguments>(i),
                              Numbered<CopyArguments>(i), Product(i, 3),
                              Product(i, 6)};
      LaunchNode node{kinds[random() % 4], {}};
      for (int earlier = 0; earlier < i; ++earlier) {
        if (random() % 12 == 0) node.after.push_back(earlier);
      }
      nodes.push_back(node);
    }
    const std::vector<LaunchNode> merged = MergeLaunches(nodes);
    all += nodes.size();
    merged_all += merged.size();

    std::map<int, int> place;  // of each problem
    for (size_t i = 0; i < merged.size(); ++i) {
      const Launch& launch = merged[i].launch;
      EXPECT_LE(launch.problems.size(), kMaxProblems);
      for (const Problem& problem : launch.problems) {
        const int number = NumberOf(launch.kernel, problem);
        EXPECT_TRUE(place.emplace(number, static_cast<int>(i)).second);
        EXPECT_EQ(problem.arguments,
                  nodes[number].launch.problems[0].arguments);
        EXPECT_GE(launch.shared_bytes, nodes[number].launch.shared_bytes);
      }
      for (int earlier : merged[i].after) EXPECT_LT(earlier, i);
    }
    ASSERT_EQ(place.size(), nodes.size());
    for (int i = 0; i < count; ++i) {
      const std::vector<int>& after = merged[place[i]].after;
      for (int earlier : nodes[i].after) {
        EXPECT_EQ(std::count(after.begin(), after.end(), place[earlier]), 1);
      }
    }
  }
  EXPECT_LT(2 * merged_all, all);
}

TEST(MergeLaunches, TakesNoMoreThanArgumentsMayBeLong) {
  std::vector<LaunchNode> nodes;
  for (int i = 0; i < 40; ++i)
    nodes.push_back({Numbered<CopyArguments>(i), {}});
  EXPECT_EQ(MergeLaunches(nodes).size(), 3);  // of 16
  nodes.clear();
  for (int i = 0; i < 40; ++i) {
    nodes.push_back({MakeLaunch(ChainArguments(), {1}, {64}), {}});
  }
  for (const LaunchNode& node : MergeLaunches(nodes)) {
    EXPECT_LE(kProblemsHeaderBytes +
                  node.launch.problems.size() * sizeof(ChainArguments),
              kMaxArgumentBytes);
  }
}

TEST(MergeLaunches, LeavesOtherShapesAndBatchesAlone) {
  EXPECT_EQ(MergeLaunches({{Product(0, 3), {}}, {Product(1, 3), {}}}).size(),
            1);
  EXPECT_EQ(MergeLaunches({{Product(0, 3), {}}, {Product(1, 4), {}}}).size(),
            2);
  EXPECT_EQ(
      MergeLaunches({{Product(0, 3, 2), {}}, {Product(1, 3, 2), {}}}).size(),
      2);
}

}  // namespace
}  // namespace autodiff::cuda
