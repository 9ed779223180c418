// Files of named tensors in the format of the Python package `safetensors`.
//
// A file is
//
//     8 bytes    N, as every number here with its lowest byte first
//     N bytes    JSON, filled up with blanks:
//                {"__metadata__": {key: text, ...},
//                 name: {"dtype": "F32", "shape": [2, 3],
//                        "data_offsets": [begin, end]}, ...}
//     the rest   the tensors' elements, row-major, without a hole
//
// A file that Serialize makes has a checksum, the first entry of its metadata:
//
//     "checksum": "crc32 0a1b2c3d"
//
// zlib's CRC-32 of all bytes of the file but these eight digits. Parse finds
// every flipped bit and every cut by it; one flipped in the key `checksum`
// itself by the word `crc32`, which still stands there, and the other way
// round. A file without a checksum, of another program, is read as well.
#ifndef TOOLS_SAFETENSORS_SAFETENSORS_H_
#define TOOLS_SAFETENSORS_SAFETENSORS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace safetensors {

// float, double, int32_t, int64_t, uint8_t.
enum class ElementType { kF32, kF64, kI32, kI64, kU8 };

template <typename T>
constexpr ElementType ElementTypeOf() {
  if constexpr (std::is_same_v<T, float>) {
    return ElementType::kF32;
  } else if constexpr (std::is_same_v<T, double>) {
    return ElementType::kF64;
  } else if constexpr (std::is_same_v<T, int32_t>) {
    return ElementType::kI32;
  } else if constexpr (std::is_same_v<T, int64_t>) {
    return ElementType::kI64;
  } else {
    static_assert(std::is_same_v<T, uint8_t>, "no element type");
    return ElementType::kU8;
  }
}

// A view: the bytes belong to somebody else. An empty shape is a scalar's.
struct Tensor {
  std::string name;
  ElementType type;
  std::vector<int64_t> shape;
  absl::Span<const std::byte> bytes;
};

template <typename T>
Tensor AsTensor(const std::string& name, const std::vector<int64_t>& shape,
                absl::Span<const T> elements) {
  return {.name = name,
          .type = ElementTypeOf<T>(),
          .shape = shape,
          .bytes = absl::MakeConstSpan(
              reinterpret_cast<const std::byte*>(elements.data()),
              elements.size() * sizeof(T))};
}

using Metadata = std::map<std::string, std::string>;

// The whole file. Tensors of large elements come first, otherwise in the order
// given: each then lies at a multiple of its element's size. InvalidArgument if
// a tensor's bytes are not those of its shape, a name stands there twice or is
// `__metadata__`, the metadata has a `checksum` already, or a text is not
// UTF-8.
absl::StatusOr<std::string> Serialize(const std::vector<Tensor>& tensors,
                                      const Metadata& metadata);

// Any size, in File::Get.
inline constexpr int64_t kAny = -1;

// A file that is whole, in memory. Its views are good for as long as it is,
// also after a move.
class File {
 public:
  // `path` is only for the sentences. DataLoss: "<path> is no safetensors
  // file: ...", "<path> is cut short: ...", "<path> is damaged: ..." or, if its
  // elements are of a type other than ours, "<path> holds ...".
  static absl::StatusOr<File> Parse(std::string contents,
                                    absl::string_view path);

  const std::string& path() const { return path_; }
  // Without the checksum.
  const Metadata& metadata() const { return metadata_; }

  // Of the tensors, in the order of their letters.
  std::vector<std::string> names() const;

  // NotFound: "<path> has no tensor \"x\"".
  absl::StatusOr<Tensor> Find(absl::string_view name) const;

  // The elements of a tensor that must have this type and this shape, in which
  // kAny stands for any size. InvalidArgument: "<path>: tensor \"x\" is [3],
  // F32, not [4], F32", or if another program has put it where no T can lie.
  template <typename T>
  absl::StatusOr<absl::Span<const T>> Get(
      absl::string_view name, const std::vector<int64_t>& shape) const {
    const absl::StatusOr<Tensor> tensor =
        FindAs(name, ElementTypeOf<T>(), shape);
    if (!tensor.ok()) return tensor.status();
    return absl::MakeConstSpan(reinterpret_cast<const T*>(tensor->bytes.data()),
                               tensor->bytes.size() / sizeof(T));
  }

 private:
  File(std::string contents, absl::string_view path);

  absl::Status Read();
  absl::StatusOr<Tensor> FindAs(absl::string_view name, ElementType type,
                                const std::vector<int64_t>& shape) const;

  std::string path_;
  std::unique_ptr<const std::string> contents_;
  Metadata metadata_;
  std::map<std::string, Tensor, std::less<>> tensors_;
};

}  // namespace safetensors

#endif  // TOOLS_SAFETENSORS_SAFETENSORS_H_
