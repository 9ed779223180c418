#include "autodiff/ops/rule.h"

namespace autodiff {

// y = the elements of x in row-major order,  dx = dy in x's shape.
struct ReshapeRule : Alias {
  static constexpr char kName[] = "reshape";

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    const Shape target(call.attributes.Ints("sizes"));
    if (target.elements() == call.in(0).elements()) {
      return TensorType{target, call.inputs[0].element};
    }
    return Refuse("cannot become ", target.ToString(), ": it has ",
                  call.in(0).elements(), " elements");
  }

  static Tensors Gradient(const Tensor&, const Tensors& x, const Tensor& dy) {
    return {Reshape(dy, x[0].shape().sizes())};
  }

  static std::vector<Sample> Samples() {
    std::vector<Sample> samples;
    for (const std::pair<Shape, Index>& c :
         {std::pair{Shape{3, 4}, Index{3, 2, 2}},  // splits an axis
          {Shape{3, 4}, Index{2, -1}},             // infers a size
          {Shape{}, Index{1, 1}}}) {
      samples.push_back(
          {absl::StrCat(c.first.ToString(), " case ", samples.size()),
           {{c.first}},
           [c](const Tensors& x) { return Reshape(x[0], c.second); }});
    }
    return samples;
  }
};

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
