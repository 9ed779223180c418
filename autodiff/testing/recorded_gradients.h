// Gradients of functions of any shape against finite differences, in double.
#ifndef AUTODIFF_TESTING_RECORDED_GRADIENTS_H_
#define AUTODIFF_TESTING_RECORDED_GRADIENTS_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "autodiff/gradients.h"
#include "autodiff/graph.h"
#include "autodiff/op.h"
#include "autodiff/ops.h"
#include "autodiff/program.h"
#include "autodiff/testing/finite_differences.h"
#include "autodiff/testing/program_io.h"

namespace autodiff {

// Draws of the standard normal distribution.
std::vector<double> Normal(int64_t size, uint64_t seed);

// y = record(x) and the gradients of Σ_j dy_j y_j, where dy is an input too.
class RecordedGradients {
 public:
  RecordedGradients(const std::function<Tensor(const Tensors&)>& record,
                    const std::vector<Values>& inputs)
      : inputs_(inputs), x_(DeclareInputs(graph_, inputs)), y_(record(x_)) {
    dy_ = graph_.Input("dy", y_.shape());
    dx_ = Gradients(Sum(y_ * dy_), x_);
  }

  const Tensors& x() const { return x_; }
  const Tensor& y() const { return y_; }
  bool is_real(size_t i) const { return x_[i].element() == ElementType::kReal; }
  const std::vector<Values>& inputs() const { return inputs_; }

  // Gradients in the precision T, one vector for each input, for each dy.
  template <typename T>
  std::vector<std::vector<std::vector<double>>> Gradient(
      const std::vector<std::vector<double>>& dy,
      const ProgramOptions& options = {}) const {
    Tensors wanted = x_;
    wanted.push_back(dy_);
    wanted.insert(wanted.end(), dx_.begin(), dx_.end());
    Program<T> program(graph_, wanted, nullptr, options);
    for (size_t i = 0; i < x_.size(); ++i) {
      Write(program, x_[i], inputs_[i].data);
    }
    std::vector<std::vector<std::vector<double>>> gradients;
    for (const std::vector<double>& one : dy) {
      Write(program, dy_, one);
      program.Run();
      gradients.emplace_back();
      for (const Tensor& d : dx_) gradients.back().push_back(Read(program, d));
    }
    return gradients;
  }

 private:
  Graph graph_;
  const std::vector<Values> inputs_;
  const Tensors x_;
  const Tensor y_;
  Tensor dy_;
  Tensors dx_;
};

// Compares ∂ y_j / ∂ x_ik for all j, i, k, if there are not too many, with
// finite differences.
void ExpectJacobianEqualsDifferences(const RecordedGradients& f);

// Compares Σ_j u_j (J v)_j = Σ_ik (Jᵀ u)_ik v_ik for random u and v: all
// elements in one number, however many there are.
void ExpectRandomProductEqualsDifference(const RecordedGradients& f);

// Compares Σ_j u_j (J v)_j for random u with the derivative from that side on
// which the direction v points: gradients beside a kink.
void ExpectDerivativesFromOneSide(const RecordedGradients& f,
                                  const std::vector<Direction>& directions);

// Compares the gradients for one random dy in float, in a program of these
// options, with those in double on the CPU. A rule is a few roundings, `units`
// of them, of numbers up to the gradient's largest element.
void ExpectFloatEqualsDouble(const Sample& sample, double units,
                             const ProgramOptions& options = {});

}  // namespace autodiff

#endif  // AUTODIFF_TESTING_RECORDED_GRADIENTS_H_
