// The language in which graphs are written. The functions stand in
// op_list.inc, one documented row each; here are their declarations, the
// operators, and functions that are a few ops each.
#ifndef AUTODIFF_OPS_H_
#define AUTODIFF_OPS_H_

#include <cstdint>
#include <vector>

#include "autodiff/op.h"
#include "autodiff/shape.h"
#include "autodiff/tensor.h"

namespace autodiff {

#define OP(Name, arguments) \
  extern const Op k##Name;  \
  Tensor Name arguments;
#define ELEMENTWISE OP
#include "autodiff/op_list.inc"
#undef ELEMENTWISE
#undef OP

inline Tensor operator+(Operand a, Operand b) { return Add(a, b); }
inline Tensor operator-(Operand a, Operand b) { return Subtract(a, b); }
inline Tensor operator*(Operand a, Operand b) { return Multiply(a, b); }
inline Tensor operator/(Operand a, Operand b) { return Divide(a, b); }
inline Tensor operator-(Operand x) { return Negate(x); }

// ---- Functions of a few ops each --------------------------------------------

// Mean over axes; no axes: over all of them.
Tensor Mean(Operand x, std::vector<int64_t> axes = {}, bool keep_axes = false);

// The smallest element over axes, as Max.
Tensor Min(Operand x, std::vector<int64_t> axes = {}, bool keep_axes = false);

// log Σ exp(x) over axes; −∞ where all elements are.
Tensor LogSumExp(Operand x, const std::vector<int64_t>& axes = {},
                 bool keep_axes = false);

// x limited to [low, high]; the gradient is 0 outside and passes at the ends.
Tensor Clip(Operand x, double low, double high);

// Softmax, LogSoftmax within groups of `size` neighbours along the last axis
// (SimNorm).
Tensor GroupSoftmax(Operand x, int64_t size);
Tensor GroupLogSoftmax(Operand x, int64_t size);

// x between `before` and `after` zeros along an axis.
Tensor Pad(Operand x, int64_t axis, int64_t before, int64_t after);

// A vector of `size` elements: parts[i] starts at offsets[i], zeros elsewhere.
// The inverse of taking Views.
Tensor Pack(const std::vector<Operand>& parts,
            const std::vector<int64_t>& offsets, int64_t size);

// Σ_i x_i W_i + bias: `weight` is [Σ_i k_i, n], split by rows into the W_i, and
// x_i is [..., k_i]; leading axes broadcast. Equal to a product with the
// concatenated inputs, but nothing is copied and what is shared among rows is
// multiplied once.
Tensor Linear(const std::vector<Operand>& inputs, const Operand& weight,
              const Operand& bias);

// x[..., index] row by row: x is [..., n], index and result are [..., k].
Tensor Take(Operand x, Operand index);

// Adjoint of Take: sums dy [..., k] into zeros [..., size] at index [..., k].
Tensor PutAdd(Operand dy, Operand index, int64_t size);

// Rows of zeros with a one: [...] indices to [..., size].
Tensor OneHot(Operand index, int64_t size);

// Indices that sort the last axis, smallest first, equal elements by index and
// NaN last; and the last axis in that order.
Tensor ArgSort(Operand x);
Tensor Sort(Operand x);

// Index of the largest element along the last axis, which is dropped.
Tensor ArgMax(Operand x);

// Draws of the standard normal distribution, as Uniform.
Tensor Normal(Operand random_state, const Shape& shape);

}  // namespace autodiff

#endif  // AUTODIFF_OPS_H_
