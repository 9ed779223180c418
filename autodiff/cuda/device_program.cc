// Program: on a device, where a run is one graph of launches.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "autodiff/cuda/chain.h"
#include "autodiff/cuda/device_steps.h"
#include "autodiff/cuda/merge.h"
#include "autodiff/fail.h"
#include "autodiff/fusion.h"
#include "autodiff/ops/cuda_rule.h"
#include "autodiff/program.h"
#include "autodiff/schedule.h"

namespace autodiff {
namespace {

// Kernels count elements in int, and a little beyond the last one.
constexpr int64_t kMaxElements = int64_t{1} << 30;

// Of an output that is copied with the others although perhaps nobody reads it:
// that costs less than to wait for a GPU once more.
constexpr size_t kMaxResultBytes = 4096;

// Of the steps before each step, those that no other one of them implies.
std::vector<std::vector<int>> DirectlyBefore(
    const std::vector<std::vector<int>>& before) {
  std::vector<std::vector<int>> direct(before.size());
  std::vector<std::set<int>> all(before.size());
  for (size_t step = 0; step < before.size(); ++step) {
    for (auto it = before[step].rbegin(); it != before[step].rend(); ++it) {
      if (!all[step].insert(*it).second) continue;
      direct[step].push_back(*it);
      all[step].insert(all[*it].begin(), all[*it].end());
    }
  }
  return direct;
}

}  // namespace

template <typename T>
void Program<T>::RequireDeviceFits(const State<T>* state) const {
  if (sizeof(T) != sizeof(float)) {
    Fail("a program runs on a device in float, not in double");
  }
  if (stop_at_nan_) {
    Fail("stop_at_nan looks at a program on the CPU: leave out the device");
  }
  if (state != nullptr && state->device() != device_) {
    Fail("a program and its state must be on the same device");
  }
  for (int id : schedule_) {
    if (graph_.node(id).elements() < kMaxElements) continue;
    Fail(absl::StrCat(graph_.Describe(id), " has ", graph_.node(id).elements(),
                      " elements; on a device less than 2^30 are possible"));
  }
}

template <typename T>
void Program<T>::MakeDeviceKernels(bool fuse) {
  const std::vector<DeviceStep> device_steps =
      MakeDeviceSteps(graph_, fed_, schedule_, fuse);
  for (const DeviceStep& step : device_steps) {
    steps_.push_back({.nodes = step.nodes});
  }
  const std::vector<bool> kept = NodesWithBuffer();
  size_t workspace_bytes = 0;
  for (size_t i = 0; i < steps_.size(); ++i) {
    Step& step = steps_[i];
    const int id = step.nodes[0];
    const Node& node = graph_.node(id);
    if (device_steps[i].is_chain) {
      CudaChain chain = MakeCudaChain(graph_, fed_, device_steps[i], kept,
                                      device_->block_threads());
      step.cuda = std::move(chain.kernel);
      step.input_ids = std::move(chain.inputs);
      step.output_ids = std::move(chain.outputs);
    } else {
      Call call = CallOf(id);
      call.block_threads = device_->block_threads();
      step.input_ids = OperandsOf(node);
      step.output_ids = {id};
      step.cuda = node.op->kind == OpKind::kAssign  // of indices
                      ? CudaCopy(call, CudaStrides({node.elements()}, {1}))
                      : node.op->cuda(call);
    }
    workspace_bytes += AlignedSize(step.cuda.workspace_bytes);
  }
  workspace_ = Memory(device_, workspace_bytes);
}

// Small outputs that kernels compute, or look at, have a block with the word
// for faults, which is copied as a whole.
template <typename T>
void Program<T>::PlaceResults() {
  std::set<int> results;
  for (int id : outputs_) {
    const int owner = BufferOwner(graph_, fed_, id);
    const bool computed = buffer_[owner] == nullptr;
    if (computed && BytesOf(owner) <= kMaxResultBytes) results.insert(owner);
  }
  result_block_ = PlaceInBlock({results.begin(), results.end()}, "result",
                               sizeof(uint64_t));
}

template <typename T>
void Program<T>::MakeLaunches() {
  const std::vector<std::vector<int>> before =
      DirectlyBefore(StepsBefore(Works()));
  // The launches that must be complete for each step to be.
  std::vector<std::vector<int>> ends(steps_.size());
  std::byte* workspace = workspace_.data();
  for (size_t i = 0; i < steps_.size(); ++i) {
    Step& step = steps_[i];
    const Buffers buffers{
        .inputs = step.inputs.data(),
        .outputs = step.outputs.data(),
        .workspace = workspace,
        .fault = reinterpret_cast<uint64_t*>(result_block_.there())};
    workspace += AlignedSize(step.cuda.workspace_bytes);
    for (int earlier : before[i]) {
      ends[i].insert(ends[i].end(), ends[earlier].begin(), ends[earlier].end());
    }
    step.first_launch = static_cast<int>(launches_.size());
    for (cuda::Launch& launch : step.cuda.launches(buffers)) {
      const int own = static_cast<int>(launches_.size());
      launches_.push_back({std::move(launch), std::exchange(ends[i], {own})});
    }
    step.end_launch = static_cast<int>(launches_.size());
  }
  merged_launches_ = cuda::MergeLaunches(launches_);
  launch_graph_ = device_->Compile(merged_launches_);
}

template <typename T>
void Program<T>::RunOnDevice() {
  if (state_ != nullptr) state_->MoveToDevice();
  input_block_.CopyIn();
  results_are_here_ = false;
  launch_graph_->Run();
}

// Each step by itself, started again and again.
template <typename T>
std::vector<double> Program<T>::ProfileOnDevice(int runs) const {
  std::vector<double> nanoseconds(buffer_.size(), 0);
  if (state_ != nullptr) state_->MoveToDevice();
  input_block_.CopyIn();
  for (const Step& step : steps_) {
    std::vector<cuda::LaunchNode> alone;
    for (int i = step.first_launch; i < step.end_launch; ++i) {
      alone.push_back({launches_[i].launch, {}});
      if (alone.size() > 1)
        alone.back().after = {static_cast<int>(alone.size()) - 2};
    }
    const auto graph = device_->Compile(alone);
    graph->Run();
    CopyResults();  // waits
    const auto begin = std::chrono::steady_clock::now();
    for (int run = 0; run < runs; ++run) graph->Run();
    CopyResults();
    const std::chrono::duration<double, std::nano> elapsed =
        std::chrono::steady_clock::now() - begin;
    nanoseconds[step.nodes[0]] = elapsed.count() / runs;
  }
  return nanoseconds;
}

// Waits for what runs. Kernels leave an index out of range in the block's word
// rather than following it.
template <typename T>
void Program<T>::CopyResults() const {
  result_block_.CopyOut();
  results_are_here_ = true;
  const uint64_t word = *reinterpret_cast<uint64_t*>(result_block_.here());
  if (word == 0) return;
  const int node = static_cast<int>(word >> 32) - 1;
  const int index = static_cast<int>(static_cast<uint32_t>(word));
  Fail(absl::StrCat(graph_.Describe(node), ": index ", index,
                    " is out of range"));
}

template class Program<float>;
template class Program<double>;

}  // namespace autodiff
