#include "envs/physics/random_state.h"

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace envs {
namespace {

TEST(RandomState, DrawsWhatNumPyDraws) {
  const std::string output = testing::TempDir() + "/numpy.txt";
  const std::string command =
      "/usr/bin/python3 envs/physics/random_state_comparison.py > " + output;
  ASSERT_EQ(std::system(command.c_str()), 0)
      << "needs Debian's python3-numpy: run ./tools/setup.sh";
  std::ifstream file(output);
  std::string text;
  int draws = 0;
  while (std::getline(file, text)) {
    std::istringstream line(text);
    uint32_t seed;
    line >> seed;
    RandomState random(seed);
    std::string number;
    for (char kind; line >> kind >> number; ++draws) {
      const double drawn = kind == 'n'   ? random.Normal()
                           : kind == 'i' ? random.Uniform(-3, 0.1)
                                         : random.Uniform();
      ASSERT_EQ(drawn, std::strtod(number.c_str(), nullptr))
          << "seed " << seed << ", draw " << draws << ", " << kind;
    }
  }
  EXPECT_EQ(draws, 6 * 2000);
}

std::vector<double> Draw(RandomState& random) {
  std::vector<double> drawn;
  for (int i = 0; i < 1000; ++i) {
    drawn.push_back(random.Normal());
    drawn.push_back(random.Uniform());
  }
  return drawn;
}

// With and without a normal that waits for its turn.
TEST(RandomState, GoesOnAfterSaveAndRestore) {
  for (int normals = 0; normals < 3; ++normals) {
    RandomState random(5), other(6);
    for (int i = 0; i < normals; ++i) random.Normal();
    const std::string saved = random.Save();
    EXPECT_EQ(saved.find('\n'), std::string::npos);
    ASSERT_TRUE(other.Restore(saved));
    EXPECT_EQ(other.Save(), saved);
    EXPECT_EQ(Draw(other), Draw(random));
  }
}

TEST(RandomState, RefusesWhatItHasNotSaved) {
  RandomState random(5);
  random.Normal();
  const std::string saved = random.Save();
  for (const std::string& bad :
       {std::string(), std::string("garbage"), saved.substr(0, 100),
        saved.substr(0, saved.rfind(' ')), saved + " 1", "x" + saved}) {
    EXPECT_FALSE(random.Restore(bad)) << bad;
    EXPECT_EQ(random.Save(), saved);
  }
}

}  // namespace
}  // namespace envs
