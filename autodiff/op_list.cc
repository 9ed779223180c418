#include "autodiff/ops.h"

namespace autodiff {

absl::Span<const Op* const> AllOps() {
  static constexpr const Op* kOps[] = {
#define OP(Name, arguments) &k##Name,
#define ELEMENTWISE OP
#include "autodiff/op_list.inc"
#undef ELEMENTWISE
#undef OP
  };
  return kOps;
}

}  // namespace autodiff
