#include "experiments/checkpoint/checkpoint_files.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "experiments/test_folder.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tools/safetensors/safetensors.h"

namespace experiments {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class CheckpointFilesTest : public ::testing::Test {
 protected:
  std::string Path(const std::string& name) const {
    return folder_ + "/" + name;
  }

  // Returns its path.
  std::string Add(int64_t decisions,
                  const std::string& format = kCheckpointFormat) const {
    const std::string path = Path(CheckpointName(decisions));
    const absl::StatusOr<std::string> contents = safetensors::Serialize(
        {}, {{"format", format}, {"decisions", std::to_string(decisions)}});
    EXPECT_TRUE(contents.ok());
    WriteText(path, *contents);
    return path;
  }

  const std::string folder_ = FreshFolder();
  std::vector<std::string> notes_;
};

TEST_F(CheckpointFilesTest, Names) {
  EXPECT_EQ(CheckpointName(0), "decision_000000000.safetensors");
  EXPECT_EQ(CheckpointName(1234567890), "decision_1234567890.safetensors");
  EXPECT_TRUE(IsCheckpoint(CheckpointName(7)));
  for (const char* name :
       {"decision_000000007.safetensors.tmp", "replay_0_1.safetensors",
        "a_decision_000000007.safetensors", "decision_000000007"}) {
    EXPECT_FALSE(IsCheckpoint(name)) << name;
  }
}

TEST_F(CheckpointFilesTest, NewestFirst) {
  EXPECT_THAT(CheckpointPaths(folder_), IsEmpty());
  EXPECT_THAT(CheckpointPaths(Path("nowhere")), IsEmpty());
  Add(9);
  Add(100);
  Add(20);
  WriteText(Path("decision_000000999.safetensors.tmp"), "");
  WriteText(Path("replay_000000000_000000001.safetensors"), "");
  EXPECT_THAT(CheckpointPaths(folder_),
              ElementsAre(Path(CheckpointName(100)), Path(CheckpointName(20)),
                          Path(CheckpointName(9))));
}

TEST_F(CheckpointFilesTest, ReadsTheNewest) {
  Add(1);
  Add(2);
  const auto file = ReadNewestCheckpoint(folder_, notes_);
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(file->metadata().at("decisions"), "2");
  EXPECT_THAT(notes_, IsEmpty());
}

TEST_F(CheckpointFilesTest, PassesOverDamagedOnes) {
  Add(1);
  const std::string cut = Add(2), none = Add(3);
  std::filesystem::resize_file(cut, std::filesystem::file_size(cut) - 1);
  WriteText(none, "");
  const auto file = ReadNewestCheckpoint(folder_, notes_);
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(file->metadata().at("decisions"), "1");
  EXPECT_THAT(notes_, ElementsAre(HasSubstr(none), HasSubstr(cut)));
}

TEST_F(CheckpointFilesTest, AllDamaged) {
  const std::string first = Add(1), second = Add(2);
  WriteText(first, "");
  WriteText(second, "");
  const absl::Status status = ReadNewestCheckpoint(folder_, notes_).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr(first), HasSubstr(second)));
}

// Such as a checkpoint whose replay is not there.
TEST_F(CheckpointFilesTest, ThatTheReaderFindsWhole) {
  Add(1);
  const std::string second = Add(2);
  const auto file =
      ReadNewestCheckpoint(folder_, notes_, [&](const std::string& path) {
        return path == second ? absl::NotFoundError("no replay")
                              : ReadCheckpoint(path);
      });
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(file->metadata().at("decisions"), "1");
  EXPECT_THAT(notes_, ElementsAre("no replay"));
}

// A file that all of them need is told once.
TEST_F(CheckpointFilesTest, OneReasonForAll) {
  Add(1);
  Add(2);
  const absl::Status status =
      ReadNewestCheckpoint(folder_, notes_, [](const std::string&) {
        return absl::DataLossError("the replay is damaged");
      }).status();
  EXPECT_EQ(status, absl::DataLossError("the replay is damaged"));
}

TEST_F(CheckpointFilesTest, NoneThere) {
  const absl::Status status = ReadNewestCheckpoint(folder_, notes_).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(status.message()), HasSubstr(folder_));
}

TEST_F(CheckpointFilesTest, AnotherFormatIsNotPassedOver) {
  Add(1);
  for (const std::string format : {"cvaml training 0", ""}) {
    const std::string path = Add(2, format);
    const absl::Status status = ReadNewestCheckpoint(folder_, notes_).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_THAT(std::string(status.message()),
                AllOf(HasSubstr(path), HasSubstr('"' + format + '"'),
                      HasSubstr(kCheckpointFormat)));
  }
}

}  // namespace
}  // namespace experiments
