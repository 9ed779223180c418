// What an op is to the engine: one row of functions.
//
// An op is a rule in a file under ops/ plus one line of op_list.inc. A rule is
// a struct with the parts listed at `CompleteRule`; `MakeOp<Rule>()` turns it
// into the row. A missing part does not compile.
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
#include "autodiff/cuda/launch.h"
#include "autodiff/instruction_set.h"
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
  InstructionSet instruction_set = WidestInstructionSet();
  std::string node;         // Graph::Describe of it, for errors in the data
  int id = 0;               // of the node, for the same from a device
  int block_threads = 256;  // of a launch on a device

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
  uint64_t* fault = nullptr;       // of a device: see cuda/arguments.h

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

// The same on a device: once buffers are placed, the launches that make up the
// work, which run one after the other.
struct CudaKernel {
  std::function<std::vector<cuda::Launch>(const Buffers&)> launches;
  size_t workspace_bytes = 0;  // a workspace of its own
};

// Numbers the formulas of element-wise ops, and those along rows: see
// ops/formulas.h.
enum class FormulaId : uint8_t;
enum class RowFormula : uint8_t;
namespace cuda {
struct Strides;  // cuda/arguments.h
}

// out[i] = f(in[0][i], in[1][i], …) for n elements of T; out may be an input.
template <typename T>
using TileFunction = void (*)(const T* const* in, T* out, int64_t n);

// A tensor of doubles for oracles and tests (indices are whole numbers).
using Doubles = std::vector<double>;
struct Values {
  TensorType type;
  Doubles data;
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
  // The value in float on a device: the formula of an element-wise op or of one
  // along rows, which run in chains (cuda/device_steps.h), or launches. Chains
  // also read what an op takes from elsewhere in its input, if it says where.
  FormulaId formula = {};
  RowFormula row_formula = {};
  CudaKernel (*cuda)(const Call& call) = nullptr;
  cuda::Strides (*cuda_read)(const Call& call) = nullptr;
  // One gradient per input, written with ops; a default Tensor where there is
  // none (indices, comparisons). `dy` has y's shape; a gradient has its input's
  // shape, or one that this broadcasts to, and is then summed to it. A fused op
  // may leave it out: its gradient is that of `unfused`.
  Tensors (*gradient)(const Tensor& y, const Tensors& x,
                      const Tensor& dy) = nullptr;
  // The same value again, which tests compare with: by the plainest loops in
  // double, or for a fused op written with simpler ops.
  Doubles (*oracle)(const Call& call,
                    absl::Span<const Values> inputs) = nullptr;
  Tensor (*unfused)(const Tensors& x, const Attributes& attributes) = nullptr;
  std::vector<Sample> (*samples)() = nullptr;
  // Roundings by which a value may differ from the oracle's, and a gradient in
  // float from that in double: what tests tolerate, in units of
  // testing/oracle.h.
  double value_units = 1.25;
  double gradient_units = 4;
};

// The parts of a rule. An element-wise one has `Tile` and `kFormula`, others
// `Value` and `Cuda` or `kRowFormula`. One with more roundings than the row's
// defaults says how many: `kValueUnits`, `kGradientUnits`.
template <typename Rule>
concept HasTile = requires {
  { &Rule::template Tile<float> } -> std::convertible_to<TileFunction<float>>;
  { &Rule::template Tile<double> } -> std::convertible_to<TileFunction<double>>;
};
template <typename Rule>
concept HasFormula = requires {
  { Rule::kFormula } -> std::convertible_to<FormulaId>;
};
template <typename Rule>
concept HasRowFormula = requires {
  { Rule::kRowFormula } -> std::convertible_to<RowFormula>;
};
template <typename Rule>
concept HasCuda = requires(const Call& call) {
  { Rule::Cuda(call) } -> std::same_as<CudaKernel>;
};
template <typename Rule>
concept HasValue = requires(const Call& call) {
  { Rule::template Value<float>(call) } -> std::same_as<Kernel>;
  { Rule::template Value<double>(call) } -> std::same_as<Kernel>;
};
template <typename Rule>
concept HasGradient = requires(const Tensor& y, const Tensors& x) {
  { Rule::Gradient(y, x, y) } -> std::same_as<Tensors>;
};
template <typename Rule>
concept HasOracle = requires(const Call& call, absl::Span<const Values> x) {
  { Rule::Oracle(call, x) } -> std::same_as<Doubles>;
};
template <typename Rule>
concept HasUnfused = requires(const Tensors& x, const Attributes& attributes) {
  { Rule::Unfused(x, attributes) } -> std::same_as<Tensor>;
};

template <typename Rule>
concept CompleteRule = requires(const Call& call) {
  { Rule::kName } -> std::convertible_to<const char*>;
  { Rule::InferShape(call) } -> std::same_as<absl::StatusOr<TensorType>>;
  requires HasTile<Rule> || HasValue<Rule>;
  requires HasTile<Rule> == HasFormula<Rule>;
  requires HasFormula<Rule> || HasRowFormula<Rule> || HasCuda<Rule>;
  requires HasGradient<Rule> || HasUnfused<Rule>;
  requires HasOracle<Rule> != HasUnfused<Rule>;
  { Rule::Samples() } -> std::same_as<std::vector<Sample>>;
};

template <CompleteRule Rule>
constexpr Op MakeOp(OpKind kind = OpKind::kCompute) {
  Op op{.name = Rule::kName,
        .kind = kind,
        .shape = Rule::InferShape,
        .samples = Rule::Samples};
  if constexpr (HasTile<Rule>) {
    op.tile_float = Rule::template Tile<float>;
    op.tile_double = Rule::template Tile<double>;
    op.formula = Rule::kFormula;
  } else {
    op.value_float = Rule::template Value<float>;
    op.value_double = Rule::template Value<double>;
    if constexpr (HasRowFormula<Rule>) {
      op.row_formula = Rule::kRowFormula;
    } else {
      op.cuda = Rule::Cuda;
    }
    if constexpr (requires { Rule::CudaRead; }) op.cuda_read = Rule::CudaRead;
  }
  if constexpr (HasGradient<Rule>) op.gradient = Rule::Gradient;
  if constexpr (HasOracle<Rule>) op.oracle = Rule::Oracle;
  if constexpr (HasUnfused<Rule>) op.unfused = Rule::Unfused;
  if constexpr (requires { Rule::kValueUnits; }) {
    op.value_units = Rule::kValueUnits;
  }
  if constexpr (requires { Rule::kGradientUnits; }) {
    op.gradient_units = Rule::kGradientUnits;
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
