#include "experiments/inspect/launch_report.h"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "autodiff/cuda/launch.h"
#include "autodiff/program.h"
#include "experiments/inspect/h100.h"
#include "experiments/text_table.h"

namespace experiments {

std::string LaunchReport(const autodiff::Program<float>& program,
                         double product_flop) {
  std::map<std::string, int> launches;
  for (const autodiff::cuda::LaunchNode& node : program.launches()) {
    ++launches[autodiff::cuda::NameOf(node.launch.kernel)];
  }
  const size_t count = program.launches().size();
  const auto bytes = static_cast<double>(program.bytes_moved());
  const H100Seconds seconds =
      OnH100(static_cast<double>(count), bytes, product_flop);
  std::string text = absl::StrFormat(
      "On a GPU: %d launches, %.1f MB read and written, %.2f GFLOP. On an H100 "
      "that is about %.0f us of starting launches, %.0f us of memory and %.0f "
      "us of products.\n\n",
      count, bytes / 1e6, product_flop / 1e9, seconds.starting * 1e6,
      seconds.moving * 1e6, seconds.computing * 1e6);
  std::vector<std::vector<std::string>> rows = {{"kernel", "launches"}};
  for (const auto& [name, number] : launches) {
    rows.push_back({name, absl::StrCat(number)});
  }
  return text + TextTable(rows);
}

}  // namespace experiments
