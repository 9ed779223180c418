// What the files of ops share: checks of arguments, shapes cut at an axis,
// kernels that threads can split, and plain loops for oracles.
#ifndef AUTODIFF_OPS_RULE_H_
#define AUTODIFF_OPS_RULE_H_

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "autodiff/gradients.h"
#include "autodiff/graph.h"
#include "autodiff/op.h"
#include "autodiff/ops.h"

namespace autodiff {

// ---- Parts of rules ---------------------------------------------------------

// For results that are constant almost everywhere, or indices.
struct NoGradient {
  static Tensors Gradient(const Tensor&, const Tensors& x, const Tensor&) {
    return Tensors(x.size());
  }
};

// ---- Shape rules ------------------------------------------------------------

// The sentence that says which argument does not fit.
template <typename... Part>
absl::Status Refuse(const Part&... parts) {
  return absl::InvalidArgumentError(absl::StrCat(parts...));
}

inline bool IsIndex(const Call& call, int i) {
  return call.inputs[i].element == ElementType::kIndex;
}
absl::Status RequireReals(const Call& call);
absl::Status RequireRealAndIndex(const Call& call);

// All sizes of `shape` but the last `drop` ones, then those of `tail`.
Shape Replace(const Shape& shape, int drop, const std::vector<int64_t>& tail);

// The shape with another size along an axis.
Shape WithSize(const Shape& shape, int64_t axis, int64_t size);

// 0 for a number. An axis of x that may be negative, counted from the last one.
int64_t RankOf(const Operand& x);
int64_t FromFirst(const Operand& x, int64_t axis);

// ---- Kernels ----------------------------------------------------------------

// A tensor as rows along its last axis.
struct Rows {
  int64_t count, size;
};
Rows RowsOf(const Shape& shape);

// A tensor cut at one axis: `before` blocks of size · `after` elements.
struct AxisCut {
  int64_t before = 1, size = 1, after = 1;
};
AxisCut CutAt(const Shape& shape, int64_t axis);

// Calls body(buffers, row) for rows 0 to `count`, which must not write the same
// places. A row takes about `nanoseconds`; a part is as many rows as are worth
// handing to another thread.
template <typename Body>
Kernel ForEachRow(int64_t count, double nanoseconds, const Body& body) {
  constexpr double kPartNanoseconds = 10'000;
  const auto rows = static_cast<int64_t>(
      std::max(1.0, kPartNanoseconds / std::max(1.0, nanoseconds)));
  const int64_t parts = std::max<int64_t>(1, (count + rows - 1) / rows);
  const auto run = [=](const Buffers& b) {
    const int64_t begin = b.part * rows, end = std::min(count, begin + rows);
    for (int64_t row = begin; row < end; ++row) body(b, row);
  };
  return {.run = run,
          .parts = static_cast<int>(parts),
          .nanoseconds = nanoseconds * static_cast<double>(count)};
}

// Indices may come from data: a wrong one is reported, never followed. `node`
// is that of the Call.
int64_t CheckedIndex(int32_t index, int64_t size, const std::string& node);

// ---- Oracles ----------------------------------------------------------------

// Every multi-index of a shape, in row-major order.
using Index = std::vector<int64_t>;
std::vector<Index> IndicesOf(const Shape& shape);

// Where the element at `at` is in row-major order, if `shape` is broadcast to
// the shape that `at` belongs to.
int64_t Position(const Shape& shape, const Index& at);

// ---- Samples ----------------------------------------------------------------

// A sample for each input shape and other argument of the op.
template <typename Argument>
std::vector<Sample> SamplesWith(
    Tensor (*record)(const Tensor&, const Argument&),
    const std::vector<std::pair<Shape, Argument>>& cases) {
  std::vector<Sample> samples;
  for (const auto& [shape, argument] : cases) {
    samples.push_back(
        {absl::StrCat(shape.ToString(), " case ", samples.size()),
         {{shape}},
         [=](const Tensors& x) { return record(x[0], argument); }});
  }
  return samples;
}

}  // namespace autodiff

#endif  // AUTODIFF_OPS_RULE_H_
