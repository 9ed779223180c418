// Compiled with -march=x86-64-v3.
#include "autodiff/ops/gemm.inc"

namespace autodiff {

const GemmFunctions<float> kGemmFloatV3 = {Plan<float>, Multiply<float>};
const GemmFunctions<double> kGemmDoubleV3 = {Plan<double>, Multiply<double>};

}  // namespace autodiff
