#include "autodiff/cuda/emulator/reference.h"

#include <string>

#include "absl/strings/str_cat.h"
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

[[noreturn]] void FailAt(const Place& place, const char* does,
                         const std::string& why) {
  FailIn(Running(place.where),
         absl::StrCat(does, NameOf(place), " at ", LineOf(place.where), why));
}

#ifndef __SANITIZE_THREAD__

// Who has done an access of the same launch, where, and why that is a race.
std::string Describe(const Access& access, bool is_read,
                     const EmulatedThread& thread) {
  const std::string line =
      absl::StrCat(is_read ? " read at " : " wrote at ", LineOf(access.where));
  if (access.several_blocks || access.time < thread.since.block) {
    return absl::StrCat("another block", line, ", and no barrier is for both");
  }
  if (static_cast<int>(access.thread) == thread.number) {
    return absl::StrCat("other threads too", line, ", with no barrier between");
  }
  const Index index = IndexOf(access.thread, thread.execution->block);
  return absl::StrCat("thread ", ToString(index), line,
                      ", with no barrier between");
}

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
  constexpr const char* kDoes[] = {"reads ", "writes ", "changes "};
  FailAt(now.place, kDoes[static_cast<int>(now.kind)], why);
}

// Fails if nothing orders what threads of this launch did before what happens
// now.
void CheckThreads(const Access& earlier, bool is_read, const Now& now) {
  if (!IsConcurrent(earlier, now.thread, now.start)) return;
  FailFor(now, ", which " + Describe(earlier, is_read, now.thread));
}

// The same for other launches of the run.
void CheckLaunches(const Now& now, History& history) {
  LaunchOrder& order = now.thread.execution->order;
  const auto fail_if_any = [&](int launch, const std::string& what) {
    if (launch < 0) return;
    FailFor(now,
            absl::StrCat(", which ", order.NameOf(launch), what, ", but ",
                         order.NameOfCurrent(), " does not wait for that"));
  };
  const bool both_atomic =
      now.kind == AccessKind::kAtomic && history.write.atomic;
  if (!both_atomic && order.IsOfEarlierLaunch(history.write.time)) {
    fail_if_any(order.FindUnordered(history.write.time),
                " writes at " + LineOf(history.write.where));
  }
  if (!order.IsOfThisRun(history.read.time)) history.readers = 0;
  if (now.kind == AccessKind::kRead) {
    if (history.read.time < now.start) {
      history.readers = order.WithCurrent(history.readers);
    }
  } else {
    fail_if_any(order.FindUnorderedIn(history.readers), " reads");
    history.readers = 0;
  }
}

void CheckHistory(const Now& now, History& history) {
  if (now.kind != AccessKind::kAtomic || !history.write.atomic) {
    CheckThreads(history.write, false, now);
  }
  if (now.kind != AccessKind::kRead) CheckThreads(history.read, true, now);
  if (!now.is_shared) {
    CheckLaunches(now, history);
  } else if (now.kind != AccessKind::kWrite && history.write.time < now.start) {
    FailFor(now, ", which its block has not written");
  }
  Record(now.kind, now.thread, now.start, now.place.where, history);
}

#endif

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
#ifndef __SANITIZE_THREAD__
  const Now now = {
      .kind = kind,
      .thread = thread,
      .place = place,
      .start = is_shared ? thread.since.block : thread.since.launch,
      .is_shared = is_shared};
  History* const history =
      &(is_shared ? shared.HistoryOf(address) : device.HistoryOf(address));
  for (int word = 0; word < bytes / 4; ++word) CheckHistory(now, history[word]);
#endif
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
