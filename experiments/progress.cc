#include "experiments/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iostream>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"

namespace experiments {
namespace {

constexpr double kTerminalPeriod = 0.1;
constexpr double kLogPeriod = 10;
constexpr int kBarWidth = 20;

double Share(const Progress& progress) {
  return progress.done >= progress.total
             ? 1
             : static_cast<double>(progress.done) / progress.total;
}

std::string SpeedText(const std::string& unit, double per_second) {
  if (per_second >= 1 || per_second <= 0) {
    return absl::StrFormat("%.1f %ss/s", per_second, unit);
  }
  return absl::StrFormat("%.1f s/%s", 1 / per_second, unit);
}

std::string WithCurrent(const Progress& progress) {
  std::string text = ProgressText(progress);
  if (!progress.current.empty() && progress.done < progress.total) {
    absl::StrAppend(&text, "  ", progress.current);
  }
  return text;
}

}  // namespace

std::string DurationText(double seconds) {
  // Beyond a thousand days a guess is none, and an integer may overflow.
  if (!(seconds < 1000 * 86400.0)) return "ages";
  const int64_t s = std::llround(std::max(seconds, 0.0));
  if (s < 60) return absl::StrFormat("%ds", s);
  if (s < 3600) return absl::StrFormat("%dm %02ds", s / 60, s % 60);
  if (s < 86400) return absl::StrFormat("%dh %02dm", s / 3600, s / 60 % 60);
  return absl::StrFormat("%dd %02dh", s / 86400, s / 3600 % 24);
}

std::string ProgressText(const Progress& progress) {
  // Rounded down: 100% means finished.
  std::string text = absl::StrFormat(
      "%d/%d %ss, %d%%", progress.done, progress.total, progress.unit,
      static_cast<int>(std::floor(100 * Share(progress))));
  const int done_now = progress.done - progress.done_earlier;
  const bool finished = progress.done >= progress.total;
  if (done_now == 0 || progress.elapsed < (finished ? 1e-6 : 1)) return text;
  absl::StrAppend(&text, ", ",
                  progress.speed.empty()
                      ? SpeedText(progress.unit, done_now / progress.elapsed)
                      : progress.speed);
  if (finished) {
    absl::StrAppend(&text, ", took ", DurationText(progress.elapsed));
  } else if (progress.cost_done > 0) {
    const double left = progress.elapsed *
                        (progress.cost - progress.cost_done) /
                        progress.cost_done;
    absl::StrAppend(&text, ", ", DurationText(left), " left");
  }
  return text;
}

std::string ProgressBar(const Progress& progress, int width) {
  std::string text = WithCurrent(progress);
  if (progress.bar) {
    const auto filled =
        static_cast<int>(std::floor(kBarWidth * Share(progress)));
    std::string bar(static_cast<size_t>(filled), '=');
    if (filled < kBarWidth) bar += '>';
    bar.resize(kBarWidth, ' ');
    text = absl::StrCat("[", bar, "] ", text);
  }
  // Keys may be any text: cut between characters, not inside one.
  size_t size = std::min(text.size(), static_cast<size_t>(std::max(width, 0)));
  while (size > 0 && size < text.size() && (text[size] & 0xC0) == 0x80) --size;
  text.resize(size);
  return text;
}

ProgressPrinter::ProgressPrinter(std::function<void(absl::string_view)> write,
                                 std::optional<int> terminal_width)
    : write_(std::move(write)),
      terminal_width_(terminal_width),
      next_draw_(terminal_width.has_value() ? 0 : kLogPeriod) {}

void ProgressPrinter::Update(const Progress& progress) {
  if (progress.elapsed < next_draw_) return;
  next_draw_ = progress.elapsed +
               (terminal_width_.has_value() ? kTerminalPeriod : kLogPeriod);
  Draw(progress);
}

void ProgressPrinter::Note(absl::string_view line) {
  EndLine();
  write_(absl::StrCat(line, "\n"));
}

void ProgressPrinter::EndLine() {
  if (bar_stands_) write_("\n");
  bar_stands_ = false;
}

void ProgressPrinter::Finish(const Progress& progress) {
  Draw(progress);
  EndLine();
}

void ProgressPrinter::Draw(const Progress& progress) {
  if (terminal_width_.has_value()) {
    // Back to the first column; erase what a longer line has left. The last
    // column stays free: a character there wraps on some terminals.
    write_(absl::StrCat("\r", ProgressBar(progress, *terminal_width_ - 1),
                        "\033[K"));
    bar_stands_ = true;
  } else {
    write_(absl::StrCat(WithCurrent(progress), "\n"));
  }
}

ProgressPrinter StderrProgress() {
  std::optional<int> width;
  if (isatty(STDERR_FILENO)) {
    struct winsize size = {};
    width = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0
                ? size.ws_col
                : 80;
  }
  return ProgressPrinter(
      [](absl::string_view text) { std::cerr << text << std::flush; }, width);
}

}  // namespace experiments
