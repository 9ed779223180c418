#include "experiments/csv_file.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "experiments/test_folder.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace experiments {
namespace {

using ::testing::HasSubstr;

const std::vector<std::string> kColumns = {"step", "loss"};

class CsvFileTest : public ::testing::Test {
 protected:
  const std::string path_ = FreshFolder() + "/table.csv";
};

TEST_F(CsvFileTest, GrowsLineByLine) {
  absl::StatusOr<CsvFile> file = CsvFile::Create(path_, kColumns);
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(TextOf(path_), "step,loss\n");
  EXPECT_EQ(file->bytes(), 10);
  ASSERT_TRUE(file->Append({"1", "0.5"}).ok());
  ASSERT_TRUE(file->Append({"2", ""}).ok());
  ASSERT_TRUE(file->Sync().ok());
  EXPECT_EQ(TextOf(path_), "step,loss\n1,0.5\n2,\n");
  EXPECT_EQ(file->bytes(), 19);
}

TEST_F(CsvFileTest, GoesOnFromAnEarlierLength) {
  int64_t bytes = 0;
  {
    absl::StatusOr<CsvFile> file = CsvFile::Create(path_, kColumns);
    ASSERT_TRUE(file.ok());
    ASSERT_TRUE(file->Append({"1", "a"}).ok());
    bytes = file->bytes();
    ASSERT_TRUE(file->Append({"2", "b"}).ok());
  }
  absl::StatusOr<CsvFile> file = CsvFile::Continue(path_, kColumns, bytes);
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(TextOf(path_), "step,loss\n1,a\n");
  EXPECT_EQ(file->bytes(), bytes);
  ASSERT_TRUE(file->Append({"2", "c"}).ok());
  EXPECT_EQ(TextOf(path_), "step,loss\n1,a\n2,c\n");
}

TEST_F(CsvFileTest, StartsAnewOverALoneHeader) {
  WriteText(path_, "step,gain\n");
  EXPECT_TRUE(CsvFile::Create(path_, kColumns).ok());
  EXPECT_EQ(TextOf(path_), "step,loss\n");
  WriteText(path_, "");
  EXPECT_TRUE(CsvFile::Create(path_, kColumns).ok());
  EXPECT_EQ(TextOf(path_), "step,loss\n");
}

TEST_F(CsvFileTest, KeepsRowsThatItDoesNotKnow) {
  WriteText(path_, "step,loss\n1,a\n");
  const absl::Status status = CsvFile::Create(path_, kColumns).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr(path_));
  EXPECT_EQ(TextOf(path_), "step,loss\n1,a\n");
}

TEST_F(CsvFileTest, RefusesAnotherFile) {
  const std::string text = "step,loss\n1,a\n";
  WriteText(path_, text);
  const auto code = [&](const std::vector<std::string>& columns,
                        int64_t bytes) {
    return CsvFile::Continue(path_, columns, bytes).status().code();
  };
  EXPECT_EQ(code(kColumns, 15), absl::StatusCode::kDataLoss);
  EXPECT_EQ(code({"step"}, 14), absl::StatusCode::kDataLoss);
  EXPECT_EQ(code({"step", "loss", "x"}, 14), absl::StatusCode::kDataLoss);
  EXPECT_EQ(TextOf(path_), text);
  EXPECT_EQ(code(kColumns, 14), absl::StatusCode::kOk);
  std::filesystem::remove(path_);
  EXPECT_EQ(code(kColumns, 14), absl::StatusCode::kNotFound);
}

TEST_F(CsvFileTest, SaysWhyItCannotWrite) {
  const absl::Status status =
      CsvFile::Create("/nowhere/table.csv", kColumns).status();
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("/nowhere/table.csv.tmp: No such file or directory"));
}

}  // namespace
}  // namespace experiments
