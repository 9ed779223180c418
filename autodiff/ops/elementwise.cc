#include "autodiff/ops/elementwise.h"

namespace autodiff {

absl::StatusOr<TensorType> BroadcastType(const Call& call) {
  if (absl::Status real = RequireReals(call); !real.ok()) return real;
  Shape shape;
  for (const TensorType& input : call.inputs) {
    const auto wider = BroadcastShapes(shape, input.shape);
    if (!wider.has_value()) {
      return Refuse("shapes ", shape.ToString(), " and ",
                    input.shape.ToString(), " do not broadcast");
    }
    shape = *wider;
  }
  return TensorType{shape};
}

Doubles BroadcastOracle(
    const Call& call, absl::Span<const Values> inputs,
    const std::function<double(const double* arguments)>& scalar) {
  Doubles y, arguments(inputs.size());
  for (const Index& at : IndicesOf(call.out())) {
    for (size_t k = 0; k < inputs.size(); ++k) {
      arguments[k] = inputs[k].data[Position(inputs[k].type.shape, at)];
    }
    y.push_back(scalar(arguments.data()));
  }
  return y;
}

// The last of the shapes spans tiles and parts of a chain.
std::vector<Sample> UnarySamples(Tensor (*op)(Operand), double low, double high,
                                 std::vector<double> avoid) {
  std::vector<Sample> samples;
  for (const Shape& shape :
       {Shape{}, Shape{7}, Shape{3, 11}, Shape{0, 2}, Shape{19, 1001}}) {
    samples.push_back({shape.ToString(),
                       {{shape, low, high, ElementType::kReal, avoid}},
                       [op](const Tensors& x) { return op(x[0]); }});
  }
  return samples;
}

std::vector<Sample> BinarySamples(Tensor (*op)(Operand, Operand), double b_low,
                                  double b_high) {
  const std::pair<Shape, Shape> shapes[] = {{{3, 5}, {3, 5}},
                                            {{3, 5}, {}},
                                            {{}, {3, 5}},
                                            {{3, 5}, {5}},
                                            {{3, 1}, {3, 5}},
                                            {{3, 5}, {3, 1}},
                                            {{2, 1, 4}, {3, 1}},
                                            {{1, 4}, {4, 1}},
                                            {{}, {}},
                                            {{0, 3}, {3}},
                                            {{2, 3, 1, 5}, {2, 1, 4, 5}},
                                            {{19, 1001}, {1001}},
                                            {{1, 19000}, {2, 1}}};
  std::vector<Sample> samples;
  for (const auto& [a, b] : shapes) {
    samples.push_back({absl::StrCat(a.ToString(), b.ToString()),
                       {{a}, {b, b_low, b_high}},
                       [op](const Tensors& x) { return op(x[0], x[1]); }});
  }
  samples.push_back({"one input twice",
                     {{{4}, b_low, b_high}},
                     [op](const Tensors& x) { return op(x[0], x[0]); }});
  return samples;
}

std::vector<Sample> KinkedBinarySamples(Tensor (*op)(Operand, Operand)) {
  std::vector<Sample> samples = BinarySamples(op);
  // Among many pairs some are too close to a = b, with one input twice all.
  std::erase_if(samples, [](const Sample& sample) {
    return sample.inputs.size() == 1 ||
           sample.inputs[0].shape.elements() > 1000;
  });
  return samples;
}

}  // namespace autodiff
