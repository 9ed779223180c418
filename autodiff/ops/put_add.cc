#include <algorithm>

#include "autodiff/ops.h"
#include "autodiff/ops/indexing.h"

namespace autodiff {
namespace {

// y[r, i] = Σ_{j: index[r, j] = i} x[r, j],  dx[r, j] = dy[r, index[r, j]].
struct PutAddRule {
  static constexpr char kName[] = "put_add";

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    if (absl::Status types = RequireRealAndIndex(call); !types.ok()) {
      return types;
    }
    if (call.in(0).rank() >= 1 && call.in(0) == call.in(1)) {
      return TensorType{Replace(call.in(0), 1, {call.attributes.Int("size")})};
    }
    return absl::InvalidArgumentError(
        "values and indices must have the same shape");
  }

  template <typename T>
  static Kernel Value(const Call& call) {
    const int64_t n = call.out()[-1], k = call.in(0)[-1];
    const int64_t count = call.in(0).elements();
    const int64_t total = call.out().elements();
    return {[=](const Buffers& b) {
      std::fill_n(b.Out<T>(), total, T{0});
      for (int64_t i = 0; i < count; ++i) {
        const int64_t at = CheckedIndex(b.In<int32_t>(1)[i], n, kName);
        b.Out<T>()[i / k * n + at] += b.In<T>(0)[i];
      }
    }};
  }

  static Tensors Gradient(const Tensor&, const Tensors& x, const Tensor& dy) {
    return {Take(dy, x[1]), Tensor()};
  }

  static std::vector<double> Oracle(const Call& call,
                                    absl::Span<const Values> inputs) {
    std::vector<double> y(call.out().elements(), 0);
    for (size_t i = 0; i < inputs[0].data.size(); ++i) {
      const int64_t row = static_cast<int64_t>(i) / call.in(0)[-1];
      y[row * call.out()[-1] + static_cast<int64_t>(inputs[1].data[i])] +=
          inputs[0].data[i];
    }
    return y;
  }

  static std::vector<Sample> Samples() {
    const auto record = [](const Tensors& x) { return PutAdd(x[0], x[1], 5); };
    return {{"vector", {{{3}}, {{3}, 0, 5, ElementType::kIndex}}, record},
            {"rows", {{{4, 7}}, {{4, 7}, 0, 5, ElementType::kIndex}}, record},
            {"none", {{{4, 0}}, {{4, 0}, 0, 5, ElementType::kIndex}}, record}};
  }
};

}  // namespace

constexpr Op kPutAdd = MakeOp<PutAddRule>();

Tensor PutAdd(Operand dy, Operand index, int64_t size) {
  return Record(kPutAdd, {dy, index}, {{"size", size}});
}

}  // namespace autodiff
