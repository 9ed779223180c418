#include <algorithm>

#include "Eigen/Core"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "autodiff/graph.h"
#include "autodiff/op.h"
#include "autodiff/ops.h"
#include "autodiff/ops/rows.h"
#include "autodiff/ops/strided_loop.h"

namespace autodiff {
namespace {

// The shape with size 1 along the summed axes.
Shape Kept(const Shape& shape, const std::vector<int64_t>& axes) {
  std::vector<int64_t> sizes = shape.sizes();
  for (int64_t axis : axes) sizes[axis] = 1;
  return Shape(sizes);
}

// y = Σ x over `axes`,  dx = dy repeated along them.
struct SumRule {
  static constexpr char kName[] = "sum";

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    if (call.inputs[0].element == ElementType::kIndex) {
      return absl::InvalidArgumentError("indices where reals are needed");
    }
    const std::vector<int64_t>& axes = call.attributes.Ints("axes");
    std::vector<bool> summed(call.in(0).rank(), false);
    for (int64_t axis : axes) {
      if (axis < 0 || axis >= call.in(0).rank() || summed[axis]) {
        return absl::InvalidArgumentError(
            absl::StrCat("axis ", axis, " does not exist or is given twice"));
      }
      summed[axis] = true;
    }
    std::vector<int64_t> sizes;
    for (int axis = 0; axis < call.in(0).rank(); ++axis) {
      if (!summed[axis]) sizes.push_back(call.in(0)[axis]);
      if (summed[axis] && call.attributes.Int("keep") == 1) sizes.push_back(1);
    }
    return TensorType{Shape(sizes)};
  }

  template <typename T>
  static Kernel Value(const Call& call) {
    const Shape kept = Kept(call.in(0), call.attributes.Ints("axes"));
    const StridedLoop<2> loop(call.in(0),
                              {BroadcastStrides(call.in(0), call.in(0)),
                               BroadcastStrides(kept, call.in(0))});
    const int64_t size = kept.elements();
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
    const Shape kept = Kept(x[0].shape(), y.node().attributes.Ints("axes"));
    return {BroadcastTo(Reshape(dy, kept.sizes()), x[0].shape())};
  }

  static std::vector<double> Oracle(const Call& call,
                                    absl::Span<const Values> inputs) {
    const Shape kept = Kept(call.in(0), call.attributes.Ints("axes"));
    const std::vector<int64_t> strides = BroadcastStrides(kept, call.in(0));
    std::vector<double> y(kept.elements(), 0);
    for (int64_t i = 0; i < call.in(0).elements(); ++i) {
      int64_t rest = i, at = 0;
      for (int axis = call.in(0).rank() - 1; axis >= 0; --axis) {
        at += rest % call.in(0)[axis] * strides[axis];
        rest /= call.in(0)[axis];
      }
      y[at] += inputs[0].data[i];
    }
    return y;
  }

  static std::vector<Sample> Samples() {
    struct Case {
      Shape shape;
      std::vector<int64_t> axes;
      bool keep;
    };
    std::vector<Sample> samples;
    for (const Case& c :
         {Case{{3, 7}, {}, false}, Case{{3, 7}, {0}, false},
          Case{{3, 7}, {-1}, true}, Case{{2, 3, 4}, {0, 2}, false},
          Case{{2, 3, 4}, {1}, true}, Case{{}, {}, false},
          Case{{0, 3}, {0}, false}, Case{{2, 1, 3}, {1}, false}}) {
      samples.push_back(
          {absl::StrCat(c.shape.ToString(), " case ", samples.size()),
           {{c.shape}},
           [c](const Tensors& x) { return Sum(x[0], c.axes, c.keep); }});
    }
    return samples;
  }
};

}  // namespace

constexpr Op kSum = MakeOp<SumRule>();

Tensor Sum(Operand x, std::vector<int64_t> axes, bool keep_axes) {
  const int64_t rank = x.is_number() ? 0 : x.tensor().shape().rank();
  if (axes.empty()) {
    for (int64_t axis = 0; axis < rank; ++axis) axes.push_back(axis);
  }
  for (int64_t& axis : axes) axis += axis < 0 ? rank : 0;
  return Record(kSum, {x},
                {{"axes", std::move(axes)}, {"keep", int64_t{keep_axes}}});
}

}  // namespace autodiff
