// What element-wise ops share: shape rule, tile loop and oracle. A rule derives
// from Elementwise<Rule, Formula>, with its formula of formulas.h, and adds its
// name, Scalar (one element in double, for tests; or Unfused), Gradient and
// Samples. Operands broadcast; programs see to that (fusion.h), so that a rule
// is a loop over dense memory, and so do `Gradients`: a gradient has the
// result's shape.
#ifndef AUTODIFF_OPS_ELEMENTWISE_H_
#define AUTODIFF_OPS_ELEMENTWISE_H_

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "autodiff/ops/formulas.h"
#include "autodiff/ops/rows.h"

namespace autodiff {

// The shape that all inputs broadcast to, if all are real.
absl::StatusOr<TensorType> BroadcastType(const Call& call);

// Applies `scalar` to every element of the inputs, broadcast to the output.
Doubles BroadcastOracle(
    const Call& call, absl::Span<const Values> inputs,
    const std::function<double(const double* arguments)>& scalar);

template <typename Rule, typename Formula>
struct Elementwise {
  static constexpr FormulaId kFormula = IdOf(Formula());

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    return BroadcastType(call);
  }

  // out[i] = Formula(in[0][i], in[1][i], …) for n elements. An element's bits
  // depend neither on where it stands nor on how many there are.
  template <typename T>
  static void Tile(const T* const* in, T* out, int64_t n) {
    const auto apply = [](auto... x) { return Formula::Apply(x...); };
    WithIndices([&](auto... k) { MapRow(n, apply, out, in[k]...); });
  }

  static Doubles Oracle(const Call& call, absl::Span<const Values> inputs)
    requires requires { &Rule::Scalar; }
  {
    return BroadcastOracle(call, inputs, [](const double* x) {
      return WithIndices([x](auto... k) { return Rule::Scalar(x[k]...); });
    });
  }

 private:
  // f(0, 1, …), a number for each argument.
  template <typename Function>
  static auto WithIndices(const Function& f) {
    const auto call = [&f]<int... k>(std::integer_sequence<int, k...>) {
      return f(k...);
    };
    return call(std::make_integer_sequence<int, Formula::kArguments>());
  }
};

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
