#include "autodiff/program.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "autodiff/fail.h"
#include "autodiff/memory_plan.h"
#include "autodiff/ops.h"
#include "autodiff/print.h"
#include "autodiff/schedule.h"

namespace autodiff {
namespace {

std::vector<int> Ids(const Graph& graph, const Tensors& tensors) {
  std::vector<int> ids;
  for (const Tensor& tensor : tensors) {
    if (&tensor.graph() != &graph) {
      Fail(absl::StrCat("a program asks for ",
                        tensor.graph().Describe(tensor.id()),
                        ", a node of another graph"));
    }
    ids.push_back(tensor.id());
  }
  return ids;
}

bool Contains(const std::vector<int>& list, int id) {
  return std::find(list.begin(), list.end(), id) != list.end();
}

Call CallOf(const Graph& graph, const Node& node) {
  Call call{.attributes = node.attributes, .output = node.type};
  for (int input : node.inputs) call.inputs.push_back(graph.node(input).type);
  return call;
}

Kernel MakeKernel(const Graph& graph, int id, size_t bytes,
                  Kernel (*value)(const Call&)) {
  const Node& node = graph.node(id);
  if (node.op->kind == OpKind::kAssign) {
    return {[bytes](const Buffers& b) {
      std::memcpy(b.output, b.inputs[1], bytes);
    }};
  }
  return value(CallOf(graph, node));
}

}  // namespace

template <typename T>
Program<T>::Program(const Graph& graph, const Tensors& outputs, State<T>* state,
                    const ProgramOptions& options)
    : graph_(graph),
      fed_(Ids(graph, options.fed)),
      outputs_(Ids(graph, outputs)) {
  schedule_ = MakeSchedule(graph, outputs_, fed_, options.shuffle_seed);
  buffer_.resize(graph.size(), nullptr);
  workspace_.resize(graph.size(), nullptr);
  buffer_name_.resize(graph.size());
  kernels_.resize(graph.size());
  for (int id : schedule_) {
    const Op& op = *graph.node(id).op;
    const bool runs = op.kind == OpKind::kCompute || op.kind == OpKind::kAssign;
    if (!runs || IsFed(id)) continue;
    kernels_[id] =
        MakeKernel(graph, id, BytesOf(id),
                   sizeof(T) == 4 ? op.value_float : op.value_double);
  }
  PlaceSources(state);
  PlaceIntermediates(outputs_);
  PlaceAliases();
  MakeSteps();
}

template <typename T>
bool Program<T>::IsFed(int id) const {
  return Contains(fed_, id);
}

template <typename T>
size_t Program<T>::BytesOf(int id) const {
  const TensorType& type = graph_.node(id).type;
  const size_t width =
      type.element == ElementType::kReal ? sizeof(T) : sizeof(int32_t);
  return type.shape.elements() * width;
}

// Inputs, fed nodes and constants get memory of their own; variables, and the
// assigns that write them, the state's.
template <typename T>
void Program<T>::PlaceSources(State<T>* state) {
  for (int id : schedule_) {
    const Node& node = graph_.node(id);
    const bool constant = node.op == &kConstant && !IsFed(id);
    if (constant || node.op == &kInput || IsFed(id)) {
      sources_.emplace_back(BytesOf(id));
      buffer_[id] = sources_.back().data();
      buffer_name_[id] = constant ? "constant" : "input";
      if (!constant) {
        inputs_.push_back(id);
        continue;
      }
      const std::vector<double>& values = graph_.ConstantValues(id);
      if (node.type.element == ElementType::kReal) {
        absl::c_copy(values, static_cast<T*>(buffer_[id]));
      } else {
        absl::c_copy(values, static_cast<int32_t*>(buffer_[id]));
      }
    } else if (node.op == &kVariable || node.op == &kAssign) {
      const int variable = graph_.VariableOf(id);
      buffer_[id] = state == nullptr ? nullptr : state->Find(variable);
      buffer_name_[id] =
          absl::StrCat("state '", graph_.node(variable).name, "'");
      if (buffer_[id] == nullptr) {
        Fail(absl::StrCat("the program's state has no buffer for ",
                          graph_.Describe(variable),
                          "; make the State after recording all variables"));
      }
    }
  }
}

// A computed tensor lives from the step that writes it to the last one that
// reads it, directly or through an alias. An element-wise kernel takes over
// the block of an input that dies there.
template <typename T>
void Program<T>::PlaceIntermediates(const std::vector<int>& outputs) {
  const int end = static_cast<int>(schedule_.size());
  std::vector<int> last_use(graph_.size(), -1);
  for (int step = 0; step < end; ++step) {
    if (IsFed(schedule_[step])) continue;
    for (int input : graph_.node(schedule_[step]).inputs) {
      last_use[BufferOwner(graph_, fed_, input)] = step;
    }
  }
  for (int id : outputs) last_use[BufferOwner(graph_, fed_, id)] = end;

  std::vector<int> block_of(graph_.size(), -1);
  std::vector<int> workspace_of(graph_.size(), -1);
  std::vector<Lifetime> lifetimes;
  for (int step = 0; step < end; ++step) {
    const int id = schedule_[step];
    const Node& node = graph_.node(id);
    if (kernels_[id].run == nullptr) continue;
    if (kernels_[id].workspace_bytes > 0) {
      workspace_of[id] = static_cast<int>(lifetimes.size());
      lifetimes.push_back({kernels_[id].workspace_bytes, step, step});
    }
    if (node.op->kind == OpKind::kAssign) continue;
    for (int input : node.inputs) {
      const int owner = BufferOwner(graph_, fed_, input);
      const bool only_reader =
          std::all_of(node.inputs.begin(), node.inputs.end(), [&](int other) {
            return other == input || BufferOwner(graph_, fed_, other) != owner;
          });
      if (node.op->in_place && block_of[owner] >= 0 && only_reader &&
          last_use[owner] == step && BytesOf(owner) == BytesOf(id) &&
          BytesOf(input) == BytesOf(id)) {
        block_of[id] = block_of[owner];
        lifetimes[block_of[id]].last = std::max(step, last_use[id]);
        break;
      }
    }
    if (block_of[id] >= 0) continue;
    block_of[id] = static_cast<int>(lifetimes.size());
    lifetimes.push_back({BytesOf(id), step, std::max(step, last_use[id])});
  }

  const MemoryPlan plan = PlanMemory(lifetimes);
  arena_ = AlignedBuffer(plan.arena_bytes);
  for (int id : schedule_) {
    if (block_of[id] >= 0) {
      buffer_[id] = arena_.data() + plan.offsets[block_of[id]];
      buffer_name_[id] = absl::StrCat("arena+", plan.offsets[block_of[id]]);
    }
    if (workspace_of[id] >= 0) {
      workspace_[id] = arena_.data() + plan.offsets[workspace_of[id]];
    }
  }
}

template <typename T>
void Program<T>::PlaceAliases() {
  for (int id : schedule_) {
    const Node& node = graph_.node(id);
    if (node.op->kind != OpKind::kAlias || IsFed(id)) continue;
    const size_t width =
        node.type.element == ElementType::kReal ? sizeof(T) : sizeof(int32_t);
    const int64_t offset =
        node.op == &kView ? node.attributes.Int("offset") : 0;
    buffer_[id] =
        static_cast<std::byte*>(buffer_[node.inputs[0]]) + offset * width;
    buffer_name_[id] = absl::StrCat("in %", node.inputs[0]);
  }
}

template <typename T>
void Program<T>::MakeSteps() {
  for (int id : schedule_) {
    if (kernels_[id].run == nullptr) continue;
    Step& step = steps_.emplace_back();
    step.kernel = std::move(kernels_[id]);
    for (int input : graph_.node(id).inputs) {
      step.inputs.push_back(buffer_[input]);
    }
    step.buffers.output = buffer_[id];
    step.buffers.workspace = workspace_[id];
  }
  kernels_.clear();
  for (Step& step : steps_) step.buffers.inputs = step.inputs.data();
}

template <typename T>
void Program<T>::Run() {
  for (const Step& step : steps_) step.kernel.run(step.buffers);
}

template <typename T>
const void* Program<T>::Find(const Tensor& tensor, ElementType element,
                             const std::vector<int>& among) const {
  if (&tensor.graph() != &graph_ || !Contains(among, tensor.id())) {
    Fail(absl::StrCat(tensor.graph().Describe(tensor.id()), " is not an ",
                      &among == &outputs_ ? "output" : "input",
                      " of this program"));
  }
  if (tensor.element() != element) {
    Fail(absl::StrCat(graph_.Describe(tensor.id()), " holds ",
                      element == ElementType::kReal ? "indices" : "reals"));
  }
  return buffer_[tensor.id()];
}

template <typename T>
absl::Span<T> Program<T>::Input(const Tensor& input) {
  const void* data = Find(input, ElementType::kReal, inputs_);
  return {static_cast<T*>(const_cast<void*>(data)),
          static_cast<size_t>(input.shape().elements())};
}

template <typename T>
absl::Span<int32_t> Program<T>::IndexInput(const Tensor& input) {
  const void* data = Find(input, ElementType::kIndex, inputs_);
  return {static_cast<int32_t*>(const_cast<void*>(data)),
          static_cast<size_t>(input.shape().elements())};
}

template <typename T>
absl::Span<const T> Program<T>::Output(const Tensor& output) const {
  const void* data = Find(output, ElementType::kReal, outputs_);
  return {static_cast<const T*>(data),
          static_cast<size_t>(output.shape().elements())};
}

template <typename T>
absl::Span<const int32_t> Program<T>::IndexOutput(const Tensor& output) const {
  const void* data = Find(output, ElementType::kIndex, outputs_);
  return {static_cast<const int32_t*>(data),
          static_cast<size_t>(output.shape().elements())};
}

template <typename T>
std::string Program<T>::ToText() const {
  std::string text =
      absl::StrCat("# ", schedule_.size(), " nodes, ", steps_.size(),
                   " kernels, arena ", arena_.size(), " bytes\n");
  for (int id : schedule_) {
    absl::StrAppend(&text, NodeLine(graph_, id, sizeof(T), buffer_name_[id]),
                    "\n");
  }
  return text;
}

template <typename T>
std::string Program<T>::ToDot() const {
  return DotGraph(graph_, schedule_);
}

template class Program<float>;
template class Program<double>;

}  // namespace autodiff
