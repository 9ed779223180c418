// Program: running it, alone or on several threads, timed or watched.

#include <algorithm>
#include <chrono>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "autodiff/fail.h"
#include "autodiff/program.h"
#include "autodiff/time_stamp.h"

namespace autodiff {

template <typename T>
void Program<T>::Run() {
  if (IsOnDevice()) return RunOnDevice();
  if (stop_at_nan_) return RunWatched();
  ++runs_;
  threads_->Run();
}

template <typename T>
void Program<T>::RunAlone(const Step& step, uint64_t* ticks) const {
  Buffers buffers{.inputs = step.inputs.data(),
                  .outputs = step.outputs.data(),
                  .workspace = workspace_.data(),
                  .ticks = ticks};
  for (; buffers.part < step.kernel.parts; ++buffers.part) {
    step.kernel.run(buffers);
  }
}

template <typename T>
void Program<T>::RunTasks(int thread) {
  Buffers buffers{.workspace = workspace_.data() + thread * workspace_stride_};
  const auto before = [&](int of) {  // this run
    return (runs_ - 1) * static_cast<int64_t>(tasks_[of].size());
  };
  int64_t done = before(thread);
  for (const Task& task : tasks_[thread]) {
    for (const Wait& wait : task.waits) {
      const int64_t needed = before(wait.thread) + wait.tasks;
      SpinUntil([&] {
        return done_[wait.thread].tasks.load(std::memory_order_acquire) >=
               needed;
      });
    }
    const Step& step = steps_[task.step];
    buffers.inputs = step.inputs.data();
    buffers.outputs = step.outputs.data();
    for (buffers.part = task.first; buffers.part < task.end; ++buffers.part) {
      step.kernel.run(buffers);
    }
    done_[thread].tasks.store(++done, std::memory_order_release);
  }
}

template <typename T>
std::vector<double> Program<T>::Profile(int runs) {
  if (runs < 1) {
    Fail(absl::StrCat("Profile needs at least one run, got ", runs));
  }
  if (IsOnDevice()) return ProfileOnDevice(runs);
  std::vector<uint64_t> ticks(buffer_.size(), 0), of_step(buffer_.size(), 0);
  const auto begin = std::chrono::steady_clock::now();
  const uint64_t first = TimeStamp();
  for (int run = 0; run < runs; ++run) {
    for (const Step& step : steps_) {
      std::fill_n(of_step.begin(), step.nodes.size(), 0);
      const uint64_t start = TimeStamp();
      RunAlone(step, of_step.data());
      // Only chains tell their nodes' times apart.
      if (step.nodes.size() == 1) of_step[0] = TimeStamp() - start;
      for (size_t i = 0; i < step.nodes.size(); ++i) {
        ticks[step.nodes[i]] += of_step[i];
      }
    }
  }
  const std::chrono::duration<double, std::nano> elapsed =
      std::chrono::steady_clock::now() - begin;
  const double per_tick =
      elapsed.count() / static_cast<double>(TimeStamp() - first);
  std::vector<double> nanoseconds;
  for (uint64_t count : ticks) {
    nanoseconds.push_back(static_cast<double>(count) * per_tick / runs);
  }
  return nanoseconds;
}

template <typename T>
typename Program<T>::Blemishes Program<T>::Look(
    const std::vector<int>& ids) const {
  Blemishes found;
  for (int id : ids) {
    const TensorType& type = graph_.node(id).type;
    if (type.element == ElementType::kIndex) continue;
    const T* const x = static_cast<const T*>(buffer_[id]);
    for (int64_t i = 0; i < type.shape.elements(); ++i) {
      found.nan |= std::isnan(x[i]);
      found.infinite |= std::isinf(x[i]);
    }
  }
  return found;
}

// An infinity may come from one among the arguments, a NaN only from a NaN.
template <typename T>
void Program<T>::RunWatched() const {
  for (const Step& step : steps_) {
    const Blemishes before = Look(step.input_ids);
    RunAlone(step, nullptr);
    const Blemishes after = Look(step.output_ids);
    const bool new_nan = after.nan && !before.nan;
    if (new_nan || (after.infinite && !before.infinite && !before.nan)) {
      Fail(absl::StrCat(new_nan ? "a NaN" : "an infinity", " first came from ",
                        graph_.Describe(step.nodes[0])));
    }
  }
}

template class Program<float>;
template class Program<double>;

}  // namespace autodiff
