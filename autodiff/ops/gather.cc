#include "autodiff/ops/cuda_rule.h"

namespace autodiff {
namespace {

Tensor RecordGather(const Operand& x, const Operand& index, int64_t batch) {
  return Record(kGather, {x, index}, {{"batch", batch}});
}

Tensor RecordScatterAdd(const Operand& dy, const Operand& index, int64_t rows,
                        int64_t batch) {
  return Record(kScatterAdd, {dy, index}, {{"rows", rows}, {"batch", batch}});
}

// True if both shapes have the first `count` axes in common.
bool BeginAlike(const Shape& a, const Shape& b, int64_t count) {
  const auto first = a.sizes().begin();
  return count >= 0 && a.rank() >= count && b.rank() >= count &&
         std::equal(first, first + count, b.sizes().begin());
}

// The place in the table of what stands at `at` among the gathered rows.
Index InTable(Index at, const Values& index, int64_t batch) {
  const auto end = at.begin() + index.type.shape.rank();
  const int64_t i = Position(index.type.shape, {at.begin(), end});
  at.insert(at.erase(at.begin() + batch, end),
            static_cast<int64_t>(index.data[i]));
  return at;
}

// A kernel over a table, x or y, at the indices of input 1.
template <typename Arguments>
CudaKernel CudaIndexing(const Call& call, const Shape& shape) {
  const AxisCut table = CutAt(shape, call.attributes.Int("batch"));
  const auto count = static_cast<int>(call.in(1).elements() /
                                      std::max<int64_t>(1, table.before));
  return CudaThreads(call, call.out().elements(), [=](const Buffers& b) {
    return Arguments{{.x = CudaInput<float>(call, b, 0),
                      .index = CudaInput<int32_t>(call, b, 1),
                      .y = CudaOutput<float>(call, b),
                      .batches = static_cast<int>(table.before),
                      .rows = static_cast<int>(table.size),
                      .size = static_cast<int>(table.after),
                      .count = count,
                      .fault = FaultOf(call, b)}};
  });
}

// Indices of five rows.
SampleInput RowsAt(const Shape& shape) {
  return {shape, 0, 5, ElementType::kIndex};
}

}  // namespace

// y[b, i] = x[b, index[b, i]] for rows x[b, ·], where b stands for the first
// `batch` axes,  dx[b, r] = Σ_{i: index[b, i] = r} dy[b, i].
struct GatherRule {
  static constexpr char kName[] = "gather";

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    if (auto types = RequireRealAndIndex(call); !types.ok()) return types;
    const int64_t batch = call.attributes.Int("batch");
    const std::vector<int64_t>& table = call.in(0).sizes();
    if (!BeginAlike(call.in(0), call.in(1), batch)) {
      return Refuse("all axes but the last must be equal in both");
    }
    if (call.in(0).rank() == batch) {
      return Refuse("needs a table with at least one axis");
    }
    return TensorType{
        Replace(call.in(1), 0, {table.begin() + batch + 1, table.end()})};
  }

  template <typename T>
  static Kernel Value(const Call& call) {
    const AxisCut table = CutAt(call.in(0), call.attributes.Int("batch"));
    const int64_t size = table.after, total = call.in(1).elements();
    const int64_t count = total / std::max<int64_t>(1, table.before);
    const auto copy = [=, node = call.node](const Buffers& b, int64_t i) {
      const int64_t row = i / count * table.size +
                          CheckedIndex(b.In<int32_t>(1)[i], table.size, node);
      const T* const x = b.In<T>(0) + row * size;
      T* const y = b.Out<T>() + i * size;
      for (int64_t j = 0; j < size; ++j) y[j] = x[j];
    };
    return ForEachRow(total, 5. + size / 8., copy);
  }

  static CudaKernel Cuda(const Call& call) {
    return CudaIndexing<cuda::GatherArguments>(call, call.in(0));
  }

  static Tensors Gradient(const Tensor& y, const Tensors& x, const Tensor& dy) {
    const int64_t batch = y.node().attributes.Int("batch");
    const int64_t rows = x[0].shape().sizes()[batch];
    return {RecordScatterAdd(dy, x[1], rows, batch), Tensor()};
  }

  static Doubles Oracle(const Call& call, absl::Span<const Values> inputs) {
    Doubles y;
    for (const Index& at : IndicesOf(call.out())) {
      const Index from = InTable(at, inputs[1], call.attributes.Int("batch"));
      y.push_back(inputs[0].data[Position(call.in(0), from)]);
    }
    return y;
  }

  static std::vector<Sample> Samples() {
    const auto gather = [](const Tensors& x) { return Gather(x[0], x[1]); };
    const auto take = [](const Tensors& x) { return Take(x[0], x[1]); };
    return {{"elements", {{{5}}, RowsAt({3, 4})}, gather},
            {"rows", {{{5, 2, 3}}, RowsAt({3, 4})}, gather},
            {"no rows", {{{5, 2}}, RowsAt({0})}, gather},
            {"in a vector", {{{5}}, RowsAt({3})}, take},
            {"in rows", {{{4, 5}}, RowsAt({4, 7})}, take},
            {"nothing in rows", {{{4, 5}}, RowsAt({4, 0})}, take},
            {"one in each row", {{{3, 5}}, RowsAt({3})}, take}};
  }
};

// y[b, r] = Σ_{i: index[b, i] = r} x[b, i],  dx[b, i] = dy[b, index[b, i]].
struct ScatterAddRule {
  static constexpr char kName[] = "scatter_add";

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    if (auto types = RequireRealAndIndex(call); !types.ok()) return types;
    const int64_t batch = call.attributes.Int("batch");
    const Shape &x = call.in(0), &index = call.in(1);
    if (batch < 0 || index.rank() < batch ||
        !BeginAlike(x, index, index.rank())) {
      return Refuse("the leading axes must be those of the index");
    }
    std::vector<int64_t> sizes = x.sizes();
    sizes.insert(
        sizes.erase(sizes.begin() + batch, sizes.begin() + index.rank()),
        call.attributes.Int("rows"));
    return TensorType{Shape(sizes)};
  }

  template <typename T>
  static Kernel Value(const Call& call) {
    const AxisCut table = CutAt(call.out(), call.attributes.Int("batch"));
    const int64_t size = table.after, block = table.size * size;
    const int64_t count =
        call.in(1).elements() / std::max<int64_t>(1, table.before);
    return ForEachRow(
        table.before, 5. * count + (block + count * size) / 8.,
        [=, node = call.node](const Buffers& b, int64_t batch) {
          T* const y = b.Out<T>() + batch * block;
          std::fill_n(y, block, T{0});
          for (int64_t i = batch * count; i < (batch + 1) * count; ++i) {
            const int64_t row =
                CheckedIndex(b.In<int32_t>(1)[i], table.size, node);
            const T* const x = b.In<T>(0) + i * size;
            for (int64_t j = 0; j < size; ++j) y[row * size + j] += x[j];
          }
        });
  }

  static CudaKernel Cuda(const Call& call) {
    return CudaIndexing<cuda::ScatterAddArguments>(call, call.out());
  }

  static Tensors Gradient(const Tensor& y, const Tensors& x, const Tensor& dy) {
    return {RecordGather(dy, x[1], y.node().attributes.Int("batch")), Tensor()};
  }

  static Doubles Oracle(const Call& call, absl::Span<const Values> inputs) {
    Doubles y(call.out().elements(), 0);
    for (const Index& at : IndicesOf(call.in(0))) {
      const Index to = InTable(at, inputs[1], call.attributes.Int("batch"));
      y[Position(call.out(), to)] += inputs[0].data[Position(call.in(0), at)];
    }
    return y;
  }

  static std::vector<Sample> Samples() {
    const auto scatter = [](const Tensors& x) {
      return ScatterAdd(x[0], x[1], 5);
    };
    const auto put = [](const Tensors& x) { return PutAdd(x[0], x[1], 5); };
    return {{"elements", {{{3, 4}}, RowsAt({3, 4})}, scatter},
            {"rows", {{{3, 4, 2}}, RowsAt({3, 4})}, scatter},
            {"no rows", {{{0, 2}}, RowsAt({0})}, scatter},
            {"into a vector", {{{3}}, RowsAt({3})}, put},
            {"into rows", {{{4, 7}}, RowsAt({4, 7})}, put},
            {"nothing into rows", {{{4, 0}}, RowsAt({4, 0})}, put}};
  }
};

constexpr Op kGather = MakeOp<GatherRule>();
constexpr Op kScatterAdd = MakeOp<ScatterAddRule>();

Tensor Gather(Operand x, Operand index) { return RecordGather(x, index, 0); }
Tensor Take(Operand x, Operand index) {
  return RecordGather(x, index, RankOf(x) - 1);
}
Tensor ScatterAdd(Operand dy, Operand index, int64_t rows) {
  return RecordScatterAdd(dy, index, rows, 0);
}
Tensor PutAdd(Operand dy, Operand index, int64_t size) {
  return RecordScatterAdd(dy, index, size, RankOf(dy) - 1);
}

}  // namespace autodiff
