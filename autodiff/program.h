// A graph made ready to run: pruned to what its outputs need, scheduled, with
// every buffer placed. Running it neither allocates nor looks at shapes.
#ifndef AUTODIFF_PROGRAM_H_
#define AUTODIFF_PROGRAM_H_

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "autodiff/aligned_buffer.h"
#include "autodiff/cuda/device.h"
#include "autodiff/graph.h"
#include "autodiff/instruction_set.h"
#include "autodiff/memory.h"
#include "autodiff/state.h"
#include "autodiff/task_plan.h"
#include "autodiff/threads.h"

namespace autodiff {

struct ProgramOptions {
  // Nodes that are not computed but written by the caller, like inputs.
  Tensors fed = {};
  // Runs nodes in a random valid order instead of that of schedule.h.
  std::optional<uint64_t> shuffle_seed = std::nullopt;
  // Element-wise nodes in a row run as one chain, tile by tile (fusion.h). The
  // results are the same bits either way.
  bool fuse = true;
  // Threads among which a run is divided, 1 to 1024. The results are the same
  // bits for any number.
  int threads = 1;
  // One that this CPU has. Results of another one differ in rounding.
  InstructionSet instruction_set = WidestInstructionSet();
  // Looks at every result and ends the process at the first node that makes a
  // NaN or an infinity out of arguments without one, naming it and its line.
  // Runs node by node on one thread.
  bool stop_at_nan = false;
  // Runs there, in float, as one graph of launches; so must its state be there.
  // Null: on this CPU.
  cuda::Device* device = nullptr;
};

// T is the precision of all real elements, float or double. The graph must
// outlive the program and the state must be one of this graph; it may be null
// if no output needs a variable.
template <typename T>
class Program {
 public:
  Program(const Graph& graph, const Tensors& outputs, State<T>* state = nullptr,
          const ProgramOptions& options = {});
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  // The buffer of a graph input or fed node; what is written there stays from
  // run to run.
  absl::Span<T> Input(const Tensor& input);
  absl::Span<int32_t> IndexInput(const Tensor& input);

  void Run();
  // Runs `runs` times on the calling thread alone. Returns how many nanoseconds
  // each node took, by id, on average. On a device a chain's time is that of
  // its first node, and short steps take as long as it takes to start them;
  // each runs `runs` times before the next one, which leaves in the state what
  // no run does.
  std::vector<double> Profile(int runs);

  // What the last run left for one of the outputs. From a device the first call
  // after a run copies all small results, which waits for the run; what is
  // large or part of the state is copied by the call that asks for it.
  absl::Span<const T> Output(const Tensor& output) const;
  absl::Span<const int32_t> IndexOutput(const Tensor& output) const;

  // The nodes that a run computes or looks at, in order.
  const std::vector<int>& schedule() const { return schedule_; }

  // Bytes of the arena that holds all intermediate tensors; on a device without
  // small results.
  size_t arena_bytes() const { return arena_.size(); }
  // Bytes that kernels use while they run, of all threads.
  size_t workspace_bytes() const { return workspace_.size(); }

  // Bytes that the kernels of a run read and write: of each its arguments and
  // results, once.
  size_t bytes_moved() const;

  // What a run on a device starts, in a valid order; empty on the CPU.
  const std::vector<cuda::LaunchNode>& launches() const {
    return merged_launches_;
  }

  // One line per node in the order of the schedule: id, op, name, inputs,
  // shape, bytes, buffer (arena offset, or what the node looks at), line. With
  // the result of Profile each also has its time.
  std::string ToText(const std::vector<double>& nanoseconds = {}) const;
  // The same nodes as a Graphviz digraph.
  std::string ToDot() const;

 private:
  // What runs as a unit: one node, or a chain of element-wise ones.
  struct Step {
    std::vector<int> nodes;
    Kernel kernel;    // on the CPU
    CudaKernel cuda;  // on a device
    int first_launch = 0, end_launch = 0;
    std::vector<int> input_ids, output_ids;
    std::vector<const void*> inputs;
    std::vector<void*> outputs;
  };

  bool IsOnDevice() const { return device_ != nullptr; }
  void RequireDeviceFits(const State<T>* state) const;
  Call CallOf(int id) const;
  void MakeKernels(int threads, InstructionSet instruction_set);
  void MakeDeviceKernels(bool fuse);
  std::vector<bool> NodesWithBuffer() const;
  Mirror PlaceInBlock(const std::vector<int>& ids, const char* name,
                      size_t bytes = 0);
  void PlaceSources(State<T>* state);
  void PlaceResults();
  void PlaceIntermediates();
  std::vector<int> LastUses() const;
  int BlockToTakeOver(const Step& step, int output,
                      const std::vector<int>& last_use,
                      const std::vector<int>& block_of) const;
  void PlaceAliases();
  void FindBuffers();
  std::vector<StepWork> Works() const;
  void MakeLaunches();
  void RunOnDevice();
  std::vector<double> ProfileOnDevice(int runs) const;
  void CopyResults() const;
  void RunTasks(int thread);
  void RunAlone(const Step& step, uint64_t* ticks) const;
  void RunWatched() const;
  struct Blemishes {
    bool nan = false, infinite = false;
  };
  Blemishes Look(const std::vector<int>& ids) const;
  size_t BytesOf(int id) const;
  template <typename Element>
  absl::Span<Element> Find(const Tensor& tensor,
                           const std::vector<int>& among) const;
  void* Here(int id) const;
  bool IsFed(int id) const;

  const Graph& graph_;
  const bool stop_at_nan_;
  std::vector<int> fed_, outputs_, inputs_;
  std::vector<int> schedule_;
  Mirror input_block_, constant_block_;
  Memory arena_, workspace_;              // of the latter one after the other
  size_t workspace_stride_ = 0;           // for each thread
  std::vector<void*> buffer_;             // by node id
  std::vector<std::string> buffer_name_;  // by node id, for ToText
  std::vector<Step> steps_;
  std::vector<std::vector<Task>> tasks_;  // by thread
  struct alignas(kAlignment) Done {
    std::atomic<int64_t> tasks = 0;  // in all runs
  };
  std::vector<Done> done_;  // by thread
  int64_t runs_ = 0;
  std::optional<Threads> threads_;

  // Of a program on a device.
  cuda::Device* const device_;
  State<T>* const state_;
  Mirror result_block_;  // first a word for faults: see cuda/arguments.h
  mutable bool results_are_here_ = true;        // of the last run
  mutable std::map<int, AlignedBuffer> shown_;  // other outputs, by node id
  std::vector<cuda::LaunchNode> launches_;      // of the steps, one by one
  std::vector<cuda::LaunchNode> merged_launches_;
  std::unique_ptr<cuda::LaunchGraph> launch_graph_;
};

extern template class Program<float>;
extern template class Program<double>;

}  // namespace autodiff

#endif  // AUTODIFF_PROGRAM_H_
