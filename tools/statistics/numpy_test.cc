// Averages against numpy's, computed live on the same samples.

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tools/statistics/average.h"

namespace statistics {
namespace {

// operator>> cannot read hexadecimal floats.
double Next(std::istringstream& line) {
  std::string text;
  line >> text;
  return std::strtod(text.c_str(), nullptr);
}

TEST(NumpyTest, AveragesAgree) {
  const std::string output = ::testing::TempDir() + "/numpy.txt";
  const std::string command =
      "/usr/bin/python3 tools/statistics/numpy_comparison.py > " + output;
  ASSERT_EQ(std::system(command.c_str()), 0)
      << "needs Debian's python3-numpy: run ./tools/setup.sh";

  std::ifstream file(output);
  std::string text;
  int samples = 0;
  while (std::getline(file, text)) {
    std::istringstream line(text);
    int n = 0;
    line >> n;
    std::vector<double> sample;
    for (int i = 0; i < n; ++i) sample.push_back(Next(line));
    SCOPED_TRACE(n);
    // numpy sums in pairs: another rounding.
    double size = 0;
    for (double value : sample) size = std::max(size, std::abs(value));
    EXPECT_NEAR(Mean(sample), Next(line), 1e-14 * size);
    EXPECT_DOUBLE_EQ(Median(sample), Next(line));
    int quantiles = 0;
    while (!(line >> std::ws).eof()) {
      const double q = Next(line);
      EXPECT_DOUBLE_EQ(Quantile(sample, q), Next(line)) << q;
      ++quantiles;
    }
    EXPECT_EQ(quantiles, 9);
    ++samples;
  }
  EXPECT_EQ(samples, 31);
}

}  // namespace
}  // namespace statistics
