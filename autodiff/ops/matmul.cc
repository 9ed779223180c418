#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "autodiff/graph.h"
#include "autodiff/op.h"
#include "autodiff/ops.h"
#include "autodiff/ops/gemm.h"

namespace autodiff {
namespace {

GemmShape ShapeOf(const Call& call) {
  const bool transpose_a = call.attributes.Int("transpose_a") == 1;
  const bool transpose_b = call.attributes.Int("transpose_b") == 1;
  return {.m = call.in(0)[transpose_a ? 1 : 0],
          .n = call.in(1)[transpose_b ? 0 : 1],
          .k = call.in(0)[transpose_a ? 0 : 1],
          .transpose_a = transpose_a,
          .transpose_b = transpose_b};
}

// Y = op(A) op(B). For Y = A B:  dA = dY Bᵀ,  dB = Aᵀ dY; a transposed
// argument gets the transpose of that, which is again one product.
struct MatMulRule {
  static constexpr char kName[] = "matmul";

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    for (const TensorType& type : call.inputs) {
      if (type.shape.rank() == 2 && type.element == ElementType::kReal) {
        continue;
      }
      return absl::InvalidArgumentError("needs two matrices of reals");
    }
    const GemmShape s = ShapeOf(call);
    const int64_t k_of_b = call.in(1)[s.transpose_b ? 1 : 0];
    if (s.k == k_of_b) return TensorType{{s.m, s.n}};
    return absl::InvalidArgumentError(
        absl::StrCat("inner sizes ", s.k, " and ", k_of_b, " differ",
                     s.transpose_a ? ", a transposed" : "",
                     s.transpose_b ? ", b transposed" : ""));
  }

  template <typename T>
  static Kernel Value(const Call& call) {
    const GemmShape s = ShapeOf(call);
    const GemmBlocking<T> blocking(s);
    const auto run = [s, blocking](const Buffers& b) {
      Gemm(s, b.In<T>(0), b.In<T>(1), b.Out<T>(), blocking.In(b.workspace));
    };
    return {.run = run, .workspace_bytes = blocking.workspace_bytes()};
  }

  static Tensors Gradient(const Tensor& y, const Tensors& x, const Tensor& dy) {
    const bool ta = y.node().attributes.Int("transpose_a") == 1;
    const bool tb = y.node().attributes.Int("transpose_b") == 1;
    return {ta ? MatMul(x[1], dy, tb, true) : MatMul(dy, x[1], false, !tb),
            tb ? MatMul(dy, x[0], true, ta) : MatMul(x[0], dy, !ta, false)};
  }

  static std::vector<double> Oracle(const Call& call,
                                    absl::Span<const Values> inputs) {
    const GemmShape s = ShapeOf(call);
    std::vector<double> y(s.m * s.n, 0);
    for (int64_t i = 0; i < s.m; ++i) {
      for (int64_t j = 0; j < s.n; ++j) {
        for (int64_t l = 0; l < s.k; ++l) {
          y[i * s.n + j] +=
              inputs[0].data[s.transpose_a ? l * s.m + i : i * s.k + l] *
              inputs[1].data[s.transpose_b ? j * s.k + l : l * s.n + j];
        }
      }
    }
    return y;
  }

  static std::vector<Sample> Samples() {
    const int64_t sizes[][3] = {{3, 5, 4}, {1, 5, 4}, {3, 1, 4},
                                {3, 5, 1}, {1, 1, 1}, {0, 2, 3},
                                {2, 0, 3}, {2, 3, 0}, {17, 33, 9}};
    std::vector<Sample> samples;
    for (const auto& [m, n, k] : sizes) {
      for (int flags = 0; flags < 4; ++flags) {
        const bool ta = flags & 1, tb = flags & 2;
        const Shape a = ta ? Shape{k, m} : Shape{m, k};
        const Shape b = tb ? Shape{n, k} : Shape{k, n};
        samples.push_back({absl::StrCat(a.ToString(), ta ? "ᵀ " : " ",
                                        b.ToString(), tb ? "ᵀ" : ""),
                           {{a}, {b}},
                           [ta, tb](const Tensors& x) {
                             return MatMul(x[0], x[1], ta, tb);
                           }});
      }
    }
    samples.push_back({"one input twice", {{{4, 4}}}, [](const Tensors& x) {
                         return MatMul(x[0], x[0], true, false);
                       }});
    return samples;
  }
};

}  // namespace

constexpr Op kMatMul = MakeOp<MatMulRule>();

Tensor MatMul(Operand a, Operand b, bool transpose_a, bool transpose_b) {
  return Record(kMatMul, {a, b},
                {{"transpose_a", int64_t{transpose_a}},
                 {"transpose_b", int64_t{transpose_b}}});
}

}  // namespace autodiff
