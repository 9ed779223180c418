#include "autodiff/cuda/testing/kernels.h"

#include <bit>
#include <limits>
#include <string>

#include "autodiff/cuda/kernels.cu"

namespace autodiff::cuda::stand_in {
namespace {

// To 11 bits, to the nearest, ties to even.
float RoundToTf32(float x) {
  constexpr int kDropped = 13;
  const auto bits = std::bit_cast<uint32_t>(x);
  const uint32_t odd = bits >> kDropped & 1;
  return std::bit_cast<float>((bits + (1u << (kDropped - 1)) - 1 + odd) >>
                              kDropped << kDropped);
}

// The i-th matrix. The library knows no sizes: the emulator finds out whether
// memory is allocated.
template <typename T>
Global<T> Find(const SgemmArguments::Matrices& matrices, int i) {
  constexpr int64_t kSize = std::numeric_limits<int64_t>::max();
  const float* data = matrices.data;
  if (matrices.addresses == nullptr) {
    data += i * matrices.stride;
  } else {
    const Global<const uint64_t> addresses = {
        reinterpret_cast<const uint64_t*>(matrices.addresses), kSize};
    data = reinterpret_cast<const float*>(uint64_t{addresses[i]});
  }
  return {const_cast<float*>(data), kSize};
}

// All elements of a matrix that has so many rows, column by column.
std::vector<float> Load(const SgemmArguments::Matrices& matrices, int i,
                        int rows, int columns, bool tf32) {
  const auto matrix = Find<const float>(matrices, i);
  std::vector<float> elements;
  for (int column = 0; column < columns; ++column) {
    for (int row = 0; row < rows; ++row) {
      const float x = matrix[row + int64_t{column} * matrices.leading];
      elements.push_back(tf32 ? RoundToTf32(x) : x);
    }
  }
  return elements;
}

std::vector<float> Transpose(const std::vector<float>& matrix, int rows) {
  std::vector<float> transposed;
  const int columns = rows == 0 ? 0 : static_cast<int>(matrix.size()) / rows;
  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < columns; ++column) {
      transposed.push_back(matrix[row + column * rows]);
    }
  }
  return transposed;
}

// Plain loops, in double. Like cuBLAS it may write its workspace, does not read
// C if beta is 0, and may do nothing if there is nothing to add.
void Sgemm(const SgemmArguments& s, int) {
  const Global<float> workspace = {
      static_cast<float*>(s.workspace),
      static_cast<int64_t>(s.workspace_bytes / sizeof(float))};
  workspace[0] = 0;
  workspace[workspace.size - 1] = 0;
  if (s.k == 0) return;
  for (int i = 0; i < s.count; ++i) {
    std::vector<float> a = s.transpose_a ? Load(s.a, i, s.k, s.m, s.tf32)
                                         : Load(s.a, i, s.m, s.k, s.tf32);
    std::vector<float> b = s.transpose_b ? Load(s.b, i, s.n, s.k, s.tf32)
                                         : Load(s.b, i, s.k, s.n, s.tf32);
    // Rows of op(A) and columns of op(B), one after the other.
    if (!s.transpose_a) a = Transpose(a, s.m);
    if (s.transpose_b) b = Transpose(b, s.n);
    const auto c = Find<float>(s.c, i);
    for (int column = 0; column < s.n; ++column) {
      for (int row = 0; row < s.m; ++row) {
        double sum = 0;
        for (int j = 0; j < s.k; ++j) {
          sum += double{a[size_t{1} * row * s.k + j]} *
                 double{b[size_t{1} * column * s.k + j]};
        }
        sum *= s.alpha;
        const int64_t at = row + int64_t{column} * s.c.leading;
        if (s.beta != 0) sum += s.beta * double{float{c[at]}};
        c[at] = static_cast<float>(sum);
      }
    }
  }
}

void Set(const SetArguments& a, int) {
  for (int64_t i = 0; i < a.words.size; ++i) a.words[i] = a.value;
}

struct List {
  std::vector<const void*> functions;
  std::vector<emulator::Kernel> kernels;

  template <auto kFunction>
  void Add(const std::string& name) {
    functions.push_back(reinterpret_cast<const void*>(kFunction));
    kernels.push_back(emulator::MakeKernel<kFunction>(name));
  }
};

const List& TheList() {
  static const List list = [] {
    List made;
#define LIBRARY(Name)
#define KERNEL(Name)           \
  made.Add<&Name##One>(#Name); \
  made.Add<&Name##Many>("several " #Name);
#include "autodiff/cuda/kernel_list.inc"
#undef KERNEL
#undef LIBRARY
    made.kernels.push_back(emulator::MakeKernel<&Sgemm>("Sgemm", true));
    made.kernels.push_back(emulator::MakeKernel<&Set>("Set", true));
    return made;
  }();
  return list;
}

}  // namespace

const std::vector<emulator::Kernel>& Kernels() { return TheList().kernels; }

KernelId SgemmKernel() {
  return static_cast<KernelId>(TheList().functions.size());
}

KernelId SetKernel() {
  return static_cast<KernelId>(TheList().functions.size() + 1);
}

int FindKernel(const void* function) {
  const std::vector<const void*>& functions = TheList().functions;
  for (size_t i = 0; i < functions.size(); ++i) {
    if (functions[i] == function) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace autodiff::cuda::stand_in
