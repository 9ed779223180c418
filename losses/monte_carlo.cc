#include "losses/monte_carlo.h"

#include <cmath>
#include <functional>

#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "autodiff/program.h"
#include "autodiff/random.h"
#include "autodiff/state.h"

namespace losses {
namespace {

using autodiff::Tensor;
using autodiff::Tensors;

// Welford's running mean and sum of squared deviations.
class Moments {
 public:
  void Add(double x) {
    ++count_;
    const double deviation = x - mean_;
    mean_ += deviation / count_;
    squares_ += deviation * (x - mean_);
  }
  Estimate ToEstimate() const {
    return {mean_, std::sqrt(squares_ / (count_ - 1) / count_)};
  }

 private:
  double count_ = 0, mean_ = 0, squares_ = 0;
};

// Calls visit(i, x) with the i-th element of the samples, run after run.
void ForEachDraw(const Tensors& samples, const Tensor& random_state, int runs,
                 uint64_t seed,
                 const std::function<void(size_t, double)>& visit) {
  autodiff::Graph& graph = random_state.graph();
  Tensors outputs = samples;
  outputs.push_back(graph.Assign(random_state, AdvanceRandom(random_state)));
  autodiff::State<double> state(graph);
  autodiff::SeedRandomState(state.Indices(random_state), seed);
  autodiff::Program<double> program(graph, outputs, &state);
  for (int run = 0; run < runs; ++run) {
    program.Run();
    size_t i = 0;
    for (const Tensor& sample : samples) {
      for (const double x : program.Output(sample)) visit(i++, x);
    }
  }
}

}  // namespace

std::vector<Estimate> MonteCarlo(const Tensors& samples,
                                 const Tensor& random_state, int runs) {
  size_t elements = 0;
  for (const Tensor& sample : samples) elements += sample.shape().elements();
  std::vector<Moments> moments(elements);
  ForEachDraw(samples, random_state, runs, /*seed=*/1,
              [&](size_t i, double x) { moments[i].Add(x); });
  std::vector<Estimate> estimates;
  for (const Moments& element : moments) {
    estimates.push_back(element.ToEstimate());
  }
  return estimates;
}

Estimate PooledMonteCarlo(const Tensor& samples, const Tensor& random_state,
                          int runs, uint64_t seed) {
  Moments moments;
  ForEachDraw({samples}, random_state, runs, seed,
              [&](size_t, double x) { moments.Add(x); });
  return moments.ToEstimate();
}

}  // namespace losses
