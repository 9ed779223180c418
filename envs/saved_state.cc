#include "envs/saved_state.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "envs/errors.h"

namespace envs {
namespace {

// FNV-1a: any one changed byte changes it.
uint64_t Checksum(absl::string_view bytes) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char byte : bytes) {
    hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
  }
  return hash;
}

absl::string_view AsBytes(const uint64_t& number) {
  return {reinterpret_cast<const char*>(&number), sizeof(number)};
}

bool Take(absl::string_view& bytes, size_t size, absl::string_view& taken) {
  if (bytes.size() < size) return false;
  taken = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return true;
}

bool Take(absl::string_view& bytes, uint64_t& number) {
  absl::string_view taken;
  if (!Take(bytes, sizeof(number), taken)) return false;
  std::memcpy(&number, taken.data(), sizeof(number));
  return true;
}

bool Read(absl::string_view owner, absl::string_view bytes, SavedState& state) {
  uint64_t checksum, size;
  absl::string_view taken;
  if (!Take(bytes, checksum) || checksum != Checksum(bytes)) return false;
  if (!Take(bytes, owner.size() + 1, taken)) return false;
  if (taken != absl::StrCat(owner, "\n")) return false;
  for (std::string& text : state.texts) {
    if (!Take(bytes, size) || !Take(bytes, size, taken)) return false;
    text = std::string(taken);
  }
  if (bytes.size() != state.numbers.size() * sizeof(double)) return false;
  if (bytes.empty()) return true;
  std::memcpy(state.numbers.data(), bytes.data(), bytes.size());
  return true;
}

}  // namespace

std::string Pack(absl::string_view owner, const SavedState& state) {
  std::string body = absl::StrCat(owner, "\n");
  for (const std::string& text : state.texts) {
    absl::StrAppend(&body, AsBytes(text.size()), text);
  }
  body.append(reinterpret_cast<const char*>(state.numbers.data()),
              state.numbers.size() * sizeof(double));
  return absl::StrCat(AsBytes(Checksum(body)), body);
}

absl::StatusOr<SavedState> Unpack(absl::string_view owner,
                                  absl::string_view bytes, size_t texts,
                                  size_t numbers) {
  SavedState state;
  state.texts.resize(texts);
  state.numbers.resize(numbers);
  if (!Read(owner, bytes, state)) return NoSavedState(owner);
  return state;
}

}  // namespace envs
