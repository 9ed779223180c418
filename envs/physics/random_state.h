// The random numbers of NumPy's RandomState, number for number.
#ifndef ENVS_PHYSICS_RANDOM_STATE_H_
#define ENVS_PHYSICS_RANDOM_STATE_H_

#include <cstdint>
#include <optional>
#include <random>
#include <string>

#include "absl/strings/string_view.h"

namespace envs {

// numpy.random.RandomState(seed): a Mersenne twister, 53-bit uniforms and
// Marsaglia's polar method.
class RandomState {
 public:
  explicit RandomState(uint32_t seed) : generator_(seed) {}

  double Uniform();  // in [0, 1), as rand() and random_sample()
  double Uniform(double low, double high);
  double Normal();  // N(0, 1), as randn()

  // The whole state as one line of text.
  std::string Save() const;
  // False, with nothing changed, if `text` is not what Save makes.
  bool Restore(absl::string_view text);

 private:
  std::mt19937 generator_;
  std::optional<double> spare_;  // polar draws come in pairs
};

}  // namespace envs

#endif  // ENVS_PHYSICS_RANDOM_STATE_H_
