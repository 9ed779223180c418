#include "experiments/inspect/launch_report.h"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "autodiff/cuda/launch.h"
#include "autodiff/program.h"
#include "experiments/text_table.h"

namespace experiments {
namespace {

constexpr double kLaunchSeconds = 1.5e-6;
constexpr double kBytesPerSecond = 3.35e12;
constexpr double kFlopPerSecond = 67e12;

}  // namespace

std::string LaunchReport(const autodiff::Program<float>& program,
                         double product_flop) {
  std::map<std::string, int> launches;
  for (const autodiff::cuda::LaunchNode& node : program.launches()) {
    ++launches[autodiff::cuda::NameOf(node.launch.kernel)];
  }
  const size_t count = program.launches().size();
  const auto bytes = static_cast<double>(program.bytes_moved());
  const double starting = static_cast<double>(count) * kLaunchSeconds;
  const double moving = bytes / kBytesPerSecond;
  const double computing = product_flop / kFlopPerSecond;
  std::string text = absl::StrFormat(
      "On a GPU: %d launches, %.1f MB read and written, %.2f GFLOP. On an H100 "
      "that is about %.0f us of starting launches, %.0f us of memory and %.0f "
      "us of products.\n\n",
      count, bytes / 1e6, product_flop / 1e9, starting * 1e6, moving * 1e6,
      computing * 1e6);
  std::vector<std::vector<std::string>> rows = {{"kernel", "launches"}};
  for (const auto& [name, number] : launches) {
    rows.push_back({name, absl::StrCat(number)});
  }
  return text + TextTable(rows);
}

}  // namespace experiments
