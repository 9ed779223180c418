#include "autodiff/cuda/emulator/reference.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "autodiff/cuda/emulator/block.h"
#include "autodiff/cuda/emulator/device_memory.h"
#include "autodiff/cuda/emulator/history.h"
#include "autodiff/cuda/emulator/launch_order.h"
#include "autodiff/cuda/emulator/shared_memory.h"
#include "autodiff/cuda/emulator/thread.h"
#include "autodiff/fail.h"

namespace autodiff::cuda::emulator {
namespace {

std::string NameOf(const Place& place) {
  return place.name == nullptr
             ? absl::StrCat("element ", place.index)
             : absl::StrCat(place.name, "[", place.index, "]");
}

[[noreturn]] void FailAt(const Place& place, const std::string& does,
                         const std::string& why) {
  FailIn(Running(place.where),
         absl::StrCat(does, NameOf(place), " at ", LineOf(place.where), why));
}

constexpr AccessKind kKinds[] = {AccessKind::kRead, AccessKind::kWrite,
                                 AccessKind::kAtomic};
constexpr const char* kDoes[] = {"reads", "writes", "changes"};
constexpr const char* kDid[] = {"read", "wrote", "changed"};

// An access that happens now.
struct Now {
  AccessKind kind;
  const EmulatedThread& thread;
  const Place& place;
  // When what the memory holds came to be: its launch's start, or if it is
  // shared its block's.
  uint64_t start;
  bool is_shared;
};

[[noreturn]] void FailFor(const Now& now, const std::string& why) {
  FailAt(now.place, absl::StrCat(kDoes[static_cast<int>(now.kind)], " "), why);
}

// Fails if what a thread of this launch did races with what happens now.
void CheckThreads(const Now& now, AccessKind kind, const Access& earlier) {
  const EmulatedThread& thread = now.thread;
  if (!IsConcurrent(earlier, thread, now.start)) return;
  const std::string did = absl::StrCat(" ", kDid[static_cast<int>(kind)],
                                       " at ", LineOf(earlier.where));
  if (earlier.several_blocks || earlier.time < thread.since.block) {
    FailFor(now, absl::StrCat(", which another block", did,
                              ", and no barrier is for both"));
  }
  const std::string who =
      static_cast<int>(earlier.thread) == thread.number
          ? "others too"
          : "thread " +
                ToString(IndexOf(earlier.thread, thread.execution->block));
  FailFor(now, absl::StrCat(", which ", who, did, ", with no barrier between"));
}

// Fails if what another launch of this run does must come before what happens
// now, and this launch does not wait for it.
void CheckLaunches(const Now& now, AccessKind kind, const History& history) {
  const LaunchOrder& order = now.thread.execution->order;
  const Access& last = history.last[static_cast<int>(kind)];
  if (!order.IsOfThisRun(last.time)) return;
  const int launch =
      order.FindUnordered(history.launches[static_cast<int>(kind)]);
  if (launch < 0) return;
  FailFor(now, absl::StrCat(", which ", order.NameOf(launch), " ",
                            kDoes[static_cast<int>(kind)], ", but ",
                            order.NameOfCurrent(), " does not wait for that"));
}

void CheckHistory(const Now& now, History& history) {
  for (const AccessKind kind : kKinds) {
    if (Conflict(kind, now.kind)) CheckThreads(now, kind, history[kind]);
  }
  const Access& same = history[now.kind];
  if (!now.is_shared && same.time < now.start) {  // new for this launch
    for (const AccessKind kind : kKinds) {
      if (Conflict(kind, now.kind)) CheckLaunches(now, kind, history);
    }
    LaunchOrder& order = now.thread.execution->order;
    int& launches = history.launches[static_cast<int>(now.kind)];
    const bool others =
        now.kind != AccessKind::kWrite && order.IsOfThisRun(same.time);
    launches = order.WithCurrent(others ? launches : 0);
  }
  if (now.is_shared && now.kind != AccessKind::kWrite &&
      history[AccessKind::kWrite].time < now.start) {
    FailFor(now, ", which its block has not written yet");
  }
  Record(now.kind, now.thread, now.start, now.place.where, history);
}

// The host's address of what `thread` accesses, if there is nothing wrong.
void* Check(AccessKind kind, const void* address, int bytes,
            const Place& place) {
  EmulatedThread& thread = Running(place.where);
  if (reinterpret_cast<uintptr_t>(address) % bytes != 0) {
    FailAt(place, "",
           absl::StrCat(" has an address that is no multiple of ", bytes));
  }
  SharedMemory& shared = thread.execution->shared;
  DeviceMemory& device = thread.execution->device;
  const bool is_shared = shared.Holds(address);
  void* const host =
      is_shared ? const_cast<void*>(address) : device.FindWord(address);
  if (host == nullptr ||
      (bytes == 8 && !is_shared &&
       device.FindWord(static_cast<const char*>(address) + 4) == nullptr)) {
    FailAt(place, "", " is in memory that is not allocated");
  }
  if (kOsThreads) return host;
  const Now now = {
      .kind = kind,
      .thread = thread,
      .place = place,
      .start = is_shared ? thread.since.block : thread.since.launch,
      .is_shared = is_shared};
  History* const history =
      &(is_shared ? shared.HistoryOf(address) : device.HistoryOf(address));
  for (int word = 0; word < bytes / 4; ++word) CheckHistory(now, history[word]);
  return host;
}

}  // namespace

const void* Read(const void* address, int bytes, const Place& place) {
  return Check(AccessKind::kRead, address, bytes, place);
}

void* Write(void* address, int bytes, const Place& place) {
  return Check(AccessKind::kWrite, address, bytes, place);
}

void* Change(void* address, int bytes, const Place& place) {
  return Check(AccessKind::kAtomic, address, bytes, place);
}

void FailOutOfBounds(const Place& place) {
  FailIn(Running(place.where), absl::StrCat(NameOf(place), " of ", place.size,
                                            " at ", LineOf(place.where)));
}

}  // namespace autodiff::cuda::emulator
