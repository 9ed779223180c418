// A function with a stack of its own that can stop in its middle, and go on
// from there later, on the thread of the system that started it.
#ifndef AUTODIFF_CUDA_EMULATOR_FIBER_H_
#define AUTODIFF_CUDA_EMULATOR_FIBER_H_

#include <cstddef>
#include <functional>

namespace autodiff::cuda::emulator {

class Fiber {
 public:
  // Has the memory for a stack, below which lies a page that no one may touch:
  // a fiber that needs more crashes.
  Fiber();
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  // Makes `function` what Resume runs. What ran before must have returned.
  void Start(const std::function<void()>& function);
  // Runs until the function stops or returns.
  void Resume();
  // Called in the function: stops it.
  void Stop();

  bool returned() const { return function_ == nullptr; }

 private:
  static void Enter();

  std::byte* stack_;  // its lowest byte
  void* stack_pointer_ = nullptr;
  void* resumer_ = nullptr;  // the stack pointer of who called Resume
  const std::function<void()>* function_ = nullptr;
#ifdef __SANITIZE_ADDRESS__
  const void* resumer_stack_ = nullptr;
  size_t resumer_bytes_ = 0;
#endif
};

}  // namespace autodiff::cuda::emulator

#endif  // AUTODIFF_CUDA_EMULATOR_FIBER_H_
