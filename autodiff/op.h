// What an op is to the engine: one row of functions.
//
// An op is one file under ops/ plus one line of op_list.inc. The file defines
// a rule, a struct with the parts listed at `CompleteRule`; `MakeOp<Rule>()`
// turns it into the row. A missing part does not compile.
#ifndef AUTODIFF_OP_H_
#define AUTODIFF_OP_H_

#include <concepts>
#include <cstddef>
#include <cstdint>
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
  int threads = 1;    // that a kernel's parts may run on

  const Shape& in(int i) const { return inputs[i].shape; }
  const Shape& out() const { return output.shape; }
};

// Where a kernel reads and writes. Every buffer is dense and row-major.
struct Buffers {
  const void* const* inputs = nullptr;
  void* const* outputs = nullptr;  // more than one only in fused chains
  void* workspace = nullptr;       // of the thread that runs the kernel
  int part = 0;                    // which of the kernel's parts is to run
  uint64_t* ticks = nullptr;       // see fusion.h; null unless profiling

  template <typename T>
  const T* In(int i) const {
    return static_cast<const T*>(inputs[i]);
  }
  template <typename T>
  T* Out() const {
    return static_cast<T*>(outputs[0]);
  }
};

// The inner loop of one node, made once when a program is compiled: all shape
// logic is behind it. It allocates nothing.
struct Kernel {
  std::function<void(const Buffers&)> run;
  size_t workspace_bytes = 0;
  // Calls that make up the work, which may run at the same time. No bit of the
  // result may depend on their number.
  int parts = 1;
  // About how long all parts take together on one core, in nanoseconds.
  double nanoseconds = 0;
};

// out[i] = f(in[0][i], in[1][i], …) for n elements of T; out may be an input.
template <typename T>
using TileFunction = void (*)(const T* const* in, T* out, int64_t n);

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
  const char* name = nullptr;
  OpKind kind = OpKind::kCompute;
  // Type of the output, or a sentence that says which argument does not fit.
  absl::StatusOr<TensorType> (*shape)(const Call& call) = nullptr;
  // The value: a loop over tiles for element-wise ops, a kernel for others.
  TileFunction<float> tile_float = nullptr;
  TileFunction<double> tile_double = nullptr;
  Kernel (*value_float)(const Call& call) = nullptr;
  Kernel (*value_double)(const Call& call) = nullptr;
  // One gradient per input, written with ops; a default Tensor where there is
  // none (indices, comparisons). `dy` has y's shape.
  Tensors (*gradient)(const Tensor& y, const Tensors& x,
                      const Tensor& dy) = nullptr;
  // The same value by the plainest loops in double: what tests compare with.
  std::vector<double> (*oracle)(const Call& call,
                                absl::Span<const Values> inputs) = nullptr;
  std::vector<Sample> (*samples)() = nullptr;
};

template <typename Rule>
concept TileRule = requires {
  { &Rule::template Tile<float> } -> std::convertible_to<TileFunction<float>>;
  { &Rule::template Tile<double> } -> std::convertible_to<TileFunction<double>>;
};

template <typename Rule>
concept KernelRule = requires(const Call& call) {
  { Rule::template Value<float>(call) } -> std::same_as<Kernel>;
  { Rule::template Value<double>(call) } -> std::same_as<Kernel>;
};

template <typename Rule>
concept CompleteRule = (TileRule<Rule> || KernelRule<Rule>)&&requires(
    const Call& call, const Tensor& y, const Tensors& x,
    absl::Span<const Values> inputs) {
  { Rule::kName } -> std::convertible_to<const char*>;
  { Rule::InferShape(call) } -> std::same_as<absl::StatusOr<TensorType>>;
  { Rule::Gradient(y, x, y) } -> std::same_as<Tensors>;
  { Rule::Oracle(call, inputs) } -> std::same_as<std::vector<double>>;
  { Rule::Samples() } -> std::same_as<std::vector<Sample>>;
};

template <CompleteRule Rule>
constexpr Op MakeOp(OpKind kind = OpKind::kCompute) {
  Op op{.name = Rule::kName,
        .kind = kind,
        .shape = Rule::InferShape,
        .gradient = Rule::Gradient,
        .oracle = Rule::Oracle,
        .samples = Rule::Samples};
  if constexpr (TileRule<Rule>) {
    op.tile_float = Rule::template Tile<float>;
    op.tile_double = Rule::template Tile<double>;
  } else {
    op.value_float = Rule::template Value<float>;
    op.value_double = Rule::template Value<double>;
  }
  return op;
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
