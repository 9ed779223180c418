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
#include "autodiff/op_list.inc"
#undef OP

inline Tensor operator+(Operand a, Operand b) { return Add(a, b); }
inline Tensor operator-(Operand a, Operand b) { return Subtract(a, b); }
inline Tensor operator*(Operand a, Operand b) { return Multiply(a, b); }
inline Tensor operator/(Operand a, Operand b) { return Divide(a, b); }
inline Tensor operator-(Operand x) { return Negate(x); }

// Mean over axes; no axes: over all of them.
Tensor Mean(Operand x, std::vector<int64_t> axes = {}, bool keep_axes = false);

}  // namespace autodiff

#endif  // AUTODIFF_OPS_H_
