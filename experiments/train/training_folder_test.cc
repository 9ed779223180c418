#include "experiments/train/training_folder.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <ios>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "experiments/checkpoint/replay_segment.h"
#include "experiments/checkpoint/snapshot.h"
#include "experiments/test_folder.h"
#include "experiments/train/tiny_agent.h"
#include "experiments/train/trainer.h"
#include "experiments/training_flags.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tools/safetensors/safetensors.h"

namespace experiments {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const char kNone[] = "decision_000000000.safetensors";
const char kFour[] = "decision_000000004.safetensors";
const char kSeven[] = "decision_000000007.safetensors";
// Rows: a decision each, and one at an episode's end, after every fifth.
const char kToFour[] = "replay_000000000_000000004.safetensors";
const char kToSeven[] = "replay_000000004_000000008.safetensors";

class TrainingFolderTest : public ::testing::Test {
 protected:
  static std::unique_ptr<Trainer> Make(int64_t capacity = 1000) {
    return Trainer::Create({.task = "cartpole-swingup",
                            .action_repeat = 200,
                            .random_decisions = 5,
                            .replay_capacity = capacity},
                           TinyAgent(), {})
        .value();
  }

  // Until so many decisions have been made.
  static void DecideUntil(Trainer& trainer, int64_t decisions) {
    while (trainer.counts().decisions < decisions) {
      ASSERT_TRUE(trainer.Decide().ok());
    }
  }

  void SaveAfter(int64_t decisions) {
    DecideUntil(*trainer_, decisions);
    Snapshot snapshot;
    snapshot.SetCount("mine", decisions);
    const absl::Status status = folder_.Save(*trainer_, std::move(snapshot));
    ASSERT_TRUE(status.ok()) << status;
  }

  std::set<std::string> Files() const {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(path_)) {
      names.insert(entry.path().filename().string());
    }
    return names;
  }

  std::string Path(const std::string& name) const { return path_ + "/" + name; }

  void Flip(const std::string& name) const {
    std::fstream file(Path(name),
                      std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(-1, std::ios::end);
    const auto last = static_cast<char>(file.get() ^ 1);
    file.seekp(-1, std::ios::end);
    file.put(last);
  }

  // What a new start finds: the decisions made by then.
  absl::StatusOr<int64_t> Restored() {
    notes_.clear();
    const std::unique_ptr<Trainer> trainer = Make();
    TrainingFolder folder(path_);
    const absl::StatusOr<safetensors::File> file =
        folder.Restore(*trainer, notes_);
    if (!file.ok()) return file.status();
    EXPECT_EQ(ReadCount(*file, "mine").value(), trainer->counts().decisions);
    return trainer->counts().decisions;
  }

  const std::string path_ = FreshFolder() + "/checkpoint";
  TrainingFolder folder_{path_};
  std::unique_ptr<Trainer> trainer_ = Make();
  std::vector<std::string> notes_;
};

using Names = std::set<std::string>;

TEST_F(TrainingFolderTest, HoldsTwoCheckpointsAndTheirSegments) {
  SaveAfter(0);
  EXPECT_EQ(Files(), Names({kNone}));
  SaveAfter(4);
  EXPECT_EQ(Files(), Names({kNone, kFour, kToFour}));
  SaveAfter(7);
  EXPECT_EQ(Files(), Names({kFour, kSeven, kToFour, kToSeven}));
  // Again after the same decision.
  SaveAfter(7);
  EXPECT_EQ(Files(), Names({kFour, kSeven, kToFour, kToSeven}));
  EXPECT_EQ(Restored().value(), 7);
  EXPECT_THAT(notes_, IsEmpty());
}

TEST_F(TrainingFolderTest, ForgetsSegmentsWithTheRing) {
  trainer_ = Make(/*capacity=*/6);
  const auto segment = [](int first, int last) {
    return ReplaySegment{.first = first, .last = last}.FileName();
  };
  SaveAfter(4);
  SaveAfter(7);
  // Rows 6 to 11 are in the ring; the older checkpoint needs all from 2.
  SaveAfter(10);
  EXPECT_EQ(trainer_->replay().first_row(), 6);
  EXPECT_EQ(Files(), Names({kSeven, "decision_000000010.safetensors",
                            segment(0, 4), segment(4, 8), segment(8, 12)}));
  // Rows 9 to 14, then 21 to 26: longer than the ring.
  SaveAfter(13);
  EXPECT_EQ(Files(), Names({"decision_000000010.safetensors",
                            "decision_000000013.safetensors", segment(4, 8),
                            segment(8, 12), segment(12, 15)}));
  SaveAfter(23);
  EXPECT_EQ(Files(), Names({"decision_000000013.safetensors",
                            "decision_000000023.safetensors", segment(8, 12),
                            segment(12, 15), segment(21, 27)}));
}

TEST_F(TrainingFolderTest, ForgetsASegmentAtItsLastRow) {
  trainer_ = Make(/*capacity=*/6);
  SaveAfter(4);
  SaveAfter(7);
  SaveAfter(9);
  // Row 4 is the first in the ring: the newest checkpoint needs no earlier one.
  EXPECT_EQ(trainer_->replay().first_row(), 4);
  EXPECT_EQ(Files().count(kToFour), 1);
  SaveAfter(10);
  EXPECT_EQ(Files().count(kToFour), 0);
  EXPECT_EQ(Files().count(kToSeven), 1);
}

TEST_F(TrainingFolderTest, RemovesOnlyItsOwn) {
  SaveAfter(0);
  for (const char* name : {"notes.txt", "notes.tmp", "decision_old"}) {
    WriteText(Path(name), "");
  }
  // Left when the process ended.
  WriteText(Path("decision_000000003.safetensors.tmp"), "");
  WriteText(Path("replay_000000000_000000003.safetensors.tmp"), "");
  WriteText(Path("replay_000000000_000000003.safetensors"), "");
  SaveAfter(4);
  EXPECT_EQ(Files(), Names({kNone, kFour, kToFour, "notes.txt", "notes.tmp",
                            "decision_old"}));
}

TEST_F(TrainingFolderTest, FallsBack) {
  SaveAfter(4);
  SaveAfter(7);
  Flip(kSeven);
  EXPECT_EQ(Restored().value(), 4);
  EXPECT_THAT(notes_, ElementsAre(HasSubstr(Path(kSeven))));
  Flip(kSeven);
  EXPECT_EQ(Restored().value(), 7);
  EXPECT_THAT(notes_, IsEmpty());
  Flip(kToSeven);
  EXPECT_EQ(Restored().value(), 4);
  EXPECT_THAT(notes_, ElementsAre(HasSubstr(Path(kToSeven))));
  std::filesystem::remove(Path(kToSeven));
  EXPECT_EQ(Restored().value(), 4);
  EXPECT_THAT(notes_, ElementsAre(HasSubstr(Path(kToSeven))));
}

TEST_F(TrainingFolderTest, GoesOnFromTheOlderOne) {
  SaveAfter(4);
  SaveAfter(7);
  Flip(kSeven);
  const std::unique_ptr<Trainer> other = Make();
  TrainingFolder folder(path_);
  ASSERT_TRUE(folder.Restore(*other, notes_).ok());
  DecideUntil(*other, 6);
  ASSERT_TRUE(folder.Save(*other, Snapshot()).ok());
  // The damaged one must not be there: it would be the newest.
  EXPECT_EQ(Files(), Names({kFour, "decision_000000006.safetensors", kToFour,
                            "replay_000000004_000000007.safetensors"}));
}

TEST_F(TrainingFolderTest, AStartKeepsTheOlderOne) {
  SaveAfter(4);
  SaveAfter(7);
  const Names before = Files();
  const std::unique_ptr<Trainer> other = Make();
  TrainingFolder folder(path_);
  ASSERT_TRUE(folder.Restore(*other, notes_).ok());
  ASSERT_TRUE(folder.Save(*other, Snapshot()).ok());
  EXPECT_EQ(Files(), before);
}

TEST_F(TrainingFolderTest, NothingIsWhole) {
  EXPECT_EQ(Restored().status().code(), absl::StatusCode::kNotFound);
  SaveAfter(4);
  SaveAfter(7);
  Flip(kToFour);
  const Names before = Files();
  const absl::Status status = Restored().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()), HasSubstr(Path(kToFour)));
  EXPECT_THAT(std::string(status.message()), HasSubstr("--output_dir"));
  EXPECT_EQ(Files(), before);
}

TEST_F(TrainingFolderTest, SaysWhyItCannotSave) {
  WriteText(path_, "");
  EXPECT_THAT(std::string(folder_.Save(*trainer_, Snapshot()).message()),
              HasSubstr(path_ + ": Not a directory"));
}

}  // namespace
}  // namespace experiments
