// What element-wise ops share: shape rule, tile loop and oracle. A rule derives
// from Elementwise<Rule, arguments> and adds its name, Apply (one vector
// register of elements), Scalar (one element in double, for tests), Gradient
// and Samples. Operands broadcast; programs see to that (fusion.h), so that a
// rule is a loop over dense memory.
#ifndef AUTODIFF_OPS_ELEMENTWISE_H_
#define AUTODIFF_OPS_ELEMENTWISE_H_

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "autodiff/gradients.h"
#include "autodiff/op.h"
#include "autodiff/ops.h"
#include "autodiff/ops/lanes.h"

namespace autodiff {

// The shape that all inputs broadcast to, if all are real.
absl::StatusOr<TensorType> BroadcastType(const Call& call);

// Applies `scalar` to every element of the inputs, broadcast to the output.
std::vector<double> BroadcastOracle(
    const Call& call, absl::Span<const Values> inputs,
    const std::function<double(const double* arguments)>& scalar);

template <typename Rule, int kArguments>
struct Elementwise {
  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    return BroadcastType(call);
  }

  // out[i] = Apply(in[0][i], in[1][i], …) for n elements. A rest that does not
  // fill a register is computed in part of one: an element's bits depend
  // neither on where it stands nor on how many there are.
  template <typename T>
  static void Tile(const T* const* in, T* out, int64_t n) {
    constexpr int64_t kLanes = Lanes<T>::kCount;
    int64_t i = 0;
    for (; i + kLanes <= n; i += kLanes) {
      ApplyTo([&](int k) { return Lanes<T>::Load(in[k] + i); }, kIndices)
          .Store(out + i);
    }
    if (i == n) return;
    ApplyTo([&](int k) { return Lanes<T>::LoadFirst(in[k] + i, n - i); },
            kIndices)
        .StoreFirst(out + i, n - i);
  }

  static std::vector<double> Oracle(const Call& call,
                                    absl::Span<const Values> inputs) {
    return BroadcastOracle(
        call, inputs, [](const double* x) { return ScalarOf(x, kIndices); });
  }

 private:
  static constexpr auto kIndices =
      std::make_integer_sequence<int, kArguments>();

  template <typename Argument, int... k>
  static auto ApplyTo(const Argument& argument,
                      std::integer_sequence<int, k...>) {
    return Rule::Apply(argument(k)...);
  }
  template <int... k>
  static double ScalarOf(const double* x, std::integer_sequence<int, k...>) {
    return Rule::Scalar(x[k]...);
  }
};

template <typename Rule>
using Unary = Elementwise<Rule, 1>;
template <typename Rule>
using Binary = Elementwise<Rule, 2>;

// Cases for every element-wise op; two arguments broadcast in all ways that
// programs distinguish.
std::vector<Sample> UnarySamples(Tensor (*op)(Operand), double low, double high,
                                 std::vector<double> avoid = {});
std::vector<Sample> BinarySamples(Tensor (*op)(Operand, Operand),
                                  double b_low = -2, double b_high = 2);
// The same without those that come close to a = b.
std::vector<Sample> KinkedBinarySamples(Tensor (*op)(Operand, Operand));

}  // namespace autodiff

#endif  // AUTODIFF_OPS_ELEMENTWISE_H_
