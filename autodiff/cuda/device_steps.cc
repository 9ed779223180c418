#include "autodiff/cuda/device_steps.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/algorithm/container.h"
#include "autodiff/cuda/arguments.h"
#include "autodiff/fusion.h"
#include "autodiff/ops.h"
#include "autodiff/schedule.h"

namespace autodiff {
namespace {

// Longer sums take many blocks.
constexpr int64_t kMaxRowOfSum = 1024;
// Of shared memory, for the values of a chain.
constexpr int64_t kChainBytes = 32 << 10;

// A chain while it grows.
class GrowingChain {
 public:
  GrowingChain(const Graph& graph, const std::vector<int>& fed)
      : graph_(graph), fed_(fed) {}

  bool is_empty() const { return step_.nodes.empty(); }
  DeviceStep Take() { return std::exchange(*this, {graph_, fed_}).step_; }
  GrowingChain& operator=(GrowingChain&& other) noexcept {
    step_ = std::move(other.step_);
    elements_ = other.elements_;
    written_ = std::move(other.written_);
    elsewhere_ = std::move(other.elsewhere_);
    inputs_ = std::move(other.inputs_);
    return *this;
  }
  GrowingChain(GrowingChain&&) = default;

  // Adds a node, if it fits.
  bool Add(int id) {
    const Node& node = graph_.node(id);
    GrowingChain with = *this;
    if (!with.TakeShape(node) || !with.TakeOperands(id)) return false;
    const int target = BufferOf(graph_, fed_, id);
    if (with.elsewhere_.contains(target)) return false;
    with.written_.insert(target);
    with.step_.nodes.push_back(id);
    if (!with.IsWithinLimits()) return false;
    *this = std::move(with);
    return true;
  }

 private:
  GrowingChain(const GrowingChain&) = default;

  // Reading for each element of a row takes one axis more.
  bool IsOneARow(const Node& node) const {
    return step_.has_rows && step_.size >= 2 && node.elements() == step_.rows &&
           node.elements() != elements_ &&
           node.type.shape.rank() < cuda::Strides::kMaxAxes;
  }

  // Elements and rows of the chain with the node.
  bool TakeShape(const Node& node) {
    step_.is_chain = true;
    if (RowFormulaOf(graph_, node) == RowFormula::kNone) {
      if (is_empty()) elements_ = node.elements();
      return node.elements() == elements_ || IsOneARow(node);
    }
    const Shape& shape = graph_.node(node.inputs[0]).type.shape;
    const std::vector<int64_t> leading(shape.sizes().begin(),
                                       shape.sizes().end() - 1);
    const int64_t rows = Shape(leading).elements(), size = shape[-1];
    if (!is_empty()) {
      if (shape.elements() != elements_ || size < 2) return false;
      if (step_.has_rows && step_.size != size) return false;
    }
    elements_ = shape.elements();
    step_.has_rows = true;
    step_.rows = rows;
    step_.size = size;
    return true;
  }

  // What the node reads must come from the same elements of the chain, or from
  // memory that the chain does not write elsewhere.
  bool TakeOperands(int id) {
    const Node& node = graph_.node(id);
    const bool one_a_row = IsOneARow(node) && !IsAlongRows(node);
    for (int operand : OperandsOf(node)) {
      const int owner = BufferOwner(graph_, fed_, operand);
      if (absl::c_linear_search(step_.nodes, owner)) {
        if (IsCopy(node) || !IsInPlace(operand, owner, id, one_a_row))
          return false;
        continue;
      }
      const bool whole = !one_a_row && !IsCopy(node) &&
                         graph_.node(operand).elements() == elements_ &&
                         graph_.node(owner).elements() == elements_;
      inputs_.insert({operand, whole ? -1 : id});
      if (whole) continue;
      const int buffer = BufferOf(graph_, fed_, operand);
      if (written_.contains(buffer)) return false;
      elsewhere_.insert(buffer);
    }
    return true;
  }

  bool IsAlongRows(const Node& node) const {
    return RowFormulaOf(graph_, node) != RowFormula::kNone;
  }

  // Whether the thread that reads an element of the chain's `operand` is the
  // one that computed it. A number a row is there in all of the row.
  bool IsInPlace(int operand, int owner, int reader, bool one_a_row) const {
    const Node& from = graph_.node(operand);
    const bool of_row = IsOneARow(graph_.node(owner));
    if (one_a_row) return of_row && from.elements() == step_.rows;
    if (!of_row) return from.elements() == elements_;
    if (from.elements() != step_.rows || IsAlongRows(graph_.node(reader))) {
      return false;
    }
    const Shape& to = graph_.node(reader).type.shape;
    if (to.rank() < 1 || to[-1] != step_.size) return false;
    // Repeated along the last axis alone.
    const Shape& shape = from.type.shape;
    if (shape.rank() != to.rank() || shape[-1] != 1) return false;
    return std::equal(shape.sizes().begin(), shape.sizes().end() - 1,
                      to.sizes().begin());
  }

  bool IsWithinLimits() const {
    using cuda::ChainArguments;
    const auto nodes = static_cast<int64_t>(step_.nodes.size());
    if (nodes == 1) return true;
    // At worst every node has a place. A warp has 32 / size short rows.
    const int64_t row_bytes = nodes * std::max<int64_t>(step_.size, 32) *
                              static_cast<int64_t>(sizeof(float));
    return nodes <= std::min(ChainArguments::kMaxInstructions,
                             ChainArguments::kMaxOutputs) &&
           std::ssize(inputs_) <= ChainArguments::kMaxInputs &&
           (!step_.has_rows || row_bytes <= kChainBytes);
  }

  const Graph& graph_;
  const std::vector<int>& fed_;
  DeviceStep step_;
  int64_t elements_ = -1;    // of most nodes
  std::set<int> written_;    // buffers
  std::set<int> elsewhere_;  // buffers that are read at other elements
  std::set<std::pair<int, int>> inputs_;  // and who repeats them, or −1
};

}  // namespace

RowFormula RowFormulaOf(const Graph& graph, const Node& node) {
  if (node.op->row_formula != RowFormula::kNone) return node.op->row_formula;
  if (node.op != &kSum && node.op != &kMax) return RowFormula::kNone;
  const Shape& x = graph.node(node.inputs[0]).type.shape;
  const std::vector<int64_t>& axes = node.attributes.Ints("axes");
  const bool along_rows = axes.size() == 1 && axes[0] == x.rank() - 1 &&
                          x[-1] >= 2 && x[-1] <= kMaxRowOfSum;
  if (!along_rows) return RowFormula::kNone;
  return node.op == &kSum ? RowFormula::kSum : RowFormula::kMax;
}

bool IsCopy(const Node& node) { return node.op->cuda_read != nullptr; }

std::vector<DeviceStep> MakeDeviceSteps(const Graph& graph,
                                        const std::vector<int>& fed,
                                        const std::vector<int>& schedule,
                                        bool fuse) {
  std::vector<DeviceStep> steps;
  GrowingChain chain(graph, fed);
  const auto end_chain = [&] {
    if (chain.is_empty()) return;
    DeviceStep step = chain.Take();
    const int first = step.nodes[0];
    if (step.nodes.size() == 1 && IsCopy(graph.node(first))) {
      step = {.nodes = {first}};
    }
    steps.push_back(std::move(step));
  };
  for (int id : schedule) {
    const Node& node = graph.node(id);
    if (node.op->kind == OpKind::kSource || node.op->kind == OpKind::kAlias ||
        absl::c_linear_search(fed, id)) {
      continue;
    }
    const bool chains = IsElementwise(node) || IsCopy(node) ||
                        RowFormulaOf(graph, node) != RowFormula::kNone;
    if (!chains) {
      end_chain();
      steps.push_back({.nodes = {id}});
    } else if (!fuse || !chain.Add(id)) {
      end_chain();
      chain.Add(id);
    }
  }
  end_chain();
  return steps;
}

}  // namespace autodiff
