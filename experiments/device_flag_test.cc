#include "experiments/device_flag.h"

#include <memory>
#include <string>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "autodiff/cuda/device.h"
#include "autodiff/instruction_set.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace experiments {
namespace {

absl::StatusOr<std::unique_ptr<autodiff::cuda::Device>> With(
    const std::string& device) {
  absl::SetFlag(&FLAGS_device, device);
  return DeviceFromFlags();
}

TEST(DeviceFromFlags, IsNullForTheCpu) {
  const auto device = With("cpu");
  ASSERT_TRUE(device.ok()) << device.status();
  EXPECT_EQ(*device, nullptr);
}

TEST(DeviceFromFlags, RefusesOthers) {
  EXPECT_EQ(With("gpu").status(),
            absl::InvalidArgumentError(
                "--device must be auto, cpu or cuda, not gpu"));
}

// Where one of them has no GPU, so has the other.
TEST(DeviceFromFlags, AutoIsTheGpuOrTheCpuWhereCudaIsAnError) {
  const auto chosen = With("auto");
  ASSERT_TRUE(chosen.ok()) << chosen.status();
  const auto asked = With("cuda");
  EXPECT_EQ(*chosen == nullptr, !asked.ok());
  if (!asked.ok()) {
    EXPECT_THAT(std::string(asked.status().message()),
                testing::AnyOf(testing::HasSubstr("--config=cuda"),
                               testing::HasSubstr("no GPU"),
                               testing::HasSubstr("cuBLAS")));
  }
}

TEST(InstructionSetFromFlags, IsOneOfThisCpu) {
  using autodiff::InstructionSet;
  const auto with = [](const std::string& isa) {
    absl::SetFlag(&FLAGS_isa, isa);
    return InstructionSetFromFlags();
  };
  const InstructionSet widest = autodiff::WidestInstructionSet();
  EXPECT_EQ(*with("auto"), widest);
  EXPECT_EQ(*with("avx2"), InstructionSet::kAvx2);
  if (widest == InstructionSet::kAvx512) {
    EXPECT_EQ(*with("avx512"), InstructionSet::kAvx512);
  } else {
    EXPECT_EQ(
        with("avx512").status(),
        absl::InvalidArgumentError("--isa=avx512: this CPU has no avx512"));
  }
  EXPECT_EQ(with("sse").status(),
            absl::InvalidArgumentError(
                "--isa must be auto, avx2 or avx512, not sse"));
}

}  // namespace
}  // namespace experiments
