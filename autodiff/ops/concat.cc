#include "autodiff/fail.h"
#include "autodiff/ops/cuda_rule.h"

namespace autodiff {

// y = the parts one after the other along `axis`, with gaps[i] zeros before the
// i-th and more after the last,  dx_i = its slice of dy.
struct ConcatRule {
  static constexpr char kName[] = "concat";

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    if (absl::Status real = RequireReals(call); !real.ok()) return real;
    const int64_t axis = call.attributes.Int("axis");
    const std::vector<int64_t>& gaps = call.attributes.Ints("gaps");
    const Shape& first = call.in(0);
    if (axis < 0 || axis >= first.rank()) {
      return Refuse("there is no axis ", axis);
    }
    int64_t end = 0;
    for (size_t i = 0; i < call.inputs.size(); ++i) {
      const Shape& part = call.inputs[i].shape;
      if (part.rank() != first.rank() ||
          WithSize(part, axis, 0) != WithSize(first, axis, 0)) {
        return Refuse("part ", i, " differs from part 0 in other axes than ",
                      axis);
      }
      const int64_t begin = end + gaps[i];
      if (begin < end) {
        return Refuse("part ", i, " starts at ", begin, ", before ", end);
      }
      end = begin + part.sizes()[axis];
    }
    const int64_t size = end + gaps.back();
    if (end <= size) return TensorType{WithSize(first, axis, size)};
    return Refuse("the last part ends at ", end, ", beyond the size ", size);
  }

  // A block of y, all that is inside the axes before `axis`, as pieces: zeros
  // from the end of the last one, then an input's block. The last piece is only
  // zeros.
  struct Piece {
    int64_t zeros, begin, size;
  };
  static std::vector<Piece> PiecesOf(const Call& call) {
    const int64_t axis = call.attributes.Int("axis");
    const int64_t after = CutAt(call.out(), axis).after;
    std::vector<Piece> pieces;
    int64_t end = 0;
    for (size_t i = 0; i < call.inputs.size(); ++i) {
      const int64_t begin = end + call.attributes.Ints("gaps")[i] * after;
      const int64_t size = call.inputs[i].shape.sizes()[axis] * after;
      pieces.push_back({end, begin, size});
      end = begin + size;
    }
    pieces.push_back({end, call.out().sizes()[axis] * after, 0});
    return pieces;
  }

  template <typename T>
  static Kernel Value(const Call& call) {
    const AxisCut cut = CutAt(call.out(), call.attributes.Int("axis"));
    const int64_t block = cut.size * cut.after;
    const std::vector<Piece> pieces = PiecesOf(call);
    const auto count = static_cast<int64_t>(pieces.size());
    return ForEachRow(cut.before * count, 5. + block / 8. / count,
                      [=](const Buffers& b, int64_t row) {
                        const auto input = static_cast<int>(row % count);
                        const auto& [zeros, begin, size] = pieces[input];
                        T* const y = b.Out<T>() + row / count * block;
                        std::fill(y + zeros, y + begin, T{0});
                        if (size == 0) return;  // the last piece has no input
                        std::copy_n(b.In<T>(input) + row / count * size, size,
                                    y + begin);
                      });
  }

  // As many pieces in a launch as its arguments hold.
  static CudaKernel Cuda(const Call& call) {
    const AxisCut cut = CutAt(call.out(), call.attributes.Int("axis"));
    const std::vector<Piece> pieces = PiecesOf(call);
    const auto launches = [=](const Buffers& b) {
      std::vector<cuda::Launch> list;
      cuda::ConcatArguments a{.y = CudaOutput<float>(call, b),
                              .blocks = static_cast<int>(cut.before),
                              .block = static_cast<int>(cut.size * cut.after)};
      for (size_t i = 0; i < pieces.size(); ++i) {
        const bool is_last = i + 1 == pieces.size();  // it has no input
        if (!is_last) {
          a.piece[a.pieces++] = {CudaInput<float>(call, b, static_cast<int>(i)),
                                 static_cast<int>(pieces[i].begin),
                                 static_cast<int>(pieces[i].size)};
        }
        if (!is_last && a.pieces < cuda::ConcatArguments::kMaxPieces) continue;
        a.end = static_cast<int>(pieces[i].begin + pieces[i].size);
        const int64_t threads = int64_t{a.blocks} * (a.end - a.begin);
        if (threads > 0) {
          list.push_back(
              cuda::MakeLaunch(a, BlocksFor(threads, call.block_threads),
                               {static_cast<uint32_t>(call.block_threads)}));
        }
        a.begin = a.end;
        a.pieces = 0;
      }
      return list;
    };
    return {.launches = launches};
  }

  static Tensors Gradient(const Tensor& y, const Tensors& x, const Tensor& dy) {
    const int64_t axis = y.node().attributes.Int("axis");
    Tensors dx;
    int64_t end = 0;
    for (const Tensor& part : x) {
      const int64_t begin = end + y.node().attributes.Ints("gaps")[dx.size()];
      end = begin + part.shape().sizes()[axis];
      dx.push_back(Slice(dy, axis, begin, end));
    }
    return dx;
  }

  static Doubles Oracle(const Call& call, absl::Span<const Values> inputs) {
    const int64_t axis = call.attributes.Int("axis");
    Doubles y(call.out().elements(), 0);
    int64_t begin = 0;
    for (size_t i = 0; i < inputs.size(); ++i) {
      const Shape& part = inputs[i].type.shape;
      begin += call.attributes.Ints("gaps")[i];
      for (Index at : IndicesOf(part)) {
        const double x = inputs[i].data[Position(part, at)];
        at[axis] += begin;
        y[Position(call.out(), at)] = x;
      }
      begin += part.sizes()[axis];
    }
    return y;
  }

  static std::vector<Sample> Samples() {
    return {{"vectors",
             {{{3}}, {{4}}, {{0}}},
             [](const Tensors& x) {
               return Concat({x[0], x[1], x[2]}, 0);
             }},
            {"columns",
             {{{3, 2}}, {{3, 1}}},
             [](const Tensors& x) {
               return Concat({x[0], x[1]}, -1);
             }},
            {"a middle axis",
             {{{2, 3, 4}}, {{2, 1, 4}}},
             [](const Tensors& x) {
               return Concat({x[0], x[1], x[0]}, 1);
             }},
            {"zeros around",
             {{{2, 3, 2}}},
             [](const Tensors& x) { return Pad(x[0], 1, 1, 2); }},
            {"packed", {{{2, 3}}, {{4}}, {{}}}, [](const Tensors& x) {
               return Pack({x[0], x[1], x[2]}, {1, 8, 12}, 14);
             }}};
  }
};

constexpr Op kConcat = MakeOp<ConcatRule>();

Tensor Concat(const std::vector<Operand>& parts, int64_t axis) {
  if (!parts.empty()) axis = FromFirst(parts[0], axis);
  return Record(kConcat, parts,
                {{"axis", axis}, {"gaps", Index(parts.size() + 1, 0)}});
}

Tensor Pad(Operand x, int64_t axis, int64_t before, int64_t after) {
  return Record(kConcat, {x},
                {{"axis", FromFirst(x, axis)}, {"gaps", Index{before, after}}});
}

Tensor Pack(const std::vector<Operand>& parts,
            const std::vector<int64_t>& offsets, int64_t size) {
  if (offsets.size() != parts.size()) {
    Fail(absl::StrCat(parts.empty() ? "" : LineOf(parts[0].where()) + ": ",
                      "pack: ", offsets.size(), " offsets for ", parts.size(),
                      " parts"));
  }
  std::vector<Operand> vectors;
  Index gaps;
  int64_t end = 0;
  for (const Operand& part : parts) {
    const Tensor vector = Reshape(part, {-1});
    gaps.push_back(offsets[vectors.size()] - end);
    vectors.emplace_back(vector, part.where());
    end += gaps.back() + vector.shape()[0];
  }
  gaps.push_back(size - end);
  return Record(kConcat, vectors, {{"axis", int64_t{0}}, {"gaps", gaps}});
}

}  // namespace autodiff
