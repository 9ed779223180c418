#include "autodiff/cuda/emulator/device_memory.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "autodiff/fail.h"

namespace autodiff::cuda::emulator {

void* DeviceMemory::Allocate(size_t bytes) {
  const size_t granules =
      std::max<size_t>(1, (bytes + kGranule - 1) / kGranule);
  if (next_ + (granules + 1) * kGranule > kSize) {
    Fail(absl::StrCat("the emulated device has given out all its ", kSize >> 30,
                      " GB of addresses, which it does not use twice"));
  }
  const uint64_t offset = next_;
  blocks_[offset] = bytes;
  for (size_t words = (bytes + 3) / 4, at = offset / kGranule; words > 0;
       ++at) {
    const size_t here = std::min(words, kGranule / 4);
    words_.data()[at] = static_cast<uint8_t>(here);
    words -= here;
  }
  next_ += (granules + 1) * kGranule;
  return static_cast<std::byte*>(addresses_.data()) + offset;
}

void DeviceMemory::Free(void* address) {
  const auto block = blocks_.find(OffsetOf(address));
  if (block == blocks_.end()) {
    Fail(
        "memory is freed that the emulated device has not allocated, or freed "
        "before");
  }
  const auto [begin, bytes] = *block;
  const uint64_t end = begin + bytes;
  std::fill(words_.data() + begin / kGranule,
            words_.data() + (end + kGranule - 1) / kGranule, uint8_t{0});
  bytes_.Clear(begin, end);
  history_.Clear(begin / 4, end / 4);
  blocks_.erase(block);
}

std::byte* DeviceMemory::Find(const void* address, size_t bytes) const {
  const uint64_t offset = OffsetOf(address);
  const auto after = blocks_.upper_bound(offset);
  if (after == blocks_.begin()) return nullptr;
  const auto& [begin, size] = *std::prev(after);
  const bool inside =
      offset - begin <= size && bytes <= size - (offset - begin);
  return inside ? bytes_.data() + offset : nullptr;
}

}  // namespace autodiff::cuda::emulator
