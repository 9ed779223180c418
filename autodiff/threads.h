// Threads that do the same piece of work together, again and again.
#ifndef AUTODIFF_THREADS_H_
#define AUTODIFF_THREADS_H_

#include <immintrin.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <thread>
#include <vector>

namespace autodiff {

// Waits for what another thread does within microseconds; where that thread has
// no processor, it soon gets this one.
template <typename Condition>
void SpinUntil(const Condition& condition) {
  for (int i = 0; !condition(); ++i) {
    if (i < 1000) {
      _mm_pause();
    } else {
      std::this_thread::yield();
    }
  }
}

class Threads {
 public:
  // `count` in all: the caller of Run and count − 1 others.
  Threads(int count, std::function<void(int thread)> work);
  ~Threads();
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;

  // work(0) here and work(1) … work(count − 1) on the others, at the same time;
  // returns when all have. Allocates nothing.
  void Run();

 private:
  void Loop(int thread);

  const std::function<void(int)> work_;
  // On cache lines of their own, as different threads write them.
  alignas(64) std::atomic<int64_t> started_ = 0;
  alignas(64) std::atomic<int64_t> finished_ = 0;
  std::atomic<bool> stopped_ = false;
  std::vector<std::thread> others_;
};

}  // namespace autodiff

#endif  // AUTODIFF_THREADS_H_
