// Blocks whose threads are threads of the system, for ThreadSanitizer: all that
// orders them are barriers, as on a GPU.
#ifdef __SANITIZE_THREAD__

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

#include "absl/strings/str_cat.h"
#include "autodiff/cuda/emulator/block.h"
#include "autodiff/fail.h"

namespace autodiff::cuda::emulator {
namespace {

// Where `count` threads wait for each other.
class Meeting {
 public:
  explicit Meeting(int count) : count_(count) {}

  template <typename OneMoreWaits, typename SomeGoOn>
  void Come(OneMoreWaits one_more_waits, SomeGoOn some_go_on) {
    std::unique_lock lock(mutex_);
    if (++waiting_ == count_) {
      some_go_on(count_ - 1);
      waiting_ = 0;
      ++met_;
      all_here_.notify_all();
      return;
    }
    one_more_waits();
    all_here_.wait(lock, [this, met = met_] { return met_ != met; });
  }

 private:
  const int count_;
  std::mutex mutex_;
  std::condition_variable all_here_;
  int waiting_ = 0;
  unsigned met_ = 0;  // how often
};

// A thread that lives on from block to block. Each has a mutex of its own: one
// that all share would order what they do.
class Worker {
 public:
  ~Worker() { Do(nullptr); }

  void Start(const std::function<void()>& work) { Do(&work); }
  void Await() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !busy_; });
  }

 private:
  void Do(const std::function<void()>* work) {
    const std::lock_guard lock(mutex_);
    work_ = work;
    busy_ = true;
    changed_.notify_all();
  }
  void Loop() {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return busy_; });
      if (work_ == nullptr) return;
      lock.unlock();
      (*work_)();
      lock.lock();
      busy_ = false;
      changed_.notify_all();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool busy_ = false;
  const std::function<void()>* work_ = nullptr;
  std::jthread thread_{[this] { Loop(); }};
};

class OsThreadBlock;
std::atomic<OsThreadBlock*> current = nullptr;

class OsThreadBlock final : public Block {
 public:
  void Run(std::span<EmulatedThread> threads,
           const std::function<void()>& kernel,
           const std::function<std::span<const int>()>& turns) override {
    current.store(this, std::memory_order_relaxed);
    const int count = static_cast<int>(threads.size());
    count_ = count;
    counts_.store({}, std::memory_order_relaxed);
    block_ = std::make_unique<Meeting>(count);
    warps_.clear();
    for (int begin = 0; begin < count; begin += kWarpThreads) {
      warps_.emplace_back(std::min(kWarpThreads, count - begin));
    }
    while (workers_.size() < threads.size()) workers_.emplace_back();
    std::vector<std::function<void()>> work(count);
    for (const int i : turns()) {
      work[i] = [this, &thread = threads[i], &kernel] {
        running = &thread;
        kernel();
        Count({.returned = 1});
      };
      workers_[i].Start(work[i]);
    }
    for (int i = 0; i < count; ++i) workers_[i].Await();
  }

  void Wait(Barrier barrier, const std::source_location& where) {
    Meeting& meeting =
        barrier == Barrier::kBlock ? *block_ : warps_[running->warp()];
    meeting.Come([&] { Count({.waiting = 1}, &where); },
                 [&](int others) { Count({.waiting = -others}); });
  }

 private:
  struct Counts {
    int32_t waiting = 0, returned = 0;
  };

  // Fails if nobody goes on. The counts must not order what the threads do:
  // hence relaxed.
  void Count(const Counts& more, const std::source_location* where = nullptr) {
    Counts now = counts_.load(std::memory_order_relaxed), sum;
    do {
      sum = {now.waiting + more.waiting, now.returned + more.returned};
    } while (
        !counts_.compare_exchange_weak(now, sum, std::memory_order_relaxed));
    if (sum.waiting == 0 || sum.waiting + sum.returned < count_) return;
    FailIn(*running,
           where == nullptr
               ? "returns, but others wait for it at a barrier"
               : absl::StrCat("waits at ", LineOf(*where),
                              ", where others of its warp, or block, never "
                              "come"));
  }

  int count_ = 0;
  std::atomic<Counts> counts_;
  std::unique_ptr<Meeting> block_;
  std::deque<Meeting> warps_;
  std::deque<Worker> workers_;  // as many as the largest block had threads
};

}  // namespace

void Wait(Barrier barrier, const std::source_location& where) {
  current.load(std::memory_order_relaxed)->Wait(barrier, where);
}

std::unique_ptr<Block> MakeBlock() { return std::make_unique<OsThreadBlock>(); }

}  // namespace autodiff::cuda::emulator

#endif  // __SANITIZE_THREAD__
