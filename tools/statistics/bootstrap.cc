#include "tools/statistics/bootstrap.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <random>
#include <vector>

#include "tools/statistics/average.h"

namespace statistics {
namespace {

// A uniform draw from {0, ..., n - 1}. std::uniform_int_distribution gives
// other numbers with another standard library.
size_t UniformIndex(size_t n, std::mt19937_64& generator) {
  const uint64_t range = n;
  // The 2^64 mod n largest numbers would make small indices more likely.
  const uint64_t max = std::numeric_limits<uint64_t>::max();
  const uint64_t surplus = (max % range + 1) % range;
  uint64_t draw = generator();
  while (draw > max - surplus) draw = generator();
  return draw % range;
}

}  // namespace

Interval StratifiedBootstrap(
    const Scores& scores, const std::function<double(const Scores&)>& statistic,
    const BootstrapOptions& options) {
  std::mt19937_64 generator(options.seed);
  Scores resample = scores;
  std::vector<double> estimates;
  estimates.reserve(options.resamples);
  for (int i = 0; i < options.resamples; ++i) {
    for (size_t stratum = 0; stratum < scores.size(); ++stratum) {
      const std::vector<double>& seeds = scores[stratum];
      for (double& score : resample[stratum]) {
        score = seeds[UniformIndex(seeds.size(), generator)];
      }
    }
    estimates.push_back(statistic(resample));
  }
  const double tail = (1 - options.confidence) / 2;
  return {Quantile(estimates, tail), Quantile(estimates, 1 - tail)};
}

}  // namespace statistics
