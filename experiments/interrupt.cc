#include "experiments/interrupt.h"

#include <signal.h>

#include <atomic>

namespace experiments {
namespace {

// Lock-free, so a signal handler may write it.
std::atomic<bool> interrupted = false;
static_assert(std::atomic<bool>::is_always_lock_free);

void RememberInterrupt(int /*signal*/) { interrupted = true; }

}  // namespace

InterruptScope::InterruptScope() {
  interrupted = false;
  struct sigaction action = {};
  sigemptyset(&action.sa_mask);
  action.sa_handler = RememberInterrupt;
  action.sa_flags = SA_RESETHAND | SA_RESTART;
  sigaction(SIGINT, &action, &old_interrupt_);
  sigaction(SIGTERM, &action, &old_terminate_);
}

InterruptScope::~InterruptScope() {
  sigaction(SIGINT, &old_interrupt_, nullptr);
  sigaction(SIGTERM, &old_terminate_, nullptr);
}

bool InterruptScope::requested() const { return interrupted; }

}  // namespace experiments
