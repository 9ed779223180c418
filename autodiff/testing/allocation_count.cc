#include "autodiff/testing/allocation_count.h"

#include <atomic>
#include <cerrno>
#include <cstddef>

namespace autodiff {
namespace {

// Constant-initialised: malloc is called before any constructor.
constinit std::atomic<int64_t> allocations = 0;

}  // namespace

int64_t AllocationCount() { return allocations; }

}  // namespace autodiff

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)

// Sanitizers have an allocator of their own, which calls this if it is there.
extern "C" void __sanitizer_malloc_hook(const volatile void*, size_t) {
  ++autodiff::allocations;
}

#else

// glibc's allocator under its inner names; what it returns goes to glibc's
// own free(), which stays as it is.
extern "C" {

void* __libc_malloc(size_t);
void* __libc_calloc(size_t, size_t);
void* __libc_realloc(void*, size_t);
void* __libc_memalign(size_t, size_t);

void* malloc(size_t size) noexcept {
  ++autodiff::allocations;
  return __libc_malloc(size);
}

void* calloc(size_t nmemb, size_t size) noexcept {
  ++autodiff::allocations;
  return __libc_calloc(nmemb, size);
}

void* realloc(void* ptr, size_t size) noexcept {
  ++autodiff::allocations;
  return __libc_realloc(ptr, size);
}

void* memalign(size_t alignment, size_t size) noexcept {
  ++autodiff::allocations;
  return __libc_memalign(alignment, size);
}

void* aligned_alloc(size_t alignment, size_t size) noexcept {
  return memalign(alignment, size);
}

int posix_memalign(void** memptr, size_t alignment, size_t size) noexcept {
  *memptr = memalign(alignment, size);
  return *memptr == nullptr ? ENOMEM : 0;
}

}  // extern "C"

#endif
