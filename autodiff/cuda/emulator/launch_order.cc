#include "autodiff/cuda/emulator/launch_order.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "autodiff/fail.h"

namespace autodiff::cuda::emulator {

LaunchOrder::LaunchOrder(const std::vector<LaunchNode>& nodes,
                         std::vector<std::string> names)
    : names_(std::move(names)) {
  const int count = static_cast<int>(nodes.size());
  for (int i = 0; i < count; ++i) {
    after_.push_back(nodes[i].after);
    waits_for_.emplace_back(count);
    for (const int earlier : nodes[i].after) {
      if (earlier < 0 || earlier >= i) {
        Fail(absl::StrCat(NameOf(i), " cannot wait for launch ", earlier,
                          ": it comes no earlier in the list"));
      }
      waits_for_[i][earlier] = true;
      for (int j = 0; j < earlier; ++j) {
        if (waits_for_[earlier][j]) waits_for_[i][j] = true;
      }
    }
  }
}

std::vector<int> LaunchOrder::Draw(std::mt19937_64& random) const {
  const int count = static_cast<int>(after_.size());
  std::vector<int> order, ready, missing(count);
  std::vector<std::vector<int>> before(count);
  for (int i = 0; i < count; ++i) {
    missing[i] = static_cast<int>(after_[i].size());
    for (const int earlier : after_[i]) before[earlier].push_back(i);
    if (missing[i] == 0) ready.push_back(i);
  }
  while (!ready.empty()) {
    std::swap(ready[random() % ready.size()], ready.back());
    order.push_back(ready.back());
    ready.pop_back();
    for (const int later : before[order.back()]) {
      if (--missing[later] == 0) ready.push_back(later);
    }
  }
  return order;
}

void LaunchOrder::StartRun(uint64_t time) {
  run_ = time;
  sets_ = {{}};
}

int LaunchOrder::WithCurrent(int set) {
  const auto [with, is_new] =
      sets_[set].with.try_emplace(current_, static_cast<int>(sets_.size()));
  const int number = with->second;
  if (is_new) {
    Set larger = {sets_[set].launches};
    larger.launches.push_back(current_);
    sets_.push_back(std::move(larger));
  }
  return number;
}

int LaunchOrder::FindUnordered(int set) const {
  for (const int launch : sets_[set].launches) {
    if (launch != current_ && !waits_for_[current_][launch]) return launch;
  }
  return -1;
}

std::string LaunchOrder::NameOf(int launch) const {
  return absl::StrCat("launch ", launch, " (", names_[launch], ")");
}

}  // namespace autodiff::cuda::emulator
