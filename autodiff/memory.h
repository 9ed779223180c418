// Blocks of memory: this process's, or a device's.
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

// A block that kernels compute in and this process reads and writes. On a
// device there is another one of its size for the latter, here.
class Mirror {
 public:
  explicit Mirror(cuda::Device* device = nullptr, size_t bytes = 0)
      : device_(device),
        there_(device, bytes),
        copy_(nullptr, device == nullptr ? 0 : bytes) {}

  // Where kernels find it, and where this process does.
  std::byte* there() const { return there_.data(); }
  std::byte* here() const {
    return (device_ == nullptr ? there_ : copy_).data();
  }
  size_t size() const { return there_.size(); }

  // The byte here for one there; null if that is not in the block.
  std::byte* Here(const void* byte) const {
    const size_t offset = static_cast<const std::byte*>(byte) - there();
    return offset < size() ? here() + offset : nullptr;
  }

  // Between the two, if there are two: see Device.
  void CopyIn() const {
    if (device_ != nullptr) device_->CopyIn(there(), here(), size());
  }
  void CopyOut() const {
    if (device_ != nullptr) device_->CopyOut(here(), there(), size());
  }

 private:
  cuda::Device* device_;
  Memory there_, copy_;
};

}  // namespace autodiff

#endif  // AUTODIFF_MEMORY_H_
