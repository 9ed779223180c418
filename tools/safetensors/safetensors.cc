#include "tools/safetensors/safetensors.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "tools/safetensors/header.h"
#include "zlib.h"

namespace safetensors {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr size_t kLengthBytes = sizeof(uint64_t);
constexpr size_t kMaxHeaderBytes = 100'000'000;  // the Python package's limit

constexpr absl::string_view kWord = "crc32 ";
constexpr absl::string_view kBeforeDigits =
    R"({"__metadata__":{"checksum":"crc32 )";
constexpr absl::string_view kNoDigits = "00000000";
constexpr size_t kDigits = kLengthBytes + kBeforeDigits.size();

uLong Crc32(uLong crc, absl::string_view bytes) {
  return crc32_z(crc, reinterpret_cast<const Bytef*>(bytes.data()),
                 bytes.size());
}

// The eight digits for a file with such digits, whatever stands there.
std::string Digits(absl::string_view file) {
  const uLong crc = Crc32(Crc32(0, file.substr(0, kDigits)),
                          file.substr(kDigits + kNoDigits.size()));
  return absl::StrCat(absl::Hex(crc, absl::kZeroPad8));
}

bool HasDigits(absl::string_view file) {
  return absl::StartsWith(file.substr(kLengthBytes), kBeforeDigits) &&
         file.size() >= kDigits + kNoDigits.size();
}

bool SpeaksOfChecksum(const Metadata& metadata) {
  return std::any_of(metadata.begin(), metadata.end(), [](const auto& entry) {
    return entry.first == kChecksumKey || absl::StartsWith(entry.second, kWord);
  });
}

bool CanLieAt(const std::byte* address, ElementType type) {
  return reinterpret_cast<uintptr_t>(address) %
             static_cast<uintptr_t>(ElementSize(type)) ==
         0;
}

bool Fits(const std::vector<int64_t>& shape,
          const std::vector<int64_t>& wanted) {
  return std::equal(shape.begin(), shape.end(), wanted.begin(), wanted.end(),
                    [](int64_t n, int64_t m) { return m == kAny || n == m; });
}

}  // namespace

absl::StatusOr<std::string> Serialize(const std::vector<Tensor>& tensors,
                                      const Metadata& metadata) {
  std::vector<Tensor> in_order = tensors;
  std::stable_sort(in_order.begin(), in_order.end(),
                   [](const Tensor& a, const Tensor& b) {
                     return ElementSize(a.type) > ElementSize(b.type);
                   });
  absl::StatusOr<std::string> header =
      WriteHeader(in_order, metadata, absl::StrCat(kWord, kNoDigits));
  if (!header.ok()) return header.status();
  while (header->size() % sizeof(int64_t) != 0) header->push_back(' ');
  if (header->size() > kMaxHeaderBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("the header would have ", header->size(),
                     " bytes, more than ", kMaxHeaderBytes));
  }

  const uint64_t length = header->size();
  size_t size = kLengthBytes + header->size();
  for (const Tensor& tensor : in_order) size += tensor.bytes.size();
  std::string file;
  file.reserve(size);
  file.append(reinterpret_cast<const char*>(&length), kLengthBytes);
  file += *header;
  for (const Tensor& tensor : in_order) {
    file.append(reinterpret_cast<const char*>(tensor.bytes.data()),
                tensor.bytes.size());
  }
  const std::string digits = Digits(file);
  file.replace(kDigits, digits.size(), digits);
  return file;
}

File::File(std::string contents, absl::string_view path)
    : path_(path),
      contents_(std::make_unique<const std::string>(std::move(contents))) {}

absl::StatusOr<File> File::Parse(std::string contents, absl::string_view path) {
  File file(std::move(contents), path);
  if (const absl::Status status = file.Read(); !status.ok()) {
    return absl::DataLossError(absl::StrCat(path, " ", status.message()));
  }
  return file;
}

absl::Status File::Read() {
  absl::string_view rest = *contents_;
  if (rest.size() < kLengthBytes) {
    return absl::DataLossError(absl::StrCat(
        "is no safetensors file: it has only ", rest.size(), " bytes"));
  }
  uint64_t length;
  std::memcpy(&length, rest.data(), kLengthBytes);
  rest.remove_prefix(kLengthBytes);
  if (length > kMaxHeaderBytes) {
    return absl::DataLossError(absl::StrCat(
        "is no safetensors file: its header would have ", length, " bytes"));
  }
  if (length > rest.size()) {
    return absl::DataLossError(absl::StrCat("is cut short: its header has ",
                                            length, " bytes, of which ",
                                            rest.size(), " are there"));
  }
  const absl::string_view data = rest.substr(length);
  absl::StatusOr<Header> header = ReadHeader(
      rest.substr(0, length),
      absl::MakeConstSpan(reinterpret_cast<const std::byte*>(data.data()),
                          data.size()));
  if (!header.ok()) return header.status();

  if (HasDigits(*contents_)) {
    const absl::string_view found =
        absl::string_view(*contents_).substr(kDigits, kNoDigits.size());
    const std::string expected = Digits(*contents_);
    if (found != expected) {
      return absl::DataLossError(absl::StrCat("is damaged: checksum ", found,
                                              ", of its bytes ", expected));
    }
    header->metadata.erase(kChecksumKey);
  } else if (SpeaksOfChecksum(header->metadata)) {
    return absl::DataLossError(
        "is damaged: checksum not in its place or not of its form");
  }
  metadata_ = std::move(header->metadata);
  for (Tensor& tensor : header->tensors) {
    std::string name = tensor.name;
    tensors_.emplace(std::move(name), std::move(tensor));
  }
  return absl::OkStatus();
}

std::vector<std::string> File::names() const {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : tensors_) names.push_back(name);
  return names;
}

absl::StatusOr<Tensor> File::Find(absl::string_view name) const {
  const auto found = tensors_.find(name);
  if (found == tensors_.end()) {
    return absl::NotFoundError(
        absl::StrCat(path_, " has no tensor ", Quote(std::string(name))));
  }
  return found->second;
}

absl::StatusOr<Tensor> File::FindAs(absl::string_view name, ElementType type,
                                    const std::vector<int64_t>& shape) const {
  absl::StatusOr<Tensor> tensor = Find(name);
  if (!tensor.ok()) return tensor.status();
  const std::string subject =
      absl::StrCat(path_, ": tensor ", Quote(tensor->name));
  if (tensor->type != type || !Fits(tensor->shape, shape)) {
    return absl::InvalidArgumentError(
        absl::StrCat(subject, " is ", Describe(tensor->type, tensor->shape),
                     ", not ", Describe(type, shape)));
  }
  if (!CanLieAt(tensor->bytes.data(), type)) {
    return absl::InvalidArgumentError(
        absl::StrCat(subject, " lies at no multiple of its elements' ",
                     ElementSize(type), " bytes"));
  }
  return tensor;
}

}  // namespace safetensors
