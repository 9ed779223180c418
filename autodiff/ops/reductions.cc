#include <algorithm>
#include <bit>

#include "autodiff/ops/cuda_rule.h"
#include "autodiff/ops/rows.h"
#include "autodiff/strided_loop.h"

namespace autodiff {
namespace {

constexpr double kLeast = -std::numeric_limits<double>::infinity();

// The shape with size 1 along the reduced axes.
Shape KeptShape(const Shape& shape, const std::vector<int64_t>& axes) {
  std::vector<int64_t> sizes = shape.sizes();
  for (int64_t axis : axes) sizes[axis] = 1;
  return Shape(sizes);
}

// Folds x into y, which starts as `initial`: fold(n, x, y, stride of y) takes n
// elements of x in a row, which go to one y or to one each.
template <typename T, typename Fold>
Kernel Reduce(const Call& call, T initial, const Fold& fold) {
  const Shape& x = call.in(0);
  const Shape kept = KeptShape(x, call.attributes.Ints("axes"));
  const StridedLoop loop(x, BroadcastStrides(x, x), BroadcastStrides(kept, x));
  const int64_t blocks = loop.blocks(), runs = loop.runs() / blocks;
  const int64_t size = call.out().elements() / blocks;
  const double block_cost = 10. + runs * (5. + loop.run_size() / 4.);
  return ForEachRow(blocks, block_cost, [=](const Buffers& b, int64_t block) {
    std::fill_n(b.Out<T>() + block * size, size, initial);
    for (int64_t i = block * runs; i < (block + 1) * runs; ++i) {
      const auto [from, to] = loop.Start(i);
      fold(loop.run_size(), b.In<T>(0) + from, b.Out<T>() + to,
           loop.run_stride().y);
    }
  });
}

// Threads of a block share an output, next to each other if its terms are.
// Where that makes few blocks, parts of the terms are folded first and then
// these.
template <typename Arguments>
CudaKernel CudaReduce(const Call& call) {
  constexpr int64_t kBlocks = 256, kTermsOfAThread = 64;
  const Shape& x = call.in(0);
  const std::vector<int64_t>& axes = call.attributes.Ints("axes");
  const std::vector<int64_t> strides = BroadcastStrides(x, x);
  std::vector<int64_t> sizes[2], apart[2];  // of axes kept, reduced
  for (int64_t axis = 0; axis < x.rank(); ++axis) {
    const bool reduced =
        std::find(axes.begin(), axes.end(), axis) != axes.end();
    sizes[reduced].push_back(x.sizes()[axis]);
    apart[reduced].push_back(strides[axis]);
  }
  Arguments a;
  a.kept = CudaStrides(sizes[0], apart[0]);
  a.reduced = CudaStrides(sizes[1], apart[1]);
  a.outputs = static_cast<int>(Shape(sizes[0]).elements());
  a.terms = static_cast<int>(Shape(sizes[1]).elements());
  a.across = a.reduced.axes > 0 && a.reduced.stride[a.reduced.axes - 1] == 1;
  const auto power = [](int n) {
    return static_cast<int>(std::bit_ceil(static_cast<unsigned>(n)));
  };
  const int block = call.block_threads;
  const int most = a.across ? block : block / std::min(32, power(a.outputs));
  a.lanes = std::clamp(power(a.terms), 1, most);
  const cuda::Extent blocks = BlocksFor(int64_t{a.outputs} * a.lanes, block);
  const int64_t worthwhile = a.terms / (a.lanes * kTermsOfAThread);
  a.splits = static_cast<int>(
      std::clamp<int64_t>(kBlocks / std::max<int64_t>(1, blocks.x), 1,
                          std::max<int64_t>(1, worthwhile)));

  const auto launches = [=](const Buffers& b) {
    std::vector<cuda::Launch> list;
    if (a.outputs == 0) return list;
    const auto add = [&](Arguments arguments) {
      const cuda::Extent blocks =
          BlocksFor(int64_t{arguments.outputs} * arguments.lanes, block);
      arguments.blocks = static_cast<int>(blocks.x);
      list.push_back(cuda::MakeLaunch(
          arguments, {blocks.x * static_cast<uint32_t>(arguments.splits)},
          {static_cast<uint32_t>(block)}, block * sizeof(float)));
    };
    Arguments first = a;
    first.x = CudaInput<float>(call, b, 0);
    first.y = CudaOutput<float>(call, b);
    if (a.splits == 1) {
      add(first);
      return list;
    }
    Arguments second = first;  // over the first's results [splits, outputs]
    first.y = {static_cast<float*>(b.workspace), int64_t{a.splits} * a.outputs};
    second.x = {first.y.data, first.y.size};
    second.kept = CudaStrides({a.outputs}, {1});
    second.reduced = CudaStrides({a.splits}, {a.outputs});
    second.terms = a.splits;
    second.splits = 1;
    second.across = a.outputs == 1;
    second.lanes = std::min(power(a.splits), second.across ? block : most);
    add(first);
    add(second);
    return list;
  };
  return {.launches = launches,
          .workspace_bytes =
              a.splits == 1 ? 0 : a.splits * a.outputs * sizeof(float)};
}

// The same by plain loops, one element at a time: in long double, since the
// rounding of so many additions in a row would be worse than the kernel's.
using Real = long double;
Doubles ReduceOracle(const Call& call, const Values& x, Real initial,
                     Real (*combine)(Real, Real)) {
  const Shape kept = KeptShape(call.in(0), call.attributes.Ints("axes"));
  std::vector<Real> y(kept.elements(), initial);
  for (const Index& at : IndicesOf(call.in(0))) {
    Real& folded = y[Position(kept, at)];
    folded = combine(folded, x.data[Position(call.in(0), at)]);
  }
  return {y.begin(), y.end()};
}

// No axes: all of them; negative ones count from the last.
Tensor RecordReduction(const Op& op, const Operand& x,
                       std::vector<int64_t> axes, bool keep_axes) {
  if (axes.empty()) {
    for (int64_t axis = 0; axis < RankOf(x); ++axis) axes.push_back(axis);
  }
  for (int64_t& axis : axes) axis = FromFirst(x, axis);
  return Record(op, {x},
                {{"axes", std::move(axes)}, {"keep", int64_t{keep_axes}}});
}

// Over no, some, and all axes, some of them kept, and of one element.
using Axes = std::pair<std::vector<int64_t>, bool>;
std::vector<std::pair<Shape, Axes>> Cases() {
  return {{{3, 7}, {{}, false}},           {{3, 7}, {{0}, false}},
          {{3, 7}, {{-1}, true}},          {{2, 3, 4}, {{0, 2}, false}},
          {{2, 3, 4}, {{1}, true}},        {{}, {{}, false}},
          {{2, 1, 3}, {{1}, false}},       {{2, 19}, {{1}, false}},
          {{2, 3, 2, 2}, {{1, 2}, false}}, {{0, 3}, {{1}, false}}};
}

}  // namespace

struct Reduction {
  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    if (absl::Status real = RequireReals(call); !real.ok()) return real;
    const int rank = call.in(0).rank();
    std::vector<bool> reduced(rank, false);
    for (int64_t axis : call.attributes.Ints("axes")) {
      if (axis < 0 || axis >= rank || reduced[axis]) {
        return Refuse("axis ", axis, " does not exist or is given twice");
      }
      reduced[axis] = true;
    }
    std::vector<int64_t> sizes;
    for (int axis = 0; axis < rank; ++axis) {
      if (!reduced[axis]) sizes.push_back(call.in(0)[axis]);
      if (reduced[axis] && call.attributes.Int("keep") == 1) sizes.push_back(1);
    }
    return TensorType{Shape(sizes)};
  }
};

// y = Σ x over `axes`,  dx = dy repeated along them.
struct SumRule : Reduction {
  static constexpr char kName[] = "sum";

  template <typename T>
  static Kernel Value(const Call& call) {
    return Reduce<T>(call, 0, [](int64_t n, const T* x, T* y, int64_t stride) {
      if (stride == 0) {
        *y += SumOfRow(n, x);
      } else {
        MapRow(
            n, [](Lanes<T> a, Lanes<T> b) { return a + b; }, y, x, y);
      }
    });
  }

  static CudaKernel Cuda(const Call& call) {
    return CudaReduce<cuda::SumArguments>(call);
  }

  static Tensors Gradient(const Tensor& y, const Tensors& x, const Tensor& dy) {
    const Shape kept =
        KeptShape(x[0].shape(), y.node().attributes.Ints("axes"));
    return {BroadcastTo(Reshape(dy, kept.sizes()), x[0].shape())};
  }

  static Doubles Oracle(const Call& call, absl::Span<const Values> inputs) {
    return ReduceOracle(call, inputs[0], 0,
                        [](Real a, Real b) { return a + b; });
  }

  // Also of nothing, and in several parts.
  static std::vector<Sample> Samples() {
    std::vector<std::pair<Shape, Axes>> cases = Cases();
    cases.push_back({{0, 3}, {{0}, false}});
    cases.push_back({{1000, 3}, {{1}, false}});
    return SamplesWith<Axes>(
        [](const Tensor& x, const Axes& a) {
          return Sum(x, a.first, a.second);
        },
        cases);
  }
};

// y = max x over `axes`,  dx = dy where x = y, shared evenly among ties.
struct MaxRule : Reduction {
  static constexpr char kName[] = "max";

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    absl::StatusOr<TensorType> type = Reduction::InferShape(call);
    if (!type.ok() || call.in(0).elements() > 0) return type;
    if (type->shape.elements() == 0) return type;
    return Refuse("the largest of no elements");
  }

  // With T's larger, which is NaN if either is.
  template <typename T>
  static Kernel Value(const Call& call) {
    return Reduce<T>(call, kLeast,
                     [](int64_t n, const T* x, T* y, int64_t stride) {
                       for (int64_t i = 0; i < n; ++i) {
                         T& max = y[i * stride];
                         max = x[i] <= max ? max : max != max ? max : x[i];
                       }
                     });
  }

  static CudaKernel Cuda(const Call& call) {
    return CudaReduce<cuda::MaxArguments>(call);
  }

  static Tensors Gradient(const Tensor& y, const Tensors& x, const Tensor& dy) {
    const std::vector<int64_t>& axes = y.node().attributes.Ints("axes");
    const Shape kept = KeptShape(x[0].shape(), axes);
    const Tensor largest = Equal(x[0], Reshape(y, kept.sizes()));
    const Tensor share = Reshape(dy, kept.sizes()) / Sum(largest, axes, true);
    return {largest * share};
  }

  static Doubles Oracle(const Call& call, absl::Span<const Values> inputs) {
    return ReduceOracle(call, inputs[0], kLeast,
                        [](Real a, Real b) { return a >= b ? a : b; });
  }

  static std::vector<Sample> Samples() {
    return SamplesWith<Axes>(
        [](const Tensor& x, const Axes& a) {
          return Max(x, a.first, a.second);
        },
        Cases());
  }
};

constexpr Op kSum = MakeOp<SumRule>();
constexpr Op kMax = MakeOp<MaxRule>();

Tensor Sum(Operand x, std::vector<int64_t> axes, bool keep_axes) {
  return RecordReduction(kSum, x, std::move(axes), keep_axes);
}
Tensor Max(Operand x, std::vector<int64_t> axes, bool keep_axes) {
  return RecordReduction(kMax, x, std::move(axes), keep_axes);
}

}  // namespace autodiff
