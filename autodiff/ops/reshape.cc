#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "autodiff/ops/alias.h"

namespace autodiff {
namespace {

// y = the elements of x in row-major order,  dx = dy in x's shape.
struct ReshapeRule : Alias {
  static constexpr char kName[] = "reshape";

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    const Shape target(call.attributes.Ints("sizes"));
    if (target.elements() == call.in(0).elements()) {
      return TensorType{target, call.inputs[0].element};
    }
    return absl::InvalidArgumentError(
        absl::StrCat("cannot become ", target.ToString(), ": it has ",
                     call.in(0).elements(), " elements"));
  }

  static Tensors Gradient(const Tensor&, const Tensors& x, const Tensor& dy) {
    return {Reshape(dy, x[0].shape().sizes())};
  }

  static std::vector<Sample> Samples() {
    return {{"split an axis",
             {{{3, 4}}},
             [](const Tensors& x) {
               return Reshape(x[0], {3, 2, 2});
             }},
            {"inferred size",
             {{{3, 4}}},
             [](const Tensors& x) {
               return Reshape(x[0], {2, -1});
             }},
            {"one element", {{{}}}, [](const Tensors& x) {
               return Reshape(x[0], {1, 1});
             }}};
  }
};

}  // namespace

constexpr Op kReshape = MakeOp<ReshapeRule>(OpKind::kAlias);

Tensor Reshape(Operand x, std::vector<int64_t> sizes) {
  const auto unknown = std::find(sizes.begin(), sizes.end(), -1);
  if (unknown != sizes.end() && !x.is_number() &&
      std::count(sizes.begin(), sizes.end(), -1) == 1) {
    *unknown = 1;  // and then what is left once the others are divided out
    const int64_t known = Shape(sizes).elements();
    *unknown = known == 0 ? 0 : x.tensor().shape().elements() / known;
  }
  return Record(kReshape, {x}, {{"sizes", std::move(sizes)}});
}

}  // namespace autodiff
