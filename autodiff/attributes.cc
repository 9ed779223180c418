#include "autodiff/attributes.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "autodiff/fail.h"

namespace autodiff {

Attributes::Attributes(
    std::initializer_list<std::pair<std::string_view, Attribute>> list) {
  for (const auto& [name, value] : list) list_.emplace_back(name, value);
}

const Attribute& Attributes::Find(std::string_view name) const {
  for (const auto& [key, value] : list_) {
    if (key == name) return value;
  }
  Fail(absl::StrCat("no attribute named ", std::string(name)));
}

std::string Attributes::ToString() const {
  const auto print = [](std::string* out, const auto& entry) {
    absl::StrAppend(out, entry.first, "=");
    if (const auto* list = std::get_if<std::vector<int64_t>>(&entry.second)) {
      absl::StrAppend(out, "[", absl::StrJoin(*list, ", "), "]");
    } else if (const auto* real = std::get_if<double>(&entry.second)) {
      absl::StrAppend(out, *real);
    } else {
      absl::StrAppend(out, std::get<int64_t>(entry.second));
    }
  };
  return absl::StrJoin(list_, " ", print);
}

}  // namespace autodiff
