#include "autodiff/program.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "autodiff/fail.h"
#include "autodiff/fusion.h"
#include "autodiff/instruction_set.h"
#include "autodiff/memory_plan.h"
#include "autodiff/ops.h"
#include "autodiff/print.h"
#include "autodiff/schedule.h"

namespace autodiff {
namespace {

// Far more than processors, and fewer than the system lets a process start.
constexpr int kMaxThreads = 1024;

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

}  // namespace

template <typename T>
Program<T>::Program(const Graph& graph, const Tensors& outputs, State<T>* state,
                    const ProgramOptions& options)
    : graph_(graph),
      stop_at_nan_(options.stop_at_nan),
      fed_(Ids(graph, options.fed)),
      outputs_(Ids(graph, outputs)),
      device_(options.device),
      state_(state) {
  if (options.threads < 1 || options.threads > kMaxThreads) {
    Fail(absl::StrCat("a program runs on 1 to ", kMaxThreads, " threads, not ",
                      options.threads));
  }
  if (options.instruction_set > WidestInstructionSet()) {
    Fail(absl::StrCat("this CPU has no ", NameOf(options.instruction_set)));
  }
  schedule_ = MakeSchedule(graph, outputs_, fed_, options.shuffle_seed);
  buffer_.resize(graph.size(), nullptr);
  buffer_name_.resize(graph.size());
  const bool fuse = options.fuse && !stop_at_nan_;
  const int threads = stop_at_nan_ ? 1 : options.threads;
  if (IsOnDevice()) {
    RequireDeviceFits(state);
    MakeDeviceKernels(fuse);
  } else {
    for (auto& nodes : MakeSteps(graph, fed_, schedule_, fuse)) {
      steps_.push_back({.nodes = std::move(nodes)});
    }
    MakeKernels(threads, options.instruction_set);
  }
  PlaceSources(state);
  if (IsOnDevice()) PlaceResults();
  PlaceIntermediates();
  PlaceAliases();
  FindBuffers();
  if (IsOnDevice()) {
    MakeLaunches();
    return;
  }
  tasks_ = PlanTasks(Works(), threads);
  done_ = std::vector<Done>(tasks_.size());
  threads_.emplace(tasks_.size(), [this](int thread) { RunTasks(thread); });
}

template <typename T>
Call Program<T>::CallOf(int id) const {
  const Node& node = graph_.node(id);
  Call call{.attributes = node.attributes,
            .output = node.type,
            .node = graph_.Describe(id),
            .id = id};
  for (int input : node.inputs) call.inputs.push_back(graph_.node(input).type);
  return call;
}

// Marks what another step reads, what is asked for, and new versions of state.
template <typename T>
std::vector<bool> Program<T>::NodesWithBuffer() const {
  std::vector<bool> marked(graph_.size(), false);
  std::vector<int> step_of(graph_.size(), -1);
  for (size_t step = 0; step < steps_.size(); ++step) {
    for (int id : steps_[step].nodes) {
      step_of[id] = static_cast<int>(step);
      if (graph_.node(id).op->kind == OpKind::kAssign) marked[id] = true;
      for (int input : graph_.node(id).inputs) {
        const int owner = BufferOwner(graph_, fed_, input);
        if (step_of[owner] != static_cast<int>(step)) marked[owner] = true;
      }
    }
  }
  for (int id : outputs_) marked[BufferOwner(graph_, fed_, id)] = true;
  return marked;
}

template <typename T>
void Program<T>::MakeKernels(int threads, InstructionSet instruction_set) {
  const std::vector<bool> kept = NodesWithBuffer();
  size_t workspace_bytes = 0;
  for (Step& step : steps_) {
    const int id = step.nodes[0];
    const Node& node = graph_.node(id);
    if (IsElementwise(node)) {
      FusedChain chain = MakeFusedChain<T>(graph_, fed_, step.nodes, kept);
      step.kernel = std::move(chain.kernel);
      step.input_ids = std::move(chain.inputs);
      step.output_ids = std::move(chain.outputs);
    } else {
      step.input_ids = OperandsOf(node);
      step.output_ids = {id};
      if (node.op->kind == OpKind::kAssign) {
        step.kernel.run = [bytes = BytesOf(id)](const Buffers& b) {
          std::memcpy(b.outputs[0], b.inputs[0], bytes);
        };
      } else {
        Call call = CallOf(id);
        call.threads = threads;
        call.instruction_set = instruction_set;
        step.kernel = (sizeof(T) == 4 ? node.op->value_float
                                      : node.op->value_double)(call);
      }
    }
    workspace_bytes = std::max(workspace_bytes, step.kernel.workspace_bytes);
  }
  workspace_stride_ = AlignedSize(workspace_bytes);
  workspace_ = Memory(nullptr, workspace_stride_ * threads);
}

template <typename T>
bool Program<T>::IsFed(int id) const {
  return absl::c_linear_search(fed_, id);
}

template <typename T>
size_t Program<T>::BytesOf(int id) const {
  const TensorType& type = graph_.node(id).type;
  const size_t width =
      type.element == ElementType::kReal ? sizeof(T) : sizeof(int32_t);
  return type.shape.elements() * width;
}

// Places the nodes' buffers in one block, one after the other behind `bytes`
// that are not theirs.
template <typename T>
Mirror Program<T>::PlaceInBlock(const std::vector<int>& ids, const char* name,
                                size_t bytes) {
  std::vector<size_t> offsets;
  for (int id : ids) {
    offsets.push_back(AlignedSize(bytes));
    bytes = offsets.back() + BytesOf(id);
  }
  Mirror block(device_, bytes);
  for (size_t i = 0; i < ids.size(); ++i) {
    buffer_[ids[i]] = block.there() + offsets[i];
    buffer_name_[ids[i]] = name;
  }
  return block;
}

// Inputs with fed nodes have a block, so that a run copies all of them at once,
// and constants; variables, and the assigns that write them, have the state's.
template <typename T>
void Program<T>::PlaceSources(State<T>* state) {
  std::vector<int> constants;
  for (int id : schedule_) {
    const Node& node = graph_.node(id);
    if (node.op == &kInput || IsFed(id)) {
      inputs_.push_back(id);
    } else if (node.op == &kConstant) {
      constants.push_back(id);
    } else if (node.op == &kVariable || node.op == &kAssign) {
      const int variable = graph_.VariableOf(id);
      buffer_[id] = state == nullptr ? nullptr : state->Find(graph_, variable);
      buffer_name_[id] =
          absl::StrCat("state '", graph_.node(variable).name, "'");
      if (buffer_[id] == nullptr) {
        Fail(absl::StrCat("the program's state has no buffer for ",
                          graph_.Describe(variable),
                          "; make the State after recording all variables"));
      }
    }
  }
  input_block_ = PlaceInBlock(inputs_, "input");
  constant_block_ = PlaceInBlock(constants, "constant");
  for (int id : constants) {
    std::byte* const here = constant_block_.Here(buffer_[id]);
    const std::vector<double>& values = graph_.ConstantValues(id);
    if (graph_.node(id).type.element == ElementType::kReal) {
      absl::c_copy(values, reinterpret_cast<T*>(here));
    } else {
      absl::c_copy(values, reinterpret_cast<int32_t*>(here));
    }
  }
  constant_block_.CopyIn();
}

// The last step that reads each node's buffer, directly or through an alias.
template <typename T>
std::vector<int> Program<T>::LastUses() const {
  std::vector<int> last_use(graph_.size(), -1);
  for (size_t step = 0; step < steps_.size(); ++step) {
    for (int input : steps_[step].input_ids) {
      last_use[BufferOwner(graph_, fed_, input)] = static_cast<int>(step);
    }
  }
  for (int id : outputs_) {
    last_use[BufferOwner(graph_, fed_, id)] = static_cast<int>(steps_.size());
  }
  return last_use;
}

// The block of an input that dies in the step and that `output` may overwrite,
// or −1. Nobody else may have taken it: `block_of` forgets it then.
template <typename T>
int Program<T>::BlockToTakeOver(const Step& step, int output,
                                const std::vector<int>& last_use,
                                const std::vector<int>& block_of) const {
  if (!IsElementwise(graph_.node(output))) return -1;
  const int now = static_cast<int>(&step - steps_.data());
  for (int input : step.input_ids) {
    const int owner = BufferOwner(graph_, fed_, input);
    if (block_of[owner] >= 0 && last_use[owner] == now &&
        BytesOf(owner) == BytesOf(output) &&
        MayOverwrite(graph_, fed_, step.nodes, owner, output)) {
      return owner;
    }
  }
  return -1;
}

// A computed tensor lives from the step that writes it to the last one that
// reads it. An element-wise result takes over the block of an input that dies.
// On a device there is memory for all of them, and so nothing waits for a
// place.
template <typename T>
void Program<T>::PlaceIntermediates() {
  const std::vector<int> last_use = LastUses();
  std::vector<int> block_of(graph_.size(), -1);  // −1 too once taken over
  std::vector<std::pair<int, int>> placed;       // node, block
  std::vector<Lifetime> lifetimes;
  for (size_t i = 0; i < steps_.size(); ++i) {
    const int step = static_cast<int>(i);
    for (int id : steps_[i].output_ids) {
      if (buffer_[id] != nullptr) continue;  // of the state, or a result
      const int last = IsOnDevice() ? static_cast<int>(steps_.size())
                                    : std::max(step, last_use[id]);
      const int dying =
          IsOnDevice() ? -1
                       : BlockToTakeOver(steps_[i], id, last_use, block_of);
      if (dying >= 0) {
        block_of[id] = std::exchange(block_of[dying], -1);
        lifetimes[block_of[id]].last = last;
      } else {
        block_of[id] = static_cast<int>(lifetimes.size());
        lifetimes.push_back({BytesOf(id), step, last});
      }
      placed.emplace_back(id, block_of[id]);
    }
  }
  const MemoryPlan plan = PlanMemory(lifetimes);
  arena_ = Memory(device_, plan.arena_bytes);
  for (const auto& [id, block] : placed) {
    buffer_[id] = arena_.data() + plan.offsets[block];
    buffer_name_[id] = absl::StrCat("arena+", plan.offsets[block]);
  }
}

template <typename T>
void Program<T>::PlaceAliases() {
  for (int id : schedule_) {
    const Node& node = graph_.node(id);
    if (node.op->kind != OpKind::kAlias || IsFed(id)) continue;
    buffer_name_[id] = absl::StrCat("in %", node.inputs[0]);
    if (buffer_[node.inputs[0]] == nullptr) continue;  // only in tiles
    const size_t width =
        node.type.element == ElementType::kReal ? sizeof(T) : sizeof(int32_t);
    const int64_t offset =
        node.op == &kView ? node.attributes.Int("offset") : 0;
    buffer_[id] =
        static_cast<std::byte*>(buffer_[node.inputs[0]]) + offset * width;
  }
}

template <typename T>
void Program<T>::FindBuffers() {
  for (Step& step : steps_) {
    for (int id : step.input_ids) step.inputs.push_back(buffer_[id]);
    for (int id : step.output_ids) step.outputs.push_back(buffer_[id]);
    for (int id : step.nodes) {
      if (buffer_[id] == nullptr) buffer_name_[id] = "tile";
    }
  }
}

template <typename T>
size_t Program<T>::bytes_moved() const {
  size_t bytes = 0;
  for (const Step& step : steps_) {
    for (int id : step.input_ids) bytes += BytesOf(id);
    for (int id : step.output_ids) bytes += BytesOf(id);
  }
  return bytes;
}

template <typename T>
std::vector<StepWork> Program<T>::Works() const {
  std::vector<StepWork> works;
  const auto range = [this](int id) {
    return MemoryRange{static_cast<const std::byte*>(buffer_[id]), BytesOf(id)};
  };
  for (const Step& step : steps_) {
    StepWork& work = works.emplace_back(
        StepWork{step.kernel.parts, step.kernel.nanoseconds, {}, {}});
    for (int id : step.input_ids) work.reads.push_back(range(id));
    for (int id : step.output_ids) work.writes.push_back(range(id));
  }
  return works;
}

template <typename T>
template <typename Element>
absl::Span<Element> Program<T>::Find(const Tensor& tensor,
                                     const std::vector<int>& among) const {
  if (&tensor.graph() != &graph_ ||
      !absl::c_linear_search(among, tensor.id())) {
    Fail(absl::StrCat(tensor.graph().Describe(tensor.id()), " is not an ",
                      &among == &outputs_ ? "output" : "input",
                      " of this program"));
  }
  const bool holds_reals = tensor.element() == ElementType::kReal;
  if (holds_reals != std::is_same_v<Element, T>) {
    Fail(absl::StrCat(graph_.Describe(tensor.id()), " holds ",
                      holds_reals ? "reals" : "indices"));
  }
  return {static_cast<Element*>(Here(tensor.id())),
          static_cast<size_t>(tensor.shape().elements())};
}

template <typename T>
void* Program<T>::Here(int id) const {
  void* const there = buffer_[id];
  if (!IsOnDevice()) return there;
  for (const Mirror* block : {&input_block_, &constant_block_}) {
    if (std::byte* const here = block->Here(there)) return here;
  }
  if (!results_are_here_) CopyResults();
  if (std::byte* const here = result_block_.Here(there)) return here;
  std::byte* const shown =
      shown_.try_emplace(id, BytesOf(id)).first->second.data();
  device_->CopyOut(shown, there, BytesOf(id));
  return shown;
}

template <typename T>
absl::Span<T> Program<T>::Input(const Tensor& input) {
  return Find<T>(input, inputs_);
}

template <typename T>
absl::Span<int32_t> Program<T>::IndexInput(const Tensor& input) {
  return Find<int32_t>(input, inputs_);
}

template <typename T>
absl::Span<const T> Program<T>::Output(const Tensor& output) const {
  return Find<T>(output, outputs_);
}

template <typename T>
absl::Span<const int32_t> Program<T>::IndexOutput(const Tensor& output) const {
  return Find<int32_t>(output, outputs_);
}

template <typename T>
std::string Program<T>::ToText(const std::vector<double>& nanoseconds) const {
  std::string text = absl::StrCat(
      "# ", schedule_.size(), " nodes, ", steps_.size(), " kernels, arena ",
      arena_bytes(), " bytes, workspace ", workspace_bytes(), " bytes\n");
  if (!nanoseconds.empty() && nanoseconds.size() != buffer_.size()) {
    Fail(absl::StrCat("ToText got ", nanoseconds.size(), " times for ",
                      buffer_.size(), " nodes; give it what Profile returned"));
  }
  for (int id : schedule_) {
    if (!nanoseconds.empty()) {
      absl::StrAppendFormat(&text, "%9.2f us  ", nanoseconds[id] / 1000);
    }
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
