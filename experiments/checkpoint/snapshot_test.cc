#include "experiments/checkpoint/snapshot.h"

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "tools/safetensors/safetensors.h"

namespace experiments {
namespace {

safetensors::File WrittenAndRead(const Snapshot& snapshot) {
  absl::StatusOr<std::string> contents =
      safetensors::Serialize(snapshot.tensors, snapshot.metadata);
  EXPECT_TRUE(contents.ok()) << contents.status();
  absl::StatusOr<safetensors::File> file =
      safetensors::File::Parse(*std::move(contents), "a");
  EXPECT_TRUE(file.ok()) << file.status();
  return *std::move(file);
}

TEST(Snapshot, ComesBack) {
  const std::vector<double> numbers = {0.1, -1e300, 5e-324};
  const std::string bytes("a\0\xff", 3);
  const std::string many(1000, 'x');
  constexpr int64_t kLargest = std::numeric_limits<int64_t>::max();
  Snapshot snapshot;
  snapshot.AddBytes("bytes", bytes);
  snapshot.AddNumbers("numbers", numbers);
  snapshot.AddBytes("many", many);
  snapshot.AddBytes("none", "");
  snapshot.AddNumbers("no numbers", {});
  snapshot.SetCount("zero", 0);
  snapshot.SetCount("largest", kLargest);
  snapshot.SetNumber("third", 1.0 / 3);
  // Its views still stand after a move.
  const Snapshot moved = std::move(snapshot);
  const safetensors::File file = WrittenAndRead(moved);
  EXPECT_EQ(ReadBytes(file, "bytes").value(), bytes);
  EXPECT_EQ(ReadBytes(file, "many").value(), many);
  EXPECT_EQ(ReadBytes(file, "none").value(), "");
  EXPECT_EQ(ReadNumbers(file, "numbers", 3).value(), numbers);
  EXPECT_EQ(ReadNumbers(file, "no numbers", 0).value(), std::vector<double>());
  EXPECT_EQ(ReadCount(file, "zero").value(), 0);
  EXPECT_EQ(ReadCount(file, "largest").value(), kLargest);
  EXPECT_EQ(ReadNumber(file, "third").value(), 1.0 / 3);
}

TEST(Snapshot, WhatIsNotThereIsAnError) {
  Snapshot snapshot;
  snapshot.AddBytes("bytes", "ab");
  snapshot.AddNumbers("numbers", {1, 2});
  snapshot.metadata = {{"negative", "-1"}, {"word", "many"}, {"half", "0.5"}};
  const safetensors::File file = WrittenAndRead(snapshot);
  EXPECT_FALSE(ReadBytes(file, "other").ok());
  EXPECT_FALSE(ReadBytes(file, "numbers").ok());
  EXPECT_FALSE(ReadNumbers(file, "other", 2).ok());
  EXPECT_FALSE(ReadNumbers(file, "bytes", 2).ok());
  EXPECT_FALSE(ReadNumbers(file, "numbers", 3).ok());
  for (const char* name : {"other", "negative", "word", "half"}) {
    EXPECT_FALSE(ReadCount(file, name).ok()) << name;
  }
  EXPECT_FALSE(ReadNumber(file, "other").ok());
  EXPECT_FALSE(ReadNumber(file, "word").ok());
  EXPECT_EQ(ReadNumber(file, "negative").value(), -1);
}

}  // namespace
}  // namespace experiments
