#include "envs/saved_state.h"

#include <cmath>
#include <cstddef>
#include <limits>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace envs {
namespace {

const SavedState kState = {
    .texts = {"", std::string("any\0\nbytes", 10)},
    .numbers = {0.1, -0.0, std::numeric_limits<double>::infinity()}};

TEST(SavedState, ComesBackAsItWas) {
  const absl::StatusOr<SavedState> state =
      Unpack("hill", Pack("hill", kState), 2, 3);
  ASSERT_TRUE(state.ok()) << state.status();
  EXPECT_EQ(state->texts, kState.texts);
  EXPECT_EQ(state->numbers, kState.numbers);
  EXPECT_TRUE(std::signbit(state->numbers[1]));
  EXPECT_TRUE(Unpack("hill", Pack("hill", {}), 0, 0).ok());
}

TEST(SavedState, OfAnotherOwnerOrShapeIsRefused) {
  const std::string bytes = Pack("hill", kState);
  EXPECT_FALSE(Unpack("hil", bytes, 2, 3).ok());
  EXPECT_FALSE(Unpack("hills", bytes, 2, 3).ok());
  EXPECT_FALSE(Unpack("hill", bytes, 1, 3).ok());
  EXPECT_FALSE(Unpack("hill", bytes, 3, 3).ok());
  EXPECT_FALSE(Unpack("hill", bytes, 2, 2).ok());
  EXPECT_EQ(
      Unpack("hill", bytes, 2, 4).status(),
      absl::InvalidArgumentError("these bytes are no saved state of hill"));
}

TEST(SavedState, IsRefusedWithAnyBitChangedOrByteMissing) {
  const std::string bytes = Pack("hill", kState);
  for (size_t i = 0; i < bytes.size(); ++i) {
    EXPECT_FALSE(Unpack("hill", bytes.substr(0, i), 2, 3).ok());
    for (int bit = 0; bit < 8; ++bit) {
      std::string damaged = bytes;
      damaged[i] = static_cast<char>(damaged[i] ^ (1 << bit));
      EXPECT_FALSE(Unpack("hill", damaged, 2, 3).ok()) << i << " " << bit;
    }
  }
  EXPECT_FALSE(Unpack("hill", bytes + bytes, 2, 3).ok());
}

}  // namespace
}  // namespace envs
