// Ctrl-C and SIGTERM as a question to ask, instead of sudden death.
#ifndef EXPERIMENTS_INTERRUPT_H_
#define EXPERIMENTS_INTERRUPT_H_

#include <signal.h>

namespace experiments {

// While it exists, the first SIGINT or SIGTERM only makes requested() true; a
// second one ends the process as ever. One at a time; the destructor puts the
// earlier handlers back.
class InterruptScope {
 public:
  InterruptScope();
  ~InterruptScope();
  InterruptScope(const InterruptScope&) = delete;
  InterruptScope& operator=(const InterruptScope&) = delete;

  bool requested() const;

 private:
  struct sigaction old_interrupt_;
  struct sigaction old_terminate_;
};

}  // namespace experiments

#endif  // EXPERIMENTS_INTERRUPT_H_
