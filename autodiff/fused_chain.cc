#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "autodiff/aligned_buffer.h"
#include "autodiff/fusion.h"
#include "autodiff/repeat.h"
#include "autodiff/schedule.h"
#include "autodiff/time_stamp.h"

namespace autodiff {
namespace {

constexpr int kMaxArguments = 6;
// Elements of one part: enough that starting a part costs nothing beside it.
constexpr int64_t kPartElements = 16384;
// What a tile of all of a chain's scratch may take of the L1 cache.
constexpr int64_t kScratchBytes = 16 << 10;

// A row of tile pointers, one per place a tile can be in: first the inputs
// that are read element by element, then the outputs, then scratch.
template <typename T>
struct Instruction {
  TileFunction<T> tile = nullptr;  // null if there is nothing left to do
  int from[kMaxArguments] = {};
  int to = 0;
};

// Before instruction `before`, a tile of the repeated input is laid out in a
// scratch place.
struct Layout {
  int before;
  int input;
  Repeat repeat;
  int to;
};

template <typename T>
struct Chain {
  int inputs = 0, outputs = 0, scratch = 0;  // numbers of places
  std::vector<int> dense;                    // which inputs have a place
  std::vector<Layout> constants, layouts;
  std::vector<Instruction<T>> instructions;
  int64_t elements = 0, tile = 0;

  int places() const {
    return static_cast<int>(dense.size()) + outputs + scratch;
  }
  size_t pointer_bytes() const { return AlignedSize(places() * sizeof(T*)); }
  int64_t stride() const { return tile + Repeat::kOverrun; }
  size_t workspace_bytes() const {
    return pointer_bytes() + scratch * stride() * sizeof(T);
  }
  void Run(const Buffers& b) const;
};

template <typename T>
void Chain<T>::Run(const Buffers& b) const {
  // NOLINTNEXTLINE(google-readability-casting)
  T** const at = static_cast<T**>(b.workspace);
  const int first_output = static_cast<int>(dense.size());
  const int first_scratch = first_output + outputs;
  T* const memory = reinterpret_cast<T*>(static_cast<std::byte*>(b.workspace) +
                                         pointer_bytes());
  for (int i = 0; i < scratch; ++i)
    at[first_scratch + i] = memory + i * stride();
  const int64_t first = b.part * kPartElements;
  const int64_t end = std::min(elements, first + kPartElements);
  for (const Layout& c : constants) {
    c.repeat.Copy(b.In<T>(c.input), 0, std::min(tile, end - first), at[c.to]);
  }
  for (int64_t begin = first; begin < end; begin += tile) {
    const int64_t n = std::min(tile, end - begin);
    for (int i = 0; i < first_output; ++i) {
      at[i] = const_cast<T*>(b.In<T>(dense[i])) + begin;
    }
    for (int i = 0; i < outputs; ++i) {
      at[first_output + i] = static_cast<T*>(b.outputs[i]) + begin;
    }
    auto layout = layouts.begin();
    for (size_t i = 0; i < instructions.size(); ++i) {
      const uint64_t start = b.ticks == nullptr ? 0 : TimeStamp();
      for (; layout != layouts.end() && layout->before == static_cast<int>(i);
           ++layout) {
        layout->repeat.Copy(b.In<T>(layout->input), begin, n, at[layout->to]);
      }
      const Instruction<T>& step = instructions[i];
      if (step.tile == nullptr) continue;
      const T* from[kMaxArguments];
      for (int k = 0; k < kMaxArguments; ++k) from[k] = at[step.from[k]];
      step.tile(from, at[step.to], n);
      if (b.ticks != nullptr) b.ticks[i] += TimeStamp() - start;
    }
  }
}

template <typename T>
TileFunction<T> TileOf(const Op& op) {
  if constexpr (sizeof(T) == 4) {
    return op.tile_float;
  } else {
    return op.tile_double;
  }
}

// Turns the nodes of a chain into instructions, giving scratch places to what
// has no buffer for as long as it is needed.
template <typename T>
class ChainCompiler {
 public:
  ChainCompiler(const Graph& graph, const std::vector<int>& fed,
                const std::vector<int>& nodes, const std::vector<bool>& kept)
      : graph_(graph), fed_(fed), nodes_(nodes) {
    chain_.elements = graph.node(nodes[0]).elements();
    for (int id : nodes) {
      if (kept[id]) result_.outputs.push_back(id);
    }
    FindOperands();
    // Places: dense inputs, outputs, scratch.
    chain_.outputs = static_cast<int>(result_.outputs.size());
    next_scratch_ = static_cast<int>(chain_.dense.size()) + chain_.outputs;
    for (int i = 0; i < chain_.outputs; ++i) {
      place_[result_.outputs[i]] = static_cast<int>(chain_.dense.size()) + i;
    }
    for (size_t i = 0; i < nodes.size(); ++i) Emit(static_cast<int>(i));
    chain_.scratch =
        next_scratch_ - static_cast<int>(chain_.dense.size()) - chain_.outputs;
    chain_.tile = TileElements();
  }

  FusedChain Take() {
    const auto chain = std::make_shared<const Chain<T>>(std::move(chain_));
    const auto parts = (chain->elements + kPartElements - 1) / kPartElements;
    result_.kernel = {
        .run = [chain](const Buffers& b) { chain->Run(b); },
        .workspace_bytes = chain->workspace_bytes(),
        .parts = static_cast<int>(std::max<int64_t>(1, parts)),
        .nanoseconds = 20. + 0.1 * static_cast<double>(chain->elements) *
                                 static_cast<double>(nodes_.size())};
    return std::move(result_);
  }

 private:
  std::vector<int> Operands(int id) const {
    return ChainOperands(graph_, fed_, nodes_, id);
  }

  void FindOperands() {
    for (size_t i = 0; i < nodes_.size(); ++i) {
      for (int operand : Operands(nodes_[i])) {
        last_use_[operand] = static_cast<int>(i);
        const bool inside =
            std::find(nodes_.begin(), nodes_.end(), operand) != nodes_.end();
        if (inside || input_.contains(operand)) continue;
        input_[operand] = static_cast<int>(result_.inputs.size());
        if (graph_.node(operand).elements() == chain_.elements) {
          place_[operand] = static_cast<int>(chain_.dense.size());
          chain_.dense.push_back(input_[operand]);
        }
        result_.inputs.push_back(operand);
      }
    }
  }

  void Emit(int i) {
    const int id = nodes_[i];
    const std::vector<int> operands = Operands(id);
    Instruction<T> step{.tile = TileOf<T>(*graph_.node(id).op)};
    for (size_t k = 0; k < operands.size(); ++k) {
      step.from[k] = PlaceOf(i, operands[k]);
    }
    for (int operand : operands) {
      if (last_use_[operand] == i) Release(operand);
    }
    if (!place_.contains(id)) {
      place_[id] = IsAssignedNext(i) ? place_[nodes_[i + 1]] : TakeScratch(id);
    }
    step.to = place_[id];
    const bool is_there =
        graph_.node(id).op == &kAssign && step.from[0] == step.to;
    if (is_there) step.tile = nullptr;
    if (!last_use_.contains(id)) Release(id);  // asked for by nobody
    chain_.instructions.push_back(step);
  }

  // Then node i can be computed where it is to be assigned.
  bool IsAssignedNext(int i) const {
    if (i + 1 == static_cast<int>(nodes_.size())) return false;
    return graph_.node(nodes_[i + 1]).op == &kAssign &&
           Operands(nodes_[i + 1])[0] == nodes_[i];
  }

  // Where instruction i finds an operand, which is laid out if it is repeated
  // and not there yet.
  int PlaceOf(int i, int operand) {
    if (const auto found = place_.find(operand); found != place_.end()) {
      return found->second;
    }
    Layout layout{.before = i,
                  .input = input_[operand],
                  .repeat = Repeat(graph_.node(operand).type.shape,
                                   graph_.node(nodes_[i]).type.shape),
                  .to = 0};
    if (layout.repeat.is_constant()) {
      layout.to = next_scratch_++;  // filled once: never released
      chain_.constants.push_back(layout);
      return place_[operand] = layout.to;
    }
    // Another node may repeat it to another shape: laid out for each.
    layout.to = TakeScratch(operand);
    last_use_[operand] = i;
    chain_.layouts.push_back(layout);
    return place_[operand] = layout.to;
  }

  int TakeScratch(int id) {
    if (free_.empty()) {
      scratch_[id] = next_scratch_++;
    } else {
      scratch_[id] = free_.back();
      free_.pop_back();
    }
    return scratch_[id];
  }
  void Release(int id) {
    const auto place = scratch_.find(id);
    if (place == scratch_.end()) return;
    free_.push_back(place->second);
    scratch_.erase(place);
    place_.erase(id);
  }

  int64_t TileElements() const {
    const int64_t bytes = std::max(chain_.scratch, 4) * sizeof(T);
    return std::clamp<int64_t>(kScratchBytes / bytes / 64 * 64, 64, 1024);
  }

  const Graph& graph_;
  const std::vector<int>& fed_;
  const std::vector<int>& nodes_;
  Chain<T> chain_;
  FusedChain result_;
  std::map<int, int> input_;     // node -> index among the inputs
  std::map<int, int> last_use_;  // node -> last instruction that reads it
  std::map<int, int> place_;     // node -> place of its tile
  std::map<int, int> scratch_;   // those of them that may be released
  std::vector<int> free_;
  int next_scratch_ = 0;
};

}  // namespace

template <typename T>
FusedChain MakeFusedChain(const Graph& graph, const std::vector<int>& fed,
                          const std::vector<int>& chain,
                          const std::vector<bool>& kept) {
  return ChainCompiler<T>(graph, fed, chain, kept).Take();
}

template FusedChain MakeFusedChain<float>(const Graph&, const std::vector<int>&,
                                          const std::vector<int>&,
                                          const std::vector<bool>&);
template FusedChain MakeFusedChain<double>(const Graph&,
                                           const std::vector<int>&,
                                           const std::vector<int>&,
                                           const std::vector<bool>&);

}  // namespace autodiff
