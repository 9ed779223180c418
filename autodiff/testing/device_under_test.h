// Where tests of programs on a device run them. The same tests are linked with
// :emulated_gpu for every machine and, with --config=cuda, with :real_gpu and
// with a stand-in for CUDA that needs no GPU (cuda/testing/machine.h).
#ifndef AUTODIFF_TESTING_DEVICE_UNDER_TEST_H_
#define AUTODIFF_TESTING_DEVICE_UNDER_TEST_H_

#include <cstdint>
#include <memory>

#include "autodiff/cuda/device.h"

namespace autodiff {

// What may run at the same time runs as listed, in reverse, or in a random
// order of that number, launches too. A GPU, and its stand-in, have orders of
// their own.
constexpr uint64_t kAscending = 0, kDescending = 1;

// An emulated GPU, or another one, whose blocks are as it likes. Null if it is
// the real one and this machine has none: the test has nothing to do then.
std::shared_ptr<cuda::Device> DeviceUnderTest(uint64_t order = kAscending,
                                              int block_threads = 64);

// By how many units of oracle.h its exponentials, logarithms, powers and so on
// may be off beyond what the row of an op allows: none without a GPU, where
// they are the host's.
extern const double kFunctionUnits;

}  // namespace autodiff

#endif  // AUTODIFF_TESTING_DEVICE_UNDER_TEST_H_
