#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <functional>
#include <random>
#include <vector>

#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "autodiff/program.h"
#include "autodiff/tensor.h"
#include "experiments/calibration/claim.h"
#include "experiments/calibration/claims.h"
#include "losses/vaml.h"

namespace experiments {
namespace {

using autodiff::Tensor;

constexpr int kAtoms = 4;    // where the kernel may go
constexpr int kPlaces = 21;  // x, evenly in [0, 1]

// States are the points of [0, 1]. From x the next state is atom j with a
// chance ∝ exp(slope_j x): a kernel that is continuous in x.
struct Line {
  std::array<double, kAtoms> atom, slope;
  std::function<double(double)> value;

  std::array<double, kAtoms> Chances(double x) const {
    std::array<double, kAtoms> chances;
    double sum = 0;
    for (int j = 0; j < kAtoms; ++j) sum += chances[j] = std::exp(slope[j] * x);
    for (double& chance : chances) chance /= sum;
    return chances;
  }

  double ExpectedValue(double x) const {
    const std::array<double, kAtoms> chances = Chances(x);
    double mean = 0;
    for (int j = 0; j < kAtoms; ++j) mean += chances[j] * value(atom[j]);
    return mean;
  }

  // f(x) with V(f(x)) = E[V(x') | x], by the intermediate value theorem: V
  // takes a value below and one above at two of the atoms.
  double DeterministicModel(double x) const {
    const auto by_value = [&](double a, double b) {
      return value(a) < value(b);
    };
    double below = *std::min_element(atom.begin(), atom.end(), by_value);
    double above = *std::max_element(atom.begin(), atom.end(), by_value);
    const double y = ExpectedValue(x);
    for (int i = 0; i < 100; ++i) {
      const double middle = (below + above) / 2;
      (value(middle) < y ? below : above) = middle;
    }
    return above;
  }
};

Line DrawLine(uint64_t seed, int number) {
  std::seed_seq seeds{seed & 0xffffffff, seed >> 32,
                      static_cast<uint64_t>(number), uint64_t{5}};
  std::mt19937_64 random(seeds);
  std::uniform_real_distribution<double> uniform;
  std::normal_distribution<double> normal;
  Line line;
  for (double& atom : line.atom) atom = uniform(random);
  for (double& slope : line.slope) slope = 3 * normal(random);
  std::array<double, 4> c;
  for (double& coefficient : c) coefficient = normal(random);
  line.value = [c](double x) {
    return c[0] + c[1] * x + c[2] * std::sin(6 * x) + c[3] * std::cos(9 * x);
  };
  return line;
}

// IterVAML of a deterministic model, expected over x'.
class DeterministicLoss {
 public:
  DeterministicLoss()
      : predicted_(graph_.Input("V(f(x))", {kPlaces, 1, 1})),
        target_(graph_.Input("V of atoms", {kAtoms})),
        chance_(graph_.Input("chances", {kPlaces, kAtoms})),
        loss_(Sum(
            chance_ * losses::CalibratedVaml(predicted_, target_,
                                             losses::ModelKind::kDeterministic),
            {-1})),
        program_(graph_, {loss_}) {}

  // What it is above its least possible value Var[V(x') | x], from each place.
  std::vector<double> Excess(const Line& line,
                             const std::function<double(double)>& f) {
    for (int j = 0; j < kAtoms; ++j) {
      program_.Input(target_)[j] = line.value(line.atom[j]);
    }
    std::vector<double> least(kPlaces, 0);
    for (int i = 0; i < kPlaces; ++i) {
      const double x = Place(i), y = line.ExpectedValue(x);
      program_.Input(predicted_)[i] = line.value(f(x));
      const std::array<double, kAtoms> chances = line.Chances(x);
      for (int j = 0; j < kAtoms; ++j) {
        program_.Input(chance_)[i * kAtoms + j] = chances[j];
        const double deviation = line.value(line.atom[j]) - y;
        least[i] += chances[j] * deviation * deviation;
      }
    }
    program_.Run();
    std::vector<double> excess(kPlaces);
    for (int i = 0; i < kPlaces; ++i) {
      excess[i] = program_.Output(loss_)[i] - least[i];
    }
    return excess;
  }

  static double Place(int i) { return static_cast<double>(i) / (kPlaces - 1); }

 private:
  autodiff::Graph graph_;
  Tensor predicted_, target_, chance_, loss_;
  autodiff::Program<double> program_;
};

}  // namespace

// V continuous: trigonometric ones at random. V not continuous: a step, where
// E[V(x') | x] lies between the two values that V has.
Claim Proposition5(const Search& search) {
  DeterministicLoss loss;
  double largest_gap = 0, largest_excess = 0, least_of_others = 1e300;
  for (int i = 0; search.Tries(i); ++i) {
    const Line line = DrawLine(search.seed, i);
    const auto f = [&](double x) { return line.DeterministicModel(x); };
    for (int place = 0; place < kPlaces; ++place) {
      const double x = DeterministicLoss::Place(place);
      largest_gap = std::max(
          largest_gap, std::abs(line.value(f(x)) - line.ExpectedValue(x)));
    }
    const std::vector<double> excess = loss.Excess(line, f);
    largest_excess = std::max(largest_excess,
                              *std::max_element(excess.begin(), excess.end()));
    // No other prediction costs less.
    for (const double other : {0.0, 0.25, 0.5, 0.75, 1.0}) {
      const std::vector<double> of_other =
          loss.Excess(line, [&](double) { return other; });
      least_of_others = std::min(
          least_of_others, *std::min_element(of_other.begin(), of_other.end()));
    }
  }

  Line step{.atom = {0.1, 0.3, 0.7, 0.9}, .slope = {0, 1, 1, 0}};
  step.value = [](double x) { return x < 0.5 ? 0.0 : 1.0; };
  double least_of_step = 1e300;
  for (int i = 0; i <= 100; ++i) {
    const std::vector<double> excess =
        loss.Excess(step, [&](double) { return i / 100.0; });
    least_of_step = std::min(least_of_step,
                             *std::min_element(excess.begin(), excess.end()));
  }
  return {.name = "Proposition 5",
          .statement =
              "On [0, 1], with a continuous kernel and a continuous V, some "
              "deterministic f has V(f(x)) = E[V(x')|x] and minimises "
              "IterVAML.",
          .measurements = {
              AtMost("any kernels: largest |V(f(x)) - E[V(x')|x]|", largest_gap,
                     1e-12),
              AtMost("any kernels: largest loss of f above Var[V(x')|x]",
                     largest_excess, 1e-12),
              AtLeast("any kernels: least loss of another f above it",
                      least_of_others, -1e-12),
              AtLeast("V a step: least loss of any f above Var[V(x')|x]",
                      least_of_step, 0.2)}};
}

}  // namespace experiments
