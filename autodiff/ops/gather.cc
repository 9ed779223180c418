#include "autodiff/ops/rule.h"

namespace autodiff {

// y[i] = x[index[i]] for rows x[·],  dx[r] = Σ_{i: index[i] = r} dy[i].
struct GatherRule {
  static constexpr char kName[] = "gather";

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    const absl::Status types = RequireRealAndIndex(call);
    if (!types.ok()) return types;
    const std::vector<int64_t>& table = call.in(0).sizes();
    if (table.empty()) return Refuse("needs a table with at least one axis");
    return TensorType{Replace(call.in(1), 0, {table.begin() + 1, table.end()})};
  }

  template <typename T>
  static Kernel Value(const Call& call) {
    const int64_t rows = call.in(0)[0], count = call.in(1).elements();
    const int64_t size = count == 0 ? 0 : call.out().elements() / count;
    return ForEachRow(count, 5. + size / 8., [=](const Buffers& b, int64_t i) {
      const int64_t row = CheckedIndex(b.In<int32_t>(1)[i], rows, kName);
      std::copy_n(b.In<T>(0) + row * size, size, b.Out<T>() + i * size);
    });
  }

  static Tensors Gradient(const Tensor&, const Tensors& x, const Tensor& dy) {
    return {ScatterAdd(dy, x[1], x[0].shape()[0]), Tensor()};
  }

  static Doubles Oracle(const Call& call, absl::Span<const Values> inputs) {
    const int64_t size = call.in(0).elements() / call.in(0)[0];
    Doubles y;
    for (double row : inputs[1].data) {
      const auto first =
          inputs[0].data.begin() + static_cast<int64_t>(row) * size;
      y.insert(y.end(), first, first + size);
    }
    return y;
  }

  static std::vector<Sample> Samples() {
    const auto record = [](const Tensors& x) { return Gather(x[0], x[1]); };
    const SampleInput index{{3, 4}, 0, 5, ElementType::kIndex};
    return {{"elements", {{{5}}, index}, record},
            {"rows", {{{5, 2, 3}}, index}, record},
            {"no rows", {{{5, 2}}, {{0}, 0, 5, ElementType::kIndex}}, record}};
  }
};

constexpr Op kGather = MakeOp<GatherRule>();

Tensor Gather(Operand x, Operand index) { return Record(kGather, {x, index}); }

}  // namespace autodiff
