#include "tools/safetensors/header.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "nlohmann/json.hpp"
#include "tools/safetensors/safetensors.h"

namespace safetensors {
namespace {

using Json = nlohmann::json;

constexpr char kMetadataKey[] = "__metadata__";

struct TypeRow {
  ElementType type;
  const char* name;
  int64_t size;
};

constexpr TypeRow kTypes[] = {
    {ElementType::kF32, "F32", 4}, {ElementType::kF64, "F64", 8},
    {ElementType::kI32, "I32", 4}, {ElementType::kI64, "I64", 8},
    {ElementType::kU8, "U8", 1},
};

const TypeRow& RowOf(ElementType type) {
  return *std::find_if(std::begin(kTypes), std::end(kTypes),
                       [&](const TypeRow& row) { return row.type == type; });
}

// Whether the tensor has the bytes of its shape.
bool HasBytesOfShape(const Tensor& tensor) {
  int64_t size = ElementSize(tensor.type);
  for (const int64_t n : tensor.shape) {
    if (n < 0 || __builtin_mul_overflow(size, n, &size)) return false;
  }
  return static_cast<size_t>(size) == tensor.bytes.size();
}

std::string WrongBytes(const Tensor& tensor) {
  return absl::StrCat("tensor ", Quote(tensor.name), " is ",
                      Describe(tensor.type, tensor.shape), ", but has ",
                      tensor.bytes.size(), " bytes");
}

bool IsUtf8(const std::string& text) {
  return Json::parse(Quote(text)) == text;
}

absl::Status CheckTensors(const std::vector<Tensor>& tensors) {
  std::set<std::string> names = {kMetadataKey};
  for (const Tensor& tensor : tensors) {
    const std::string quoted = Quote(tensor.name);
    if (!IsUtf8(tensor.name)) {
      return absl::InvalidArgumentError(
          absl::StrCat("tensor name ", quoted, " is not UTF-8"));
    }
    if (!names.insert(tensor.name).second) {
      return absl::InvalidArgumentError(
          absl::StrCat("tensor name ", quoted, " is taken"));
    }
    if (!HasBytesOfShape(tensor)) {
      return absl::InvalidArgumentError(WrongBytes(tensor));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckMetadata(const Metadata& metadata) {
  for (const auto& [key, value] : metadata) {
    if (key == kChecksumKey) {
      return absl::InvalidArgumentError(
          absl::StrCat("metadata key ", Quote(key), " is taken"));
    }
    if (!IsUtf8(key) || !IsUtf8(value)) {
      return absl::InvalidArgumentError(
          absl::StrCat("metadata ", Quote(key), " is not UTF-8"));
    }
  }
  return absl::OkStatus();
}

absl::Status Damaged(absl::string_view why) {
  return absl::DataLossError(absl::StrCat("is damaged: ", why));
}

absl::Status Malformed(const std::string& key) {
  return Damaged(absl::StrCat(Quote(key), " in its header is malformed"));
}

absl::StatusOr<Json> ParseJson(absl::string_view text) {
  // An object in an object and an array in that is what there may be. A value
  // one level deeper stays, as a mistake to be found, and what it holds goes.
  constexpr int kMaxDepth = 3;
  std::array<std::set<std::string>, kMaxDepth + 1> keys;  // of open objects
  std::string twice;
  const auto watch = [&](int depth, Json::parse_event_t event, Json& value) {
    if (depth > kMaxDepth) return false;
    const auto level = static_cast<size_t>(depth);
    if (event == Json::parse_event_t::object_start) {
      keys[level].clear();
    } else if (event == Json::parse_event_t::key) {
      const std::string key = value.get<std::string>();
      if (!keys[level - 1].insert(key).second) twice = Quote(key);
    }
    return true;
  };
  // The parser would skip a byte order mark and stop at a zero.
  if (text.empty() || text[0] != '{' ||
      text.find('\0') != absl::string_view::npos) {
    return absl::DataLossError(
        "is no safetensors file: its header is no JSON object");
  }
  Json json = Json::parse(text.begin(), text.end(), watch,
                          /*allow_exceptions=*/false);
  if (!json.is_object()) return Damaged("its header is no JSON object");
  if (!twice.empty()) {
    return Damaged(absl::StrCat(twice, " stands twice in its header"));
  }
  return json;
}

absl::StatusOr<Metadata> ReadMetadata(const Json& json) {
  Metadata metadata;
  if (!json.is_object()) return Malformed(kMetadataKey);
  for (const auto& [key, value] : json.items()) {
    if (!value.is_string()) return Malformed(kMetadataKey);
    metadata[key] = value.get<std::string>();
  }
  return metadata;
}

// False for all but numbers without sign and fraction.
bool ReadCounts(const Json& json, std::vector<int64_t>& counts) {
  if (!json.is_array()) return false;
  for (const Json& element : json) {
    if (!element.is_number_unsigned()) return false;
    const auto count = element.get<uint64_t>();
    if (count > std::numeric_limits<int64_t>::max()) return false;
    counts.push_back(static_cast<int64_t>(count));
  }
  return true;
}

struct Place {
  Tensor tensor;  // without its bytes
  int64_t begin, end;
};

absl::StatusOr<Place> ReadPlace(const std::string& name, const Json& json) {
  if (!json.is_object() || json.size() != 3 || !json.contains("dtype") ||
      !json["dtype"].is_string() || !json.contains("shape") ||
      !json.contains("data_offsets")) {
    return Malformed(name);
  }
  const auto type_name = json["dtype"].get<std::string>();
  const TypeRow* type =
      std::find_if(std::begin(kTypes), std::end(kTypes),
                   [&](const TypeRow& row) { return row.name == type_name; });
  if (type == std::end(kTypes)) {
    return absl::DataLossError(absl::StrCat(
        "holds tensor ", Quote(name), " of type ", Quote(type_name),
        ", which is none of F32, F64, I32, I64, U8"));
  }
  Place place = {.tensor = {.name = name, .type = type->type}};
  std::vector<int64_t> offsets;
  if (!ReadCounts(json["shape"], place.tensor.shape) ||
      !ReadCounts(json["data_offsets"], offsets) || offsets.size() != 2) {
    return Malformed(name);
  }
  place.begin = offsets[0];
  place.end = offsets[1];
  return place;
}

// Gives the tensors their bytes, if they lie one after the other.
absl::StatusOr<std::vector<Tensor>> Locate(std::vector<Place> places,
                                           absl::Span<const std::byte> data) {
  std::sort(places.begin(), places.end(), [](const Place& a, const Place& b) {
    return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
  });
  const auto size = static_cast<int64_t>(data.size());
  int64_t position = 0;
  for (const Place& place : places) {
    if (place.begin != position || place.end < position) {
      return Damaged(absl::StrCat("tensor ", Quote(place.tensor.name),
                                  " is at bytes ", place.begin, " to ",
                                  place.end, ", not from ", position, " on"));
    }
    position = place.end;
  }
  if (position > size) {
    return absl::DataLossError(absl::StrCat("is cut short: its tensors have ",
                                            position, " bytes, of which ", size,
                                            " are there"));
  }
  if (position < size) {
    return Damaged(
        absl::StrCat(size - position, " bytes follow its last tensor"));
  }
  std::vector<Tensor> tensors;
  for (Place& place : places) {
    Tensor& tensor = tensors.emplace_back(std::move(place.tensor));
    tensor.bytes = data.subspan(static_cast<size_t>(place.begin),
                                static_cast<size_t>(place.end - place.begin));
    if (!HasBytesOfShape(tensor)) return Damaged(WrongBytes(tensor));
  }
  return tensors;
}

}  // namespace

int64_t ElementSize(ElementType type) { return RowOf(type).size; }

std::string Describe(ElementType type, const std::vector<int64_t>& shape) {
  const std::string sizes =
      absl::StrJoin(shape, ", ", [](std::string* out, int64_t n) {
        n == kAny ? out->push_back('?') : absl::StrAppend(out, n);
      });
  return absl::StrCat("[", sizes, "], ", RowOf(type).name);
}

std::string Quote(const std::string& text) {
  return Json(text).dump(/*indent=*/-1, /*indent_char=*/' ',
                         /*ensure_ascii=*/false,
                         Json::error_handler_t::replace);
}

absl::StatusOr<std::string> WriteHeader(const std::vector<Tensor>& tensors,
                                        const Metadata& metadata,
                                        const std::string& checksum) {
  if (absl::Status status = CheckTensors(tensors); !status.ok()) return status;
  if (absl::Status status = CheckMetadata(metadata); !status.ok()) {
    return status;
  }
  nlohmann::ordered_json texts = {{kChecksumKey, checksum}};
  for (const auto& [key, value] : metadata) texts[key] = value;
  nlohmann::ordered_json json = {{kMetadataKey, std::move(texts)}};
  size_t position = 0;
  for (const Tensor& tensor : tensors) {
    const size_t end = position + tensor.bytes.size();
    json[tensor.name] = {{"dtype", RowOf(tensor.type).name},
                         {"shape", tensor.shape},
                         {"data_offsets", {position, end}}};
    position = end;
  }
  return json.dump();
}

absl::StatusOr<Header> ReadHeader(absl::string_view text,
                                  absl::Span<const std::byte> data) {
  const absl::StatusOr<Json> json = ParseJson(text);
  if (!json.ok()) return json.status();
  Header header;
  std::vector<Place> places;
  for (const auto& [key, value] : json->items()) {
    if (key == kMetadataKey) {
      absl::StatusOr<Metadata> metadata = ReadMetadata(value);
      if (!metadata.ok()) return metadata.status();
      header.metadata = *std::move(metadata);
    } else {
      absl::StatusOr<Place> place = ReadPlace(key, value);
      if (!place.ok()) return place.status();
      places.push_back(*std::move(place));
    }
  }
  absl::StatusOr<std::vector<Tensor>> tensors = Locate(std::move(places), data);
  if (!tensors.ok()) return tensors.status();
  header.tensors = *std::move(tensors);
  return header;
}

}  // namespace safetensors
