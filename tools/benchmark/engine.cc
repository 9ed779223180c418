// Times the rows of the engine on the cores it may use, or on a GPU.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "autodiff/cuda/device.h"
#include "experiments/device_flag.h"
#include "experiments/inspect/h100.h"
#include "tools/benchmark/agent_rows.h"
#include "tools/benchmark/cores.h"
#include "tools/benchmark/fma_peak.h"
#include "tools/benchmark/garnet_rows.h"
#include "tools/benchmark/mlp_rows.h"
#include "tools/benchmark/row.h"
#include "tools/benchmark/serve.h"
#include "tools/benchmark/stopwatch.h"

ABSL_FLAG(bool, quick, false, "Times a single run, to try it out.");
ABSL_FLAG(bool, first_run, false,
          "Records and compiles the MLP, runs it once, says so and ends.");
ABSL_FLAG(bool, first_update, false,
          "Makes an agent, updates it once, says so and ends.");
ABSL_FLAG(std::string, write_garnet, "",
          "Writes the Garnet learners to this folder and does nothing else.");

namespace benchmarks {
namespace {

using autodiff::cuda::Device;

// One answer lasts for about this long.
constexpr double kSeconds = 0.2;

struct Prepared {
  Work work;
  int64_t runs = 1;  // that last for kSeconds
};

double SecondsOf(const Prepared& prepared) {
  const Stopwatch watch;
  for (int64_t i = 0; i < prepared.runs; ++i) prepared.work.run();
  return watch.Seconds();
}

double SecondsOfARun(const Prepared& prepared) {
  if (prepared.work.measure) return prepared.work.measure();
  return SecondsOf(prepared) / static_cast<double>(prepared.runs);
}

// Looks for the number of runs that last long enough.
void Calibrate(Prepared& prepared) {
  for (double seconds; (seconds = SecondsOf(prepared)) < kSeconds;) {
    const double factor = std::clamp(kSeconds / seconds, 1.2, 10.);
    prepared.runs =
        std::llround(std::ceil(static_cast<double>(prepared.runs) * factor));
  }
}

std::string Answer(const std::string& name, const Prepared& prepared) {
  const Work& work = prepared.work;
  work.run();  // Others have had the caches in the meantime.
  const double seconds = SecondsOfARun(prepared) / work.units;
  const std::string check =
      absl::StrJoin(work.check, ", ", [](std::string* out, double value) {
        absl::StrAppend(out, Number(value));
      });
  const experiments::H100Seconds h100 =
      experiments::OnH100(work.launches, work.bytes, work.flop);
  return absl::StrFormat(
      R"({"row": "%s", "seconds": %s, "flop": %s, "bytes": %s, "memory": %s, )"
      R"("launches": %s, "h100": {"starting": %s, "moving": %s, )"
      R"("computing": %s}, "first_run": %s, "check": [%s]})",
      name, Number(seconds), Number(work.flop), Number(work.bytes),
      Number(work.memory), Number(work.launches), Number(h100.starting),
      Number(h100.moving), Number(h100.computing), Number(work.first_run),
      check);
}

// Of the GPU, or of the CPU if there is none.
std::vector<Row> RowsOf(Device* gpu) {
  std::vector<Row> rows = AgentRows(gpu);
  const auto add = [&](std::vector<Row> more) {
    for (Row& row : more) rows.push_back(std::move(row));
  };
  if (gpu != nullptr) {
    add(DeviceRows(gpu));
    return rows;
  }
  for (const auto& make :
       {MachineRows, GemmRows, FusedRows, MlpRows, GarnetRows}) {
    add(make());
  }
  return rows;
}

int ServeRows(int cores, Device* gpu, bool quick) {
  const std::vector<Row> rows = RowsOf(gpu);
  const std::string names = absl::StrJoin(
      rows, "\", \"",
      [](std::string* out, const Row& row) { absl::StrAppend(out, row.name); });
  const std::string hello = absl::StrFormat(
      R"({"program": "ours", "instructions": "%s", "device": "%s", )"
      R"("rows": ["%s"]})",
      FmaInstructionSet(), gpu == nullptr ? "CPU" : gpu->Name(), names);
  std::map<std::string, Prepared> prepared;
  return Serve(
      hello, [&](const std::string& name) -> absl::StatusOr<std::string> {
        if (!prepared.contains(name)) {
          const auto row = std::find_if(
              rows.begin(), rows.end(),
              [&](const Row& candidate) { return candidate.name == name; });
          if (row == rows.end()) {
            return absl::NotFoundError(
                absl::StrCat("there is no row \"", name, "\""));
          }
          Prepared& added = prepared[name] = {row->prepare(cores)};
          if (!quick && !added.work.measure) Calibrate(added);
        }
        return Answer(name, prepared[name]);
      });
}

}  // namespace

int Main(int argc, char** argv) {
  absl::SetProgramUsageMessage("Times the rows of the engine by name.");
  absl::SetFlag(&FLAGS_device, "cpu");
  const std::vector<char*> rest = absl::ParseCommandLine(argc, argv);
  if (rest.size() > 1) {
    return Fail(
        absl::StrCat("\"", rest[1], "\" is not a flag: flags begin with --"));
  }
  const std::string folder = absl::GetFlag(FLAGS_write_garnet);
  if (!folder.empty()) {
    return WriteGarnetLearners(folder)
               ? 0
               : Fail(absl::StrCat("cannot write to --write_garnet=", folder));
  }
  const int cores = AllowedCores();
  if (absl::GetFlag(FLAGS_first_run)) {
    std::cout << absl::StrFormat(R"({"loss": %s})", Number(FirstRun(cores)))
              << std::endl;
    return 0;
  }
  if (absl::GetFlag(FLAGS_first_update)) {
    std::cout << absl::StrFormat(R"({"loss": %s})", Number(FirstUpdate(cores)))
              << std::endl;
    return 0;
  }
  const absl::StatusOr<std::unique_ptr<Device>> gpu =
      experiments::DeviceFromFlags();
  if (!gpu.ok()) return Fail(std::string(gpu.status().message()));
  return ServeRows(cores, gpu->get(), absl::GetFlag(FLAGS_quick));
}

}  // namespace benchmarks

int main(int argc, char** argv) { return benchmarks::Main(argc, argv); }
