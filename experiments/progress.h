// How far a program is: a bar on a terminal, a line now and then elsewhere.
#ifndef EXPERIMENTS_PROGRESS_H_
#define EXPERIMENTS_PROGRESS_H_

#include <functional>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace experiments {

struct Progress {
  // What is counted below.
  std::string unit = "run";
  // All there are to do, those finished, and of these finished by earlier
  // starts.
  int total = 0;
  int done = 0;
  int done_earlier = 0;
  // Costs, in a unit of the experiment's, of the runs this start has to do and
  // of those it has done: for the time left.
  double cost = 0;
  double cost_done = 0;
  // Seconds since this start.
  double elapsed = 0;
  // In place of units per second, such as "8.3 updates/s".
  std::string speed;
  // False for a line whose numbers need all of its room.
  bool bar = true;
  // The one begun last, or what else there is to say.
  std::string current;
};

// "8s", "3m 05s", "2h 07m", "4d 03h".
std::string DurationText(double seconds);

// "1234/4500 runs, 27%, 8.3 runs/s, 6m 33s left". Speed and time left are of
// this start, and missing in its first second and before its first run has
// finished, when they would be wild guesses.
std::string ProgressText(const Progress& progress);

// "[=====>              ] <ProgressText>  <current>" or, of progress without a
// bar, what follows it: at most `width` columns.
std::string ProgressBar(const Progress& progress, int width);

class ProgressPrinter {
 public:
  // `write` shows the text at once. Without a terminal_width, in columns,
  // there is no terminal.
  ProgressPrinter(std::function<void(absl::string_view)> write,
                  std::optional<int> terminal_width);

  // Call it as often as you like: it draws the bar ten times a second at most,
  // and prints a plain line every ten seconds.
  void Update(const Progress& progress);

  // A line of text between two states.
  void Note(absl::string_view line);

  // The last state, and an end of line. Nothing more is drawn.
  void Finish(const Progress& progress);

 private:
  void Draw(const Progress& progress);
  void EndLine();

  const std::function<void(absl::string_view)> write_;
  const std::optional<int> terminal_width_;
  double next_draw_;
  bool bar_stands_ = false;  // on the terminal's last line
};

// Prints to stderr.
ProgressPrinter StderrProgress();

}  // namespace experiments

#endif  // EXPERIMENTS_PROGRESS_H_
