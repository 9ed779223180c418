#include "experiments/train/training_run.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <numeric>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "autodiff/philox.h"
#include "envs/environment.h"
#include "experiments/agent_environment.h"
#include "experiments/checkpoint/snapshot.h"
#include "experiments/figure.h"
#include "experiments/hardware.h"
#include "experiments/interrupt.h"
#include "experiments/output_directory.h"
#include "experiments/progress.h"
#include "experiments/train/evaluation.h"
#include "experiments/train/log_file.h"
#include "experiments/train/records.h"
#include "experiments/train/trainer.h"
#include "experiments/train/training_folder.h"
#include "experiments/training_flags.h"
#include "experiments/watch/agent_policy.h"
#include "experiments/watch/show.h"
#include "rl/agent_config.h"
#include "tools/safetensors/safetensors.h"

namespace experiments {
namespace {

// Of this process, resident.
double MemoryMegabytes() {
  std::ifstream file("/proc/self/statm");
  int64_t pages_all = 0, pages = 0;
  file >> pages_all >> pages;
  return static_cast<double>(pages * sysconf(_SC_PAGESIZE)) / 1e6;
}

// Of the environment in such an evaluation.
uint32_t EvaluationSeed(uint32_t seed, uint32_t number) {
  constexpr uint32_t kEvaluations = 2;  // a stream beside those of trainer.cc
  return autodiff::Philox({number, 0, 0, 0}, {seed, kEvaluations})[0];
}

// In the metadata of a checkpoint.
constexpr char kArithmetic[] = "arithmetic";

double Mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) /
         static_cast<double>(values.size());
}

class Run {
 public:
  Run(const OutputDirectory& directory, const RunConfig& run,
      std::unique_ptr<Trainer> trainer,
      std::unique_ptr<envs::Environment> evaluation_environment,
      std::unique_ptr<LogFile> log)
      : directory_(directory),
        run_(run),
        trainer_(std::move(trainer)),
        evaluation_environment_(std::move(evaluation_environment)),
        folder_(directory.PathOf("checkpoint")),
        log_(std::move(log)),
        printer_(StderrProgress()) {}

  absl::Status Go() {
    absl::Status status = Begin();
    if (status.ok()) {
      status = Learn();
      printer_.Finish(ProgressNow());
    }
    if (!status.ok()) {
      log_->Write(status.message());
      return status;
    }
    Say(TimeReport());
    if (run_.video) Film();
    const absl::Status drawn = DrawTrainingFigure(directory_);
    if (!drawn.ok()) Say(absl::StrCat("no figure: ", drawn.message()));
    return absl::OkStatus();
  }

 private:
  // Saves what can be gone on from, and says so otherwise.
  absl::Status Learn() {
    const absl::Status status = Loop();
    if (!status.ok() && !absl::IsCancelled(status)) {
      return absl::Status(status.code(),
                          absl::StrCat(status.message(), "; the checkpoint of ",
                                       saved_env_steps_, " env steps is kept"));
    }
    const absl::Status saved = Save();
    if (!saved.ok()) return saved;
    if (status.ok()) return status;
    return absl::CancelledError(absl::StrCat(
        "stopped after ", trainer_->counts().env_steps, " of ", run_.env_steps,
        " env steps; the same command goes on from here"));
  }

  absl::Status Begin() {
    std::vector<std::string> notes;
    absl::StatusOr<safetensors::File> checkpoint =
        folder_.Restore(*trainer_, notes);
    for (const std::string& note : notes) {
      Say(absl::StrCat(note, "; going on from the checkpoint before it"));
    }
    const bool anew = absl::IsNotFound(checkpoint.status());
    if (!anew && !checkpoint.ok()) return checkpoint.status();
    absl::StatusOr<std::unique_ptr<Records>> records =
        Records::Open(directory_, *trainer_, anew ? nullptr : &*checkpoint);
    if (!records.ok()) return records.status();
    records_ = *std::move(records);
    env_steps_earlier_ = trainer_->counts().env_steps;
    saved_env_steps_ = env_steps_earlier_;
    updates_earlier_ = trainer_->counts().updates;
    if (anew) {
      Say(Announcement());
      return Save();
    }
    const absl::StatusOr<double> seconds = ReadNumber(*checkpoint, "seconds");
    const absl::StatusOr<int64_t> evaluations =
        ReadCount(*checkpoint, "evaluations");
    if (!seconds.ok()) return seconds.status();
    if (!evaluations.ok()) return evaluations.status();
    const absl::StatusOr<int64_t> evaluated_at =
        ReadCount(*checkpoint, "evaluated_at");
    if (!evaluated_at.ok()) return evaluated_at.status();
    seconds_earlier_ = *seconds;
    evaluations_ = *evaluations;
    evaluated_at_ = *evaluated_at;
    Say(absl::StrCat(Announcement(), "; going on after ",
                     trainer_->counts().env_steps, " env steps"));
    CompareArithmetic(*checkpoint);
    return absl::OkStatus();
  }

  // Says so if a training that was not stopped would have got other bits.
  void CompareArithmetic(const safetensors::File& checkpoint) {
    const auto before = checkpoint.metadata().find(kArithmetic);
    const std::string now = run_.hardware.Arithmetic();
    if (before == checkpoint.metadata().end() || before->second == now) return;
    Say(absl::StrCat(
        "computed with ", before->second, " so far and with ", now,
        " from here on, which rounds otherwise (--isa, --device)"));
  }

  absl::Status Loop() {
    const InterruptScope interrupt;
    const auto stop = [&] {
      ShowProgress();
      return interrupt.requested();
    };
    while (true) {
      const int64_t env_steps = trainer_->counts().env_steps;
      // At the beginning, and with each multiple of eval_every that is passed.
      if (evaluations_ == 0 ||
          env_steps / run_.eval_every > evaluated_at_ / run_.eval_every) {
        const absl::Status evaluated = EvaluateNow(stop);
        if (!evaluated.ok()) return evaluated;
      }
      if (env_steps >= run_.env_steps) return absl::OkStatus();
      absl::Status status = trainer_->Decide();
      for (const std::string& warning : trainer_->TakeWarnings()) {
        Say(absl::StrCat("decision ", trainer_->counts().decisions,
                         ": the physics warned, the episode ended: ", warning));
      }
      if (status.ok() && trainer_->counts().env_steps / run_.log_every !=
                             env_steps / run_.log_every) {
        status = records_->AddInterval(*trainer_, Seconds());
        trainer_->ClearInterval();
      }
      if (!status.ok()) return status;
      if (stop()) return absl::CancelledError("stopped");
      if (Seconds() - saved_at_ > run_.checkpoint_seconds) {
        const absl::Status saved = Save();
        if (!saved.ok()) return saved;
      }
    }
  }

  template <typename Stop>
  absl::Status EvaluateNow(const Stop& stop) {
    const double begin = Elapsed();
    is_evaluating_ = true;
    const auto number = static_cast<uint32_t>(evaluations_);
    const absl::StatusOr<std::vector<double>> returns =
        Evaluate(trainer_->agent(), *evaluation_environment_,
                 EvaluationSeed(trainer_->config().seed, number), number,
                 run_.eval_episodes, stop);
    is_evaluating_ = false;
    if (!returns.ok()) return returns.status();
    ++evaluations_;
    evaluated_at_ = trainer_->counts().env_steps;
    evaluating_ += Elapsed() - begin;
    Say(absl::StrFormat("%d env steps: return %.1f, mean of %d episode%s",
                        trainer_->counts().env_steps, Mean(*returns),
                        returns->size(), returns->size() == 1 ? "" : "s"));
    return records_->AddEvaluation(*trainer_, *returns);
  }

  absl::Status Save() {
    const double begin = Elapsed();
    Snapshot snapshot;
    const absl::Status recorded = records_->Save(snapshot);
    if (!recorded.ok()) return recorded;
    snapshot.SetNumber("seconds", Seconds());
    snapshot.SetCount("evaluations", evaluations_);
    snapshot.SetCount("evaluated_at", evaluated_at_);
    snapshot.metadata[kArithmetic] = run_.hardware.Arithmetic();
    const absl::Status saved = folder_.Save(*trainer_, std::move(snapshot));
    if (!saved.ok()) return saved;
    saving_ += Elapsed() - begin;
    saved_at_ = Seconds();
    saved_env_steps_ = trainer_->counts().env_steps;
    return saved;
  }

  // An episode from the start of the last evaluation's first one. A machine
  // that cannot draw trains all the same.
  void Film() {
    const std::string folder = directory_.PathOf("video");
    const std::string path = absl::StrFormat("%s/env_steps_%09d.mp4", folder,
                                             trainer_->counts().env_steps);
    std::error_code error;
    if (std::filesystem::exists(path, error)) return;
    std::filesystem::create_directories(folder, error);
    // What a start that was killed while it filmed has left.
    for (const auto& entry :
         std::filesystem::directory_iterator(folder, error)) {
      if (entry.path().extension() == ".tmp") {
        std::filesystem::remove(entry.path(), error);
      }
    }
    const absl::StatusOr<std::string> report =
        Show({.task = trainer_->config().task,
              .seed = EvaluationSeed(trainer_->config().seed,
                                     static_cast<uint32_t>(evaluations_ - 1)),
              .video = path},
             [&](const envs::EnvironmentSpec& spec) {
               return AgentPolicy(trainer_->agent(), spec,
                                  trainer_->config().action_repeat);
             });
    Say(report.ok() ? absl::StripSuffix(*report, "\n")
                    : absl::StrCat("no video: ", report.status().message()));
  }

  // Of this process, and of all starts together.
  double Elapsed() const {
    return std::chrono::duration<double>(Clock::now() - start_).count();
  }
  double Seconds() const { return seconds_earlier_ + Elapsed(); }

  void Say(absl::string_view text) {
    printer_.Note(text);
    log_->Write(text);
  }

  std::string Announcement() {
    const rl::Replay& replay = trainer_->replay();
    const Hardware& hardware = run_.hardware;
    const std::string threads =
        hardware.device == nullptr
            ? absl::StrCat(hardware.threads, " thread(s) with ")
            : "";
    return absl::StrFormat(
        "%s, seed %d, %s%s; replay: %d bytes a row, %.0f MB when it is full",
        trainer_->config().task, trainer_->config().seed, threads,
        hardware.Arithmetic(), replay.bytes() / replay.config().capacity,
        static_cast<double>(replay.bytes()) / 1e6);
  }

  // To ask for it costs more than a small agent's decision.
  void ShowProgress() {
    constexpr double kPeriod = 0.1;  // s
    if (Elapsed() < progress_at_ + kPeriod) return;
    progress_at_ = Elapsed();
    printer_.Update(ProgressNow());
  }

  Progress ProgressNow() {
    const Trainer::Counts& counts = trainer_->counts();
    const double elapsed = Elapsed();
    std::string current;
    if (trainer_->last_return().has_value()) {
      absl::StrAppendFormat(&current, "return %.0f, ",
                            *trainer_->last_return());
    }
    absl::StrAppendFormat(&current, "%.0f MB", MemoryMegabytes());
    if (is_evaluating_) absl::StrAppend(&current, ", evaluating");
    const auto done =
        static_cast<double>(counts.env_steps - env_steps_earlier_);
    return {
        .unit = "env step",
        .total = static_cast<int>(run_.env_steps),
        .done = static_cast<int>(counts.env_steps),
        .done_earlier = static_cast<int>(env_steps_earlier_),
        .cost = static_cast<double>(run_.env_steps - env_steps_earlier_),
        .cost_done = done,
        .elapsed = elapsed,
        .speed = absl::StrFormat(
            "%.1f updates/s",
            static_cast<double>(counts.updates - updates_earlier_) / elapsed),
        .bar = false,
        .current = current};
  }

  std::string TimeReport() const {
    const Trainer::Seconds& seconds = trainer_->seconds();
    const double all = Elapsed();
    const double known = seconds.acting + seconds.physics + seconds.updating +
                         evaluating_ + saving_;
    const auto share = [&](double part) { return 100 * part / all; };
    return absl::StrFormat(
        "%d env steps; time of this start: %.1f%% updates, %.1f%% acting, "
        "%.1f%% physics, %.1f%% evaluations, %.1f%% checkpoints, %.1f%% the "
        "rest",
        trainer_->counts().env_steps, share(seconds.updating),
        share(seconds.acting), share(seconds.physics), share(evaluating_),
        share(saving_), share(all - known));
  }

  using Clock = std::chrono::steady_clock;

  const OutputDirectory& directory_;
  const RunConfig run_;
  const std::unique_ptr<Trainer> trainer_;
  const std::unique_ptr<envs::Environment> evaluation_environment_;
  TrainingFolder folder_;
  const std::unique_ptr<LogFile> log_;
  ProgressPrinter printer_;
  std::unique_ptr<Records> records_;
  int64_t evaluations_ = 0;   // that have been made
  int64_t evaluated_at_ = 0;  // env steps before the last one
  bool is_evaluating_ = false;
  // Seconds of this process.
  const Clock::time_point start_ = Clock::now();
  double evaluating_ = 0, saving_ = 0;
  // Of earlier starts.
  double seconds_earlier_ = 0;
  int64_t env_steps_earlier_ = 0, updates_earlier_ = 0;
  // The newest checkpoint.
  double saved_at_ = 0;
  int64_t saved_env_steps_ = 0;
  double progress_at_ = 0;
};

}  // namespace

absl::Status Train(const OutputDirectory& directory,
                   const TrainingConfig& config, const rl::AgentConfig& agent,
                   const RunConfig& run) {
  absl::StatusOr<std::unique_ptr<Trainer>> trainer =
      Trainer::Create(config, agent, run.hardware);
  if (!trainer.ok()) return trainer.status();
  absl::StatusOr<std::unique_ptr<envs::Environment>> environment =
      MakeAgentEnvironment(config.task, config.action_repeat);
  if (!environment.ok()) return environment.status();
  absl::StatusOr<std::unique_ptr<LogFile>> log =
      LogFile::Open(directory.PathOf("log.txt"));
  if (!log.ok()) return log.status();
  return Run(directory, run, *std::move(trainer), *std::move(environment),
             *std::move(log))
      .Go();
}

}  // namespace experiments
