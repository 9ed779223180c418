// The shared memory of the block that runs: arrays that kernels declare
// (SHARED), then what the launch asked for (DYNAMIC_SHARED).
#ifndef AUTODIFF_CUDA_EMULATOR_SHARED_MEMORY_H_
#define AUTODIFF_CUDA_EMULATOR_SHARED_MEMORY_H_

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <source_location>
#include <vector>

#include "autodiff/cuda/emulator/history.h"
#include "autodiff/cuda/emulator/reference.h"

namespace autodiff::cuda::emulator {

// An array of it, of which copies are the same array.
template <typename T>
class Shared {
 public:
  Shared(T* data, int64_t size, const char* name)
      : data_(data), size_(size), name_(name) {}

  Reference<T> operator[](const Position& i) const {
    return At(data_, size_, i, name_);
  }
  // What begins `offset` elements later.
  Shared operator+(int64_t offset) const {
    return {data_ + offset, size_ - offset, name_};
  }

 private:
  T* data_;
  int64_t size_;
  const char* name_;
};

class SharedMemory {
 public:
  // Readies the memory for a block of a launch with so much dynamic memory.
  // All that it holds is NaN, or −1.
  void Start(size_t dynamic_bytes);

  // The array of a declaration, which `declaration` is an address for. Fails if
  // there is no room for it.
  void* Declare(const void* declaration, size_t bytes, const char* name,
                const std::source_location& where);
  void* dynamic() { return bytes_; }
  size_t dynamic_bytes() const { return dynamic_bytes_; }

  bool Holds(const void* address) const {
    return static_cast<const std::byte*>(address) >= bytes_ &&
           static_cast<const std::byte*>(address) < bytes_ + kMaxSharedBytes;
  }
  History& HistoryOf(const void* address) {
    return history_[(static_cast<const std::byte*>(address) - bytes_) / 4];
  }

 private:
  struct Array {
    const void* declaration;
    void* data;
  };

  alignas(16) std::byte bytes_[kMaxSharedBytes];
  std::vector<History> history_{kMaxSharedBytes / 4};
  size_t dynamic_bytes_ = 0, used_ = 0;
  std::mutex mutex_;  // of the list
  std::vector<Array> arrays_;
};

// SHARED and DYNAMIC_SHARED.
template <typename T, int64_t count>
Shared<T> DeclareShared(
    const void* declaration, const char* name,
    const std::source_location& where = std::source_location::current()) {
  static_assert(count > 0);
  void* const data = Running(where).execution->shared.Declare(
      declaration, count * sizeof(T), name, where);
  return {static_cast<T*>(data), count, name};
}
template <typename T>
Shared<T> DynamicShared(const char* name) {
  SharedMemory& memory = Running().execution->shared;
  return {static_cast<T*>(memory.dynamic()),
          static_cast<int64_t>(memory.dynamic_bytes() / sizeof(T)), name};
}

}  // namespace autodiff::cuda::emulator

#endif  // AUTODIFF_CUDA_EMULATOR_SHARED_MEMORY_H_
