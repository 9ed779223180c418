// The JSON between a file's length and its data.
#ifndef TOOLS_SAFETENSORS_HEADER_H_
#define TOOLS_SAFETENSORS_HEADER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "tools/safetensors/safetensors.h"

namespace safetensors {

// In the metadata.
inline constexpr char kChecksumKey[] = "checksum";

// Bytes of one element.
int64_t ElementSize(ElementType type);

// "[3, ?], F32", with "?" for kAny.
std::string Describe(ElementType type, const std::vector<int64_t>& shape);

// In quotes and on one line, whatever it holds.
std::string Quote(const std::string& text);

// What Serialize says, without the padding. `checksum` comes first in the
// metadata; the tensors' data lies in the order given.
absl::StatusOr<std::string> WriteHeader(const std::vector<Tensor>& tensors,
                                        const Metadata& metadata,
                                        const std::string& checksum);

struct Header {
  Metadata metadata;
  std::vector<Tensor> tensors;  // views of the data
};

// Errors go on from the file's path: "is damaged: ...".
absl::StatusOr<Header> ReadHeader(absl::string_view text,
                                  absl::Span<const std::byte> data);

}  // namespace safetensors

#endif  // TOOLS_SAFETENSORS_HEADER_H_
