// The bytes that environments save themselves as.
#ifndef ENVS_SAVED_STATE_H_
#define ENVS_SAVED_STATE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace envs {

struct SavedState {
  std::vector<std::string> texts;  // any bytes: also what a part has saved
  std::vector<double> numbers;     // kept bit for bit
};

// A checksum, `owner` (one line: whose state it is), the texts, the numbers.
std::string Pack(absl::string_view owner, const SavedState& state);

// Undoes Pack. InvalidArgument for bytes that are damaged, another owner's, or
// hold another number of texts or numbers.
absl::StatusOr<SavedState> Unpack(absl::string_view owner,
                                  absl::string_view bytes, size_t texts,
                                  size_t numbers);

}  // namespace envs

#endif  // ENVS_SAVED_STATE_H_
