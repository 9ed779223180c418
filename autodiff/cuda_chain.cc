// The chains of fusion.h as launches of the kernel Chain.

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "autodiff/cuda/arguments.h"
#include "autodiff/fusion.h"
#include "autodiff/ops/cuda_rule.h"

namespace autodiff {
namespace {

// Writes the instructions of a chain. Places are numbered: first the inputs,
// then those of the chain's own, which are given away for as long as they are
// needed.
class ChainWriter {
 public:
  ChainWriter(const Graph& graph, const std::vector<int>& fed,
              const std::vector<int>& nodes, const std::vector<bool>& kept)
      : graph_(graph), fed_(fed), nodes_(nodes) {
    arguments_.elements = static_cast<int>(graph.node(nodes[0]).elements());
    for (size_t i = 0; i < nodes.size(); ++i) {
      if (kept[nodes[i]]) result_.outputs.push_back(nodes[i]);
      for (int operand : Operands(nodes[i])) {
        last_use_[operand] = static_cast<int>(i);
        if (!IsInChain(operand)) AddInput(operand, nodes[i]);
      }
    }
    for (size_t i = 0; i < nodes.size(); ++i) Write(static_cast<int>(i));
  }

  CudaChain Take(int block_threads) {
    const int own = static_cast<int>(own_.size());
    const int outputs = static_cast<int>(result_.outputs.size());
    const auto launches = [=, arguments = arguments_](const Buffers& b) {
      std::vector<cuda::Launch> list;
      cuda::ChainArguments a = arguments;
      if (a.elements == 0) return list;
      for (int i = 0; i < a.inputs; ++i) a.input[i].x.data = b.In<float>(i);
      for (int i = 0; i < outputs; ++i) {
        a.output[i] = {static_cast<float*>(b.outputs[i]), a.elements};
      }
      const size_t bytes_of_thread = own * sizeof(float) * kElements;
      int block = block_threads;
      while (block > 32 && block * bytes_of_thread > kSharedBytes) block /= 2;
      list.push_back(cuda::MakeLaunch(
          a, BlocksFor((a.elements + kElements - 1) / kElements, block),
          {static_cast<uint32_t>(block)}, block * bytes_of_thread));
      return list;
    };
    result_.kernel = {.launches = launches};
    return std::move(result_);
  }

 private:
  static constexpr int kElements = cuda::ChainArguments::kElements;
  // What every GPU gives to a block without being asked.
  static constexpr size_t kSharedBytes = 48 << 10;

  std::vector<int> Operands(int id) const {
    return ChainOperands(graph_, fed_, nodes_, id);
  }
  bool IsInChain(int id) const { return absl::c_linear_search(nodes_, id); }

  // All nodes have equally many elements, but maybe other shapes: a tensor that
  // is repeated is an input for each reader.
  std::pair<int, int> InputKey(int operand, int reader) const {
    const bool whole = graph_.node(operand).elements() == arguments_.elements;
    return {operand, whole ? -1 : reader};
  }

  void AddInput(int operand, int reader) {
    const auto [input, is_new] =
        input_.insert({InputKey(operand, reader), arguments_.inputs});
    if (!is_new) return;
    result_.inputs.push_back(operand);
    const Shape& shape = graph_.node(operand).type.shape;
    const Shape& to = graph_.node(reader).type.shape;
    cuda::ChainArguments::Input& added = arguments_.input[arguments_.inputs++];
    added.x.size = shape.elements();
    added.at = shape.elements() == arguments_.elements
                   ? CudaStrides({shape.elements()}, {1})
                   : CudaStrides(to.sizes(), BroadcastStrides(shape, to));
  }

  void Write(int i) {
    const int id = nodes_[i];
    const std::vector<int> operands = Operands(id);
    cuda::ChainInstruction step{
        .formula = graph_.node(id).op->formula,
        .arguments = static_cast<uint8_t>(operands.size())};
    for (size_t k = 0; k < operands.size(); ++k) {
      step.from[k] = static_cast<uint8_t>(
          IsInChain(operands[k]) ? arguments_.inputs + OwnPlace(operands[k])
                                 : input_.at(InputKey(operands[k], id)));
    }
    for (int operand : operands) {
      if (last_use_[operand] == i) absl::c_replace(own_, operand, kFree);
    }
    if (last_use_.contains(id)) {
      step.to = static_cast<uint8_t>(arguments_.inputs + TakePlace(id));
    }
    const auto output = absl::c_find(result_.outputs, id);
    if (output != result_.outputs.end()) {
      step.output = static_cast<uint8_t>(output - result_.outputs.begin());
    }
    arguments_.instruction[arguments_.instructions++] = step;
  }

  int OwnPlace(int id) const {
    return static_cast<int>(absl::c_find(own_, id) - own_.begin());
  }
  int TakePlace(int id) {
    if (!absl::c_linear_search(own_, kFree)) own_.push_back(kFree);
    *absl::c_find(own_, kFree) = id;
    return OwnPlace(id);
  }

  static constexpr int kFree = -1;
  const Graph& graph_;
  const std::vector<int>& fed_;
  const std::vector<int>& nodes_;
  cuda::ChainArguments arguments_;
  CudaChain result_;
  std::map<int, int> last_use_;  // node -> last instruction that reads it
  std::map<std::pair<int, int>, int> input_;  // InputKey -> its place
  std::vector<int> own_;  // the node whose value is in each place of the chain
};

}  // namespace

ChainLimits CudaChainLimits() {
  return {.nodes = std::min(cuda::ChainArguments::kMaxInstructions,
                            cuda::ChainArguments::kMaxOutputs),
          .inputs = cuda::ChainArguments::kMaxInputs};
}

CudaChain MakeCudaChain(const Graph& graph, const std::vector<int>& fed,
                        const std::vector<int>& chain,
                        const std::vector<bool>& kept, int block_threads) {
  return ChainWriter(graph, fed, chain, kept).Take(block_threads);
}

}  // namespace autodiff
