// Philox4x32-10, the counter-based random number generator of Salmon et al.,
// "Parallel random numbers: as easy as 1, 2, 3" (SC 2011). The same key and
// counter give the same 128 bits on every machine, in any order. constexpr for
// nvcc, which takes such functions for both sides.
#ifndef AUTODIFF_PHILOX_H_
#define AUTODIFF_PHILOX_H_

#include <array>
#include <cstdint>

namespace autodiff {

using PhiloxCounter = std::array<uint32_t, 4>;
using PhiloxKey = std::array<uint32_t, 2>;

constexpr int kPhiloxRounds = 10;
constexpr PhiloxKey kPhiloxMultiplier = {0xD2511F53, 0xCD9E8D57};
constexpr PhiloxKey kPhiloxWeyl = {0x9E3779B9, 0xBB67AE85};

constexpr PhiloxCounter Philox(PhiloxCounter counter, PhiloxKey key) {
  for (int round = 0; round < kPhiloxRounds; ++round) {
    const uint64_t product0 = uint64_t{kPhiloxMultiplier[0]} * counter[0];
    const uint64_t product1 = uint64_t{kPhiloxMultiplier[1]} * counter[2];
    counter = {static_cast<uint32_t>(product1 >> 32) ^ counter[1] ^ key[0],
               static_cast<uint32_t>(product1),
               static_cast<uint32_t>(product0 >> 32) ^ counter[3] ^ key[1],
               static_cast<uint32_t>(product0)};
    key[0] += kPhiloxWeyl[0];
    key[1] += kPhiloxWeyl[1];
  }
  return counter;
}

// 24 random bits as a multiple of 2^-24 in [0, 1): exact in float, so that
// float and double programs see the same uniforms.
constexpr double UniformFromBits(uint32_t bits) {
  return (bits >> 8) * 0x1p-24;
}

}  // namespace autodiff

#endif  // AUTODIFF_PHILOX_H_
