#include "experiments/output_directory.h"

#include <filesystem>
#include <memory>
#include <string>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/reflection.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "experiments/config.h"
#include "experiments/test_folder.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

ABSL_FLAG(double, learning_rate, 0.01, "");
ABSL_FLAG(std::string, ranks, "2,5", "");
ABSL_FLAG(std::string, preset, "", "");

namespace experiments {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

absl::StatusOr<std::unique_ptr<OutputDirectory>> Open(const std::string& path) {
  return OutputDirectory::Open(path, {"ranks"});
}

// Opens and closes it.
absl::Status Visit(const std::string& path) { return Open(path).status(); }

std::string MessageOf(const absl::Status& status) {
  return std::string(status.message());
}

class OutputDirectoryTest : public ::testing::Test {
 protected:
  void AddRuns() { WriteText(folder_ + "/runs.csv", "seed\n"); }

  absl::FlagSaver flags_;
  const std::string folder_ = FreshFolder();
};

TEST_F(OutputDirectoryTest, CreatesFoldersAndWritesFiles) {
  const auto directory = Open(folder_ + "/a/b");
  ASSERT_TRUE(directory.ok()) << directory.status();
  ASSERT_TRUE((*directory)->Write("file", "text").ok());
  EXPECT_EQ(TextOf(folder_ + "/a/b/file"), "text");
}

TEST_F(OutputDirectoryTest, TakesOneProcessAtATime) {
  {
    const auto first = Open(folder_);
    ASSERT_TRUE(first.ok());
    EXPECT_THAT(MessageOf(Visit(folder_)),
                AllOf(HasSubstr("another process is writing to " + folder_),
                      HasSubstr("choose another --output_dir")));
  }
  EXPECT_TRUE(Visit(folder_).ok());
}

TEST_F(OutputDirectoryTest, ConfigReplays) {
  absl::SetFlag(&FLAGS_learning_rate, 0.1 + 0.2);
  absl::SetFlag(&FLAGS_ranks, "10, 25 = #");
  absl::SetFlag(&FLAGS_preset, "quick");
  ASSERT_TRUE(Visit(folder_).ok());
  EXPECT_THAT(
      TextOf(folder_ + "/config.flags"),
      AllOf(HasSubstr("\n--ranks=10, 25 = #\n"), Not(HasSubstr("\n--preset")),
            Not(HasSubstr("\n--flagfile"))));

  absl::SetFlag(&FLAGS_learning_rate, 1);
  absl::SetFlag(&FLAGS_ranks, "");
  std::string program = "test";
  std::string flagfile = "--flagfile=" + folder_ + "/config.flags";
  char* arguments[] = {program.data(), flagfile.data()};
  absl::ParseCommandLine(2, arguments);
  EXPECT_EQ(absl::GetFlag(FLAGS_learning_rate), 0.1 + 0.2);
  EXPECT_EQ(absl::GetFlag(FLAGS_ranks), "10, 25 = #");
}

TEST_F(OutputDirectoryTest, RefusesChangedSettings) {
  ASSERT_TRUE(Visit(folder_).ok());
  AddRuns();
  const std::string before = TextOf(folder_ + "/config.flags");
  absl::SetFlag(&FLAGS_learning_rate, 0.5);
  EXPECT_THAT(
      MessageOf(Visit(folder_)),
      AllOf(HasSubstr("--learning_rate=0.01"), HasSubstr("--learning_rate=0.5"),
            HasSubstr("choose another --output_dir or go back")));
  EXPECT_EQ(TextOf(folder_ + "/config.flags"), before);
}

TEST_F(OutputDirectoryTest, TakesAChangedGrid) {
  ASSERT_TRUE(Visit(folder_).ok());
  AddRuns();
  absl::SetFlag(&FLAGS_ranks, "2,5,10");
  absl::SetFlag(&FLAGS_preset, "paper");
  EXPECT_TRUE(Visit(folder_).ok());
  EXPECT_THAT(TextOf(folder_ + "/config.flags"), HasSubstr("--ranks=2,5,10\n"));
}

TEST_F(OutputDirectoryTest, TakesAnythingBeforeTheFirstRun) {
  ASSERT_TRUE(Visit(folder_).ok());
  absl::SetFlag(&FLAGS_learning_rate, 0.5);
  EXPECT_TRUE(Visit(folder_).ok());
  EXPECT_THAT(TextOf(folder_ + "/config.flags"),
              HasSubstr("--learning_rate=0.5\n"));
}

TEST_F(OutputDirectoryTest, RunsNeedTheirConfig) {
  AddRuns();
  EXPECT_THAT(MessageOf(Visit(folder_)),
              HasSubstr("there is no " + folder_ + "/config.flags"));
}

TEST_F(OutputDirectoryTest, AFlagThatCameLaterHadItsDefault) {
  AddRuns();
  WriteText(folder_ + "/config.flags", "--ranks=2\n");
  EXPECT_TRUE(Visit(folder_).ok());
  WriteText(folder_ + "/config.flags", "--ranks=2\n");
  absl::SetFlag(&FLAGS_learning_rate, 0.5);
  EXPECT_THAT(MessageOf(Visit(folder_)), HasSubstr("--learning_rate=0.01"));
}

TEST_F(OutputDirectoryTest, RefusesAFlagThatIsGone) {
  AddRuns();
  WriteText(folder_ + "/config.flags", "--momentum=0.9\n");
  EXPECT_THAT(MessageOf(Visit(folder_)),
              AllOf(HasSubstr("--momentum=0.9"),
                    HasSubstr("this program has no such flag")));
}

TEST_F(OutputDirectoryTest, RefusesADamagedConfig) {
  AddRuns();
  WriteText(folder_ + "/config.flags", "# comment\n\nlearning_rate 3\n");
  EXPECT_THAT(MessageOf(Visit(folder_)),
              HasSubstr("config.flags:3: \"learning_rate 3\" is not of the"));
}

TEST_F(OutputDirectoryTest, RefusesAFlagWithALineBreak) {
  absl::SetFlag(&FLAGS_ranks, "2\n--learning_rate=1");
  EXPECT_THAT(MessageOf(Visit(folder_)), HasSubstr("--ranks has a line break"));
}

TEST_F(OutputDirectoryTest, SaysWhyItCannotWrite) {
  WriteText(folder_ + "/file", "");
  EXPECT_THAT(MessageOf(Visit(folder_ + "/file")),
              HasSubstr("cannot create " + folder_ + "/file: Not a directory"));
  EXPECT_THAT(MessageOf(Visit("/proc/results")),
              AllOf(HasSubstr("cannot create /proc/results: "),
                    HasSubstr("choose an --output_dir that you may write to")));
  std::filesystem::create_symlink("/dev/full", folder_ + "/config.flags.tmp");
  EXPECT_THAT(MessageOf(Visit(folder_)),
              AllOf(HasSubstr("config.flags.tmp: No space left on device"),
                    HasSubstr("free some space")));
}

}  // namespace
}  // namespace experiments
