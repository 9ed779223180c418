#include "experiments/checkpoint/snapshot.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "experiments/run_table.h"
#include "tools/safetensors/safetensors.h"

namespace experiments {
namespace {

absl::Status NotThere(const safetensors::File& file, const std::string& name) {
  return absl::DataLossError(
      absl::StrCat(file.path(), " has no \"", name, "\" that can be read"));
}

const std::string* FindText(const safetensors::File& file,
                            const std::string& name) {
  const auto found = file.metadata().find(name);
  return found == file.metadata().end() ? nullptr : &found->second;
}

}  // namespace

void Snapshot::AddBytes(const std::string& name, std::string bytes) {
  owned.push_back(std::move(bytes));
  const std::string& kept = owned.back();
  tensors.push_back(safetensors::AsTensor<uint8_t>(
      name, {static_cast<int64_t>(kept.size())},
      {reinterpret_cast<const uint8_t*>(kept.data()), kept.size()}));
}

void Snapshot::AddNumbers(const std::string& name,
                          const std::vector<double>& numbers) {
  AddBytes(name, std::string(reinterpret_cast<const char*>(numbers.data()),
                             numbers.size() * sizeof(double)));
  tensors.back().type = safetensors::ElementType::kF64;
  tensors.back().shape = {static_cast<int64_t>(numbers.size())};
}

void Snapshot::SetCount(const std::string& name, int64_t count) {
  metadata[name] = absl::StrCat(count);
}

void Snapshot::SetNumber(const std::string& name, double number) {
  metadata[name] = NumberText(number);
}

absl::StatusOr<std::string> ReadBytes(const safetensors::File& file,
                                      const std::string& name) {
  const absl::StatusOr<absl::Span<const uint8_t>> bytes =
      file.Get<uint8_t>(name, {safetensors::kAny});
  if (!bytes.ok()) return bytes.status();
  return std::string(bytes->begin(), bytes->end());
}

absl::StatusOr<std::vector<double>> ReadNumbers(const safetensors::File& file,
                                                const std::string& name,
                                                int64_t size) {
  const absl::StatusOr<absl::Span<const double>> numbers =
      file.Get<double>(name, {size});
  if (!numbers.ok()) return numbers.status();
  return std::vector<double>(numbers->begin(), numbers->end());
}

absl::StatusOr<int64_t> ReadCount(const safetensors::File& file,
                                  const std::string& name) {
  const std::string* const text = FindText(file, name);
  int64_t count;
  if (text == nullptr || !absl::SimpleAtoi(*text, &count) || count < 0) {
    return NotThere(file, name);
  }
  return count;
}

absl::StatusOr<double> ReadNumber(const safetensors::File& file,
                                  const std::string& name) {
  const std::string* const text = FindText(file, name);
  const std::optional<double> number =
      text == nullptr ? std::nullopt : ParseNumber(*text);
  if (!number.has_value()) return NotThere(file, name);
  return *number;
}

}  // namespace experiments
