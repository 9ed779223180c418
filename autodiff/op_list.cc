#include "autodiff/ops.h"

namespace autodiff {

absl::Span<const Op* const> AllOps() {
  static constexpr const Op* kOps[] = {
#define OP(Name, arguments) &k##Name,
#include "autodiff/op_list.inc"
#undef OP
  };
  return kOps;
}

Tensor Mean(Operand x, std::vector<int64_t> axes, bool keep_axes) {
  const Tensor sum = Sum(x, std::move(axes), keep_axes);
  const double count = static_cast<double>(x.tensor().shape().elements()) /
                       static_cast<double>(sum.shape().elements());
  return Multiply(Operand(sum, x.where()), 1 / count);
}

}  // namespace autodiff
