// What wrappers have in common.
#ifndef ENVS_WRAPPER_H_
#define ENVS_WRAPPER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "envs/environment.h"

namespace envs {

// Owns an environment and does as it does; a wrapper overrides what it changes.
class Wrapper : public Environment {
 public:
  const EnvironmentSpec& spec() const override { return spec_; }
  TimeStep Reset(uint32_t seed) override { return inner_->Reset(seed); }
  TimeStep Reset() override { return inner_->Reset(); }
  absl::StatusOr<TimeStep> Step(absl::Span<const double> action) override {
    return inner_->Step(action);
  }
  std::string SaveState() const override { return inner_->SaveState(); }
  absl::StatusOr<TimeStep> RestoreState(absl::string_view state) override {
    return inner_->RestoreState(state);
  }

 protected:
  explicit Wrapper(std::unique_ptr<Environment> inner)
      : inner_(std::move(inner)), spec_(inner_->spec()) {}

  Environment& inner() { return *inner_; }
  const Environment& inner() const { return *inner_; }
  EnvironmentSpec& mutable_spec() { return spec_; }

 private:
  std::unique_ptr<Environment> inner_;
  EnvironmentSpec spec_;
};

}  // namespace envs

#endif  // ENVS_WRAPPER_H_
