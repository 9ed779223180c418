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

// As they were before any thread was restricted.
const std::vector<int>& Allowed() {
  static const std::vector<int> allowed = FindAllowed();
  return allowed;
}

void StayOn(int core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(core, &set);
  sched_setaffinity(0, sizeof(set), &set);
}

}  // namespace

int AllowedCores() { return static_cast<int>(Allowed().size()); }

void RunOnEachCore(int count, const std::function<void(int)>& function) {
  const auto run = [&](int i) {
    StayOn(Allowed()[i]);
    function(i);
  };
  std::vector<std::jthread> threads;
  for (int i = 0; i < count; ++i) threads.emplace_back(run, i);
}

}  // namespace benchmarks
