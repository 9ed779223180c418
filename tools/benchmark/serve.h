// The side of a program that worker.py starts.
#ifndef TOOLS_BENCHMARK_SERVE_H_
#define TOOLS_BENCHMARK_SERVE_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"

namespace benchmarks {

// As JSON, which knows no NaN: null.
std::string Number(double value);

// Prints the line `hello`, then reads a row's name a line from standard input
// and prints what `answer` makes of it: one line of JSON each. So a driver can
// take turns between programs. Returns the status to end with.
int Serve(const std::string& hello,
          const std::function<absl::StatusOr<std::string>(const std::string&)>&
              answer);

// Prints the sentence. Returns the status to end with.
int Fail(const std::string& sentence);

}  // namespace benchmarks

#endif  // TOOLS_BENCHMARK_SERVE_H_
