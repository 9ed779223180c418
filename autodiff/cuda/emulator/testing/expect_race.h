// Tests of races between the threads of a block.
#ifndef AUTODIFF_CUDA_EMULATOR_TESTING_EXPECT_RACE_H_
#define AUTODIFF_CUDA_EMULATOR_TESTING_EXPECT_RACE_H_

#include <functional>
#include <source_location>
#include <string>
#include <vector>

#include "autodiff/cuda/emulator/block.h"
#include "autodiff/testing/expect_fail.h"
#include "gtest/gtest.h"

namespace autodiff::cuda::emulator {

// Expects that the emulator, or under ThreadSanitizer that, ends the process.
// The emulator's sentence has all `parts`.
inline void ExpectRace(
    const std::function<void()>& mistake, const std::vector<std::string>& parts,
    std::source_location where = std::source_location::current()) {
  if (kOsThreads) {
    constexpr int kReported = 66;  // ThreadSanitizer's exit status
    EXPECT_EXIT(mistake(), testing::ExitedWithCode(kReported), "data race");
  } else {
    ExpectFail(mistake, parts, where);
  }
}

}  // namespace autodiff::cuda::emulator

#endif  // AUTODIFF_CUDA_EMULATOR_TESTING_EXPECT_RACE_H_
