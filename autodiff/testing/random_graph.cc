#include "autodiff/testing/random_graph.h"

#include <cstdint>
#include <iterator>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "autodiff/gradients.h"
#include "autodiff/ops.h"
#include "autodiff/random.h"
#include "autodiff/schedule.h"

namespace autodiff {
namespace {

// x / (1 + x²) lies in [−½, ½]: nothing grows without bound.
Tensor Squash(const Tensor& x) { return x / (1 + Square(x)); }

}  // namespace

RandomGraph::RandomGraph(uint64_t seed, const RandomGraphOptions& options)
    : random_(seed), options_(options) {
  DeclareSources();
  RecordCalls(options_.calls / 2);
  // Gradients read what the forward nodes read. They would conflict with
  // versions that are overwritten before, so they come first, as in training.
  RecordGradients();
  AssignVariables();
  RecordCalls(options_.calls / 2);
  AssignVariables();
  ChooseOutputs();
}

void RandomGraph::DeclareSources() {
  for (const Shape& shape : {Shape{}, Shape{5}, Shape{3, 4}, Shape{24}}) {
    inputs_.push_back(
        graph_.Input(absl::StrCat("input ", inputs_.size()), shape));
    variables_.push_back(
        graph_.Variable(absl::StrCat("variable ", variables_.size()), shape));
  }
  random_state_ = RandomState(graph_, "random");
  random_version_ = random_state_;
  versions_ = variables_;
  reals_ = inputs_;
  absl::c_copy(variables_, std::back_inserter(reals_));
}

void RandomGraph::RecordCalls(int count) {
  for (int i = 0; i < count; ++i) {
    switch (Below(8)) {
      case 0:
        RecordDraw();
        break;
      case 1:
      case 2:
      case 3:
        RecordSample();
        break;
      default:
        RecordElementwise();
    }
  }
}

// Makes a result available. Mostly it replaces another one, which is then read
// by nobody else: memory dies, and element-wise kernels may take it over.
void RandomGraph::Keep(const Tensor& tensor) {
  if (tensor.element() == ElementType::kIndex) {
    indices_.push_back(tensor);
  } else if (tensor.shape().elements() == 0 || reals_.size() < 6 ||
             Below(4) == 0) {
    reals_.push_back(tensor);
  } else {
    reals_[Below(reals_.size())] = tensor;
  }
}

// A chain of one to four calls on one shape, broadcasting smaller operands.
void RandomGraph::RecordElementwise() {
  constexpr Tensor (*kBinary[])(Operand, Operand) = {Add, Subtract, Multiply,
                                                     Minimum, LessEqual};
  const Shape shapes[] = {{35}, {5, 7}, {5, 1, 7}, {7, 1}, {1, 7}};
  const Shape shape = shapes[Below(5)];
  const uint64_t kinds = options_.smooth ? 3 : 5;
  Tensor x = Fit(Pick(reals_), shape);
  for (uint64_t left = 1 + Below(4); left > 0; --left) {
    switch (Below(4)) {
      case 0:
        x = Negate(x);
        break;
      case 1:
        x = Squash(x);
        break;
      default: {
        const Shape other = Below(2) == 0 ? x.shape() : shapes[Below(5)];
        const Tensor y = Fit(Pick(reals_), other);
        if (!BroadcastShapes(x.shape(), other).has_value()) break;
        const auto op = kBinary[Below(kinds)];
        x = Below(2) == 0 ? op(x, y) : op(y, x);
      }
    }
  }
  Keep(Squash(x));
}

bool RandomGraph::IsAllowed(const Op& op) const {
  const Op* const jumps[] = {&kMinimum,   &kMaximum, &kMax,  &kLess,
                             &kLessEqual, &kEqual,   &kTopK, &kCategorical};
  if (!options_.smooth) return true;
  if (absl::c_linear_search(jumps, &op)) return false;
  for (const Sample& sample : op.samples()) {
    for (const SampleInput& input : sample.inputs) {
      if (!input.avoid.empty()) return false;
    }
  }
  return true;
}

void RandomGraph::RecordSample() {
  const Op& op = *AllOps()[Below(AllOps().size())];
  if (!IsAllowed(op)) return;
  const std::vector<Sample> samples = op.samples();
  const Sample& sample = samples[Below(samples.size())];
  Tensors arguments;
  for (const SampleInput& input : sample.inputs) {
    arguments.push_back(input.element == ElementType::kReal
                            ? RealArgument(input)
                            : IndexArgument(input));
  }
  const Tensor y = sample.record(arguments);
  Keep(y.element() == ElementType::kReal ? Squash(y) : y);
}

void RandomGraph::RecordDraw() {
  const Tensor uniform = Uniform(random_version_, {2, 4});
  Keep(uniform);
  if (options_.smooth) return;
  const Tensor p = Softmax(Fit(Pick(reals_), {2, 5}));
  Keep(Increment(Categorical(p, uniform)));
}

void RandomGraph::RecordGradients() {
  Tensor loss = Mean(Square(inputs_[1]));
  for (int i = 0; i < 4; ++i) {
    const Tensor x = Pick(reals_);
    if (x.shape().elements() > 0) loss = loss + Mean(x * x);
  }
  Keep(loss);
  Tensors sources = inputs_;
  absl::c_copy(variables_, std::back_inserter(sources));
  for (const Tensor& d : Gradients(loss, sources)) Keep(Squash(d));
}

void RandomGraph::AssignVersion(Tensor& version, const Tensor& value) {
  const int old = version.id();
  version = graph_.Assign(version, value);
  // No later call may read the old version, directly or through a view.
  for (Tensors* pool : {&reals_, &indices_}) {
    std::erase_if(*pool, [&](const Tensor& t) {
      return BufferOwner(graph_, {}, t.id()) == old;
    });
  }
}

void RandomGraph::AssignVariables() {
  AssignVersion(random_version_, AdvanceRandom(random_version_));
  for (Tensor& version : versions_) {
    if (Below(4) == 0) continue;
    const Tensor value = Fit(Pick(reals_), version.shape());
    AssignVersion(version, value);
    reals_.push_back(version);
  }
}

// The elements of x under another shape: cut off, or repeated.
Tensor RandomGraph::Fit(const Tensor& x, const Shape& shape) {
  if (x.shape() == shape) return x;
  const int64_t size = shape.elements(), have = x.shape().elements();
  if (have == 0) return graph_.Constant({0.25}, shape);
  const Tensor flat = Reshape(x, {-1});
  if (have >= size) {
    return View(flat, static_cast<int64_t>(Below(have - size + 1)), shape);
  }
  if (Below(2) == 0) {
    const int64_t offset = static_cast<int64_t>(Below(size - have + 1));
    return Reshape(Pack({flat}, {offset}, size), shape.sizes());
  }
  const int64_t times = (size + have - 1) / have;
  const Tensor repeated = BroadcastTo(flat, {times, have});
  return View(Reshape(repeated, {-1}), 0, shape);
}

// Squashed values are in [−½, ½]; 0.9 keeps them off the ends of the range.
Tensor RandomGraph::RealArgument(const SampleInput& input) {
  const Tensor x = Squash(Fit(Pick(reals_), input.shape));
  return input.low + (input.high - input.low) * (0.5 + 0.9 * x);
}

// Computed indices where the range allows it, and constants.
Tensor RandomGraph::IndexArgument(const SampleInput& input) {
  if (input.shape == Shape{4}) return random_version_;
  const bool outcomes = input.low == 0 && input.high <= 16;
  if (outcomes && !options_.smooth && Below(2) == 0) {
    const auto n = static_cast<int64_t>(input.high);
    const Tensor p = Softmax(Fit(Pick(reals_), {n}));
    const int64_t size = input.shape.elements();
    const Tensor drawn = Categorical(p, Uniform(random_version_, {size}));
    return Reshape(drawn, input.shape.sizes());
  }
  std::vector<double> values;
  for (int64_t i = 0; i < input.shape.elements(); ++i) {
    values.push_back(input.low +
                     static_cast<double>(
                         Below(static_cast<uint64_t>(input.high - input.low))));
  }
  return graph_.Constant(values, input.shape, ElementType::kIndex);
}

void RandomGraph::ChooseOutputs() {
  outputs_ = versions_;
  outputs_.push_back(random_version_);
  for (int i = 0; i < 4; ++i) outputs_.push_back(Pick(reals_));
  outputs_.push_back(Fit(Pick(reals_), {2, 2}));
  if (!indices_.empty()) outputs_.push_back(Pick(indices_));

  std::vector<bool> overwritten(graph_.size(), false);
  for (int id = 0; id < graph_.size(); ++id) {
    const Node& node = graph_.node(id);
    if (node.op == &kAssign) overwritten[node.inputs[0]] = true;
  }
  for (int id = 0; id < graph_.size(); ++id) {
    if (!overwritten[BufferOwner(graph_, {}, id)]) {
      all_.emplace_back(&graph_, id);
    }
  }
}

}  // namespace autodiff
