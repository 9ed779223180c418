#include "envs/physics/random_state.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <optional>
#include <random>
#include <sstream>
#include <string>

#include "absl/strings/string_view.h"

namespace envs {

double RandomState::Uniform() {
  const double high = static_cast<double>(generator_() >> 5);  // 27 bits
  const double low = static_cast<double>(generator_() >> 6);   // 26 bits
  return (high * 0x1p26 + low) / 0x1p53;
}

double RandomState::Uniform(double low, double high) {
  return low + (high - low) * Uniform();
}

double RandomState::Normal() {
  if (spare_) {
    const double normal = *spare_;
    spare_.reset();
    return normal;
  }
  double x, y, square;
  do {
    x = 2 * Uniform() - 1;
    y = 2 * Uniform() - 1;
    square = x * x + y * y;
  } while (square >= 1 || square == 0);
  const double factor = std::sqrt(-2 * std::log(square) / square);
  spare_ = factor * x;
  return factor * y;
}

std::string RandomState::Save() const {
  std::ostringstream text;
  text << generator_ << ' ' << spare_.has_value() << ' '
       << std::bit_cast<uint64_t>(spare_.value_or(0));
  return text.str();
}

bool RandomState::Restore(absl::string_view text) {
  std::istringstream in{std::string(text)};
  std::mt19937 generator;
  bool has_spare;
  uint64_t spare;
  if (!(in >> generator >> has_spare >> spare) || !(in >> std::ws).eof()) {
    return false;
  }
  generator_ = generator;
  spare_ =
      has_spare ? std::optional(std::bit_cast<double>(spare)) : std::nullopt;
  return true;
}

}  // namespace envs
