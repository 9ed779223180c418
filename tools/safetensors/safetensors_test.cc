#include "tools/safetensors/safetensors.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace safetensors {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;

constexpr float kFloats[] = {1.5F, -0.0F, std::numeric_limits<float>::max()};
constexpr double kDoubles[] = {0.1, -1e300};
constexpr int32_t kInts[] = {-1, std::numeric_limits<int32_t>::min()};
constexpr int64_t kLongs[] = {std::numeric_limits<int64_t>::max()};
constexpr uint8_t kBytes[] = {0, 255, 34};

std::vector<Tensor> SomeTensors() {
  return {AsTensor<uint8_t>("bytes", {3}, kBytes),
          AsTensor<float>("floats", {1, 3}, kFloats),
          AsTensor<double>("doubles", {2, 1}, kDoubles),
          AsTensor<int32_t>("ints \"π\"\n", {2}, kInts),
          AsTensor<int64_t>("a long", {}, kLongs),
          AsTensor<double>("none", {0, 7}, {})};
}

const Metadata kMetadata = {{"seed", "7"}, {"a \"π\"\n", ""}};

File ParseOrDie(std::string contents) {
  absl::StatusOr<File> file = File::Parse(std::move(contents), "a.file");
  EXPECT_TRUE(file.ok()) << file.status();
  return *std::move(file);
}

File SomeFile() {
  const absl::StatusOr<std::string> contents =
      Serialize(SomeTensors(), kMetadata);
  EXPECT_TRUE(contents.ok()) << contents.status();
  return ParseOrDie(*contents);
}

TEST(Safetensors, ComeBackAsTheyWere) {
  const File file = SomeFile();
  EXPECT_EQ(file.metadata(), kMetadata);
  EXPECT_THAT(file.names(), ElementsAre("a long", "bytes", "doubles", "floats",
                                        "ints \"π\"\n", "none"));
  for (const Tensor& tensor : SomeTensors()) {
    const absl::StatusOr<Tensor> found = file.Find(tensor.name);
    ASSERT_TRUE(found.ok()) << found.status();
    EXPECT_EQ(found->name, tensor.name);
    EXPECT_EQ(found->type, tensor.type);
    EXPECT_EQ(found->shape, tensor.shape);
    EXPECT_THAT(found->bytes, ElementsAreArray(tensor.bytes));
  }
}

TEST(Safetensors, WithoutTensorsAndMetadata) {
  const absl::StatusOr<std::string> contents = Serialize({}, {});
  ASSERT_TRUE(contents.ok()) << contents.status();
  const File file = ParseOrDie(*contents);
  EXPECT_THAT(file.names(), ElementsAre());
  EXPECT_EQ(file.metadata(), Metadata());
}

// The digits are those of Python's zlib.crc32.
TEST(Safetensors, HaveTheseBytes) {
  const std::string header =
      R"({"__metadata__":{"checksum":"crc32 9f0fd6e3","key":"text"},)"
      R"("long":{"dtype":"I64","shape":[],"data_offsets":[0,8]},)"
      R"("bytes":{"dtype":"U8","shape":[3,1],"data_offsets":[8,11]}})";
  ASSERT_EQ(header.size(), 173);
  const absl::StatusOr<std::string> contents =
      Serialize({AsTensor<uint8_t>("bytes", {3, 1}, kBytes),
                 AsTensor<int64_t>("long", {}, kLongs)},
                {{"key", "text"}});
  ASSERT_TRUE(contents.ok()) << contents.status();
  EXPECT_EQ(*contents, std::string("\xb0\0\0\0\0\0\0\0", 8) + header + "   " +
                           "\xff\xff\xff\xff\xff\xff\xff\x7f" +
                           std::string("\0\xff\"", 3));
}

// Although the bytes were given first.
TEST(Safetensors, AreViewsOfTheirType) {
  const File file = SomeFile();
  const absl::StatusOr<absl::Span<const double>> doubles =
      file.Get<double>("doubles", {2, 1});
  ASSERT_TRUE(doubles.ok()) << doubles.status();
  EXPECT_THAT(*doubles, ElementsAreArray(kDoubles));
  EXPECT_THAT(*file.Get<int32_t>("ints \"π\"\n", {2}), ElementsAreArray(kInts));
}

TEST(Safetensors, ViewsOutliveAMove) {
  File original = SomeFile();
  const absl::StatusOr<absl::Span<const float>> before =
      original.Get<float>("floats", {1, 3});
  const File file = std::move(original);
  EXPECT_THAT(*before, ElementsAreArray(kFloats));
  EXPECT_THAT(*file.Get<float>("floats", {1, 3}), ElementsAreArray(kFloats));
}

TEST(Safetensors, ShapesMayLeaveSizesOpen) {
  const File file = SomeFile();
  EXPECT_THAT(*file.Get<uint8_t>("bytes", {kAny}), ElementsAreArray(kBytes));
  EXPECT_THAT(*file.Get<float>("floats", {kAny, 3}), ElementsAreArray(kFloats));
  EXPECT_THAT(*file.Get<int64_t>("a long", {}), ElementsAreArray(kLongs));
  EXPECT_THAT(*file.Get<double>("none", {0, kAny}), ElementsAre());
  EXPECT_EQ(file.Get<float>("floats", {kAny, 4}).status(),
            absl::InvalidArgumentError(
                R"(a.file: tensor "floats" is [1, 3], F32, not [?, 4], F32)"));
}

TEST(Safetensors, MustBeWhatTheyAreReadAs) {
  const File file = SomeFile();
  EXPECT_EQ(file.Find("float").status(),
            absl::NotFoundError(R"(a.file has no tensor "float")"));
  EXPECT_EQ(file.Get<float>("float", {3}).status(),
            absl::NotFoundError(R"(a.file has no tensor "float")"));
  EXPECT_EQ(file.Get<float>("bytes", {3}).status(),
            absl::InvalidArgumentError(
                R"(a.file: tensor "bytes" is [3], U8, not [3], F32)"));
  EXPECT_EQ(file.Get<uint8_t>("bytes", {4}).status(),
            absl::InvalidArgumentError(
                R"(a.file: tensor "bytes" is [3], U8, not [4], U8)"));
  EXPECT_EQ(file.Get<uint8_t>("bytes", {}).status(),
            absl::InvalidArgumentError(
                R"(a.file: tensor "bytes" is [3], U8, not [], U8)"));
  EXPECT_EQ(
      file.Get<int32_t>("ints \"π\"\n", {2, 1}).status(),
      absl::InvalidArgumentError(
          R"(a.file: tensor "ints \"π\"\n" is [2], I32, not [2, 1], I32)"));
}

void ExpectRefused(const std::vector<Tensor>& tensors, const Metadata& metadata,
                   const std::string& sentence) {
  EXPECT_EQ(Serialize(tensors, metadata).status(),
            absl::InvalidArgumentError(sentence));
}

TEST(Serialize, RefusesWhatNoFileCanHold) {
  const auto bytes = [](const std::string& name,
                        const std::vector<int64_t>& shape) {
    return AsTensor<uint8_t>(name, shape, kBytes);
  };
  const std::string bad = "\xff";
  const int64_t huge = int64_t{1} << 32;
  ExpectRefused({bytes("x", {3}), bytes("x", {3})}, {},
                R"(tensor name "x" is taken)");
  ExpectRefused({bytes("__metadata__", {3})}, {},
                R"(tensor name "__metadata__" is taken)");
  ExpectRefused({bytes(bad, {3})}, {}, "tensor name \"�\" is not UTF-8");
  ExpectRefused({bytes("x", {2})}, {},
                R"(tensor "x" is [2], U8, but has 3 bytes)");
  ExpectRefused({bytes("x", {-3, -1})}, {},
                R"(tensor "x" is [-3, ?], U8, but has 3 bytes)");
  ExpectRefused({bytes("x", {huge, huge, 3})}, {},
                R"(tensor "x" is [4294967296, 4294967296, 3], U8, but has 3 )"
                "bytes");
  ExpectRefused({}, {{"checksum", ""}}, R"(metadata key "checksum" is taken)");
  ExpectRefused({}, {{"x", bad}}, R"(metadata "x" is not UTF-8)");
  ExpectRefused({}, {{bad, "x"}}, "metadata \"�\" is not UTF-8");
  std::string long_text;
  long_text.resize(100'000'000, 'x');
  ExpectRefused({}, {{"x", long_text}},
                "the header would have 100000056 bytes, more than 100000000");
}

}  // namespace
}  // namespace safetensors
