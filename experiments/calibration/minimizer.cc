#include "experiments/calibration/minimizer.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "Eigen/Core"
#include "Eigen/Eigenvalues"
#include "autodiff/gradients.h"
#include "autodiff/ops.h"
#include "autodiff/tensor.h"

namespace experiments {
namespace {

using autodiff::Tensor;
using autodiff::Tensors;

constexpr int kMaxSteps = 200;
constexpr int kMaxHalvings = 40;
// Of losses and quantities, whose terms are about 1.
constexpr double kRounding = 1e-14;
// Eigenvalues below this share of the largest one are no curvature.
constexpr double kFlat = 1e-12;

// −|H|⁺ g, at most of length 1.
Eigen::VectorXd NewtonStep(const Eigen::MatrixXd& hessian,
                           const Eigen::VectorXd& gradient) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(hessian);
  const Eigen::ArrayXd curvature = eigen.eigenvalues().array().abs();
  const double flat = kFlat * curvature.maxCoeff();
  const Eigen::ArrayXd inverse =
      (curvature > flat).select(1 / curvature.max(1e-300), 0.0);
  const Eigen::VectorXd along = eigen.eigenvectors().transpose() * gradient;
  const Eigen::VectorXd step =
      -eigen.eigenvectors() * (inverse * along.array()).matrix();
  return step / std::max(1.0, step.norm());
}

}  // namespace

Minimizer::Minimizer(const Tensor& loss, const Tensor& point,
                     const Tensors& quantities)
    : loss_(loss), point_(point), quantities_(quantities) {
  gradient_ = autodiff::Gradients(loss, {point})[0];
  Tensors outputs = {loss_, gradient_};
  for (int64_t i = 0; i < point.shape()[0]; ++i) {
    const Tensor slope = Reshape(Slice(gradient_, 0, i, i + 1), {});
    hessian_rows_.push_back(autodiff::Gradients(slope, {point})[0]);
    outputs.push_back(hessian_rows_.back());
  }
  outputs.insert(outputs.end(), quantities_.begin(), quantities_.end());
  program_.emplace(loss.graph(), outputs);
}

Minimizer::Values Minimizer::Evaluate(const Eigen::VectorXd& point) {
  std::copy(point.begin(), point.end(), program_->Input(point_).begin());
  program_->Run();
  const Eigen::Index d = point.size();
  const auto vector = [&](const Tensor& tensor) {
    return Eigen::Map<const Eigen::VectorXd>(program_->Output(tensor).data(),
                                             d);
  };
  Values values{.loss = program_->Output(loss_)[0],
                .gradient = vector(gradient_),
                .hessian = Eigen::MatrixXd(d, d)};
  for (Eigen::Index i = 0; i < d; ++i) {
    values.hessian.row(i) = vector(hessian_rows_[i]);
  }
  for (const Tensor& quantity : quantities_) {
    values.quantities.push_back(program_->Output(quantity)[0]);
  }
  return values;
}

Minimum Minimizer::Descend(Eigen::VectorXd point) {
  Values here = Evaluate(point);
  for (int step = 0; step < kMaxSteps; ++step) {
    const double slack = kRounding * (1 + std::abs(here.loss));
    Eigen::VectorXd move = NewtonStep(here.hessian, here.gradient);
    Values there = Evaluate(point + move);
    for (int i = 0; i < kMaxHalvings && !(there.loss <= here.loss + slack);
         ++i) {
      move /= 2;
      there = Evaluate(point + move);
    }
    // At the bottom only the gradient still says which of two points is lower.
    const bool lower = there.loss < here.loss - slack ||
                       there.gradient.norm() < here.gradient.norm();
    if (!lower) break;
    point += move;
    here = there;
  }
  const Values next = Evaluate(point + NewtonStep(here.hessian, here.gradient));
  Minimum minimum{.loss = here.loss,
                  .point = std::vector<double>(point.begin(), point.end())};
  for (size_t i = 0; i < here.quantities.size(); ++i) {
    const double value = here.quantities[i];
    const double change = std::abs(value - next.quantities[i]);
    minimum.worst.push_back(
        {value, change + kRounding * (1 + std::abs(value))});
  }
  return minimum;
}

Minimum Minimizer::Find(uint64_t seed, int starts) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  std::vector<Minimum> found;
  for (int i = 0; i < starts; ++i) {
    Eigen::VectorXd start(point_.shape()[0]);
    for (double& coordinate : start) coordinate = normal(random);
    found.push_back(Descend(start));
  }
  Minimum best = *std::min_element(
      found.begin(), found.end(),
      [](const Minimum& a, const Minimum& b) { return a.loss < b.loss; });
  const double lowest = best.loss;
  for (const Minimum& other : found) {
    if (other.loss > lowest + 100 * kRounding * (1 + std::abs(lowest))) {
      continue;
    }
    for (size_t i = 0; i < best.worst.size(); ++i) {
      if (other.worst[i].value > best.worst[i].value) {
        best.worst[i] = other.worst[i];
      }
    }
  }
  return best;
}

}  // namespace experiments
