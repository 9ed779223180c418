#include <algorithm>

#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "autodiff/ops/indexing.h"

namespace autodiff {
namespace {

// y[…, j] = [index[…] = j] for j < size.
struct OneHotRule {
  static constexpr char kName[] = "one_hot";

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    if (call.inputs[0].element == ElementType::kIndex) {
      return TensorType{Replace(call.in(0), 0, {call.attributes.Int("size")})};
    }
    return absl::InvalidArgumentError("needs indices");
  }

  template <typename T>
  static Kernel Value(const Call& call) {
    const int64_t size = call.attributes.Int("size");
    const int64_t count = call.in(0).elements();
    return {[=](const Buffers& b) {
      std::fill_n(b.Out<T>(), count * size, T{0});
      for (int64_t i = 0; i < count; ++i) {
        const int64_t at = CheckedIndex(b.In<int32_t>(0)[i], size, kName);
        b.Out<T>()[i * size + at] = 1;
      }
    }};
  }

  static Tensors Gradient(const Tensor&, const Tensors&, const Tensor&) {
    return {Tensor()};
  }

  static std::vector<double> Oracle(const Call& call,
                                    absl::Span<const Values> inputs) {
    std::vector<double> y;
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

}  // namespace

constexpr Op kOneHot = MakeOp<OneHotRule>();

Tensor OneHot(Operand index, int64_t size) {
  return Record(kOneHot, {index}, {{"size", size}});
}

}  // namespace autodiff
