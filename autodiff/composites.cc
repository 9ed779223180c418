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
  const LineScope scope(x.tensor().graph(), x.where());
  std::vector<int64_t> groups = shape.sizes();
  groups.back() /= size;
  groups.push_back(size);
  return Reshape(op(Reshape(x, groups)), shape.sizes());
}

}  // namespace

Tensor Mean(Operand x, std::vector<int64_t> axes, bool keep_axes) {
  const Shape& shape = RequireTensor(x, "mean").shape();
  const LineScope scope(x.tensor().graph(), x.where());
  const Tensor sum = Sum(x, std::move(axes), keep_axes);
  const double count = static_cast<double>(shape.elements()) /
                       static_cast<double>(sum.shape().elements());
  if (count == 1) return Reshape(x, sum.shape().sizes());  // of one term each
  return sum * (1 / count);
}

Tensor Min(Operand x, std::vector<int64_t> axes, bool keep_axes) {
  const LineScope scope(RequireTensor(x, "min").graph(), x.where());
  return -Max(-x, std::move(axes), keep_axes);
}

// max x + log Σ exp(x − max x). Where the maximum is infinite it cannot be
// subtracted, and 0 is as good.
Tensor LogSumExp(Operand x, const std::vector<int64_t>& axes, bool keep_axes) {
  const LineScope scope(RequireTensor(x, "log_sum_exp").graph(), x.where());
  const Tensor max = StopGradient(Max(x, axes, true));
  const Tensor shift =
      Select(Less(Abs(max), std::numeric_limits<double>::infinity()), max, 0);
  const Tensor log_sum = Log(Sum(Exp(x - shift), axes, keep_axes));
  return log_sum + Reshape(shift, log_sum.shape().sizes());
}

Tensor Clip(Operand x, double low, double high) {
  const LineScope scope(RequireTensor(x, "clip").graph(), x.where());
  return Minimum(Maximum(x, low), high);
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
  const LineScope scope(weight.tensor().graph(), weight.where());
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
  Graph& graph = RequireTensor(index, "one_hot").graph();
  const LineScope scope(graph, index.where());
  const Tensor column = Reshape(index, {-1, 1});
  const Tensor ones = graph.Constant({1}, column.shape());
  std::vector<int64_t> sizes = index.tensor().shape().sizes();
  sizes.push_back(size);
  return Reshape(PutAdd(ones, column, size), sizes);
}

// Negation keeps NaN last and the order of equal elements.
Tensor ArgSort(Operand x) {
  const Shape& shape = RequireTensor(x, "arg_sort").shape();
  const LineScope scope(x.tensor().graph(), x.where());
  return TopK(-x, shape.rank() == 0 ? 0 : shape[-1]);
}

Tensor Sort(Operand x) {
  const LineScope scope(RequireTensor(x, "sort").graph(), x.where());
  return Take(x, ArgSort(x));
}

Tensor ArgMax(Operand x) {
  const LineScope scope(RequireTensor(x, "arg_max").graph(), x.where());
  const Tensor first = TopK(x, 1);
  std::vector<int64_t> sizes = first.shape().sizes();
  sizes.pop_back();
  return Reshape(first, sizes);
}

Tensor Normal(Operand random_state, const Shape& shape) {
  const LineScope scope(RequireTensor(random_state, "normal").graph(),
                        random_state.where());
  return NormalFromUniform(Uniform(random_state, shape));
}

}  // namespace autodiff
