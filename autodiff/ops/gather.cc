#include <algorithm>

#include "autodiff/ops.h"
#include "autodiff/ops/indexing.h"

namespace autodiff {
namespace {

// y[i] = x[index[i]] for rows x[·],  dx[r] = Σ_{i: index[i] = r} dy[i].
struct GatherRule {
  static constexpr char kName[] = "gather";

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    if (absl::Status types = RequireRealAndIndex(call); !types.ok()) {
      return types;
    }
    if (call.in(0).rank() == 0) {
      return absl::InvalidArgumentError("needs a table with at least one axis");
    }
    const std::vector<int64_t>& table = call.in(0).sizes();
    return TensorType{Replace(call.in(1), 0, {table.begin() + 1, table.end()})};
  }

  template <typename T>
  static Kernel Value(const Call& call) {
    const int64_t rows = call.in(0)[0], count = call.in(1).elements();
    const int64_t size = count == 0 ? 0 : call.out().elements() / count;
    return {[=](const Buffers& b) {
      for (int64_t i = 0; i < count; ++i) {
        const int64_t row = CheckedIndex(b.In<int32_t>(1)[i], rows, kName);
        std::copy_n(b.In<T>(0) + row * size, size, b.Out<T>() + i * size);
      }
    }};
  }

  static Tensors Gradient(const Tensor&, const Tensors& x, const Tensor& dy) {
    return {ScatterAdd(dy, x[1], x[0].shape()[0]), Tensor()};
  }

  static std::vector<double> Oracle(const Call& call,
                                    absl::Span<const Values> inputs) {
    const int64_t size = call.in(0).elements() / call.in(0)[0];
    std::vector<double> y;
    for (double row : inputs[1].data) {
      for (int64_t j = 0; j < size; ++j) {
        y.push_back(inputs[0].data[static_cast<int64_t>(row) * size + j]);
      }
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

}  // namespace

constexpr Op kGather = MakeOp<GatherRule>();

Tensor Gather(Operand x, Operand index) { return Record(kGather, {x, index}); }

}  // namespace autodiff
