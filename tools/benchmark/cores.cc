#include "tools/benchmark/cores.h"

#include <sched.h>

#include <thread>
#include <vector>

namespace benchmarks {
namespace {

std::vector<int> FindAllowed() {
  cpu_set_t set;
  CPU_ZERO(&set);
  sched_getaffinity(0, sizeof(set), &set);
  std::vector<int> allowed;
  for (int core = 0; core < CPU_SETSIZE; ++core) {
    if (CPU_ISSET(core, &set)) allowed.push_back(core);
  }
  return allowed;
}

// As they were before anything was restricted.
const std::vector<int>& Allowed() {
  static const std::vector<int> allowed = FindAllowed();
  return allowed;
}

void Restrict(int first, int count) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (int i = first; i < first + count; ++i) CPU_SET(Allowed()[i], &set);
  sched_setaffinity(0, sizeof(set), &set);
}

}  // namespace

int AllowedCores() { return static_cast<int>(Allowed().size()); }

void StayOnCores(int count) {
  Allowed();
  Restrict(0, count);
}

void RunOnEachCore(int count, const std::function<void(int)>& function) {
  const auto run = [&](int i) {
    Restrict(i, 1);
    function(i);
  };
  std::vector<std::jthread> threads;
  for (int i = 0; i < count; ++i) threads.emplace_back(run, i);
}

}  // namespace benchmarks
