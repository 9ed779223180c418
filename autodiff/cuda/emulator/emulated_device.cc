#include "autodiff/cuda/emulator/emulated_device.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "autodiff/fail.h"

namespace autodiff::cuda::emulator {

namespace {

// All blocks of a launch: those of one problem after those of the other. A
// library's function has one for each.
Extent GridOf(const Launch& launch, bool is_library) {
  if (is_library) return {static_cast<uint32_t>(launch.problems.size())};
  if (launch.problems.size() == 1) return launch.problems[0].grid;
  Extent grid{0};
  for (const Problem& problem : launch.problems) grid.x += problem.grid.x;
  return grid;
}

// Whose block number `block` is, and the how manieth of that one.
std::pair<const Problem*, int> FindProblem(const Launch& launch, int block,
                                           bool is_library) {
  if (is_library) return {&launch.problems[block], 0};
  auto problem = launch.problems.begin();
  while (problem + 1 != launch.problems.end() &&
         block >= static_cast<int>(problem->grid.count())) {
    block -= static_cast<int>(problem->grid.count());
    ++problem;
  }
  return {&*problem, block};
}

}  // namespace

class EmulatedDevice::Graph final : public LaunchGraph {
 public:
  Graph(EmulatedDevice& device, std::vector<LaunchNode> nodes,
        const std::vector<std::string>& names)
      : device_(device), nodes_(std::move(nodes)), order_(nodes_, names) {}

  void Run() override {
    std::vector<int> order(nodes_.size());
    std::iota(order.begin(), order.end(), 0);
    if (device_.options_.shuffle_launches) order = order_.Draw(device_.random_);
    order_.StartRun(++device_.clock_);
    for (const int i : order) {
      order_.Start(i);
      ++device_.clock_;
      device_.Run(nodes_[i].launch, order_);
    }
  }

 private:
  EmulatedDevice& device_;
  std::vector<LaunchNode> nodes_;
  LaunchOrder order_;
};

EmulatedDevice::EmulatedDevice(const Options& options,
                               const std::vector<Kernel>& kernels)
    : options_(options), kernels_(kernels), random_(options.seed) {}

void EmulatedDevice::CopyIn(void* to, const void* from, size_t bytes) {
  std::byte* const host = memory_.Find(to, bytes);
  if (host == nullptr) {
    Fail(absl::StrCat("CopyIn of ", bytes,
                      " bytes to memory that is not the device's"));
  }
  std::copy_n(static_cast<const std::byte*>(from), bytes, host);
}

void EmulatedDevice::CopyOut(void* to, const void* from, size_t bytes) {
  const std::byte* const host = memory_.Find(from, bytes);
  if (host == nullptr) {
    Fail(absl::StrCat("CopyOut of ", bytes,
                      " bytes of memory that is not the device's"));
  }
  std::copy_n(host, bytes, static_cast<std::byte*>(to));
}

std::unique_ptr<LaunchGraph> EmulatedDevice::Compile(
    const std::vector<LaunchNode>& nodes) {
  std::vector<std::string> names;
  for (const LaunchNode& node : nodes) {
    const Kernel& kernel = kernels_.at(static_cast<size_t>(node.launch.kernel));
    names.push_back(kernel.name);
    if (!kernel.is_library) CheckLimits(node.launch, kernel.name);
    for (const Problem& problem : node.launch.problems) {
      if (problem.arguments.size() == kernel.argument_bytes) continue;
      Fail(absl::StrCat(kernel.name, " takes ", kernel.argument_bytes,
                        " bytes of arguments, not ", problem.arguments.size()));
    }
  }
  return std::make_unique<Graph>(*this, nodes, names);
}

void EmulatedDevice::Run(const Launch& launch, LaunchOrder& order) {
  const Kernel& kernel = kernels_[static_cast<size_t>(launch.kernel)];
  Execution execution = {.kernel = kernel.name.c_str(),
                         .grid = GridOf(launch, kernel.is_library),
                         .block = kernel.is_library ? Extent{} : launch.block,
                         .device = memory_,
                         .shared = shared_,
                         .order = order,
                         .clock = clock_};
  const int count = static_cast<int>(execution.block.count());
  std::vector<Exchange> exchanges((count + kWarpThreads - 1) / kWarpThreads);
  std::vector<EmulatedThread> threads(count);
  std::vector<int> order_of_threads = InOrder(count);
  const auto turns = [&]() -> std::span<const int> {
    Shuffle(order_of_threads);
    return order_of_threads;
  };
  const Problem* problem = nullptr;
  int block_of_problem = 0;
  const std::function<void()> run = [&] {
    kernel.run(problem->arguments.data(), block_of_problem);
  };

  const Times since = {.launch = clock_};
  for (const int block : InOrder(static_cast<int>(execution.grid.count()))) {
    std::tie(problem, block_of_problem) =
        FindProblem(launch, block, kernel.is_library);
    shared_.Start(kernel.is_library ? 0 : launch.shared_bytes);
    ++clock_;
    for (int i = 0; i < count; ++i) {
      threads[i] = {.execution = &execution,
                    .index = IndexOf(i, execution.block),
                    .block = IndexOf(block, execution.grid),
                    .number = i,
                    .since = {.launch = since.launch,
                              .block = clock_,
                              .block_barrier = clock_,
                              .warp_barrier = clock_},
                    .exchange = &exchanges[i / kWarpThreads]};
    }
    block_->Run(threads, run, turns);
  }
}

std::vector<int> EmulatedDevice::InOrder(int count) {
  std::vector<int> order(count);
  std::iota(order.begin(), order.end(), 0);
  if (options_.threads == Order::kDescending) {
    std::reverse(order.begin(), order.end());
  }
  Shuffle(order);
  return order;
}

void EmulatedDevice::Shuffle(std::span<int> order) {
  if (options_.threads != Order::kShuffled) return;
  std::shuffle(order.begin(), order.end(), random_);
}

}  // namespace autodiff::cuda::emulator
