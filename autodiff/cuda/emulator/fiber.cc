#include "autodiff/cuda/emulator/fiber.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>

#include "autodiff/fail.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

// Saves the registers that a function must leave as they were on the stack,
// leaves the stack pointer in *from, and goes on where `to` was left so.
extern "C" void autodiff_switch_stack(void** from, void* to);
asm(R"(
.text
.p2align 4
.type autodiff_switch_stack, @function
autodiff_switch_stack:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size autodiff_switch_stack, . - autodiff_switch_stack
)");

namespace autodiff::cuda::emulator {
namespace {

constexpr int kSavedRegisters = 6;
constexpr size_t kGuardBytes = 4096;
constexpr size_t kStackBytes = size_t{256} << 10;

// Which fiber Enter is to run.
thread_local Fiber* entering = nullptr;

}  // namespace

Fiber::Fiber() {
  void* memory =
      mmap(nullptr, kGuardBytes + kStackBytes, PROT_READ | PROT_WRITE,
           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED || mprotect(memory, kGuardBytes, PROT_NONE) != 0) {
    Fail("no memory for the stack of an emulated thread");
  }
  stack_ = static_cast<std::byte*>(memory) + kGuardBytes;
}

Fiber::~Fiber() {
#ifdef __SANITIZE_ADDRESS__
  // What comes to lie there next is no stack.
  __asan_unpoison_memory_region(stack_, kStackBytes);
#endif
  munmap(stack_ - kGuardBytes, kGuardBytes + kStackBytes);
}

void Fiber::Start(const std::function<void()>& function) {
  function_ = &function;
  // As if Enter had been called, with the stack aligned as for every function,
  // and had called autodiff_switch_stack at once.
  auto** top = reinterpret_cast<void**>(stack_ + kStackBytes);
  *--top = nullptr;
  *--top = reinterpret_cast<void*>(&Enter);
  for (int i = 0; i < kSavedRegisters; ++i) *--top = nullptr;
  stack_pointer_ = top;
}

void Fiber::Resume() {
  entering = this;
#ifdef __SANITIZE_ADDRESS__
  void* own_stack = nullptr;
  __sanitizer_start_switch_fiber(&own_stack, stack_, kStackBytes);
#endif
  autodiff_switch_stack(&resumer_, stack_pointer_);
#ifdef __SANITIZE_ADDRESS__
  __sanitizer_finish_switch_fiber(own_stack, nullptr, nullptr);
#endif
}

void Fiber::Stop() {
#ifdef __SANITIZE_ADDRESS__
  // A fiber that has returned leaves nothing that AddressSanitizer must keep.
  void* own_stack = nullptr;
  __sanitizer_start_switch_fiber(returned() ? nullptr : &own_stack,
                                 resumer_stack_, resumer_bytes_);
#endif
  autodiff_switch_stack(&stack_pointer_, resumer_);
#ifdef __SANITIZE_ADDRESS__
  __sanitizer_finish_switch_fiber(own_stack, &resumer_stack_, &resumer_bytes_);
#endif
}

void Fiber::Enter() {
  Fiber& self = *entering;
#ifdef __SANITIZE_ADDRESS__
  __sanitizer_finish_switch_fiber(nullptr, &self.resumer_stack_,
                                  &self.resumer_bytes_);
#endif
  (*self.function_)();
  self.function_ = nullptr;
  self.Stop();  // for good
}

}  // namespace autodiff::cuda::emulator
