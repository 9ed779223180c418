// Confidence intervals from resampled data, as in the `rliable` package.
#ifndef TOOLS_STATISTICS_BOOTSTRAP_H_
#define TOOLS_STATISTICS_BOOTSTRAP_H_

#include <cstdint>
#include <functional>
#include <vector>

namespace statistics {

struct Interval {
  double low;
  double high;
};

// scores[stratum][seed]. A stratum is what was fixed by design (a task); the
// seeds inside it were drawn at random, so only they are resampled.
using Scores = std::vector<std::vector<double>>;

struct BootstrapOptions {
  int resamples = 2000;
  double confidence = 0.95;
  // Same seed and scores, same bits: the generator is std::mt19937_64.
  uint64_t seed = 0;
};

// The stratified percentile bootstrap (Agarwal et al., 2021): draws seeds with
// replacement inside every stratum, computes `statistic` of each resample, and
// returns its (1 - confidence)/2 and (1 + confidence)/2 quantiles. Every
// stratum needs at least one score. With one score in each, low = high.
Interval StratifiedBootstrap(
    const Scores& scores, const std::function<double(const Scores&)>& statistic,
    const BootstrapOptions& options = {});

}  // namespace statistics

#endif  // TOOLS_STATISTICS_BOOTSTRAP_H_
