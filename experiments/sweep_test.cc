#include "experiments/sweep.h"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>
#include <mutex>
#include <random>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "experiments/command_line.h"
#include "experiments/output_directory.h"
#include "experiments/program.h"
#include "experiments/run_table.h"
#include "experiments/test_folder.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace experiments {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

// (A test has a member called Run.)
using Runs = std::vector<Run>;
using Metrics = absl::StatusOr<std::vector<double>>;

const Columns kColumns = {{"algorithm", "seed"}, {"error", "loss"}};

// Called in each run with its key, e.g. "mle,3".
using Hook = std::function<Metrics(const std::string& key, std::stop_token)>;

// The deterministic results of the run.
std::vector<double> Results(const std::string& key) {
  std::seed_seq seed(key.begin(), key.end());
  std::mt19937_64 generator(seed);
  std::normal_distribution<double> normal;
  const double error = normal(generator);
  return {error, key == "mle,1" ? std::nan("") : normal(generator)};
}

Metrics Plain(const std::string& key, std::stop_token) { return Results(key); }

Runs Grid(int seeds, const Hook& hook = Plain,
          const std::vector<std::string>& algorithms = {"mle", "cvaml_1_0"}) {
  Runs runs;
  for (const std::string& algorithm : algorithms) {
    for (int seed = 0; seed < seeds; ++seed) {
      const std::vector<std::string> key = {algorithm, absl::StrCat(seed)};
      runs.push_back({.key = key,
                      .cost = 1.0 + seed,
                      .execute = [=](std::stop_token stop) {
                        return hook(absl::StrJoin(key, ","), stop);
                      }});
    }
  }
  return runs;
}

absl::StatusOr<RunTable> Sweep(const std::string& folder, const Runs& runs,
                               int threads = 1) {
  const auto directory = OutputDirectory::Open(folder, {});
  if (!directory.ok()) return directory.status();
  return RunSweep(**directory, kColumns, runs, threads);
}

std::string MessageOf(const absl::Status& status) {
  return std::string(status.message());
}

// runs.csv without its last column, the wall clock.
std::string Table(const std::string& folder) {
  std::string table;
  const std::string text = TextOf(folder + "/runs.csv");
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    absl::StrAppend(&table, line.substr(0, line.rfind(',')), "\n");
  }
  return table;
}

// The keys of the finished runs, in the order of runs.csv.
std::vector<std::string> FinishedKeys(const std::string& folder) {
  std::vector<std::string> keys;
  const std::string text = TextOf(folder + "/runs.csv");
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    const std::vector<absl::string_view> fields = absl::StrSplit(line, ',');
    if (fields.size() == 5)
      keys.push_back(absl::StrCat(fields[0], ",", fields[1]));
  }
  if (!keys.empty()) keys.erase(keys.begin());  // The header.
  return keys;
}

// What an uninterrupted sweep on one thread writes.
std::string ExpectedTable(const Runs& runs) {
  std::string table = "algorithm,seed,error,loss\n";
  for (const auto& run : runs) {
    const std::string key = absl::StrJoin(run.key, ",");
    const std::vector<double> results = Results(key);
    absl::StrAppend(&table, key, ",", NumberText(results[0]), ",",
                    NumberText(results[1]), "\n");
  }
  return table + "\n";
}

// Hands on the keys of the runs that begin.
class Recorder {
 public:
  Hook hook() {
    return [this](const std::string& key, std::stop_token) -> Metrics {
      const std::lock_guard<std::mutex> lock(mutex_);
      keys_.push_back(key);
      return Results(key);
    };
  }
  const std::vector<std::string>& keys() const { return keys_; }

 private:
  std::mutex mutex_;
  std::vector<std::string> keys_;
};

TEST(SweepTest, FileAndTableHoldTheGridInOrder) {
  const std::string folder = FreshFolder();
  const Runs runs = Grid(3);
  const absl::StatusOr<RunTable> table = Sweep(folder, runs);
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_EQ(Table(folder), ExpectedTable(runs));
  ASSERT_THAT(table->rows, SizeIs(6));
  EXPECT_THAT(table->rows[3].key, ElementsAre("cvaml_1_0", "0"));
  EXPECT_EQ(table->rows[3].metrics, Results("cvaml_1_0,0"));
}

TEST(SweepTest, SameBytesOnAnyNumberOfThreads) {
  const std::string folder = FreshFolder();
  const Runs runs = Grid(100);
  for (int threads : {1, 2, 7, 0}) {
    const std::string own = absl::StrCat(folder, "/", threads);
    ASSERT_TRUE(Sweep(own, runs, threads).ok());
    EXPECT_EQ(Table(own), ExpectedTable(runs));
  }
}

// The first run can finish only after all others have: the order in which
// rows were appended is surely not the grid's.
TEST(SweepTest, SameBytesWhateverFinishesFirst) {
  const std::string folder = FreshFolder();
  std::atomic<int> finished = 0;
  const Runs runs =
      Grid(5, [&](const std::string& key, std::stop_token) -> Metrics {
        while (key == "mle,0" && finished < 9) std::this_thread::yield();
        ++finished;
        return Results(key);
      });
  ASSERT_TRUE(Sweep(folder, runs, 2).ok());
  EXPECT_EQ(Table(folder), ExpectedTable(runs));
}

TEST(SweepTest, AFinishedSweepRunsNothing) {
  const std::string folder = FreshFolder();
  ASSERT_TRUE(Sweep(folder, Grid(3)).ok());
  const std::string before = TextOf(folder + "/runs.csv");
  Recorder recorder;
  ::testing::internal::CaptureStderr();
  const absl::StatusOr<RunTable> table =
      Sweep(folder, Grid(3, recorder.hook()));
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              HasSubstr("nothing to run: 6 of 6 runs are finished"));
  ASSERT_TRUE(table.ok());
  EXPECT_THAT(table->rows, SizeIs(6));
  EXPECT_EQ(table->rows[3].metrics, Results("cvaml_1_0,0"));
  EXPECT_THAT(recorder.keys(), IsEmpty());
  EXPECT_EQ(TextOf(folder + "/runs.csv"), before);
}

TEST(SweepTest, AnExtendedGridRunsWhatIsNew) {
  const std::string folder = FreshFolder();
  ASSERT_TRUE(Sweep(folder, Grid(2)).ok());
  Recorder recorder;
  const Runs more = Grid(3, recorder.hook());
  ASSERT_TRUE(Sweep(folder, more).ok());
  EXPECT_THAT(recorder.keys(), ElementsAre("mle,2", "cvaml_1_0,2"));
  EXPECT_EQ(Table(folder), ExpectedTable(more));
}

// Numbers by size, so 2 comes before 10.
TEST(SweepTest, KeepsRowsOutsideTheGridAfterIt) {
  const std::string folder = FreshFolder();
  ASSERT_TRUE(Sweep(folder, Grid(11, Plain, {"vaml_1_0", "mle"})).ok());
  const absl::StatusOr<RunTable> table =
      Sweep(folder, Grid(2, Plain, {"vaml_1_0"}));
  ASSERT_TRUE(table.ok());
  EXPECT_THAT(table->rows, SizeIs(2));
  Runs order = Grid(2, Plain, {"vaml_1_0"});
  for (const auto& run : Grid(11, Plain, {"mle", "vaml_1_0"})) {
    if (run.key != order[0].key && run.key != order[1].key) {
      order.push_back(run);
    }
  }
  EXPECT_EQ(Table(folder), ExpectedTable(order));
}

// A kill in the middle of a write leaves any prefix of a row.
TEST(SweepTest, ContinuesFromRandomOffsets) {
  const std::string folder = FreshFolder();
  const Runs runs = Grid(20);
  ASSERT_TRUE(Sweep(folder, runs, 2).ok());
  const std::string whole = TextOf(folder + "/runs.csv");
  std::mt19937_64 generator(3);
  for (int i = 0; i < 50; ++i) {
    const size_t size = generator() % (whole.size() + 1);
    SCOPED_TRACE(size);
    WriteText(folder + "/runs.csv", whole.substr(0, size));
    Recorder recorder;
    ASSERT_TRUE(Sweep(folder, Grid(20, recorder.hook()), 2).ok());
    EXPECT_EQ(Table(folder), ExpectedTable(runs));
    const size_t lines = std::count(whole.begin(), whole.begin() + size, '\n');
    EXPECT_THAT(recorder.keys(), SizeIs(lines == 0 ? 40 : 41 - lines));
  }
}

// The whole process dies while two runs are running.
[[noreturn]] void DieInRun(const std::string& folder, const std::string& last) {
  const Hook hook = [&](const std::string& key, std::stop_token) -> Metrics {
    if (key == last) kill(getpid(), SIGKILL);
    return Results(key);
  };
  static_cast<void>(Sweep(folder, Grid(10, hook), 2).ok());
  std::_Exit(1);
}

TEST(SweepDeathTest, KillLosesRunningRunsOnly) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  const std::string folder = FreshFolder();
  EXPECT_EXIT(DieInRun(folder, "cvaml_1_0,4"),
              ::testing::KilledBySignal(SIGKILL), "");
  // With two threads the other run began at most one after this, so all runs
  // before the two had been recorded.
  const std::vector<std::string> kept = FinishedKeys(folder);
  EXPECT_GE(kept.size(), 13u);
  ASSERT_TRUE(Sweep(folder, Grid(10), 2).ok());
  EXPECT_EQ(Table(folder), ExpectedTable(Grid(10)));
}

TEST(SweepTest, AFailingRunEndsTheSweepAndKeepsTheOthers) {
  const std::string folder = FreshFolder();
  const Hook hook = [](const std::string& key, std::stop_token) -> Metrics {
    if (key == "mle,2") return absl::InvalidArgumentError("rank 9 above 5");
    return Results(key);
  };
  const absl::Status status = Sweep(folder, Grid(5, hook)).status();
  EXPECT_THAT(
      MessageOf(status),
      AllOf(HasSubstr("the run algorithm=mle seed=2 failed: rank 9 above 5"),
            HasSubstr("2 of 10 runs are finished and kept in " + folder)));
  EXPECT_EQ(ExitStatus(status), 1);
  EXPECT_THAT(FinishedKeys(folder), ElementsAre("mle,0", "mle,1"));
}

// Runs that the error has stopped are no errors themselves.
TEST(SweepTest, AFailingRunStopsTheRunningOnes) {
  const std::string folder = FreshFolder();
  std::atomic<bool> other_runs = false;
  const Hook hook = [&](const std::string& key,
                        std::stop_token stop) -> Metrics {
    if (key == "mle,0") {
      while (!other_runs) std::this_thread::yield();
      return absl::AbortedError("broken");
    }
    other_runs = true;
    while (!stop.stop_requested()) std::this_thread::yield();
    return absl::CancelledError("asked to stop");
  };
  EXPECT_THAT(MessageOf(Sweep(folder, Grid(5, hook), 2).status()),
              HasSubstr("seed=0 failed: broken"));
}

TEST(SweepTest, CancelledWithoutBeingAskedIsAnError) {
  const Hook hook = [](const std::string&, std::stop_token) -> Metrics {
    return absl::CancelledError("no mood");
  };
  const absl::Status status = Sweep(FreshFolder(), Grid(1, hook)).status();
  EXPECT_THAT(MessageOf(status), HasSubstr("failed: no mood"));
  EXPECT_EQ(ExitStatus(status), 1);
}

TEST(SweepTest, ARunMustFillItsColumns) {
  const Hook hook = [](const std::string&, std::stop_token) -> Metrics {
    return std::vector<double>{1};
  };
  EXPECT_THAT(MessageOf(Sweep(FreshFolder(), Grid(1, hook)).status()),
              HasSubstr("gave 1 numbers for the columns error,loss"));
}

TEST(SweepTest, RefusesAGridItCannotWrite) {
  const std::string folder = FreshFolder();
  EXPECT_THAT(MessageOf(Sweep(folder, Grid(2, Plain, {"mle", "mle"})).status()),
              HasSubstr("algorithm=mle seed=0 is in the grid twice"));
  for (const char* algorithm : {"a,b", "", "a\nb", "a\"b"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(
        Sweep(folder, Grid(1, Plain, {algorithm})).status()));
  }
  Runs runs = Grid(1);
  runs[0].key.pop_back();
  EXPECT_TRUE(absl::IsInvalidArgument(Sweep(folder, runs).status()));
}

TEST(SweepTest, RefusesAndKeepsADamagedFile) {
  const std::string folder = FreshFolder();
  ASSERT_TRUE(Sweep(folder, Grid(2)).ok());
  const std::string path = folder + "/runs.csv";
  const std::string damaged = TextOf(path) + "mle,seven,1,2,3\n";
  WriteText(path, damaged);
  const absl::Status status = Sweep(folder, Grid(3)).status();
  EXPECT_THAT(MessageOf(status),
              HasSubstr(path + ":6: the seed \"seven\" is not a number"));
  EXPECT_EQ(ExitStatus(status), 1);
  EXPECT_EQ(TextOf(path), damaged);
}

// The signal arrives while a run is running. That run finishes and is kept;
// no other begins.
TEST(SweepTest, AnInterruptedSweepContinues) {
  for (int signal_number : {SIGINT, SIGTERM}) {
    const std::string folder = FreshFolder();
    const Hook hook = [&](const std::string& key, std::stop_token) -> Metrics {
      if (key == "mle,2") raise(signal_number);
      return Results(key);
    };
    const absl::Status status = Sweep(folder, Grid(5, hook)).status();
    EXPECT_EQ(ExitStatus(status), 130);
    EXPECT_THAT(MessageOf(status),
                AllOf(HasSubstr("3 of 10 runs are finished and kept in"),
                      HasSubstr("the same command continues")));
    EXPECT_THAT(FinishedKeys(folder), ElementsAre("mle,0", "mle,1", "mle,2"));
    ASSERT_TRUE(Sweep(folder, Grid(5)).ok());
    EXPECT_EQ(Table(folder), ExpectedTable(Grid(5)));
  }
}

TEST(SweepTest, AnInterruptReachesTheRunningRuns) {
  const std::string folder = FreshFolder();
  const Hook hook = [&](const std::string& key,
                        std::stop_token stop) -> Metrics {
    if (key != "mle,1") return Results(key);
    raise(SIGINT);
    while (!stop.stop_requested()) std::this_thread::yield();
    return absl::CancelledError("stopped");
  };
  EXPECT_TRUE(absl::IsCancelled(Sweep(folder, Grid(5, hook)).status()));
  EXPECT_THAT(FinishedKeys(folder), ElementsAre("mle,0"));
}

TEST(SweepTest, AnInterruptDuringTheLastRunChangesNothing) {
  const std::string folder = FreshFolder();
  const Hook hook = [&](const std::string& key, std::stop_token) -> Metrics {
    if (key == "cvaml_1_0,1") raise(SIGINT);
    return Results(key);
  };
  EXPECT_TRUE(Sweep(folder, Grid(2, hook)).ok());
}

// The disk fills up in the middle of a row; afterwards, space is free again.
[[noreturn]] void FillTheDisk(const std::string& folder, rlim_t size) {
  const auto directory = OutputDirectory::Open(folder, {});
  struct rlimit limit = {size, RLIM_INFINITY};
  if (!directory.ok() || setrlimit(RLIMIT_FSIZE, &limit) != 0) std::_Exit(2);
  const absl::Status status =
      RunSweep(**directory, kColumns, Grid(10), 2).status();
  // stderr is a file of the test's, under the same limit.
  limit.rlim_cur = RLIM_INFINITY;
  setrlimit(RLIMIT_FSIZE, &limit);
  std::cerr.clear();
  const std::string kept =
      absl::StrCat(FinishedKeys(folder).size(), " of 20 runs are finished");
  if (MessageOf(status).find(kept) == std::string::npos) std::_Exit(3);
  std::_Exit(ExitStatus(status));
}

TEST(SweepDeathTest, AFullDiskLosesNoRow) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  const std::string folder = FreshFolder();
  EXPECT_EXIT(FillTheDisk(folder, 200), ::testing::ExitedWithCode(1),
              "cannot write .*/runs.csv: File too large; free some space and "
              "run the same command again");
  // Whole rows only.
  const std::string left = TextOf(folder + "/runs.csv");
  EXPECT_LE(left.size(), 200u);
  EXPECT_GT(left.size(), 100u);
  EXPECT_EQ(left.back(), '\n');
  const std::vector<std::string> kept = FinishedKeys(folder);
  Recorder recorder;
  ASSERT_TRUE(Sweep(folder, Grid(10, recorder.hook())).ok());
  EXPECT_EQ(recorder.keys().size(), 20 - kept.size());
  EXPECT_EQ(Table(folder), ExpectedTable(Grid(10)));
}

TEST(SweepDeathTest, NoSpaceForTheFirstRow) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  const std::string folder = FreshFolder();
  EXPECT_EXIT(FillTheDisk(folder, 10), ::testing::ExitedWithCode(1),
              "runs.csv.tmp: File too large");
  ASSERT_TRUE(Sweep(folder, Grid(10)).ok());
  EXPECT_EQ(Table(folder), ExpectedTable(Grid(10)));
}

// The rows are complete but cannot be put in order.
TEST(SweepTest, NoSpaceForTheLastRewrite) {
  const std::string folder = FreshFolder();
  const Hook hook = [&](const std::string& key, std::stop_token) -> Metrics {
    if (key == "mle,0") {
      std::filesystem::create_symlink("/dev/full", folder + "/runs.csv.tmp");
    }
    return Results(key);
  };
  WriteText(folder + "/config.flags", "");
  WriteText(folder + "/runs.csv",
            "algorithm,seed,error,loss,seconds\ncvaml_1_0,0,1,2,3\n");
  const absl::Status status = Sweep(folder, Grid(2, hook)).status();
  EXPECT_THAT(MessageOf(status), HasSubstr("No space left on device"));
  EXPECT_THAT(
      FinishedKeys(folder),
      UnorderedElementsAre("cvaml_1_0,0", "mle,0", "mle,1", "cvaml_1_0,1"));
  Recorder recorder;
  ASSERT_TRUE(Sweep(folder, Grid(2, recorder.hook())).ok());
  EXPECT_THAT(recorder.keys(), IsEmpty());
  EXPECT_EQ(FinishedKeys(folder).front(), "mle,0");
}

TEST(SweepTest, ASecondProcessIsRefused) {
  const std::string folder = FreshFolder();
  absl::Status second;
  const Hook hook = [&](const std::string& key, std::stop_token) -> Metrics {
    second = Sweep(folder, Grid(1)).status();
    return Results(key);
  };
  ASSERT_TRUE(Sweep(folder, Grid(1, hook, {"mle"})).ok());
  EXPECT_THAT(MessageOf(second), HasSubstr("another process is writing to"));
}

}  // namespace
}  // namespace experiments
