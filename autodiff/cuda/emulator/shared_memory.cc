#include "autodiff/cuda/emulator/shared_memory.h"

#include <cstring>

#include "absl/strings/str_cat.h"
#include "autodiff/fail.h"

namespace autodiff::cuda::emulator {
namespace {

constexpr size_t kAlignment = 16;
constexpr int kPoison = 0xff;

}  // namespace

void SharedMemory::Start(size_t dynamic_bytes) {
  std::memset(bytes_, kPoison, dynamic_bytes);
  dynamic_bytes_ = used_ = dynamic_bytes;
  arrays_.clear();
}

void* SharedMemory::Declare(const void* declaration, size_t bytes,
                            const char* name,
                            const std::source_location& where) {
  const std::lock_guard lock(mutex_);
  for (const Array& array : arrays_) {
    if (array.declaration == declaration) return array.data;
  }
  const size_t begin = (used_ + kAlignment - 1) / kAlignment * kAlignment;
  if (begin + bytes > kMaxSharedBytes) {
    FailIn(*running,
           absl::StrCat(name, " of ", bytes, " bytes at ", LineOf(where),
                        " does not fit into shared memory: ", begin, " of ",
                        kMaxSharedBytes, " bytes are taken"));
  }
  used_ = begin + bytes;
  std::memset(bytes_ + begin, kPoison, bytes);
  arrays_.push_back({declaration, bytes_ + begin});
  return arrays_.back().data;
}

}  // namespace autodiff::cuda::emulator
