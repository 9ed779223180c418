// What an agent's programs run on.
#ifndef EXPERIMENTS_HARDWARE_H_
#define EXPERIMENTS_HARDWARE_H_

#include <string>

#include "autodiff/cuda/device.h"
#include "autodiff/instruction_set.h"

namespace experiments {

struct Hardware {
  // Of the CPU.
  int threads = 1;
  autodiff::InstructionSet instruction_set = autodiff::WidestInstructionSet();
  // Null: the CPU.
  autodiff::cuda::Device* device = nullptr;

  // What roundings depend on: the name of the instruction set or of the device,
  // which tells FP32 from TF32.
  std::string Arithmetic() const {
    return device == nullptr ? autodiff::NameOf(instruction_set)
                             : device->Name();
  }
};

}  // namespace experiments

#endif  // EXPERIMENTS_HARDWARE_H_
