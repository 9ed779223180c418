// What reductions over a set of axes share.
#ifndef AUTODIFF_OPS_REDUCTION_H_
#define AUTODIFF_OPS_REDUCTION_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "autodiff/op.h"
#include "autodiff/ops/strided_loop.h"

namespace autodiff {

// The shape with size 1 along the reduced axes.
Shape KeptShape(const Shape& shape, const std::vector<int64_t>& axes);

struct Reduction {
  static absl::StatusOr<TensorType> InferShape(const Call& call);

  // Runs over x; operand 1 is the result, with stride 0 along reduced axes.
  static StridedLoop<2> Loop(const Call& call);

  // The result of folding x's elements, one at a time, into `initial`.
  static std::vector<double> Fold(const Call& call, const Values& x,
                                  double initial,
                                  double (*combine)(double, double));
};

// No axes: all of them; negative ones count from the last.
Tensor RecordReduction(const Op& op, const Operand& x,
                       std::vector<int64_t> axes, bool keep_axes);

// Reductions of no, some, and all axes, of one element, and of nothing if the
// op can.
std::vector<Sample> ReductionSamples(Tensor (*op)(Operand, std::vector<int64_t>,
                                                  bool),
                                     bool of_nothing);

}  // namespace autodiff

#endif  // AUTODIFF_OPS_REDUCTION_H_
