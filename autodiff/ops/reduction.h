// What reductions over a set of axes share.
#ifndef AUTODIFF_OPS_REDUCTION_H_
#define AUTODIFF_OPS_REDUCTION_H_

#include <cstdint>
#include <vector>

#include "autodiff/ops/rows.h"
#include "autodiff/ops/strided_loop.h"

namespace autodiff {

// The shape with size 1 along the reduced axes.
Shape KeptShape(const Shape& shape, const std::vector<int64_t>& axes);

struct Reduction {
  static absl::StatusOr<TensorType> InferShape(const Call& call);

  // Folds x into y, which starts as `initial`: fold(n, x, y, stride of y) takes
  // n elements of x in a row, which go to one y or to one each.
  template <typename T, typename Fold>
  static Kernel Reduce(const Call& call, T initial, const Fold& fold) {
    const StridedLoop loop = Loop(call);
    const int64_t blocks = loop.blocks(), runs = loop.runs() / blocks;
    const int64_t size = call.out().elements() / blocks;
    const double block_cost = 10. + runs * (5. + loop.run_size() / 4.);
    return ForEachRow(blocks, block_cost, [=](const Buffers& b, int64_t block) {
      std::fill_n(b.Out<T>() + block * size, size, initial);
      for (int64_t i = block * runs; i < (block + 1) * runs; ++i) {
        const StridedLoop::Offsets at = loop.Start(i);
        fold(loop.run_size(), b.In<T>(0) + at.x, b.Out<T>() + at.y,
             loop.run_stride().y);
      }
    });
  }

  // The same by plain loops, one element at a time.
  static Doubles Fold(const Call& call, const Values& x, double initial,
                      double (*combine)(double, double));

 private:
  static StridedLoop Loop(const Call& call);
};

// No axes: all of them; negative ones count from the last.
Tensor RecordReduction(const Op& op, const Operand& x,
                       std::vector<int64_t> axes, bool keep_axes);

// Reductions of no, some, and all axes, and of one element; for a smooth one
// also of nothing, and of as many elements as fill several parts.
std::vector<Sample> ReductionSamples(Tensor (*op)(Operand, std::vector<int64_t>,
                                                  bool),
                                     bool smooth);

}  // namespace autodiff

#endif  // AUTODIFF_OPS_REDUCTION_H_
