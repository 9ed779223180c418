#include "autodiff/ops/reduction.h"

namespace autodiff {

Shape KeptShape(const Shape& shape, const std::vector<int64_t>& axes) {
  std::vector<int64_t> sizes = shape.sizes();
  for (int64_t axis : axes) sizes[axis] = 1;
  return Shape(sizes);
}

absl::StatusOr<TensorType> Reduction::InferShape(const Call& call) {
  if (absl::Status real = RequireReals(call); !real.ok()) return real;
  const int rank = call.in(0).rank();
  std::vector<bool> reduced(rank, false);
  for (int64_t axis : call.attributes.Ints("axes")) {
    if (axis < 0 || axis >= rank || reduced[axis]) {
      return Refuse("axis ", axis, " does not exist or is given twice");
    }
    reduced[axis] = true;
  }
  std::vector<int64_t> sizes;
  for (int axis = 0; axis < rank; ++axis) {
    if (!reduced[axis]) sizes.push_back(call.in(0)[axis]);
    if (reduced[axis] && call.attributes.Int("keep") == 1) sizes.push_back(1);
  }
  return TensorType{Shape(sizes)};
}

StridedLoop Reduction::Loop(const Call& call) {
  const Shape& x = call.in(0);
  const Shape kept = KeptShape(x, call.attributes.Ints("axes"));
  return {x, BroadcastStrides(x, x), BroadcastStrides(kept, x)};
}

Doubles Reduction::Fold(const Call& call, const Values& x, double initial,
                        double (*combine)(double, double)) {
  const Shape kept = KeptShape(call.in(0), call.attributes.Ints("axes"));
  Doubles y(kept.elements(), initial);
  for (const Index& at : IndicesOf(call.in(0))) {
    double& folded = y[Position(kept, at)];
    folded = combine(folded, x.data[Position(call.in(0), at)]);
  }
  return y;
}

Tensor RecordReduction(const Op& op, const Operand& x,
                       std::vector<int64_t> axes, bool keep_axes) {
  const int64_t rank = x.is_number() ? 0 : x.tensor().shape().rank();
  if (axes.empty()) {
    for (int64_t axis = 0; axis < rank; ++axis) axes.push_back(axis);
  }
  for (int64_t& axis : axes) axis = FromFirst(x, axis);
  return Record(op, {x},
                {{"axes", std::move(axes)}, {"keep", int64_t{keep_axes}}});
}

std::vector<Sample> ReductionSamples(Tensor (*op)(Operand, std::vector<int64_t>,
                                                  bool),
                                     bool smooth) {
  struct Case {
    Shape shape;
    std::vector<int64_t> axes;
    bool keep;
  };
  std::vector<Case> cases = {
      {{3, 7}, {}, false},          {{3, 7}, {0}, false},
      {{3, 7}, {-1}, true},         {{2, 3, 4}, {0, 2}, false},
      {{2, 3, 4}, {1}, true},       {{}, {}, false},
      {{2, 1, 3}, {1}, false},      {{2, 19}, {1}, false},
      {{2, 3, 2, 2}, {1, 2}, false}};
  if (smooth) {
    cases.push_back({{0, 3}, {0}, false});
    cases.push_back({{900, 90}, {1}, false});
  }
  std::vector<Sample> samples;
  for (const Case& c : cases) {
    samples.push_back(
        {absl::StrCat(c.shape.ToString(), " case ", samples.size()),
         {{c.shape}},
         [op, c](const Tensors& x) { return op(x[0], c.axes, c.keep); }});
  }
  return samples;
}

}  // namespace autodiff
