#include "experiments/sweep.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <cstddef>
#include <iostream>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "experiments/interrupt.h"
#include "experiments/output_directory.h"
#include "experiments/progress.h"
#include "experiments/run_log.h"
#include "experiments/run_table.h"

namespace experiments {
namespace {

using Clock = std::chrono::steady_clock;

// What a power cut may cost.
constexpr double kSyncPeriod = 5;

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::string Joined(const std::vector<std::string>& key) {
  return absl::StrJoin(key, ",");
}

absl::Status CheckGrid(const Columns& columns, const std::vector<Run>& runs) {
  absl::flat_hash_set<std::string> keys;
  for (const Run& run : runs) {
    if (run.key.size() != columns.keys.size()) {
      return absl::InvalidArgumentError(
          absl::StrCat("the run ", Joined(run.key), " has not one text for ",
                       "each of ", Joined(columns.keys)));
    }
    const std::string text = KeyText(columns.keys, run.key);
    for (const std::string& field : run.key) {
      if (field.empty() || field.find_first_of(",\"\r\n") != field.npos) {
        return absl::InvalidArgumentError(
            absl::StrCat("the run ", text,
                         " has a key that is empty or has a "
                         "comma, a quote or a line break"));
      }
    }
    if (!keys.insert(Joined(run.key)).second) {
      return absl::InvalidArgumentError(
          absl::StrCat("the run ", text, " is in the grid twice"));
    }
  }
  return absl::OkStatus();
}

// Which key columns hold nothing but numbers.
std::vector<bool> NumericKeys(const Columns& columns,
                              const std::vector<Run>& runs) {
  std::vector<bool> numeric(columns.keys.size(), !runs.empty());
  for (const Run& run : runs) {
    for (size_t i = 0; i < run.key.size(); ++i) {
      if (!ParseNumber(run.key[i]).has_value()) numeric[i] = false;
    }
  }
  return numeric;
}

// Orders numbers by size and before other texts.
bool KeyLess(const Row& left, const Row& right) {
  const auto field_order = [](const std::string& text) {
    const double number = ParseNumber(text).value_or(std::nan(""));
    const bool is_number = !std::isnan(number);
    return std::tuple(!is_number, is_number ? number : 0.0,
                      absl::string_view(text));
  };
  return std::lexicographical_compare(
      left.key.begin(), left.key.end(), right.key.begin(), right.key.end(),
      [&](const std::string& a, const std::string& b) {
        return field_order(a) < field_order(b);
      });
}

// The threads that do the runs that are left.
class Workers {
 public:
  Workers(const Columns& columns, std::vector<const Run*> pending, RunLog& log,
          Progress progress)
      : columns_(columns),
        pending_(std::move(pending)),
        log_(log),
        progress_(std::move(progress)) {
    for (const Run* run : pending_) progress_.cost += run->cost;
  }

  // Returns when no run is running any more: all are done, or one has failed,
  // or the user wants to stop.
  absl::Status Do(int threads) {
    std::vector<std::thread> workers;
    running_ = threads;
    for (int i = 0; i < threads; ++i) {
      workers.emplace_back([this] { Work(); });
    }
    Watch();
    for (std::thread& worker : workers) worker.join();
    const absl::Status synced = log_.Sync();
    return error_.ok() ? synced : error_;
  }

  const std::vector<Row>& rows() const { return rows_; }

 private:
  // Draws the progress and passes the user's wish to stop on to the runs.
  void Watch() {
    ProgressPrinter printer = StderrProgress();
    std::unique_lock<std::mutex> lock(mutex_);
    while (running_ > 0) {
      changed_.wait_for(lock, std::chrono::milliseconds(100));
      progress_.elapsed = SecondsSince(start_);
      printer.Update(progress_);
      if (interrupt_.requested() && !stop_.stop_requested()) {
        stop_.request_stop();
        if (running_ > 0) {
          printer.Note(absl::StrCat("stopping: waiting for ", running_,
                                    " running runs (Ctrl-C again ends at once "
                                    "and loses them)"));
        }
      }
    }
    progress_.elapsed = SecondsSince(start_);
    printer.Finish(progress_);
  }

  void Work() {
    std::unique_lock<std::mutex> lock(mutex_);
    while (next_ < pending_.size() && !stop_.stop_requested() &&
           !interrupt_.requested()) {
      const Run& run = *pending_[next_++];
      progress_.current = KeyText(columns_.keys, run.key);
      lock.unlock();
      const Clock::time_point begin = Clock::now();
      absl::StatusOr<std::vector<double>> metrics =
          run.execute(stop_.get_token());
      // Nobody needs more digits than microseconds.
      const double seconds = std::round(SecondsSince(begin) * 1e6) / 1e6;
      lock.lock();
      const absl::Status status = Record(run, std::move(metrics), seconds);
      if (!status.ok()) {
        if (error_.ok()) error_ = status;
        stop_.request_stop();
      }
      changed_.notify_all();
    }
    --running_;
    changed_.notify_all();
  }

  // Needs the lock.
  absl::Status Record(const Run& run,
                      absl::StatusOr<std::vector<double>> metrics,
                      double seconds) {
    if (!metrics.ok()) {
      const bool asked = stop_.stop_requested() || interrupt_.requested();
      if (asked && absl::IsCancelled(metrics.status())) {
        return absl::OkStatus();
      }
      return absl::InternalError(
          absl::StrCat("the run ", KeyText(columns_.keys, run.key),
                       " failed: ", metrics.status().message()));
    }
    if (metrics->size() != columns_.metrics.size()) {
      return absl::InternalError(
          absl::StrCat("the run ", KeyText(columns_.keys, run.key), " gave ",
                       metrics->size(), " numbers for the columns ",
                       Joined(columns_.metrics)));
    }
    Row row = {run.key, *std::move(metrics), seconds};
    const absl::Status appended = log_.Append(row);
    if (!appended.ok()) return appended;
    rows_.push_back(std::move(row));
    ++progress_.done;
    progress_.cost_done += run.cost;
    const double elapsed = SecondsSince(start_);
    if (elapsed < last_sync_ + kSyncPeriod) return absl::OkStatus();
    last_sync_ = elapsed;
    return log_.Sync();
  }

  const Columns& columns_;
  const std::vector<const Run*> pending_;
  const InterruptScope interrupt_;
  const Clock::time_point start_ = Clock::now();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::stop_source stop_;  // Thread-safe; everything below needs the lock.
  RunLog& log_;
  Progress progress_;
  size_t next_ = 0;
  int running_ = 0;
  double last_sync_ = 0;
  absl::Status error_;
  std::vector<Row> rows_;
};

std::string KeptRuns(size_t done, size_t total, const std::string& path) {
  return absl::StrCat(done, " of ", total, " runs are finished and kept in ",
                      path);
}

}  // namespace

absl::StatusOr<RunTable> RunSweep(const OutputDirectory& directory,
                                  const Columns& columns,
                                  const std::vector<Run>& runs, int threads) {
  const absl::Status valid = CheckGrid(columns, runs);
  if (!valid.ok()) return valid;
  const absl::StatusOr<std::unique_ptr<RunLog>> log =
      RunLog::Open(directory.runs_path(), columns, NumericKeys(columns, runs));
  if (!log.ok()) return log.status();

  absl::flat_hash_map<std::string, Row> finished;
  for (const Row& row : (*log)->earlier_rows()) {
    finished.emplace(Joined(row.key), row);
  }
  std::vector<const Run*> pending;
  for (const Run& run : runs) {
    if (!finished.contains(Joined(run.key))) pending.push_back(&run);
  }

  const int total = static_cast<int>(runs.size());
  if (pending.empty()) {
    std::cerr << "nothing to run: "
              << KeptRuns(runs.size(), runs.size(), (*log)->path()) << "\n";
  } else {
    const int earlier = total - static_cast<int>(pending.size());
    if (earlier > 0) {
      std::cerr << "continuing: " << KeptRuns(earlier, total, (*log)->path())
                << "\n";
    }
    if (threads == 0) {
      threads = static_cast<int>(std::thread::hardware_concurrency());
    }
    threads = std::clamp(threads, 1, static_cast<int>(pending.size()));
    Workers workers(columns, pending, **log,
                    {.total = total, .done = earlier, .done_earlier = earlier});
    const absl::Status done = workers.Do(threads);
    for (const Row& row : workers.rows()) {
      finished.emplace(Joined(row.key), row);
    }
    const size_t now = earlier + workers.rows().size();
    if (!done.ok()) {
      return absl::Status(done.code(), absl::StrCat(done.message(), "\n",
                                                    KeptRuns(now, runs.size(),
                                                             (*log)->path())));
    }
    if (now < runs.size()) {
      return absl::CancelledError(
          absl::StrCat("stopped: ", KeptRuns(now, runs.size(), (*log)->path()),
                       "; the same command continues"));
    }
  }

  RunTable table = {.columns = columns};
  for (const Run& run : runs) {
    const auto row = finished.extract(Joined(run.key));
    table.rows.push_back(row.mapped());
  }
  std::vector<Row> all = table.rows;
  std::vector<Row> others;
  for (auto& [key, row] : finished) others.push_back(std::move(row));
  std::sort(others.begin(), others.end(), KeyLess);
  all.insert(all.end(), others.begin(), others.end());
  const absl::Status written = (*log)->Finish(all);
  if (!written.ok()) return written;
  return table;
}

}  // namespace experiments
