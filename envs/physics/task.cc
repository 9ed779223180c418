#include "envs/physics/task.h"

#include <string>

#include "Eigen/Core"
#include "absl/strings/string_view.h"

namespace envs {

void Observation::Add(absl::string_view name, absl::string_view unit,
                      const Eigen::Ref<const Eigen::VectorXd>& values) {
  values_.insert(values_.end(), values.begin(), values.end());
  if (parts_ == nullptr) return;
  const int size = static_cast<int>(values.size());
  if (!parts_->empty() && parts_->back().name == name) {
    parts_->back().size += size;
  } else {
    parts_->push_back(
        {.name = std::string(name), .size = size, .unit = std::string(unit)});
  }
}

void Observation::Add(absl::string_view name, absl::string_view unit,
                      double value) {
  Add(name, unit, Vector(&value, 1));
}

}  // namespace envs
