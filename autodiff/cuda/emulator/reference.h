// An element of memory as a kernel writes it, a.x[i]: a proxy that checks every
// read and write, and ends the process (Fail) naming kernel, block, thread and
// line if there is something wrong with one:
//  - the index is out of bounds, or the memory not allocated;
//  - shared memory is read that the block has not written;
//  - another thread has read or written it and nothing orders the two: no
//    barrier, or for threads of other launches no edge of the launch graph
//    (see history.h).
//
// Under ThreadSanitizer it checks the bounds, and leaves the races to that.
#ifndef AUTODIFF_CUDA_EMULATOR_REFERENCE_H_
#define AUTODIFF_CUDA_EMULATOR_REFERENCE_H_

#include <concepts>
#include <cstdint>
#include <source_location>
#include <type_traits>
#include <utility>

namespace autodiff::cuda::emulator {

// An index, and the line of the kernel that uses it.
struct Position {
  template <std::integral I>
  // NOLINTNEXTLINE(google-explicit-constructor): a.x[i] must read so.
  Position(I i, std::source_location at = std::source_location::current())
      : index(static_cast<int64_t>(i)), where(at) {}

  int64_t index;
  std::source_location where;
};

// The same in an array. Shared arrays have a name, tensors have none.
struct Place {
  int64_t index, size;
  const char* name;
  std::source_location where;
};

// The host's address of `bytes` bytes at `address`, which the running thread
// now reads, writes, or changes by an atomic operation.
const void* Read(const void* address, int bytes, const Place& place);
void* Write(void* address, int bytes, const Place& place);
void* Change(void* address, int bytes, const Place& place);

[[noreturn]] void FailOutOfBounds(const Place& place);

// Only for use at once: `auto x = a.x[i]` does not read, and so `x` is of no
// use.
template <typename T>
class Reference {
  using Value = std::remove_const_t<T>;
  static_assert(std::is_arithmetic_v<T> && (sizeof(T) == 4 || sizeof(T) == 8));

 public:
  Reference(T* address, const Place& place)
      : address_(address), place_(place) {}

  // NOLINTNEXTLINE(google-explicit-constructor): stands for the element.
  operator Value() && { return Get(); }

  void operator=(Value value) &&
        requires(!std::is_const_v<T>)
  {
    *static_cast<T*>(Write(address_, sizeof(T), place_)) = value;
  }
  void operator=(Reference&& other) && noexcept {
    std::move(*this) = static_cast<Value>(std::move(other));
  }
  void operator+=(Value value) && { std::move(*this) = Get() + value; }
  void operator-=(Value value) && { std::move(*this) = Get() - value; }
  void operator*=(Value value) && { std::move(*this) = Get() * value; }
  void operator/=(Value value) && { std::move(*this) = Get() / value; }

 private:
  Value Get() const {
    return *static_cast<const T*>(Read(address_, sizeof(T), place_));
  }

  T* address_;
  Place place_;
};

template <typename T>
Reference<T> At(T* data, int64_t size, const Position& position,
                const char* name = nullptr) {
  const Place place = {position.index, size, name, position.where};
  if (place.index < 0 || place.index >= size) FailOutOfBounds(place);
  return Reference<T>(data + place.index, place);
}

}  // namespace autodiff::cuda::emulator

#endif  // AUTODIFF_CUDA_EMULATOR_REFERENCE_H_
