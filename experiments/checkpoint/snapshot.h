// All that a training must remember, on its way to a file and back.
#ifndef EXPERIMENTS_CHECKPOINT_SNAPSHOT_H_
#define EXPERIMENTS_CHECKPOINT_SNAPSHOT_H_

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "tools/safetensors/safetensors.h"

namespace experiments {

// What a file will hold. Its tensors are views of what their makers own, or of
// `owned`.
struct Snapshot {
  std::vector<safetensors::Tensor> tensors;
  safetensors::Metadata metadata;
  std::deque<std::string> owned;

  void AddBytes(const std::string& name, std::string bytes);  // U8 [n]
  void AddNumbers(const std::string& name,                    // F64 [n]
                  const std::vector<double>& numbers);
  void SetCount(const std::string& name, int64_t count);   // metadata
  void SetNumber(const std::string& name, double number);  // metadata
};

// What such calls have put into a file. DataLoss, NotFound or InvalidArgument
// if it is not there, or of another size.
absl::StatusOr<std::string> ReadBytes(const safetensors::File& file,
                                      const std::string& name);
absl::StatusOr<std::vector<double>> ReadNumbers(const safetensors::File& file,
                                                const std::string& name,
                                                int64_t size);
absl::StatusOr<int64_t> ReadCount(const safetensors::File& file,
                                  const std::string& name);
absl::StatusOr<double> ReadNumber(const safetensors::File& file,
                                  const std::string& name);

}  // namespace experiments

#endif  // EXPERIMENTS_CHECKPOINT_SNAPSHOT_H_
