#include "experiments/run_log.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "experiments/run_table.h"
#include "experiments/test_folder.h"
#include "gtest/gtest.h"

namespace experiments {
namespace {

const Columns kColumns = {{"seed"}, {"error"}};
constexpr char kHeader[] = "seed,error,seconds\n";

Row SeedRow(int seed) { return {{std::to_string(seed)}, {seed / 8.0}, 1}; }

absl::StatusOr<std::unique_ptr<RunLog>> Open(const std::string& path) {
  return RunLog::Open(path, kColumns, {true});
}

TEST(RunLogTest, BeginsWithItsFirstRow) {
  const std::string path = FreshFolder() + "/runs.csv";
  absl::StatusOr<std::unique_ptr<RunLog>> log = Open(path);
  ASSERT_TRUE(log.ok());
  EXPECT_TRUE((*log)->earlier_rows().empty());
  EXPECT_TRUE((*log)->Sync().ok());
  EXPECT_FALSE(std::filesystem::exists(path));
  ASSERT_TRUE((*log)->Append(SeedRow(1)).ok());
  EXPECT_EQ(TextOf(path), kHeader + std::string("1,0.125,1\n"));
}

// Wherever a kill has cut the file, the next start reads the whole rows and
// goes on behind them.
TEST(RunLogTest, GoesOnFromEveryPrefix) {
  const std::string path = FreshFolder() + "/runs.csv";
  const std::string text = kHeader + RowLine(SeedRow(1)) + RowLine(SeedRow(2));
  for (size_t size = 0; size <= text.size(); ++size) {
    SCOPED_TRACE(size);
    WriteText(path, text.substr(0, size));
    absl::StatusOr<std::unique_ptr<RunLog>> log = Open(path);
    ASSERT_TRUE(log.ok()) << log.status();
    EXPECT_EQ(TextOf(path), text.substr(0, size)) << "touched by reading";
    const int rows = static_cast<int>((*log)->earlier_rows().size());
    for (int seed = rows + 1; seed <= 3; ++seed) {
      ASSERT_TRUE((*log)->Append(SeedRow(seed)).ok());
    }
    EXPECT_EQ(TextOf(path), text + RowLine(SeedRow(3)));
  }
}

TEST(RunLogTest, LeavesAForeignFileAlone) {
  const std::string path = FreshFolder() + "/runs.csv";
  WriteText(path, "dear diary");
  EXPECT_TRUE(absl::IsDataLoss(Open(path).status()));
  EXPECT_EQ(TextOf(path), "dear diary");
}

TEST(RunLogTest, FinishOrdersTheRows) {
  const std::string path = FreshFolder() + "/runs.csv";
  absl::StatusOr<std::unique_ptr<RunLog>> log = Open(path);
  ASSERT_TRUE(log.ok());
  ASSERT_TRUE((*log)->Append(SeedRow(2)).ok());
  ASSERT_TRUE((*log)->Append(SeedRow(1)).ok());
  ASSERT_TRUE((*log)->Finish({SeedRow(1), SeedRow(2)}).ok());
  EXPECT_EQ(TextOf(path), kHeader + RowLine(SeedRow(1)) + RowLine(SeedRow(2)));
}

TEST(RunLogTest, FinishDoesNotRewriteAnOrderedFile) {
  const std::string path = FreshFolder() + "/runs.csv";
  WriteText(path, kHeader + RowLine(SeedRow(1)));
  // A rewrite would have to go through here, and fail.
  std::filesystem::create_directory(path + ".tmp");
  absl::StatusOr<std::unique_ptr<RunLog>> log = Open(path);
  ASSERT_TRUE(log.ok());
  EXPECT_TRUE((*log)->Finish({SeedRow(1)}).ok());
  EXPECT_FALSE((*log)->Finish({SeedRow(2)}).ok());
  EXPECT_EQ(TextOf(path), kHeader + RowLine(SeedRow(1)));
}

}  // namespace
}  // namespace experiments
