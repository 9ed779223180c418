#include "autodiff/cuda/cublas.h"

#include <dlfcn.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "autodiff/cuda/check.h"
#include "autodiff/fail.h"

namespace autodiff::cuda {
namespace {

// What NVIDIA recommends for compute capability 9.0; earlier GPUs need less.
constexpr size_t kWorkspaceBytes = size_t{32} << 20;

absl::StatusOr<void*> OpenLibrary() {
  // That of the toolkit of this build.
  const std::string name = absl::StrCat("libcublas.so.", CUBLAS_VER_MAJOR);
  std::string why;
  for (const std::string& path :
       {name, absl::StrCat("/usr/local/cuda/lib64/", name)}) {
    if (void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) {
      return library;
    }
    if (why.empty()) why = dlerror();
  }
  return absl::NotFoundError(
      absl::StrCat("a GPU needs NVIDIA's library cuBLAS: ", why));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Cublas>> Cublas::Open(cudaStream_t stream,
                                                     bool tf32) {
  const absl::StatusOr<void*> library = OpenLibrary();
  if (!library.ok()) return library.status();

  Functions functions;
  std::string missing;
  const auto find = [&](const char* name, auto& function) {
    void* const found = dlsym(*library, name);
    if (found == nullptr) missing = name;
    function = reinterpret_cast<std::decay_t<decltype(function)>>(found);
  };
  find("cublasCreate_v2", functions.cublasCreate_v2);
  find("cublasDestroy_v2", functions.cublasDestroy_v2);
  find("cublasGetStatusString", functions.cublasGetStatusString);
  find("cublasSetMathMode", functions.cublasSetMathMode);
  find("cublasSetStream_v2", functions.cublasSetStream_v2);
  find("cublasSetWorkspace_v2", functions.cublasSetWorkspace_v2);
  find("cublasSgemmBatched", functions.cublasSgemmBatched);
  find("cublasSgemmStridedBatched", functions.cublasSgemmStridedBatched);
  find("cublasSgemm_v2", functions.cublasSgemm_v2);
  if (!missing.empty()) {
    return absl::NotFoundError(absl::StrCat("cuBLAS has no ", missing));
  }

  cublasHandle_t handle;
  const cublasStatus_t status = functions.cublasCreate_v2(&handle);
  if (status != CUBLAS_STATUS_SUCCESS) {
    return absl::UnavailableError(absl::StrCat(
        "cuBLAS does not start: ", functions.cublasGetStatusString(status)));
  }
  return absl::WrapUnique(new Cublas(functions, handle, stream, tf32));
}

Cublas::Cublas(const Functions& library, cublasHandle_t handle,
               cudaStream_t stream, bool tf32)
    : library_(library), handle_(handle), stream_(stream) {
  // Pedantic: not even an environment variable makes it round to fewer bits.
  Check(library_.cublasSetMathMode(
            handle_, tf32 ? CUBLAS_TF32_TENSOR_OP_MATH : CUBLAS_PEDANTIC_MATH),
        "setting the precision");
  Check(library_.cublasSetStream_v2(handle_, stream_), "setting the stream");
  cuda::Check(cudaMalloc(&workspaces_, kWorkspaces * kWorkspaceBytes),
              "allocating workspaces for products");
}

Cublas::~Cublas() {
  library_.cublasDestroy_v2(handle_);
  cudaFree(workspaces_);
  for (void* pointers : pointers_) cudaFree(pointers);
}

cudaGraph_t Cublas::Record(const std::vector<GemmArguments>& products,
                           int workspace) {
  Check(library_.cublasSetWorkspace_v2(
            handle_,
            static_cast<std::byte*>(workspaces_) + workspace * kWorkspaceBytes,
            kWorkspaceBytes),
        "setting the workspace");
  if (products.size() > 1) AddPointers(products);
  // Relaxed: CUDA may have to load the kernel that cuBLAS picks.
  cuda::Check(cudaStreamBeginCapture(stream_, cudaStreamCaptureModeRelaxed),
              "recording a matrix product");
  if (products[0].k > 0) {
    Check(Multiply(products), "a matrix product");
  } else {
    // cuBLAS may leave what is there: github.com/pytorch/pytorch/issues/31421.
    for (const GemmArguments& p : products) {
      cuda::Check(
          cudaMemsetAsync(p.c.data, 0, p.c.size * sizeof(float), stream_),
          "a matrix product of no terms");
    }
  }
  cudaGraph_t graph;
  cuda::Check(cudaStreamEndCapture(stream_, &graph),
              "recording a matrix product");
  return graph;
}

// To cuBLAS a matrix lies in memory column by column: ours, row by row, is its
// transpose there. So it computes cᵀ = op(b)ᵀ op(a)ᵀ.
cublasStatus_t Cublas::Multiply(const std::vector<GemmArguments>& products) {
  constexpr float kOne = 1, kZero = 0;
  const GemmArguments& p = products[0];
  const cublasOperation_t op_a = p.transpose_a ? CUBLAS_OP_T : CUBLAS_OP_N;
  const cublasOperation_t op_b = p.transpose_b ? CUBLAS_OP_T : CUBLAS_OP_N;
  // Elements from one row of ours to the next; 0 is refused even without rows.
  const int row_a = std::max(1, p.transpose_a ? p.m : p.k);
  const int row_b = std::max(1, p.transpose_b ? p.k : p.n);
  if (products.size() > 1) {
    const auto** const pointers = static_cast<const float**>(pointers_.back());
    const size_t size = products.size();
    return library_.cublasSgemmBatched(
        handle_, op_b, op_a, p.n, p.m, p.k, &kOne, pointers + size, row_b,
        pointers, row_a, &kZero, const_cast<float**>(pointers + 2 * size), p.n,
        static_cast<int>(size));
  }
  if (p.count == 1) {
    return library_.cublasSgemm_v2(handle_, op_b, op_a, p.n, p.m, p.k, &kOne,
                                   p.b.data, row_b, p.a.data, row_a, &kZero,
                                   p.c.data, p.n);
  }
  return library_.cublasSgemmStridedBatched(
      handle_, op_b, op_a, p.n, p.m, p.k, &kOne, p.b.data, row_b, p.stride_b,
      p.a.data, row_a, p.stride_a, &kZero, p.c.data, p.n, int64_t{p.m} * p.n,
      p.count);
}

// A batch reads the addresses of its matrices on the GPU: all of a, b, then c.
void Cublas::AddPointers(const std::vector<GemmArguments>& products) {
  std::vector<const void*> addresses;
  for (const GemmArguments& p : products) addresses.push_back(p.a.data);
  for (const GemmArguments& p : products) addresses.push_back(p.b.data);
  for (const GemmArguments& p : products) addresses.push_back(p.c.data);
  const size_t bytes = addresses.size() * sizeof(void*);
  cuda::Check(cudaMalloc(&pointers_.emplace_back(), bytes),
              "allocating a batch of products");
  // On the products' stream, which waits for no other one: cudaMemcpy may
  // return before the bytes are there. Then `addresses` goes.
  cuda::Check(cudaMemcpyAsync(pointers_.back(), addresses.data(), bytes,
                              cudaMemcpyHostToDevice, stream_),
              "copying a batch of products");
  cuda::Check(cudaStreamSynchronize(stream_), "copying a batch of products");
}

void Cublas::Check(cublasStatus_t status, absl::string_view doing) const {
  if (status == CUBLAS_STATUS_SUCCESS) return;
  Fail(absl::StrCat("cuBLAS: ", doing, ": ",
                    library_.cublasGetStatusString(status)));
}

}  // namespace autodiff::cuda
