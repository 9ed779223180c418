#include "autodiff/ops/rule.h"

namespace autodiff {

// y[r, j] = x[r, index[r, j]],  dx[r, i] = Σ_{j: index[r, j] = i} dy[r, j].
struct TakeRule {
  static constexpr char kName[] = "take";

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    const absl::Status types = RequireRealAndIndex(call);
    if (!types.ok()) return types;
    if (call.in(0).rank() >= 1 && call.in(1).rank() >= 1 &&
        Replace(call.in(0), 1, {}) == Replace(call.in(1), 1, {})) {
      return TensorType{call.in(1)};
    }
    return Refuse("all axes but the last must be equal in both");
  }

  template <typename T>
  static Kernel Value(const Call& call) {
    const int64_t n = call.in(0)[-1], k = call.in(1)[-1];
    return ForEachRow(
        call.out().elements(), 3, [=](const Buffers& b, int64_t i) {
          const int64_t at = CheckedIndex(b.In<int32_t>(1)[i], n, kName);
          b.Out<T>()[i] = b.In<T>(0)[i / k * n + at];
        });
  }

  static Tensors Gradient(const Tensor&, const Tensors& x, const Tensor& dy) {
    return {PutAdd(dy, x[1], x[0].shape()[-1]), Tensor()};
  }

  static Doubles Oracle(const Call& call, absl::Span<const Values> inputs) {
    Doubles y;
    for (Index at : IndicesOf(call.out())) {
      at.back() = static_cast<int64_t>(inputs[1].data[y.size()]);
      y.push_back(inputs[0].data[Position(call.in(0), at)]);
    }
    return y;
  }

  static std::vector<Sample> Samples() {
    const auto record = [](const Tensors& x) { return Take(x[0], x[1]); };
    return {{"vector", {{{5}}, {{3}, 0, 5, ElementType::kIndex}}, record},
            {"rows", {{{4, 5}}, {{4, 7}, 0, 5, ElementType::kIndex}}, record},
            {"none", {{{4, 5}}, {{4, 0}, 0, 5, ElementType::kIndex}}, record}};
  }
};

constexpr Op kTake = MakeOp<TakeRule>();

Tensor Take(Operand x, Operand index) { return Record(kTake, {x, index}); }

}  // namespace autodiff
