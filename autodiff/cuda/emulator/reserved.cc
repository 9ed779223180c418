#include "autodiff/cuda/emulator/reserved.h"

#include <sys/mman.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "autodiff/fail.h"

namespace autodiff::cuda::emulator {

ReservedPages::ReservedPages(size_t bytes, bool accessible)
    : bytes_(bytes),
      data_(mmap(nullptr, bytes,
                 accessible ? PROT_READ | PROT_WRITE : PROT_NONE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)) {
  if (data_ == MAP_FAILED) {
    Fail(absl::StrCat("the emulated device gets no ", bytes >> 20,
                      " MB of addresses from the system"));
  }
}

ReservedPages::~ReservedPages() { munmap(data_, bytes_); }

void ReservedPages::Clear(size_t begin, size_t end) {
  const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  begin = (begin + page - 1) / page * page;
  end = end / page * page;
  if (begin < end) {
    madvise(static_cast<char*>(data_) + begin, end - begin, MADV_DONTNEED);
  }
}

}  // namespace autodiff::cuda::emulator
