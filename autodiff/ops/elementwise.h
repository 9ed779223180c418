// What element-wise ops share: shape rule, loops and oracle. A rule derives
// from Unary or Binary and adds its name, Apply (on Eigen arrays), Scalar (one
// element in double, for tests), Gradient and Samples.
#ifndef AUTODIFF_OPS_ELEMENTWISE_H_
#define AUTODIFF_OPS_ELEMENTWISE_H_

#include <vector>

#include "Eigen/Core"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "autodiff/gradients.h"
#include "autodiff/op.h"
#include "autodiff/ops.h"
#include "autodiff/ops/strided_loop.h"

namespace autodiff {

template <typename T>
using ArrayMap = Eigen::Map<Eigen::Array<T, Eigen::Dynamic, 1>>;
template <typename T>
using ConstArrayMap = Eigen::Map<const Eigen::Array<T, Eigen::Dynamic, 1>>;

inline absl::Status RequireReal(const Call& call) {
  for (const TensorType& type : call.inputs) {
    if (type.element == ElementType::kIndex) {
      return absl::InvalidArgumentError("indices where reals are needed");
    }
  }
  return absl::OkStatus();
}

template <typename Rule>
struct Unary {
  static constexpr bool kInPlace = true;

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    if (absl::Status real = RequireReal(call); !real.ok()) return real;
    return call.inputs[0];
  }

  template <typename T>
  static Kernel Value(const Call& call) {
    const int64_t n = call.out().elements();
    return {[n](const Buffers& b) {
      ArrayMap<T>(b.Out<T>(), n) = Rule::Apply(ConstArrayMap<T>(b.In<T>(0), n));
    }};
  }

  static std::vector<double> Oracle(const Call&,
                                    absl::Span<const Values> inputs) {
    std::vector<double> y;
    for (double x : inputs[0].data) y.push_back(Rule::Scalar(x));
    return y;
  }
};

template <typename Rule>
struct Binary {
  static constexpr bool kInPlace = true;

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    if (absl::Status real = RequireReal(call); !real.ok()) return real;
    const auto shape = BroadcastShapes(call.in(0), call.in(1));
    if (shape.has_value()) return TensorType{*shape};
    return absl::InvalidArgumentError(
        absl::StrCat("shapes ", call.in(0).ToString(), " and ",
                     call.in(1).ToString(), " do not broadcast"));
  }

  template <typename T>
  static Kernel Value(const Call& call) {
    const StridedLoop<3> loop = Loop(call);
    const int64_t n = loop.run_size();
    // A repeated operand has stride 0 along the run: one value for all of it.
    const bool a_repeats = n > 1 && loop.run_stride(0) == 0;
    const bool b_repeats = n > 1 && loop.run_stride(1) == 0;
    return {[=](const Buffers& buffers) {
      loop.ForEachRun([&](const StridedLoop<3>::Offsets& at) {
        const ConstArrayMap<T> a(buffers.In<T>(0) + at[0], n);
        const ConstArrayMap<T> b(buffers.In<T>(1) + at[1], n);
        ArrayMap<T> y(buffers.Out<T>() + at[2], n);
        using Constant = Eigen::Array<T, Eigen::Dynamic, 1>;
        if (a_repeats) {
          y = Rule::Apply(Constant::Constant(n, a[0]), b);
        } else if (b_repeats) {
          y = Rule::Apply(a, Constant::Constant(n, b[0]));
        } else {
          y = Rule::Apply(a, b);
        }
      });
    }};
  }

  static std::vector<double> Oracle(const Call& call,
                                    absl::Span<const Values> inputs) {
    const std::vector<int64_t> a = BroadcastStrides(call.in(0), call.out());
    const std::vector<int64_t> b = BroadcastStrides(call.in(1), call.out());
    std::vector<double> y;
    for (int64_t i = 0; i < call.out().elements(); ++i) {
      int64_t rest = i, at_a = 0, at_b = 0;
      for (int axis = call.out().rank() - 1; axis >= 0; --axis) {
        at_a += rest % call.out()[axis] * a[axis];
        at_b += rest % call.out()[axis] * b[axis];
        rest /= call.out()[axis];
      }
      y.push_back(Rule::Scalar(inputs[0].data[at_a], inputs[1].data[at_b]));
    }
    return y;
  }

 private:
  static StridedLoop<3> Loop(const Call& call) {
    return StridedLoop<3>(call.out(),
                          {BroadcastStrides(call.in(0), call.out()),
                           BroadcastStrides(call.in(1), call.out()),
                           BroadcastStrides(call.out(), call.out())});
  }
};

// Cases for every element-wise op; both broadcast in all ways that the loops
// distinguish.
std::vector<Sample> UnarySamples(Tensor (*op)(Operand), double low, double high,
                                 std::vector<double> avoid = {});
std::vector<Sample> BinarySamples(Tensor (*op)(Operand, Operand),
                                  double b_low = -2, double b_high = 2);

}  // namespace autodiff

#endif  // AUTODIFF_OPS_ELEMENTWISE_H_
