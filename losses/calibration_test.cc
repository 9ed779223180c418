// The calibration error of VAML and its absence in CVAML (Propositions 2 and 3)
// from samples drawn in the graph: for a fixed target y and k samples,
//   E[L_VAML]  = (E V − y)² + Var[V]/k,
//   E[L_CVAML] = (E V − y)².

#include <cmath>
#include <cstdint>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "autodiff/random.h"
#include "gtest/gtest.h"
#include "losses/monte_carlo.h"
#include "losses/vaml.h"

namespace losses {
namespace {

using autodiff::Graph;
using autodiff::Tensor;

// Losses in one run, and runs.
constexpr int64_t kRows = 1 << 12;
constexpr int kRuns = 80;

enum class Distribution { kUniform, kCategorical };

struct Truth {
  double mean, variance;
};

// V uniform on [0, 1), or −1, 0 or 3 with probabilities 0.5, 0.2, 0.3.
Truth TruthOf(Distribution distribution) {
  if (distribution == Distribution::kUniform) return {0.5, 1.0 / 12};
  return {0.4, 0.5 + 0.3 * 9 - 0.16};
}

// [kRows, k] values of independent model samples.
Tensor DrawModelValues(Distribution distribution, const Tensor& random_state,
                       int64_t k) {
  const Tensor uniform = Uniform(random_state, {kRows, k});
  if (distribution == Distribution::kUniform) return uniform;
  Graph& graph = random_state.graph();
  const Tensor probabilities = BroadcastTo(graph.Constant({0.5, 0.2, 0.3}, {3}),
                                           autodiff::Shape{kRows, 3});
  return Gather(graph.Constant({-1, 0, 3}, {3}),
                Categorical(probabilities, uniform));
}

class Calibration
    : public testing::TestWithParam<std::tuple<Distribution, int64_t>> {
 protected:
  int64_t k() const { return std::get<1>(GetParam()); }
  Truth truth() const { return TruthOf(std::get<0>(GetParam())); }
  double Bias() const { return truth().variance / static_cast<double>(k()); }
  // Half a standard deviation of V̂ away from E V.
  double Target() const { return truth().mean - std::sqrt(Bias()) / 2; }
  double CalibratedLoss() const { return Bias() / 4; }

  template <typename Loss>
  Estimate MeanOf(Loss loss) {
    Graph graph;
    const Tensor random_state = autodiff::RandomState(graph, "random");
    const Tensor values =
        DrawModelValues(std::get<0>(GetParam()), random_state, k());
    const Tensor target = graph.Constant({Target()}, {kRows});
    return PooledMonteCarlo(loss(values, target), random_state, kRuns);
  }

  // The test's power: an error of 5% of Var/k is more than twice the
  // interval's half width. The numbers go to the test's XML.
  void ExpectWithPower(const Estimate& loss, double expected) {
    EXPECT_LT(loss.half_width(), 0.05 / 2 * Bias());
    EXPECT_NEAR(loss.mean, expected, loss.half_width());
    RecordProperty("mean", absl::StrCat(loss.mean));
    RecordProperty("half_width", absl::StrCat(loss.half_width()));
    RecordProperty("closed_form", absl::StrCat(expected));
  }
};

TEST_P(Calibration, VamlIsBiasedByVarianceOverK) {
  const Estimate loss = MeanOf([](const Tensor& values, const Tensor& target) {
    return Vaml(values, target);
  });
  ExpectWithPower(loss, CalibratedLoss() + Bias());
}

TEST_P(Calibration, CalibratedVamlIsUnbiased) {
  if (k() == 1) return;  // refused, see vaml_test
  const Estimate loss = MeanOf([](const Tensor& values, const Tensor& target) {
    return CalibratedVaml(values, target, ModelKind::kStochastic);
  });
  ExpectWithPower(loss, CalibratedLoss());
}

INSTANTIATE_TEST_SUITE_P(
    All, Calibration,
    testing::Combine(testing::Values(Distribution::kUniform,
                                     Distribution::kCategorical),
                     testing::Values(1, 2, 4, 16)));

}  // namespace
}  // namespace losses
