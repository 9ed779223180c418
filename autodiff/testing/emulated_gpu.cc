#include "autodiff/cuda/emulator/emulated_device.h"
#include "autodiff/testing/device_under_test.h"

namespace autodiff {

const double kFunctionUnits = 0;

std::shared_ptr<cuda::Device> DeviceUnderTest(uint64_t order,
                                              int block_threads) {
  using cuda::emulator::EmulatedDevice;
  using Order = EmulatedDevice::Order;
  return std::make_shared<EmulatedDevice>(EmulatedDevice::Options{
      .threads = order == kAscending    ? Order::kAscending
                 : order == kDescending ? Order::kDescending
                                        : Order::kShuffled,
      .shuffle_launches = order > kDescending,
      .seed = order,
      .block_threads = block_threads});
}

}  // namespace autodiff
