#include "autodiff/ops/rule.h"

namespace autodiff {

// y[…, j] = [index[…] = j] for j < size.
struct OneHotRule : NoGradient {
  static constexpr char kName[] = "one_hot";

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    if (!IsIndex(call, 0)) return Refuse("needs indices");
    return TensorType{Replace(call.in(0), 0, {call.attributes.Int("size")})};
  }

  template <typename T>
  static Kernel Value(const Call& call) {
    const int64_t size = call.attributes.Int("size");
    return ForEachRow(call.in(0).elements(), 5. + size / 8.,
                      [=](const Buffers& b, int64_t i) {
                        const int32_t index = b.In<int32_t>(0)[i];
                        T* const y = b.Out<T>() + i * size;
                        std::fill_n(y, size, T{0});
                        y[CheckedIndex(index, size, kName)] = 1;
                      });
  }

  static Doubles Oracle(const Call& call, absl::Span<const Values> inputs) {
    Doubles y;
    for (double index : inputs[0].data) {
      for (int64_t j = 0; j < call.out()[-1]; ++j) {
        y.push_back(static_cast<double>(j) == index ? 1 : 0);
      }
    }
    return y;
  }

  static std::vector<Sample> Samples() {
    const auto record = [](const Tensors& x) { return OneHot(x[0], 5); };
    return {{"one", {{{}, 0, 5, ElementType::kIndex}}, record},
            {"many", {{{3, 4}, 0, 5, ElementType::kIndex}}, record},
            {"none", {{{0}, 0, 5, ElementType::kIndex}}, record}};
  }
};

constexpr Op kOneHot = MakeOp<OneHotRule>();

Tensor OneHot(Operand index, int64_t size) {
  return Record(kOneHot, {index}, {{"size", size}});
}

}  // namespace autodiff
