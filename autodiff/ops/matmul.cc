#include "autodiff/ops/cuda_rule.h"
#include "autodiff/ops/gemm.h"

namespace autodiff {
namespace {

// Products of one shape, each on the next matrix of a and of b, or again on the
// same one where its stride is 0.
struct Batch {
  GemmShape gemm;
  int64_t count, stride_a, stride_b;
};

std::vector<int64_t> LeadingAxes(const Shape& shape) {
  return {shape.sizes().begin(), shape.sizes().end() - 2};
}

// For shapes that passed the shape rule.
Batch BatchOf(const Call& call) {
  const bool transpose_a = call.attributes.Int("transpose_a") == 1;
  const bool transpose_b = call.attributes.Int("transpose_b") == 1;
  const Shape &a = call.in(0), &b = call.in(1);
  const GemmShape gemm{.m = a[transpose_a ? -1 : -2],
                       .n = b[transpose_b ? -2 : -1],
                       .k = a[transpose_a ? -2 : -1],
                       .transpose_a = transpose_a,
                       .transpose_b = transpose_b};
  const int64_t batch_of_a = Shape(LeadingAxes(a)).elements();
  const int64_t batch_of_b = Shape(LeadingAxes(b)).elements();
  return {.gemm = gemm,
          .count = a.rank() == 2 ? batch_of_b : batch_of_a,
          .stride_a = a.rank() == 2 ? 0 : gemm.m * gemm.k,
          .stride_b = b.rank() == 2 ? 0 : gemm.k * gemm.n};
}

}  // namespace

// Y = op(A) op(B). For Y = A B:  dA = dY Bᵀ,  dB = Aᵀ dY; a transposed
// argument gets the transpose of that, which is again one product. A matrix
// that is used in all products of a batch gets the sum over them.
struct MatMulRule {
  static constexpr char kName[] = "matmul";
  // Terms are added in another order than the oracle's.
  static constexpr double kValueUnits = 5;

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    const Shape &a = call.in(0), &b = call.in(1);
    if (!RequireReals(call).ok() || a.rank() < 2 || b.rank() < 2) {
      return Refuse("needs two matrices of reals");
    }
    if (a.rank() > 2 && b.rank() > 2 && LeadingAxes(a) != LeadingAxes(b)) {
      return Refuse("the axes before the matrices differ");
    }
    const GemmShape s = BatchOf(call).gemm;
    const int64_t k_of_b = b[s.transpose_b ? -1 : -2];
    if (s.k != k_of_b) {
      return Refuse("inner sizes ", s.k, " and ", k_of_b, " differ",
                    s.transpose_a ? ", a transposed" : "",
                    s.transpose_b ? ", b transposed" : "");
    }
    std::vector<int64_t> sizes = LeadingAxes(a.rank() == 2 ? b : a);
    sizes.insert(sizes.end(), {s.m, s.n});
    return TensorType{Shape(sizes)};
  }

  template <typename T>
  static Kernel Value(const Call& call) {
    const Batch batch = BatchOf(call);
    const GemmFunctions<T>& gemm = Gemm<T>(batch.gemm, call.instruction_set);
    const GemmPlan plan = gemm.plan(
        batch.gemm,
        std::max<int64_t>(call.threads / std::max<int64_t>(batch.count, 1), 1));
    const int64_t size = batch.gemm.m * batch.gemm.n;
    const auto run = [=, multiply = gemm.multiply](const Buffers& b) {
      const int64_t i = b.part / plan.parts;
      multiply(plan, b.part % plan.parts, b.In<T>(0) + i * batch.stride_a,
               b.In<T>(1) + i * batch.stride_b, b.Out<T>() + i * size,
               b.workspace);
    };
    const double flop = 2. * static_cast<double>(batch.gemm.k) *
                        static_cast<double>(call.out().elements());
    return {.run = run,
            .workspace_bytes = plan.workspace_bytes,
            .parts = static_cast<int>(batch.count) * plan.parts,
            .nanoseconds = 100 + flop / 80};
  }

  static CudaKernel Cuda(const Call& call) {
    return {.launches = [=](const Buffers& b) {
      std::vector<cuda::Launch> list;
      if (call.out().elements() == 0) return list;
      const Batch batch = BatchOf(call);
      const cuda::GemmArguments a{.a = CudaInput<float>(call, b, 0),
                                  .b = CudaInput<float>(call, b, 1),
                                  .c = CudaOutput<float>(call, b),
                                  .m = static_cast<int>(batch.gemm.m),
                                  .n = static_cast<int>(batch.gemm.n),
                                  .k = static_cast<int>(batch.gemm.k),
                                  .transpose_a = batch.gemm.transpose_a,
                                  .transpose_b = batch.gemm.transpose_b,
                                  .count = static_cast<int>(batch.count),
                                  .stride_a = batch.stride_a,
                                  .stride_b = batch.stride_b};
      list.push_back(cuda::MakeLaunch(a, {}, {}));
      return list;
    }};
  }

  static Tensors Gradient(const Tensor& y, const Tensors& x, const Tensor& dy) {
    const bool ta = y.node().attributes.Int("transpose_a") == 1;
    const bool tb = y.node().attributes.Int("transpose_b") == 1;
    const Tensor da =
        ta ? MatMul(x[1], dy, tb, true) : MatMul(dy, x[1], false, !tb);
    const Tensor db =
        tb ? MatMul(dy, x[0], true, ta) : MatMul(x[0], dy, !ta, false);
    return {da, db};
  }

  static Doubles Oracle(const Call& call, absl::Span<const Values> inputs) {
    const Batch batch = BatchOf(call);
    const GemmShape& s = batch.gemm;
    Doubles y(call.out().elements(), 0);
    for (int64_t at = 0; at < call.out().elements(); ++at) {
      const int64_t p = at / (s.m * s.n), i = at / s.n % s.m, j = at % s.n;
      const double* const a = inputs[0].data.data() + p * batch.stride_a;
      const double* const b = inputs[1].data.data() + p * batch.stride_b;
      for (int64_t l = 0; l < s.k; ++l) {
        y[at] += a[s.transpose_a ? l * s.m + i : i * s.k + l] *
                 b[s.transpose_b ? j * s.k + l : l * s.n + j];
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
    for (const auto& [a, b] : {std::pair{Shape{2, 3, 5}, Shape{2, 5, 4}},
                               {Shape{3, 5}, Shape{2, 2, 5, 4}},
                               {Shape{0, 3, 5}, Shape{0, 5, 4}},
                               {Shape{2, 3, 0}, Shape{0, 4}},
                               {Shape{2, 2, 3, 5}, Shape{5, 4}}}) {
      samples.push_back({absl::StrCat("batch ", a.ToString(), b.ToString()),
                         {{a}, {b}},
                         [](const Tensors& x) { return MatMul(x[0], x[1]); }});
    }
    samples.push_back(
        {"transposed batch, one matrix",
         {{{2, 5, 3}}, {{4, 5}}},
         [](const Tensors& x) { return MatMul(x[0], x[1], true, true); }});
    samples.push_back({"one input twice", {{{4, 4}}}, [](const Tensors& x) {
                         return MatMul(x[0], x[0], true, false);
                       }});
    return samples;
  }
};

constexpr Op kMatMul = MakeOp<MatMulRule>();

Tensor MatMul(Operand a, Operand b, bool transpose_a, bool transpose_b) {
  const Attributes attributes = {{"transpose_a", int64_t{transpose_a}},
                                 {"transpose_b", int64_t{transpose_b}}};
  if (RankOf(a) > 2 && RankOf(b) == 2 && !transpose_a) {
    const absl::StatusOr<TensorType> type = MatMulRule::InferShape(
        {.inputs = {a.tensor().node().type, b.tensor().node().type},
         .attributes = attributes});
    if (type.ok()) {
      // Every row of a meets the same matrix: one product of all of them.
      const Shape& shape = a.tensor().shape();
      const int64_t count = Replace(shape, 1, {}).elements();
      const Tensor rows = Reshape(a, {count, shape[-1]});
      const Tensor y = MatMul(Operand(rows, a.where()), b, false, transpose_b);
      return Reshape(Operand(y, a.where()), type->shape.sizes());
    }
  }
  return Record(kMatMul, {a, b}, attributes);
}

}  // namespace autodiff
