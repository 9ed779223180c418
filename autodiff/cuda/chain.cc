#include "autodiff/cuda/chain.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <map>
#include <utility>

#include "absl/algorithm/container.h"
#include "autodiff/cuda/arguments.h"
#include "autodiff/fusion.h"
#include "autodiff/ops.h"
#include "autodiff/ops/cuda_rule.h"

namespace autodiff {
namespace {

// The launch of a chain whose values in between take so much shared memory per
// thread of a block: of smaller blocks if there is not enough for `block`.
template <typename Arguments>
cuda::Launch LaunchChain(const Arguments& arguments, int64_t threads, int block,
                         size_t bytes_of_warp) {
  while (block > 32 && block / 32 * bytes_of_warp > cuda::kMaxSharedBytes) {
    block /= 2;
  }
  return cuda::MakeLaunch(arguments, BlocksFor(threads, block),
                          {static_cast<uint32_t>(block)},
                          block / 32 * bytes_of_warp);
}

// Writes the instructions of a chain. Places are numbered: first the inputs,
// then those of the chain's own, which are given away for as long as they are
// needed.
class ChainWriter {
 public:
  ChainWriter(const Graph& graph, const std::vector<int>& fed,
              const DeviceStep& step, const std::vector<bool>& kept)
      : graph_(graph), fed_(fed), step_(step) {
    arguments_.elements =
        static_cast<int>(step.has_rows ? step.rows * step.size
                                       : graph.node(step.nodes[0]).elements());
    for (size_t i = 0; i < step.nodes.size(); ++i) {
      if (kept[step.nodes[i]]) result_.outputs.push_back(step.nodes[i]);
      for (int operand : Operands(step.nodes[i])) {
        last_use_[operand] = static_cast<int>(i);
        if (!IsInChain(operand)) AddInput(operand, step.nodes[i]);
      }
    }
    for (size_t i = 0; i < step.nodes.size(); ++i) {
      Write(static_cast<int>(i));
    }
  }

  CudaChain Take(int block_threads) {
    std::vector<int64_t> output_sizes;
    for (int id : result_.outputs) {
      output_sizes.push_back(graph_.node(id).elements());
    }
    const auto own = static_cast<int>(own_.size());
    result_.kernel.launches = [=, arguments = arguments_, rows = step_.rows,
                               size = step_.size,
                               has_rows = step_.has_rows](const Buffers& b) {
      cuda::RowChainArguments a{arguments};
      for (int i = 0; i < a.inputs; ++i) a.input[i].x.data = b.In<float>(i);
      for (size_t i = 0; i < output_sizes.size(); ++i) {
        a.output[i] = {static_cast<float*>(b.outputs[i]), output_sizes[i]};
      }
      std::vector<cuda::Launch> list;
      constexpr int kElements = cuda::ChainArguments::kElements;
      if (has_rows && rows > 0) {
        a.rows = static_cast<int>(rows);
        a.size = static_cast<int>(size);
        a.lanes = static_cast<int>(std::min<uint64_t>(
            32,
            std::bit_ceil(static_cast<uint64_t>(std::max<int64_t>(1, size)))));
        a.own = own;
        list.push_back(LaunchChain(a, rows * a.lanes, block_threads,
                                   32 / a.lanes * own * size * sizeof(float)));
      } else if (!has_rows && a.elements > 0) {
        list.push_back(
            LaunchChain(static_cast<cuda::ChainArguments>(a),
                        (a.elements + kElements - 1) / kElements, block_threads,
                        size_t{32} * kElements * own * sizeof(float)));
      }
      return list;
    };
    return std::move(result_);
  }

 private:
  std::vector<int> Operands(int id) const {
    return ChainOperands(graph_, fed_, step_.nodes, id);
  }
  bool IsInChain(int id) const {
    return absl::c_linear_search(step_.nodes, id);
  }

  // True of an element-wise node with one element a row.
  bool IsOneARow(int id) const {
    const Node& node = graph_.node(id);
    return RowFormulaOf(graph_, node) == RowFormula::kNone &&
           node.elements() != arguments_.elements;
  }

  // Readers may repeat an operand differently, or copy from it: it is an input
  // for each that does not read it as it is.
  std::pair<int, int> InputKey(int operand, int reader) const {
    const bool whole = !IsOneARow(reader) && !IsCopy(graph_.node(reader)) &&
                       graph_.node(operand).elements() == arguments_.elements;
    return {operand, whole ? -1 : reader};
  }

  void AddInput(int operand, int reader) {
    const auto [input, is_new] =
        input_.insert({InputKey(operand, reader), arguments_.inputs});
    if (!is_new) return;
    result_.inputs.push_back(operand);
    cuda::ChainArguments::Input& added = arguments_.input[arguments_.inputs++];
    added.x.size = graph_.node(operand).elements();
    added.at = StridesOf(operand, reader);
  }

  // Where the reader's elements, numbered as the chain's, find the operand's.
  cuda::Strides StridesOf(int operand, int reader) const {
    const Shape& from = graph_.node(operand).type.shape;
    if (InputKey(operand, reader).second < 0) {
      return CudaStrides({from.elements()}, {1});
    }
    if (IsCopy(graph_.node(reader))) return StridesOfCopy(reader);
    const Shape& to = graph_.node(reader).type.shape;
    std::vector<int64_t> sizes = to.sizes();
    std::vector<int64_t> strides = BroadcastStrides(from, to);
    if (IsOneARow(reader)) {
      sizes.push_back(step_.size);
      strides.push_back(0);
    }
    return CudaStrides(sizes, strides);
  }

  cuda::Strides StridesOfCopy(int id) const {
    const Node& node = graph_.node(id);
    cuda::Strides at =
        node.op->cuda_read({.inputs = {graph_.node(node.inputs[0]).type},
                            .attributes = node.attributes,
                            .output = node.type});
    if (IsOneARow(id)) {
      at.size[at.axes] = static_cast<int>(step_.size);
      at.stride[at.axes++] = 0;
    }
    return at;
  }

  void Write(int i) {
    const int id = step_.nodes[i];
    const Node& node = graph_.node(id);
    const std::vector<int> operands = Operands(id);
    cuda::ChainInstruction step{
        .formula = IsCopy(node) ? FormulaId::kBroadcastTo : node.op->formula,
        .row_formula = RowFormulaOf(graph_, node),
        .arguments = static_cast<uint8_t>(operands.size())};
    if (node.op == &kLayerNorm || node.op == &kLayerNormGradient) {
      step.epsilon = static_cast<float>(node.attributes.Real("epsilon"));
    }
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
  const DeviceStep& step_;
  cuda::ChainArguments arguments_;
  CudaChain result_;
  std::map<int, int> last_use_;  // node -> last instruction that reads it
  std::map<std::pair<int, int>, int> input_;  // InputKey -> its place
  std::vector<int> own_;  // the node whose value is in each place of the chain
};

}  // namespace

CudaChain MakeCudaChain(const Graph& graph, const std::vector<int>& fed,
                        const DeviceStep& step, const std::vector<bool>& kept,
                        int block_threads) {
  return ChainWriter(graph, fed, step, kept).Take(block_threads);
}

}  // namespace autodiff
