// Functions that are a few ops each; see ops.h.

#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "autodiff/fail.h"
#include "autodiff/graph.h"
#include "autodiff/ops.h"

namespace autodiff {
namespace {

// op within groups of `size` neighbours along the last axis.
Tensor ByGroups(const char* name, Tensor (*op)(Operand), const Operand& x,
                int64_t size) {
  const Shape& shape = RequireTensor(x, name).shape();
  if (size <= 0 || shape.rank() == 0 || shape[-1] % size != 0) {
    Fail(absl::StrCat(LineOf(x.where()), ": ", name, ": groups of ", size,
                      " do not divide the last axis of ", shape.ToString()));
  }
  std::vector<int64_t> groups = shape.sizes();
  groups.back() /= size;
  groups.push_back(size);
  return Reshape(op(Reshape(x, groups)), shape.sizes());
}

}  // namespace

Tensor Mean(Operand x, std::vector<int64_t> axes, bool keep_axes) {
  const Shape& shape = RequireTensor(x, "mean").shape();
  const Tensor sum = Sum(x, std::move(axes), keep_axes);
  const double count = static_cast<double>(shape.elements()) /
                       static_cast<double>(sum.shape().elements());
  return Multiply(Operand(sum, x.where()), 1 / count);
}

Tensor Min(Operand x, std::vector<int64_t> axes, bool keep_axes) {
  return -Max(Operand(-x, x.where()), std::move(axes), keep_axes);
}

// max x + log Σ exp(x − max x). Where the maximum is infinite it cannot be
// subtracted, and 0 is as good.
Tensor LogSumExp(Operand x, const std::vector<int64_t>& axes, bool keep_axes) {
  const Tensor max = StopGradient(Max(x, axes, true));
  const Tensor shift =
      Select(Less(Abs(max), std::numeric_limits<double>::infinity()), max, 0);
  const Tensor log_sum = Log(Sum(Exp(x - shift), axes, keep_axes));
  return log_sum + Reshape(shift, log_sum.shape().sizes());
}

Tensor Clip(Operand x, double low, double high) {
  return Minimum(Maximum(x, Operand(low, x.where())), high);
}

Tensor GroupSoftmax(Operand x, int64_t size) {
  return ByGroups("group_softmax", Softmax, x, size);
}

Tensor GroupLogSoftmax(Operand x, int64_t size) {
  return ByGroups("group_log_softmax", LogSoftmax, x, size);
}

Tensor Linear(const std::vector<Operand>& inputs, const Operand& weight,
              const Operand& bias) {
  const Shape& shape = RequireTensor(weight, "linear").shape();
  const std::string line = LineOf(weight.where());
  if (shape.rank() != 2) {
    Fail(absl::StrCat(line, ": linear: the weight must be a matrix, not ",
                      shape.ToString()));
  }
  if (inputs.empty()) {
    Fail(absl::StrCat(line, ": linear: there must be at least one input"));
  }
  const int64_t n = shape[1];
  const Tensor flat = Reshape(weight, {-1});
  int64_t row = 0;
  Tensor sum;
  for (const Operand& x : inputs) {
    const Shape& of_x = RequireTensor(x, "linear").shape();
    const int64_t k = of_x.rank() == 0 ? 1 : of_x[-1];
    if (of_x.rank() < 2 || row + k > shape[0]) {
      Fail(absl::StrCat(line, ": linear: rows ", row, " to ", row + k,
                        " of a weight ", shape.ToString(),
                        " do not fit an input ", of_x.ToString()));
    }
    const Tensor product = MatMul(x, View(flat, row * n, {k, n}));
    sum = sum.exists() ? sum + product : product;
    row += k;
  }
  if (row != shape[0]) {
    Fail(absl::StrCat(line, ": linear: the inputs have ", row,
                      " columns, the weight ", shape[0], " rows"));
  }
  return sum + bias;
}

Tensor OneHot(Operand index, int64_t size) {
  const Tensor column = Reshape(index, {-1, 1});
  const Tensor ones = column.graph().Constant(
      {1}, column.shape(), ElementType::kReal, index.where());
  std::vector<int64_t> sizes = index.tensor().shape().sizes();
  sizes.push_back(size);
  return Reshape(PutAdd(Operand(ones, index.where()), column, size), sizes);
}

// Negation keeps NaN last and the order of equal elements.
Tensor ArgSort(Operand x) {
  const Tensor negative = -x;
  const int64_t n = negative.shape().rank() == 0 ? 0 : negative.shape()[-1];
  return TopK(Operand(negative, x.where()), n);
}

Tensor Sort(Operand x) { return Take(x, ArgSort(x)); }

Tensor ArgMax(Operand x) {
  const Tensor first = TopK(x, 1);
  std::vector<int64_t> sizes = first.shape().sizes();
  sizes.pop_back();
  return Reshape(Operand(first, x.where()), sizes);
}

Tensor Normal(Operand random_state, const Shape& shape) {
  return NormalFromUniform(
      Operand(Uniform(random_state, shape), random_state.where()));
}

}  // namespace autodiff
