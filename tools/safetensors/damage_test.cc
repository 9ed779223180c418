// Damaged, malformed and other programs' files.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tools/safetensors/safetensors.h"

namespace safetensors {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

std::string SmallFile() {
  constexpr float kFloats[] = {1, 2, 3};
  constexpr uint8_t kBytes[] = {4, 5, 6};
  return *Serialize({AsTensor<float>("floats", {3}, kFloats),
                     AsTensor<uint8_t>("bytes", {3, 1}, kBytes)},
                    {{"seed", "7"}, {"steps", "12"}});
}

// What Parse says of a file that it must not take.
std::string Complaint(const std::string& contents) {
  const absl::Status status = File::Parse(contents, "a.file").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << contents;
  std::string message(status.message());
  EXPECT_THAT(message, StartsWith("a.file "));
  return message;
}

std::string WithLength(uint64_t length, absl::string_view rest) {
  std::string file(sizeof(length), '\0');
  std::memcpy(file.data(), &length, sizeof(length));
  return absl::StrCat(file, rest);
}

// A file without a checksum.
std::string Foreign(absl::string_view header, absl::string_view data = "") {
  return WithLength(header.size(), absl::StrCat(header, data));
}

TEST(Damage, EveryFlippedBitIsFound) {
  const std::string whole = SmallFile();
  for (size_t i = 0; i < whole.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string damaged = whole;
      damaged[i] = static_cast<char>(damaged[i] ^ (1 << bit));
      SCOPED_TRACE(absl::StrCat("byte ", i, ", bit ", bit));
      EXPECT_NE(Complaint(damaged), "");
    }
  }
}

TEST(Damage, EveryCutIsFound) {
  const std::string whole = SmallFile();
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_THAT(Complaint(whole.substr(0, size)),
                HasSubstr(size < 8 ? "is no safetensors file: it has only "
                                   : "is cut short: its "));
  }
  EXPECT_EQ(Complaint(whole + "x"),
            "a.file is damaged: 1 bytes follow its last tensor");
  EXPECT_THAT(Complaint(whole + whole), HasSubstr("bytes follow its last"));
}

TEST(Damage, IsSaidInOneSentence) {
  std::string file = SmallFile();
  file.back() = '\0';
  EXPECT_THAT(Complaint(file),
              testing::MatchesRegex("a.file is damaged: checksum [0-9a-f]{8}, "
                                    "of its bytes [0-9a-f]{8}"));
  EXPECT_EQ(Complaint("none"),
            "a.file is no safetensors file: it has only 4 bytes");
  EXPECT_EQ(Complaint("a letter to a friend"),
            "a.file is no safetensors file: its header would have "
            "8243122736238174305 bytes");
  EXPECT_EQ(Complaint(WithLength(100, "{}")),
            "a.file is cut short: its header has 100 bytes, of which 2 are "
            "there");
  EXPECT_EQ(Complaint(SmallFile().substr(0, SmallFile().size() - 1)),
            "a.file is cut short: its tensors have 15 bytes, of which 14 are "
            "there");
}

TEST(Damage, OfTheChecksumsMarksIsFound) {
  const auto with = [](absl::string_view checksum) {
    return Foreign(absl::StrCat("{\"__metadata__\":{", checksum, "}}"));
  };
  // One file can do without a checksum.
  EXPECT_TRUE(File::Parse(with(R"("a":"b")"), "").ok());
  for (const std::string& file :
       {with(R"("checksun":"crc32 00000000")"),
        with(R"("checksum":"crc33 00000000")"), with(R"("checksum":"")"),
        with(R"("a":"b","checksum":"crc32 00000000")")}) {
    EXPECT_EQ(Complaint(file),
              "a.file is damaged: checksum not in its place or not of its "
              "form");
  }
}

TEST(Foreign, FilesAreRead) {
  const absl::StatusOr<File> file = File::Parse(
      Foreign(R"({"b": {"data_offsets": [0, 3], "shape": [3], "dtype":"U8"},)"
              R"("a": {"dtype":"F32", "shape": [1], "data_offsets": [3, 7]},)"
              R"("none": {"dtype":"I64", "shape": [0], "data_offsets":[3, 3]})"
              R"(, "\u0061\u0000": {"dtype":"U8", "shape": [1, 1],)"
              R"( "data_offsets":[7, 8]}})",
              "ABCDEFGH"),
      "a.file");
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(file->metadata(), Metadata());
  EXPECT_THAT(file->names(),
              ElementsAre("a", std::string("a\0", 2), "b", "none"));
  EXPECT_THAT(*file->Get<uint8_t>("b", {3}), ElementsAre('A', 'B', 'C'));
  EXPECT_THAT(*file->Get<uint8_t>(std::string("a\0", 2), {1, 1}),
              ElementsAre('H'));
  EXPECT_EQ(file->Find("a")->bytes.size(), 4);
}

TEST(Foreign, TensorsMayLieWhereTheyCannotBeViewed) {
  const absl::StatusOr<File> file = File::Parse(
      Foreign(R"({"b":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},)"
              R"("a":{"dtype":"F32","shape":[1],"data_offsets":[3,7]}}  )",
              "ABCDEFG"),
      "a.file");
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(file->Get<float>("a", {1}).status(),
            absl::InvalidArgumentError(
                R"(a.file: tensor "a" lies at no multiple of its elements' 4 )"
                "bytes"));
}

TEST(Malformed, FilesThatAreNoJsonObject) {
  for (const char* header :
       {"", "1", "[]", "\"x\"", " {}", "\xef\xbb\xbf{}", "null"}) {
    EXPECT_EQ(Complaint(Foreign(header)),
              "a.file is no safetensors file: its header is no JSON object");
  }
  for (const char* header : {"{", "{}}", "{} {}", "{\"x\"}", "{\"\xff\":{}}",
                             "{\"\xed\xa0\x80\":1}", "{\"x\":1e999}", "{/**/}",
                             "{\"x\":[1,]}", "{x:1}", "{\"\\ud800\":1}"}) {
    EXPECT_EQ(Complaint(Foreign(header)),
              "a.file is damaged: its header is no JSON object");
  }
  EXPECT_THAT(Complaint(Foreign(absl::string_view("{}\0", 3))),
              HasSubstr("its header is no JSON object"));
}

TEST(Malformed, NestedWithoutEnd) {
  const std::string deep(1'000'000, '[');
  EXPECT_EQ(Complaint(Foreign(absl::StrCat("{\"x\":", deep))),
            "a.file is damaged: its header is no JSON object");
  EXPECT_EQ(Complaint(Foreign(absl::StrCat(
                "{\"x\":", deep, std::string(deep.size(), ']'), "}"))),
            R"(a.file is damaged: "x" in its header is malformed)");
  std::string objects = "{\"x\":1}";
  for (int i = 0; i < 1000; ++i)
    objects = absl::StrCat("{\"x\":", objects, "}");
  EXPECT_EQ(Complaint(Foreign(objects)),
            R"(a.file is damaged: "x" in its header is malformed)");
}

TEST(Malformed, NamesAndKeysThatStandTwice) {
  const absl::string_view tensor =
      R"("x":{"dtype":"U8","shape":[0],"data_offsets":[0,0]})";
  EXPECT_TRUE(File::Parse(Foreign(absl::StrCat("{", tensor, "}")), "").ok());
  EXPECT_EQ(Complaint(Foreign(absl::StrCat("{", tensor, ",", tensor, "}"))),
            R"(a.file is damaged: "x" stands twice in its header)");
  EXPECT_EQ(Complaint(Foreign(R"({"__metadata__":{"a":"","b":"","a":""}})")),
            R"(a.file is damaged: "a" stands twice in its header)");
  EXPECT_EQ(Complaint(Foreign(R"({"x":{"dtype":"U8","dtype":"U8","shape":[0],)"
                              R"("data_offsets":[0,0]}})")),
            R"(a.file is damaged: "dtype" stands twice in its header)");
}

TEST(Malformed, Metadata) {
  for (const char* metadata : {"[]", "1", "\"x\"", "{\"x\":1}", "{\"x\":null}",
                               "{\"x\":[]}", "{\"x\":{}}"}) {
    EXPECT_EQ(
        Complaint(Foreign(absl::StrCat("{\"__metadata__\":", metadata, "}"))),
        R"(a.file is damaged: "__metadata__" in its header is malformed)");
  }
}

TEST(Malformed, Tensors) {
  const auto complaint = [](absl::string_view tensor) {
    return Complaint(Foreign(absl::StrCat("{\"x\":", tensor, "}"), "ABCD"));
  };
  for (const char* tensor :
       {"1",
        "[]",
        "null",
        "\"U8\"",
        "{}",
        R"({"dtype":"U8","shape":[4]})",
        R"({"dtype":"U8","data_offsets":[0,4]})",
        R"({"shape":[4],"data_offsets":[0,4]})",
        R"({"dtype":"U8","shape":[4],"data_offsets":[0,4],"y":1})",
        R"({"dtype":"U8","shape":[4],"offsets":[0,4]})",
        R"({"dtype":1,"shape":[4],"data_offsets":[0,4]})",
        R"({"dtype":"U8","shape":4,"data_offsets":[0,4]})",
        R"({"dtype":"U8","shape":{"x":4},"data_offsets":[0,4]})",
        R"({"dtype":"U8","shape":["4"],"data_offsets":[0,4]})",
        R"({"dtype":"U8","shape":[4.0],"data_offsets":[0,4]})",
        R"({"dtype":"U8","shape":[-4,-1],"data_offsets":[0,4]})",
        R"({"dtype":"U8","shape":[4,[]],"data_offsets":[0,4]})",
        R"({"dtype":"U8","shape":[4,true],"data_offsets":[0,4]})",
        R"({"dtype":"U8","shape":[9223372036854775808],"data_offsets":[0,4]})",
        R"({"dtype":"U8","shape":[18446744073709551617],"data_offsets":[0,4]})",
        R"({"dtype":"U8","shape":[4],"data_offsets":[4]})",
        R"({"dtype":"U8","shape":[4],"data_offsets":[0,4,4]})",
        R"({"dtype":"U8","shape":[4],"data_offsets":[-0,4]})",
        R"({"dtype":"U8","shape":[4],"data_offsets":[0,"4"]})"}) {
    EXPECT_EQ(complaint(tensor),
              R"(a.file is damaged: "x" in its header is malformed)")
        << tensor;
  }
  EXPECT_EQ(complaint(R"({"dtype":"F16","shape":[2],"data_offsets":[0,4]})"),
            R"(a.file holds tensor "x" of type "F16", which is none of F32, )"
            "F64, I32, I64, U8");
  EXPECT_EQ(complaint(R"({"dtype":"F32","shape":[2],"data_offsets":[0,4]})"),
            R"(a.file is damaged: tensor "x" is [2], F32, but has 4 bytes)");
  EXPECT_THAT(complaint(R"({"dtype":"F32","shape":[4294967296,4294967296,0],)"
                        R"("data_offsets":[0,4]})"),
              HasSubstr("F32, but has 4 bytes"));
  // 2^62 elements of 4 bytes are 0 bytes modulo 2^64.
  EXPECT_THAT(
      Complaint(Foreign(R"({"x":{"dtype":"F32","shape":[4611686018427387904],)"
                        R"("data_offsets":[0,0]}})")),
      HasSubstr("F32, but has 0 bytes"));
}

TEST(Malformed, Offsets) {
  const auto complaint = [](absl::string_view first, absl::string_view second) {
    return Complaint(Foreign(
        absl::StrCat(R"({"x":{"dtype":"U8","shape":[2],"data_offsets":[)",
                     first, R"(]},"y":{"dtype":"U8","shape":[2],)",
                     R"("data_offsets":[)", second, "]}}"),
        "ABCD"));
  };
  const std::string y = R"(a.file is damaged: tensor "y" is at bytes )";
  EXPECT_EQ(complaint("0,2", "1,3"), y + "1 to 3, not from 2 on");
  EXPECT_EQ(complaint("0,2", "3,5"), y + "3 to 5, not from 2 on");
  EXPECT_EQ(complaint("0,2", "0,2"), y + "0 to 2, not from 2 on");
  EXPECT_EQ(complaint("0,2", "2,1"), y + "2 to 1, not from 2 on");
  EXPECT_EQ(complaint("2,4", "1,2"), y + "1 to 2, not from 0 on");
  EXPECT_EQ(complaint("0,2", "2,3"),
            "a.file is damaged: 1 bytes follow its last tensor");
  EXPECT_EQ(complaint("0,2", "2,9223372036854775807"),
            "a.file is cut short: its tensors have 9223372036854775807 bytes, "
            "of which 4 are there");
  EXPECT_EQ(complaint("0,1", "1,4"),
            R"(a.file is damaged: tensor "x" is [2], U8, but has 1 bytes)");
}

// Whatever stands there, Parse returns, and what it takes lies inside.
TEST(Malformed, AtRandom) {
  const std::string header =
      R"({"__metadata__":{"seed":"7"},)"
      R"("f":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},)"
      R"("b":{"dtype":"U8","shape":[3],"data_offsets":[8,11]}})";
  std::vector<std::string> pieces = absl::StrSplit(
      R"({ } [ ] " : , 0 1 8 11 - . e9 \u \ F64 U8 x [[[[ null true )"
      R"("b":{"dtype":"U8","shape":[0],"data_offsets":[8,8]}, )"
      "99999999999999999999 4294967296,4294967296 \xff ",
      ' ');
  pieces.emplace_back(1, '\0');
  std::mt19937 random(1);
  const auto below = [&](size_t n) {
    return std::uniform_int_distribution<size_t>(0, n - 1)(random);
  };
  int taken = 0, refused = 0;
  for (int i = 0; i < 100'000; ++i) {
    std::string text(header);
    for (size_t n = below(3) + 1; n > 0; --n) {
      const size_t at = below(text.size());
      const size_t size = below(3) == 0 ? below(20) : below(2);
      switch (below(3)) {
        case 0:
          text[at] = static_cast<char>(below(256));
          break;
        case 1:
          text.replace(at, size, pieces[below(pieces.size())]);
          break;
        default:
          text.replace(at, size, text.substr(below(text.size()), below(30)));
      }
      if (text.empty()) text = "{";
    }
    absl::StatusOr<File> file = File::Parse(Foreign(text, "ABCDEFGHIJK"), "f");
    if (!file.ok()) {
      ++refused;
      ASSERT_EQ(file.status().code(), absl::StatusCode::kDataLoss);
      continue;
    }
    ++taken;
    size_t bytes = 0;
    for (const std::string& name : file->names()) {
      const absl::StatusOr<Tensor> tensor = file->Find(name);
      ASSERT_TRUE(tensor.ok()) << text;
      for (const std::byte byte : tensor->bytes) {
        ASSERT_TRUE(std::byte{'A'} <= byte && byte <= std::byte{'K'}) << text;
        ++bytes;
      }
    }
    ASSERT_EQ(bytes, 11) << text;
  }
  EXPECT_GT(taken, 500);
  EXPECT_GT(refused, 10'000);
}

}  // namespace
}  // namespace safetensors
