// The memory of an emulated device. Its addresses are the device's: host code
// that reads or writes through one crashes, as it would with a GPU.
#ifndef AUTODIFF_CUDA_EMULATOR_DEVICE_MEMORY_H_
#define AUTODIFF_CUDA_EMULATOR_DEVICE_MEMORY_H_

#include <cstddef>
#include <cstdint>
#include <map>

#include "autodiff/cuda/emulator/history.h"
#include "autodiff/cuda/emulator/reserved.h"

namespace autodiff::cuda::emulator {

class DeviceMemory {
 public:
  // Zeroed, and at an address that was never given out before: what is left of
  // a use after Free is no use of something else.
  void* Allocate(size_t bytes);
  void Free(void* address);

  // The host's address of `bytes` bytes, null unless all of them belong to one
  // block of Allocate, which here is as long as the whole words in it.
  std::byte* Find(const void* address, size_t bytes) const;

  // The same of a word, at a multiple of 4.
  std::byte* FindWord(const void* address) const {
    const uint64_t offset = OffsetOf(address);
    if (offset >= next_) return nullptr;
    const size_t word = offset % kGranule / 4;
    return word < words_.data()[offset / kGranule] ? bytes_.data() + offset
                                                   : nullptr;
  }

  // Of the word at an address that FindWord finds.
  History& HistoryOf(const void* address) {
    return history_.data()[OffsetOf(address) / 4];
  }

 private:
  // Addresses are multiples of it, and so much lies between two blocks at
  // least.
  static constexpr size_t kGranule = 256;
  static constexpr size_t kSize = size_t{16} << 30;

  uint64_t OffsetOf(const void* address) const {
    return static_cast<uint64_t>(static_cast<const std::byte*>(address) -
                                 static_cast<std::byte*>(addresses_.data()));
  }

  ReservedPages addresses_{kSize, /*accessible=*/false};
  Reserved<std::byte> bytes_{kSize};
  Reserved<uint8_t> words_{kSize / kGranule};  // allocated in each granule
  Reserved<History> history_{kSize / 4};
  std::map<uint64_t, size_t> blocks_;  // offset → bytes
  uint64_t next_ = 0;                  // offset of the next block
};

}  // namespace autodiff::cuda::emulator

#endif  // AUTODIFF_CUDA_EMULATOR_DEVICE_MEMORY_H_
