#include "autodiff/philox.h"

#include <cstdint>

#include "autodiff/philox_of_eight.h"
#include "gtest/gtest.h"

namespace autodiff {
namespace {

// The lines "philox4x32 10" of tests/kat_vectors in Random123, whose authors
// wrote the paper.
TEST(Philox, EqualsPublishedVectors) {
  const uint32_t ones = 0xffffffff;
  EXPECT_EQ(Philox({0, 0, 0, 0}, {0, 0}),
            (PhiloxCounter{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(Philox({ones, ones, ones, ones}, {ones, ones}),
            (PhiloxCounter{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(Philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
                   {0xa4093822, 0x299f31d0}),
            (PhiloxCounter{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

// First words near the end of their range wrap around.
TEST(PhiloxOfEight, IsEightBlocksOneAfterTheOther) {
  const PhiloxKey key = {0xa4093822, 0x299f31d0};
  for (const uint32_t first : {0U, 12345U, 0xfffffffbU}) {
    uint32_t words[32];
    PhiloxOfEight({first, 0x85a308d3, 0x13198a2e, 0x03707344}, key, words);
    for (uint32_t i = 0; i < 8; ++i) {
      const PhiloxCounter block =
          Philox({first + i, 0x85a308d3, 0x13198a2e, 0x03707344}, key);
      for (uint32_t j = 0; j < 4; ++j) EXPECT_EQ(words[4 * i + j], block[j]);
    }
  }
}

TEST(UniformFromBits, SpansTheHalfOpenUnitInterval) {
  EXPECT_EQ(UniformFromBits(0), 0);
  EXPECT_EQ(UniformFromBits(0xff), 0);  // the low byte is not used
  EXPECT_EQ(UniformFromBits(0x100), 0x1p-24);
  EXPECT_EQ(UniformFromBits(0x80000000), 0.5);
  EXPECT_EQ(UniformFromBits(0xffffffff), 1 - 0x1p-24);
}

TEST(UniformFromBits, IsExactInFloat) {
  for (uint32_t block = 0; block < 1000; ++block) {
    for (uint32_t bits : Philox({block, 0, 0, 0}, {1, 2})) {
      const double u = UniformFromBits(bits);
      ASSERT_EQ(static_cast<float>(u), u);
    }
  }
}

}  // namespace
}  // namespace autodiff
