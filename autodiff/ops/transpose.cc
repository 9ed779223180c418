#include "Eigen/Core"
#include "absl/status/status.h"
#include "autodiff/op.h"
#include "autodiff/ops.h"

namespace autodiff {
namespace {

// y = xᵀ,  dx = dyᵀ.
struct TransposeRule {
  static constexpr char kName[] = "transpose";

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    if (call.in(0).rank() == 2 &&
        call.inputs[0].element == ElementType::kReal) {
      return TensorType{{call.in(0)[1], call.in(0)[0]}};
    }
    return absl::InvalidArgumentError("needs a matrix of reals");
  }

  template <typename T>
  static Kernel Value(const Call& call) {
    using Matrix =
        Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    const int64_t rows = call.in(0)[0], columns = call.in(0)[1];
    return {[=](const Buffers& b) {
      Eigen::Map<Matrix>(b.Out<T>(), columns, rows) =
          Eigen::Map<const Matrix>(b.In<T>(0), rows, columns).transpose();
    }};
  }

  static Tensors Gradient(const Tensor&, const Tensors&, const Tensor& dy) {
    return {Transpose(dy)};
  }

  static std::vector<double> Oracle(const Call& call,
                                    absl::Span<const Values> inputs) {
    std::vector<double> y;
    for (int64_t j = 0; j < call.out()[0]; ++j) {
      for (int64_t i = 0; i < call.out()[1]; ++i) {
        y.push_back(inputs[0].data[i * call.out()[0] + j]);
      }
    }
    return y;
  }

  static std::vector<Sample> Samples() {
    std::vector<Sample> samples;
    for (const Shape& shape : {Shape{3, 5}, Shape{1, 4}, Shape{0, 2}}) {
      samples.push_back({shape.ToString(), {{shape}}, [](const Tensors& x) {
                           return Transpose(x[0]);
                         }});
    }
    return samples;
  }
};

}  // namespace

constexpr Op kTranspose = MakeOp<TransposeRule>();

Tensor Transpose(Operand x) { return Record(kTranspose, {x}); }

}  // namespace autodiff
