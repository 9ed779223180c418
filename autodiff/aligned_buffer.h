// Zeroed memory whose first byte is aligned to a cache line, which is also the
// widest vector register. Everything that kernels read starts so: Eigen's
// order of additions depends on the alignment of its operands, and with it the
// last bit of a sum.
#ifndef AUTODIFF_ALIGNED_BUFFER_H_
#define AUTODIFF_ALIGNED_BUFFER_H_

#include <sys/mman.h>

#include <cstddef>
#include <cstring>
#include <memory>
#include <new>

namespace autodiff {

inline constexpr size_t kAlignment = 64;

// `bytes` rounded up to whole cache lines.
constexpr size_t AlignedSize(size_t bytes) {
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

// Large buffers are on huge pages where the system has them: a page costs about
// as much time as it takes to write it, and there are 512 times fewer of them.
class AlignedBuffer {
 public:
  explicit AlignedBuffer(size_t bytes = 0)
      : bytes_(bytes),
        data_(static_cast<std::byte*>(
                  ::operator new(AlignedSize(bytes), AlignmentOf(bytes))),
              Delete{AlignmentOf(bytes)}) {
    if (bytes >= kHugePage) {
      // Refused, the buffer is as good, only slower.
      madvise(data_.get(), AlignedSize(bytes), MADV_HUGEPAGE);
    }
    std::memset(data_.get(), 0, AlignedSize(bytes));
  }

  std::byte* data() const { return data_.get(); }
  size_t size() const { return bytes_; }

 private:
  static constexpr size_t kHugePage = size_t{2} << 20;

  static std::align_val_t AlignmentOf(size_t bytes) {
    return std::align_val_t{bytes < kHugePage ? kAlignment : kHugePage};
  }

  struct Delete {
    std::align_val_t alignment;
    void operator()(std::byte* data) const {
      ::operator delete(data, alignment);
    }
  };

  size_t bytes_;
  std::unique_ptr<std::byte, Delete> data_;
};

}  // namespace autodiff

#endif  // AUTODIFF_ALIGNED_BUFFER_H_
