#include "autodiff/testing/oracle.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "autodiff/graph.h"
#include "autodiff/program.h"
#include "autodiff/testing/program_io.h"

namespace autodiff {

std::vector<double> ExpectedValue(const Op& op, const Call& call,
                                  const std::vector<Values>& inputs) {
  if (op.oracle != nullptr) return op.oracle(call, inputs);
  Graph graph;
  const Tensors x = DeclareInputs(graph, inputs);
  const Tensor y = op.unfused(x, call.attributes);
  Tensors wanted = x;  // so that even an input that nothing reads is there
  wanted.push_back(y);
  Program<double> program(graph, wanted, nullptr, {.fuse = false});
  for (size_t i = 0; i < x.size(); ++i) Write(program, x[i], inputs[i].data);
  program.Run();
  return Read(program, y);
}

double ErrorInUnits(const Call& call, const std::vector<Values>& inputs,
                    const std::vector<double>& actual,
                    const std::vector<double>& expected, double epsilon) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (actual.size() != expected.size()) return kInfinity;
  double scale = 1, terms = 1;
  for (const Values& input : inputs) {
    if (input.type.element == ElementType::kIndex) continue;
    for (double x : input.data) scale = std::max(scale, std::abs(x));
    terms = std::max(terms, static_cast<double>(input.data.size()) /
                                static_cast<double>(call.out().elements()));
  }
  double worst = 0;
  for (size_t i = 0; i < actual.size(); ++i) {
    const double unit = epsilon * std::max(scale, std::abs(expected[i]));
    const double error = std::abs(actual[i] - expected[i]) / unit;
    worst = std::max(worst, std::isnan(error) ? kInfinity : error);
  }
  return worst / std::sqrt(terms);
}

}  // namespace autodiff
