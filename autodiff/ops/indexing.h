// What the indexing ops share.
#ifndef AUTODIFF_OPS_INDEXING_H_
#define AUTODIFF_OPS_INDEXING_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "autodiff/fail.h"
#include "autodiff/op.h"

namespace autodiff {

// Indices may come from data: a wrong one is reported, never followed.
inline int64_t CheckedIndex(int32_t index, int64_t size, const char* op) {
  if (index >= 0 && index < size) return index;
  Fail(absl::StrCat(op, ": index ", index, " is outside [0, ", size, ")"));
}

// Argument 0 must hold reals, argument 1 indices.
inline absl::Status RequireRealAndIndex(const Call& call) {
  if (call.inputs[0].element == ElementType::kReal &&
      call.inputs[1].element == ElementType::kIndex) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError("needs reals and then indices");
}

// All sizes of `shape` but the last `drop` ones, then those of `tail`.
inline Shape Replace(const Shape& shape, int drop, std::vector<int64_t> tail) {
  std::vector<int64_t> sizes(shape.sizes().begin(), shape.sizes().end() - drop);
  sizes.insert(sizes.end(), tail.begin(), tail.end());
  return Shape(sizes);
}

}  // namespace autodiff

#endif  // AUTODIFF_OPS_INDEXING_H_
