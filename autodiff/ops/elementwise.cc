#include "autodiff/ops/elementwise.h"

namespace autodiff {

std::vector<Sample> UnarySamples(Tensor (*op)(Operand), double low, double high,
                                 std::vector<double> avoid) {
  std::vector<Sample> samples;
  for (const Shape& shape : {Shape{}, Shape{7}, Shape{3, 11}, Shape{0, 2}}) {
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
                                            {{2, 3, 1, 5}, {2, 1, 4, 5}}};
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

}  // namespace autodiff
