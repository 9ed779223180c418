#include <algorithm>

#include "autodiff/ops.h"
#include "autodiff/ops/indexing.h"

namespace autodiff {
namespace {

// y[r] = Σ_{i: index[i] = r} x[i] for rows x[·],  dx[i] = dy[index[i]].
struct ScatterAddRule {
  static constexpr char kName[] = "scatter_add";

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    if (absl::Status types = RequireRealAndIndex(call); !types.ok()) {
      return types;
    }
    const std::vector<int64_t>& x = call.in(0).sizes();
    const std::vector<int64_t>& index = call.in(1).sizes();
    if (x.size() < index.size() ||
        !std::equal(index.begin(), index.end(), x.begin())) {
      return absl::InvalidArgumentError(
          "the leading axes must be those of the index");
    }
    std::vector<int64_t> sizes = {call.attributes.Int("rows")};
    sizes.insert(sizes.end(), x.begin() + index.size(), x.end());
    return TensorType{Shape(sizes)};
  }

  template <typename T>
  static Kernel Value(const Call& call) {
    const int64_t rows = call.out()[0], count = call.in(1).elements();
    const int64_t size = count == 0 ? 0 : call.in(0).elements() / count;
    const int64_t total = call.out().elements();
    return {[=](const Buffers& b) {
      std::fill_n(b.Out<T>(), total, T{0});
      for (int64_t i = 0; i < count; ++i) {
        const int64_t row = CheckedIndex(b.In<int32_t>(1)[i], rows, kName);
        const T* const from = b.In<T>(0) + i * size;
        T* const to = b.Out<T>() + row * size;
        for (int64_t j = 0; j < size; ++j) to[j] += from[j];
      }
    }};
  }

  static Tensors Gradient(const Tensor&, const Tensors& x, const Tensor& dy) {
    return {Gather(dy, x[1]), Tensor()};
  }

  static std::vector<double> Oracle(const Call& call,
                                    absl::Span<const Values> inputs) {
    std::vector<double> y(call.out().elements(), 0);
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

}  // namespace

constexpr Op kScatterAdd = MakeOp<ScatterAddRule>();

Tensor ScatterAdd(Operand dy, Operand index, int64_t rows) {
  return Record(kScatterAdd, {dy, index}, {{"rows", rows}});
}

}  // namespace autodiff
