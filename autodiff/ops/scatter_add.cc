#include "autodiff/ops/rule.h"

namespace autodiff {

// y[r] = Σ_{i: index[i] = r} x[i] for rows x[·],  dx[i] = dy[index[i]].
struct ScatterAddRule {
  static constexpr char kName[] = "scatter_add";

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    const absl::Status types = RequireRealAndIndex(call);
    if (!types.ok()) return types;
    const Shape &x = call.in(0), &index = call.in(1);
    if (x.rank() < index.rank() ||
        Replace(x, x.rank() - index.rank(), {}) != index) {
      return Refuse("the leading axes must be those of the index");
    }
    return TensorType{
        Replace({call.attributes.Int("rows")}, 0,
                {x.sizes().begin() + index.rank(), x.sizes().end()})};
  }

  template <typename T>
  static Kernel Value(const Call& call) {
    const int64_t rows = call.out()[0], count = call.in(1).elements();
    const int64_t size = count == 0 ? 0 : call.in(0).elements() / count;
    const int64_t total = call.out().elements();
    const auto run = [=](const Buffers& b) {
      std::fill_n(b.Out<T>(), total, T{0});
      for (int64_t i = 0; i < count; ++i) {
        const int64_t row = CheckedIndex(b.In<int32_t>(1)[i], rows, kName);
        const T* const from = b.In<T>(0) + i * size;
        T* const to = b.Out<T>() + row * size;
        for (int64_t j = 0; j < size; ++j) to[j] += from[j];
      }
    };
    return {.run = run,
            .nanoseconds = 5. * count + (total + size * count) / 8.};
  }

  static Tensors Gradient(const Tensor&, const Tensors& x, const Tensor& dy) {
    return {Gather(dy, x[1]), Tensor()};
  }

  static Doubles Oracle(const Call& call, absl::Span<const Values> inputs) {
    Doubles y(call.out().elements(), 0);
    const size_t size = y.size() / call.out()[0];
    for (size_t i = 0; i < inputs[0].data.size(); ++i) {
      const auto row = static_cast<size_t>(inputs[1].data[i / size]);
      y[row * size + i % size] += inputs[0].data[i];
    }
    return y;
  }

  static std::vector<Sample> Samples() {
    const auto record = [](const Tensors& x) {
      return ScatterAdd(x[0], x[1], 5);
    };
    const SampleInput index{{3, 4}, 0, 5, ElementType::kIndex};
    return {{"elements", {{{3, 4}}, index}, record},
            {"rows", {{{3, 4, 2}}, index}, record},
            {"no rows", {{{0, 2}}, {{0}, 0, 5, ElementType::kIndex}}, record}};
  }
};

constexpr Op kScatterAdd = MakeOp<ScatterAddRule>();

Tensor ScatterAdd(Operand dy, Operand index, int64_t rows) {
  return Record(kScatterAdd, {dy, index}, {{"rows", rows}});
}

}  // namespace autodiff
