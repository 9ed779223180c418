#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "autodiff/graph.h"
#include "autodiff/op.h"
#include "autodiff/ops.h"

namespace autodiff {
namespace {

// y[offset_i : offset_i + |x_i|] = x_i, zero elsewhere,
// dx_i = dy[offset_i : offset_i + |x_i|].
struct PackRule {
  static constexpr char kName[] = "pack";

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    const std::vector<int64_t>& offsets = call.attributes.Ints("offsets");
    const int64_t size = call.attributes.Int("size");
    if (offsets.size() != call.inputs.size()) {
      return absl::InvalidArgumentError(absl::StrCat(
          offsets.size(), " offsets for ", call.inputs.size(), " parts"));
    }
    int64_t end = 0;  // parts come in order and do not overlap
    for (size_t i = 0; i < offsets.size(); ++i) {
      if (call.inputs[i].element == ElementType::kIndex) {
        return absl::InvalidArgumentError("indices where reals are needed");
      }
      if (offsets[i] < end) {
        return absl::InvalidArgumentError(absl::StrCat(
            "part ", i, " starts at ", offsets[i], ", before ", end));
      }
      end = offsets[i] + call.in(i).elements();
    }
    if (end <= size) return TensorType{Shape{size}};
    return absl::InvalidArgumentError(absl::StrCat(
        "the last part ends at ", end, ", beyond the size ", size));
  }

  template <typename T>
  static Kernel Value(const Call& call) {
    const std::vector<int64_t> offsets = call.attributes.Ints("offsets");
    std::vector<int64_t> sizes;
    for (const TensorType& part : call.inputs) {
      sizes.push_back(part.shape.elements());
    }
    const int64_t size = call.out()[0];
    return {[=](const Buffers& b) {
      T* const out = b.Out<T>();
      int64_t end = 0;
      for (size_t i = 0; i < offsets.size(); ++i) {
        std::fill(out + end, out + offsets[i], T{0});
        std::copy_n(b.In<T>(i), sizes[i], out + offsets[i]);
        end = offsets[i] + sizes[i];
      }
      std::fill(out + end, out + size, T{0});
    }};
  }

  static Tensors Gradient(const Tensor& y, const Tensors& x, const Tensor& dy) {
    const std::vector<int64_t>& offsets = y.node().attributes.Ints("offsets");
    Tensors dx;
    for (size_t i = 0; i < x.size(); ++i) {
      dx.push_back(View(dy, offsets[i], x[i].shape()));
    }
    return dx;
  }

  static std::vector<double> Oracle(const Call& call,
                                    absl::Span<const Values> inputs) {
    std::vector<double> y(call.out()[0], 0);
    for (size_t i = 0; i < inputs.size(); ++i) {
      for (size_t j = 0; j < inputs[i].data.size(); ++j) {
        y[call.attributes.Ints("offsets")[i] + j] = inputs[i].data[j];
      }
    }
    return y;
  }

  static std::vector<Sample> Samples() {
    return {{"gaps",
             {{{2, 3}}, {{4}}},
             [](const Tensors& x) {
               return Pack({x[0], x[1]}, {1, 8}, 14);
             }},
            {"no gaps", {{{2}}, {{}}}, [](const Tensors& x) {
               return Pack({x[0], x[1]}, {0, 2}, 3);
             }}};
  }
};

}  // namespace

constexpr Op kPack = MakeOp<PackRule>();

Tensor Pack(const std::vector<Operand>& parts, std::vector<int64_t> offsets,
            int64_t size) {
  return Record(kPack, parts,
                {{"offsets", std::move(offsets)}, {"size", size}});
}

}  // namespace autodiff
