#include "autodiff/cuda/merge.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <set>
#include <tuple>

#include "autodiff/cuda/arguments.h"

namespace autodiff::cuda {
namespace {

// Launches with equal keys may become one.
using Key = std::tuple<KernelId, uint32_t, int, int, int, bool, bool, int>;
Key KeyOf(const Launch& launch, int place) {
  GemmArguments gemm;
  int alone = 0;
  if (launch.kernel == KernelId::kGemm) {
    std::memcpy(&gemm, launch.problems[0].arguments.data(), sizeof(gemm));
    alone = gemm.count == 1 ? 0 : place + 1;  // a batch already
  }
  return {launch.kernel, launch.block.x,   gemm.m,           gemm.n,
          gemm.k,        gemm.transpose_a, gemm.transpose_b, alone};
}

// How many problems of that kind a launch may have.
size_t CapacityOf(const Launch& launch) {
  const size_t bytes = launch.problems[0].arguments.size();
  return std::min(kMaxProblems,
                  (kMaxArgumentBytes - kProblemsHeaderBytes) / bytes);
}

}  // namespace

std::vector<LaunchNode> MergeLaunches(const std::vector<LaunchNode>& nodes) {
  const auto count = static_cast<int>(nodes.size());
  std::vector<std::vector<int>> next(count);
  std::vector<size_t> waits(count);
  std::vector<int> height(count, 0);  // launches in a row from here to the end
  for (int i = 0; i < count; ++i) {
    waits[i] = nodes[i].after.size();
    for (int earlier : nodes[i].after) next[earlier].push_back(i);
  }
  for (int i = count - 1; i >= 0; --i) {
    for (int later : next[i])
      height[i] = std::max(height[i], height[later] + 1);
  }

  // Those whose turn it may be, the highest first.
  const auto higher = [&](int a, int b) {
    return std::tie(height[b], a) < std::tie(height[a], b);
  };
  using Ready = std::set<int, decltype(higher)>;
  std::map<Key, Ready> ready;
  const auto add = [&](int i) {
    ready.try_emplace(KeyOf(nodes[i].launch, i), higher)
        .first->second.insert(i);
  };
  for (int i = 0; i < count; ++i) {
    if (waits[i] == 0) add(i);
  }

  std::vector<LaunchNode> merged;
  std::vector<int> place(count);  // in `merged`
  while (!ready.empty()) {
    const auto best = std::min_element(
        ready.begin(), ready.end(), [&](const auto& a, const auto& b) {
          return higher(*a.second.begin(), *b.second.begin());
        });
    std::vector<int> taken;
    Ready& waiting = best->second;
    const size_t capacity = CapacityOf(nodes[*waiting.begin()].launch);
    while (!waiting.empty() && taken.size() < capacity) {
      taken.push_back(*waiting.begin());
      waiting.erase(waiting.begin());
    }
    if (waiting.empty()) ready.erase(best);

    LaunchNode one = {.launch = nodes[taken[0]].launch};
    one.launch.problems.clear();
    std::set<int> after;
    for (int i : taken) {
      const Launch& launch = nodes[i].launch;
      one.launch.problems.push_back(launch.problems[0]);
      one.launch.shared_bytes =
          std::max(one.launch.shared_bytes, launch.shared_bytes);
      for (int earlier : nodes[i].after) after.insert(place[earlier]);
      place[i] = static_cast<int>(merged.size());
    }
    one.after.assign(after.begin(), after.end());
    merged.push_back(std::move(one));
    for (int i : taken) {
      for (int later : next[i]) {
        if (--waits[later] == 0) add(later);
      }
    }
  }
  return merged;
}

}  // namespace autodiff::cuda
