#include <algorithm>

#include "Eigen/Core"
#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "autodiff/ops/reduction.h"
#include "autodiff/ops/rows.h"

namespace autodiff {
namespace {

// y = Σ x over `axes`,  dx = dy repeated along them.
struct SumRule : Reduction {
  static constexpr char kName[] = "sum";

  template <typename T>
  static Kernel Value(const Call& call) {
    const StridedLoop<2> loop = Loop(call);
    const int64_t size = call.out().elements();
    return {[loop, size](const Buffers& b) {
      using Array = Eigen::Array<T, Eigen::Dynamic, 1>;
      const int64_t n = loop.run_size();
      std::fill_n(b.Out<T>(), size, T{0});
      loop.ForEachRun([&](const StridedLoop<2>::Offsets& at) {
        const T* const x = b.In<T>(0) + at[0];
        T* const y = b.Out<T>() + at[1];
        if (loop.run_stride(1) == 0) {
          *y += SumOfRow(x, n);
        } else {
          Eigen::Map<Array>(y, n) += Eigen::Map<const Array>(x, n);
        }
      });
    }};
  }

  static Tensors Gradient(const Tensor& y, const Tensors& x, const Tensor& dy) {
    const Shape kept =
        KeptShape(x[0].shape(), y.node().attributes.Ints("axes"));
    return {BroadcastTo(Reshape(dy, kept.sizes()), x[0].shape())};
  }

  static std::vector<double> Oracle(const Call& call,
                                    absl::Span<const Values> inputs) {
    return Fold(call, inputs[0], 0, [](double a, double b) { return a + b; });
  }

  static std::vector<Sample> Samples() { return ReductionSamples(Sum, true); }
};

}  // namespace

constexpr Op kSum = MakeOp<SumRule>();

Tensor Sum(Operand x, std::vector<int64_t> axes, bool keep_axes) {
  return RecordReduction(kSum, x, std::move(axes), keep_axes);
}

}  // namespace autodiff
