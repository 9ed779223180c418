// The vector instructions that products of large matrices are compiled for.
// Each set adds up in an order of its own: results differ in rounding.
#ifndef AUTODIFF_INSTRUCTION_SET_H_
#define AUTODIFF_INSTRUCTION_SET_H_

namespace autodiff {

// AVX2 with FMA is x86-64-v3, which every CPU has that this library runs on.
// AVX-512 is x86-64-v4.
enum class InstructionSet { kAvx2, kAvx512 };

// "avx2" or "avx512".
const char* NameOf(InstructionSet set);

// Of those that this CPU has.
InstructionSet WidestInstructionSet();

}  // namespace autodiff

#endif  // AUTODIFF_INSTRUCTION_SET_H_
