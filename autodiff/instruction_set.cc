#include "autodiff/instruction_set.h"

namespace autodiff {

const char* NameOf(InstructionSet set) {
  return set == InstructionSet::kAvx512 ? "avx512" : "avx2";
}

InstructionSet WidestInstructionSet() {
  static const bool has_avx512 = __builtin_cpu_supports("avx512f") != 0 &&
                                 __builtin_cpu_supports("avx512bw") != 0 &&
                                 __builtin_cpu_supports("avx512cd") != 0 &&
                                 __builtin_cpu_supports("avx512dq") != 0 &&
                                 __builtin_cpu_supports("avx512vl") != 0;
  return has_avx512 ? InstructionSet::kAvx512 : InstructionSet::kAvx2;
}

}  // namespace autodiff
