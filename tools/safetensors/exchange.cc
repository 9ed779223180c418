// One side of python_test.py, which knows the same tensors.
//
//     exchange write FILE
//     exchange read FILE      fails if the file holds anything else

#include <cstdint>
#include <fstream>
#include <iostream>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "tools/safetensors/safetensors.h"

namespace safetensors {
namespace {

const Metadata kMetadata = {{"seed", "7"}, {"a \"π\"\n", ""}};

constexpr uint8_t kBytes[] = {0, 128, 255};
constexpr float kFloats[] = {-1.5F, std::numeric_limits<float>::max(),
                             std::numeric_limits<float>::denorm_min(), 0.1F};
constexpr double kDoubles[] = {0.1, std::numeric_limits<double>::lowest(),
                               std::numeric_limits<double>::infinity()};
constexpr int32_t kInts[] = {std::numeric_limits<int32_t>::min(),
                             std::numeric_limits<int32_t>::max()};
constexpr int64_t kLong[] = {std::numeric_limits<int64_t>::min()};

std::vector<Tensor> Tensors() {
  return {AsTensor<uint8_t>("bytes", {3}, kBytes),
          AsTensor<float>("floats", {2, 1, 2}, kFloats),
          AsTensor<double>("doubles", {3, 1}, kDoubles),
          AsTensor<int32_t>("ints \"π\"\n", {2}, kInts),
          AsTensor<int64_t>("a long", {}, kLong),
          AsTensor<double>("none", {0, 7}, {})};
}

absl::Status Write(const std::string& path) {
  const absl::StatusOr<std::string> contents = Serialize(Tensors(), kMetadata);
  if (!contents.ok()) return contents.status();
  std::ofstream file(path, std::ios::binary);
  if (!(file << *contents).flush()) return absl::DataLossError("not written");
  return absl::OkStatus();
}

template <typename T>
absl::Status Expect(const File& file, const std::string& name,
                    const std::vector<int64_t>& shape,
                    absl::Span<const T> elements) {
  const absl::StatusOr<absl::Span<const T>> found = file.Get<T>(name, shape);
  if (!found.ok()) return found.status();
  if (*found != elements) {
    return absl::DataLossError(absl::StrCat(name, " has other elements"));
  }
  return absl::OkStatus();
}

absl::Status Read(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  const absl::StatusOr<File> file = File::Parse(
      std::string(std::istreambuf_iterator<char>(stream), {}), path);
  if (!file.ok()) return file.status();
  absl::Status status;
  if (file->metadata() != kMetadata) {
    status.Update(absl::DataLossError("other metadata"));
  }
  if (file->names().size() != Tensors().size()) {
    status.Update(absl::DataLossError("more or fewer tensors"));
  }
  status.Update(Expect<uint8_t>(*file, "bytes", {3}, kBytes));
  status.Update(Expect<float>(*file, "floats", {2, 1, 2}, kFloats));
  status.Update(Expect<double>(*file, "doubles", {3, 1}, kDoubles));
  status.Update(Expect<int32_t>(*file, "ints \"π\"\n", {2}, kInts));
  status.Update(Expect<int64_t>(*file, "a long", {}, kLong));
  status.Update(Expect<double>(*file, "none", {0, 7}, {}));
  return status;
}

}  // namespace
}  // namespace safetensors

int main(int argc, char** argv) {
  absl::Status status = absl::InvalidArgumentError("write FILE or read FILE");
  if (argc == 3 && std::string(argv[1]) == "write") {
    status = safetensors::Write(argv[2]);
  } else if (argc == 3 && std::string(argv[1]) == "read") {
    status = safetensors::Read(argv[2]);
  }
  if (!status.ok()) std::cerr << status.message() << "\n";
  return status.ok() ? 0 : 1;
}
