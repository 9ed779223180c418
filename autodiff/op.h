// What an op is to the engine: one row of functions.
//
// An op is one file under ops/ plus one line of op_list.inc. The file defines
// a rule, a struct with the parts listed at `CompleteRule`; `MakeOp<Rule>()`
// turns it into the row. A missing part does not compile.
#ifndef AUTODIFF_OP_H_
#define AUTODIFF_OP_H_

#include <concepts>
#include <cstddef>
#include <functional>
#include <initializer_list>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "autodiff/attributes.h"
#include "autodiff/tensor.h"

namespace autodiff {

// How a node gets its buffer.
enum class OpKind {
  kSource,   // filled from outside: input, constant, variable
  kCompute,  // a kernel writes a buffer of its own
  kAlias,    // the buffer of input 0, at an element offset: no work
  kAssign,   // a kernel writes a variable's buffer
};

// One application of an op, as its shape rule and its kernels see it.
struct Call {
  std::vector<TensorType> inputs;
  Attributes attributes;
  TensorType output;  // filled in by the shape rule

  const Shape& in(int i) const { return inputs[i].shape; }
  const Shape& out() const { return output.shape; }
};

// Where a kernel reads and writes. Every buffer is dense and row-major.
struct Buffers {
  const void* const* inputs;
  void* output;
  void* workspace;

  template <typename T>
  const T* In(int i) const {
    return static_cast<const T*>(inputs[i]);
  }
  template <typename T>
  T* Out() const {
    return static_cast<T*>(output);
  }
};

// The inner loop of one node, made once when a program is compiled: all shape
// logic is behind it. It allocates nothing.
struct Kernel {
  std::function<void(const Buffers&)> run;
  size_t workspace_bytes = 0;
};

// A tensor of doubles for oracles and tests (indices are whole numbers).
struct Values {
  TensorType type;
  std::vector<double> data;
};

// A case on which tests run an op: random inputs and how they are applied.
struct SampleInput {
  Shape shape;
  double low = -2;  // elements are uniform in [low, high); whole numbers in
  double high = 2;  // that range when `element` is kIndex
  ElementType element = ElementType::kReal;
  // Points where the op has a kink or a jump; elements keep away from them by
  // more than a finite difference reaches.
  std::vector<double> avoid = {};
};
struct Sample {
  std::string name;
  std::vector<SampleInput> inputs;
  std::function<Tensor(const Tensors&)> record;
};

// The row of an op in the table.
struct Op {
  const char* name;
  OpKind kind;
  // The output may be written over an input of the same size that nobody
  // reads later (element-wise kernels).
  bool in_place;
  // Type of the output, or a sentence that says which argument does not fit.
  absl::StatusOr<TensorType> (*shape)(const Call& call);
  Kernel (*value_float)(const Call& call);
  Kernel (*value_double)(const Call& call);
  // One gradient per input, written with ops; a default Tensor where there is
  // none (indices, comparisons). `dy` has y's shape.
  Tensors (*gradient)(const Tensor& y, const Tensors& x, const Tensor& dy);
  // The same value by the plainest loops in double: what tests compare with.
  std::vector<double> (*oracle)(const Call& call,
                                absl::Span<const Values> inputs);
  std::vector<Sample> (*samples)();
};

template <typename Rule>
concept CompleteRule =
    requires(const Call& call, const Tensor& y, const Tensors& x,
             absl::Span<const Values> inputs) {
      { Rule::kName } -> std::convertible_to<const char*>;
      { Rule::kInPlace } -> std::convertible_to<bool>;
      { Rule::InferShape(call) } -> std::same_as<absl::StatusOr<TensorType>>;
      { Rule::template Value<float>(call) } -> std::same_as<Kernel>;
      { Rule::template Value<double>(call) } -> std::same_as<Kernel>;
      { Rule::Gradient(y, x, y) } -> std::same_as<Tensors>;
      { Rule::Oracle(call, inputs) } -> std::same_as<std::vector<double>>;
      { Rule::Samples() } -> std::same_as<std::vector<Sample>>;
    };

template <CompleteRule Rule>
constexpr Op MakeOp(OpKind kind = OpKind::kCompute) {
  return {.name = Rule::kName,
          .kind = kind,
          .in_place = Rule::kInPlace,
          .shape = Rule::InferShape,
          .value_float = Rule::template Value<float>,
          .value_double = Rule::template Value<double>,
          .gradient = Rule::Gradient,
          .oracle = Rule::Oracle,
          .samples = Rule::Samples};
}

// Appends a node to the operands' graph. A shape that does not fit ends the
// process with the op, its arguments, their shapes and the recording line.
Tensor Record(const Op& op, std::initializer_list<Operand> operands,
              Attributes attributes = {});
Tensor Record(const Op& op, const std::vector<Operand>& operands,
              Attributes attributes = {});

// Every op of op_list.inc, in that order.
absl::Span<const Op* const> AllOps();

}  // namespace autodiff

#endif  // AUTODIFF_OP_H_
