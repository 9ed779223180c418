// A large array of zeros of which only those pages are in memory that were
// written.
#ifndef AUTODIFF_CUDA_EMULATOR_RESERVED_H_
#define AUTODIFF_CUDA_EMULATOR_RESERVED_H_

#include <cstddef>

namespace autodiff::cuda::emulator {

class ReservedPages {
 public:
  // Fails if the system refuses.
  ReservedPages(size_t bytes, bool accessible);
  ~ReservedPages();
  ReservedPages(const ReservedPages&) = delete;
  ReservedPages& operator=(const ReservedPages&) = delete;

  void* data() const { return data_; }
  // Makes the pages that lie wholly in [begin, end) zero again.
  void Clear(size_t begin, size_t end);

 private:
  size_t bytes_;
  void* data_;
};

// Zeros must be a value of T.
template <typename T>
class Reserved {
 public:
  explicit Reserved(size_t count) : pages_(count * sizeof(T), true) {}

  T* data() const { return static_cast<T*>(pages_.data()); }
  void Clear(size_t begin, size_t end) {
    pages_.Clear(begin * sizeof(T), end * sizeof(T));
  }

 private:
  ReservedPages pages_;
};

}  // namespace autodiff::cuda::emulator

#endif  // AUTODIFF_CUDA_EMULATOR_RESERVED_H_
