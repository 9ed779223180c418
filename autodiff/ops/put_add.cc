#include "autodiff/ops/rule.h"

namespace autodiff {

// y[r, i] = Σ_{j: index[r, j] = i} x[r, j],  dx[r, j] = dy[r, index[r, j]].
struct PutAddRule {
  static constexpr char kName[] = "put_add";

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    const absl::Status types = RequireRealAndIndex(call);
    if (!types.ok()) return types;
    if (call.in(0).rank() >= 1 && call.in(0) == call.in(1)) {
      return TensorType{Replace(call.in(0), 1, {call.attributes.Int("size")})};
    }
    return Refuse("values and indices must have the same shape");
  }

  template <typename T>
  static Kernel Value(const Call& call) {
    const auto [rows, n] = RowsOf(call.out());
    const int64_t k = call.in(0)[-1];
    return ForEachRow(
        rows, 5. + n + 2. * k, [=](const Buffers& b, int64_t row) {
          T* const y = b.Out<T>() + row * n;
          std::fill_n(y, n, T{0});
          for (int64_t i = row * k; i < (row + 1) * k; ++i) {
            y[CheckedIndex(b.In<int32_t>(1)[i], n, kName)] += b.In<T>(0)[i];
          }
        });
  }

  static Tensors Gradient(const Tensor&, const Tensors& x, const Tensor& dy) {
    return {Take(dy, x[1]), Tensor()};
  }

  static Doubles Oracle(const Call& call, absl::Span<const Values> inputs) {
    Doubles y(call.out().elements(), 0);
    for (Index at : IndicesOf(call.in(0))) {
      const int64_t i = Position(call.in(0), at);
      at.back() = static_cast<int64_t>(inputs[1].data[i]);
      y[Position(call.out(), at)] += inputs[0].data[i];
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

constexpr Op kPutAdd = MakeOp<PutAddRule>();

Tensor PutAdd(Operand dy, Operand index, int64_t size) {
  return Record(kPutAdd, {dy, index}, {{"size", size}});
}

}  // namespace autodiff
