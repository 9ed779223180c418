#include "experiments/durable_file.h"

#include <signal.h>
#include <sys/resource.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "experiments/test_folder.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace experiments {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string MessageOf(const absl::Status& status) {
  return std::string(status.message());
}

TEST(ReadFileTest, TellsWhyItCannot) {
  const std::string folder = FreshFolder();
  EXPECT_TRUE(absl::IsNotFound(ReadFile(folder + "/none").status()));
  // A device without end must not be read.
  const absl::Status device = ReadFile("/dev/zero").status();
  EXPECT_THAT(MessageOf(device), HasSubstr("/dev/zero is not a regular file"));
}

TEST(ReplaceFileTest, ReplacesTheWholeFile) {
  const std::string path = FreshFolder() + "/file";
  ASSERT_TRUE(ReplaceFile(path, "a long first text").ok());
  ASSERT_TRUE(ReplaceFile(path, "short").ok());
  EXPECT_EQ(*ReadFile(path), "short");
  EXPECT_FALSE(std::filesystem::exists(path + ".tmp"));
}

TEST(ReplaceFileTest, FullDiskLeavesTheOldFile) {
  const std::string path = FreshFolder() + "/file";
  ASSERT_TRUE(ReplaceFile(path, "old").ok());
  std::filesystem::create_symlink("/dev/full", path + ".tmp");
  const absl::Status status = ReplaceFile(path, "new");
  EXPECT_THAT(MessageOf(status),
              AllOf(HasSubstr("cannot write " + path + ".tmp: No space left"),
                    HasSubstr("free some space and run the same command")));
  EXPECT_EQ(*ReadFile(path), "old");
  EXPECT_FALSE(std::filesystem::is_symlink(path + ".tmp"));
}

TEST(ReplaceFileTest, NeedsAFolder) {
  const std::string folder = FreshFolder();
  WriteText(folder + "/file", "");
  const absl::Status status = ReplaceFile(folder + "/file/inside", "text");
  EXPECT_THAT(MessageOf(status), AllOf(HasSubstr("Not a directory"),
                                       HasSubstr("choose an --output_dir")));
}

TEST(AppendFileTest, CutsThenAppends) {
  const std::string path = FreshFolder() + "/file";
  WriteText(path, "one\ntwo\nthr");
  absl::StatusOr<std::unique_ptr<AppendFile>> file = AppendFile::Open(path, 8);
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(*ReadFile(path), "one\ntwo\n");
  ASSERT_TRUE((*file)->Append("three\n").ok());
  ASSERT_TRUE((*file)->Append("four\n").ok());
  ASSERT_TRUE((*file)->Sync().ok());
  EXPECT_EQ(*ReadFile(path), "one\ntwo\nthree\nfour\n");
}

TEST(AppendFileTest, FullDevice) {
  absl::StatusOr<std::unique_ptr<AppendFile>> file =
      AppendFile::Open("/dev/full", 0);
  ASSERT_TRUE(file.ok());
  EXPECT_THAT(MessageOf((*file)->Append("text")),
              HasSubstr("cannot write /dev/full: No space left on device"));
}

// Ends the process with the number of the check that fails; 0 if none does.
// The limit holds for the whole process, hence one of its own.
[[noreturn]] void AppendBeyondTheLimit(const std::string& path) {
  signal(SIGXFSZ, SIG_IGN);
  auto file = AppendFile::Open(path, 6);
  struct rlimit limit = {10, RLIM_INFINITY};
  if (!file.ok() || setrlimit(RLIMIT_FSIZE, &limit) != 0) std::_Exit(1);
  // The limit lies in the middle of the record.
  const absl::Status status = (*file)->Append("second\n");
  if (TextOf(path) != "first\n") std::_Exit(2);
  if (MessageOf(status).find("File too large; free") == std::string::npos) {
    std::_Exit(3);
  }
  // A short record would fit, but after an error nobody knows the file's end.
  if ((*file)->Append("x\n").ok() || (*file)->Sync().ok()) std::_Exit(4);
  std::_Exit(TextOf(path) == "first\n" ? 0 : 5);
}

TEST(AppendFileDeathTest, NoPartOfARecordStays) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  const std::string path = FreshFolder() + "/file";
  WriteText(path, "first\n");
  EXPECT_EXIT(AppendBeyondTheLimit(path), ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace experiments
