// Compiled with -march=x86-64-v4.
#include "autodiff/ops/gemm.inc"

namespace autodiff {

const GemmFunctions<float> kGemmFloatV4 = {Plan<float>, Multiply<float>};
const GemmFunctions<double> kGemmDoubleV4 = {Plan<double>, Multiply<double>};

}  // namespace autodiff
