// The constants of a node that are not tensors: axes, flags, offsets.
#ifndef AUTODIFF_ATTRIBUTES_H_
#define AUTODIFF_ATTRIBUTES_H_

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace autodiff {

using Attribute = std::variant<int64_t, double, std::vector<int64_t>>;

// A short ordered list of named values. Reading a name that is not there, or
// with another type, is a bug of the op and ends the process.
class Attributes {
 public:
  Attributes() = default;
  Attributes(
      std::initializer_list<std::pair<std::string_view, Attribute>> list);

  int64_t Int(std::string_view name) const {
    return std::get<int64_t>(Find(name));
  }
  double Real(std::string_view name) const {
    return std::get<double>(Find(name));
  }
  const std::vector<int64_t>& Ints(std::string_view name) const {
    return std::get<std::vector<int64_t>>(Find(name));
  }

  // "axes=[0, 1] keep=1".
  std::string ToString() const;

 private:
  const Attribute& Find(std::string_view name) const;

  std::vector<std::pair<std::string, Attribute>> list_;
};

}  // namespace autodiff

#endif  // AUTODIFF_ATTRIBUTES_H_
