#include "tools/benchmark/serve.h"

#include <cmath>
#include <functional>
#include <iostream>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"

namespace benchmarks {

std::string Number(double value) {
  return std::isfinite(value) ? absl::StrFormat("%.9g", value) : "null";
}

int Serve(const std::string& hello,
          const std::function<absl::StatusOr<std::string>(const std::string&)>&
              answer) {
  std::cout << hello << std::endl;
  for (std::string row; std::getline(std::cin, row);) {
    const absl::StatusOr<std::string> line = answer(row);
    if (!line.ok()) return Fail(std::string(line.status().message()));
    std::cout << *line << std::endl;
  }
  return 0;
}

int Fail(const std::string& sentence) {
  std::cerr << "ERROR: " << sentence << std::endl;
  return 1;
}

}  // namespace benchmarks
