// A claim of the paper and what was measured of it.
#ifndef EXPERIMENTS_CALIBRATION_CLAIM_H_
#define EXPERIMENTS_CALIBRATION_CLAIM_H_

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

namespace experiments {

// One number and the interval in which the claim wants it; without one it is
// there to be read.
struct Measurement {
  std::string quantity;
  double value = 0;
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();

  // NaN is in no interval.
  bool holds() const { return low <= value && value <= high; }
};

Measurement AtMost(std::string quantity, double value, double high);
Measurement AtLeast(std::string quantity, double value, double low);
Measurement Near(std::string quantity, double value, double expected,
                 double tolerance);
// A count of counterexamples.
Measurement None(std::string quantity, int count);

struct Claim {
  std::string name;       // "Proposition 1"
  std::string statement;  // one sentence
  std::vector<Measurement> measurements;

  bool holds() const;
};

// How far a claim that says "always" is tried on random problems.
struct Search {
  uint64_t seed = 0;
  int problems = 1000;
  // Asked before each problem; once true, no more of them are tried, and a
  // claim is worth nothing.
  std::function<bool()> stop = [] { return false; };

  bool Tries(int problem) const { return problem < problems && !stop(); }
};

// Name, statement and verdict, and a line for each measurement.
std::string ClaimText(const Claim& claim);

}  // namespace experiments

#endif  // EXPERIMENTS_CALIBRATION_CLAIM_H_
