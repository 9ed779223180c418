// A block of memory: this process's, or a device's.
#ifndef AUTODIFF_MEMORY_H_
#define AUTODIFF_MEMORY_H_

#include <cstddef>
#include <utility>

#include "autodiff/aligned_buffer.h"
#include "autodiff/cuda/device.h"

namespace autodiff {

// Zeroed, on `device`, which must outlive it, or if that is null an
// AlignedBuffer. What kernels compute in lies in such blocks.
class Memory {
 public:
  explicit Memory(cuda::Device* device = nullptr, size_t bytes = 0)
      : device_(device), here_(device == nullptr ? bytes : 0), size_(bytes) {
    if (device != nullptr) there_ = device->Allocate(bytes);
  }
  Memory(Memory&& other) noexcept { *this = std::move(other); }
  Memory& operator=(Memory&& other) noexcept {
    std::swap(device_, other.device_);
    std::swap(here_, other.here_);
    std::swap(there_, other.there_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~Memory() {
    if (there_ != nullptr) device_->Free(there_);
  }

  // An address on the device, if there is one.
  std::byte* data() const {
    return there_ == nullptr ? here_.data() : static_cast<std::byte*>(there_);
  }
  size_t size() const { return size_; }

 private:
  cuda::Device* device_ = nullptr;
  AlignedBuffer here_;
  void* there_ = nullptr;
  size_t size_ = 0;
};

}  // namespace autodiff

#endif  // AUTODIFF_MEMORY_H_
