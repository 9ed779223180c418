#include "envs/replay.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/types/span.h"
#include "envs/environment.h"
#include "envs/golden.h"
#include "envs/physics/physics.h"
#include "envs/physics/physics_environment.h"
#include "envs/physics/task.h"
#include "mujoco/mujoco.h"

namespace envs {
namespace {

constexpr double kClose = 1e-9;
constexpr double kLast = 2;       // dm_env's StepType.LAST
constexpr int kFreeRunSteps = 5;  // before chaos

double RelativeError(double ours, double golden) {
  const double error = std::abs(ours - golden) / (1 + std::abs(golden));
  return std::isnan(error) ? std::numeric_limits<double>::infinity() : error;
}

double RelativeError(absl::Span<const double> ours,
                     absl::Span<const double> golden) {
  if (ours.size() != golden.size()) {
    return std::numeric_limits<double>::infinity();
  }
  double largest = 0;
  for (size_t i = 0; i < ours.size(); ++i) {
    largest = std::max(largest, RelativeError(ours[i], golden[i]));
  }
  return largest;
}

void Raise(Difference& largest, const Difference& other) {
  largest.state = std::max(largest.state, other.state);
  largest.observation = std::max(largest.observation, other.observation);
  largest.reward = std::max(largest.reward, other.reward);
}

// The arrays of one block, one row of each at a time. Those that a task does
// not have are empty spans.
class Block {
 public:
  static absl::StatusOr<Block> Read(const Golden& golden,
                                    const std::string& name, int rows,
                                    const mjModel& model, int observation) {
    Block block;
    const auto get = [&](const std::string& array, int columns,
                         GoldenArray& into) -> absl::Status {
      if (columns == 0) return absl::OkStatus();
      absl::StatusOr<GoldenArray> found =
          golden.Get(name, array, rows, columns);
      if (found.ok()) into = *found;
      return found.status();
    };
    absl::Status status = get("qpos", model.nq, block.qpos_);
    status.Update(get("qvel", model.nv, block.qvel_));
    status.Update(get("act", model.na, block.act_));
    status.Update(get("obs", observation, block.observation_));
    // One a state, or one for the whole episode.
    const GoldenArray* target = golden.Find(name, "target_pos");
    if (target != nullptr) {
      status.Update(golden.Get(name, "target_pos", 1, 3).status());
      block.target_ = *target;
    }
    if (!status.ok()) return status;
    return block;
  }

  // Writes a row's state, not the quantities that follow from it.
  void Write(int row, Physics& physics) const {
    mjData& data = physics.data();
    absl::c_copy(qpos_.Row(row), data.qpos);
    absl::c_copy(qvel_.Row(row), data.qvel);
    if (act_.columns > 0) absl::c_copy(act_.Row(row), data.act);
    if (target_.columns > 0) {
      const int id = physics.Id(mjOBJ_GEOM, "target");
      absl::c_copy(target_.Row(std::min(row, target_.rows - 1)),
                   physics.model().geom_pos + 3 * id);
    }
  }

  Difference Compare(int row, const Physics& physics,
                     absl::Span<const double> observed) const {
    Difference difference;
    const auto state = [&](const Vector& ours, const GoldenArray& golden) {
      if (golden.columns == 0) return;
      const double error =
          RelativeError(absl::MakeConstSpan(ours.data(), ours.size()),
                        golden.Row(std::min(row, golden.rows - 1)));
      difference.state = std::max(difference.state, error);
    };
    state(physics.qpos(), qpos_);
    state(physics.qvel(), qvel_);
    state(physics.act(), act_);
    if (target_.columns > 0) {
      const int id = physics.Id(mjOBJ_GEOM, "target");
      state(Vector(physics.model().geom_pos + 3 * id, 3), target_);
    }
    difference.observation = RelativeError(observed, observation_.Row(row));
    return difference;
  }

 private:
  GoldenArray qpos_, qvel_, act_, observation_, target_;
};

Difference LookAt(const Block& block, int row, double reward,
                  const PhysicsEnvironment& environment,
                  const Physics& physics) {
  Observation observation;
  environment.task().Observe(observation);
  Difference difference = block.Compare(row, physics, observation.values());
  difference.reward = RelativeError(environment.task().Reward(), reward);
  return difference;
}

absl::Status ReplayFixed(const Golden& golden, PhysicsEnvironment& environment,
                         ReplayReport& report) {
  Physics& physics = environment.physics();
  const absl::StatusOr<GoldenArray> rewards =
      golden.Get("static", "reward", 1, 1);
  if (!rewards.ok()) return rewards.status();
  const int rows = rewards->rows;
  const mjModel& model = physics.model();
  const absl::StatusOr<Block> block = Block::Read(
      golden, "static", rows, model, environment.spec().observation_size());
  if (!block.ok()) return block.status();
  const absl::StatusOr<GoldenArray> ctrl =
      golden.Get("static", "ctrl", rows, model.nu);
  if (!ctrl.ok()) return ctrl.status();
  environment.Reset(0);
  for (int row = 0; row < rows; ++row) {
    mj_resetData(&physics.model(), &physics.data());
    block->Write(row, physics);
    physics.Forward();
    absl::c_copy(ctrl->Row(row), physics.data().ctrl);
    Raise(report.fixed,
          LookAt(*block, row, rewards->Row(row)[0], environment, physics));
    ++report.rows;
  }
  return absl::OkStatus();
}

struct Episode {
  GoldenEpisode name;
  Block block;
  GoldenArray action, reward, step_type, warmstart, time, first_reward;
  bool seeded = false;  // begins with a reset from its seed
};

absl::StatusOr<Episode> ReadEpisode(const Golden& golden,
                                    const GoldenEpisode& name,
                                    const PhysicsEnvironment& environment,
                                    const mjModel& model) {
  absl::StatusOr<Block> block =
      Block::Read(golden, name.number, name.steps + 1, model,
                  environment.spec().observation_size());
  if (!block.ok()) return block.status();
  Episode episode = {.name = name, .block = *std::move(block)};
  absl::Status status;
  const auto get = [&](const std::string& array, int rows, int columns,
                       GoldenArray& into) {
    absl::StatusOr<GoldenArray> found =
        golden.Get(name.number, array, rows, columns);
    if (found.ok()) into = *found;
    status.Update(found.status());
  };
  get("action", name.steps, model.nu, episode.action);
  get("reward", name.steps, 1, episode.reward);
  get("step_type", name.steps, 1, episode.step_type);
  get("warmstart", name.steps + 1, model.nv, episode.warmstart);
  get("time", name.steps + 1, 1, episode.time);
  get("reward0", 1, 1, episode.first_reward);
  GoldenArray seeded;
  get("seed_reset", 1, 1, seeded);
  if (!status.ok()) return status;
  episode.seeded = seeded.Row(0)[0] != 0;
  return episode;
}

// Sets each recorded state and makes one decision from it.
absl::Status Resync(const Episode& episode, PhysicsEnvironment& environment,
                    ReplayReport& report, int& close) {
  Physics& physics = environment.physics();
  environment.Reset(0);
  for (int row = 0; row < episode.name.steps; ++row) {
    mj_resetData(&physics.model(), &physics.data());
    episode.block.Write(row, physics);
    physics.data().time = episode.time.Row(row)[0];
    absl::c_copy(episode.warmstart.Row(row), physics.data().qacc_warmstart);
    physics.UpdatePosition();
    const absl::StatusOr<TimeStep> step =
        environment.Step(episode.action.Row(row));
    if (!step.ok()) return step.status();
    Difference difference =
        episode.block.Compare(row + 1, physics, step->observation);
    difference.reward = RelativeError(step->reward, episode.reward.Row(row)[0]);
    close += difference.Largest() <= kClose ? 1 : 0;
    Raise(report.resync, difference);
    ++report.rows;
    if (step->last()) environment.Reset(0);
  }
  return absl::OkStatus();
}

// The first state of an episode that was written, not drawn.
void LookAtStart(const Episode& episode, PhysicsEnvironment& environment,
                 ReplayReport& report) {
  Physics& physics = environment.physics();
  environment.Reset(0);
  mj_resetData(&physics.model(), &physics.data());
  episode.block.Write(0, physics);
  physics.Forward();
  Raise(report.fixed, LookAt(episode.block, 0, episode.first_reward.Row(0)[0],
                             environment, physics));
  ++report.rows;
}

absl::Status ReplaySeeded(const Episode& episode,
                          PhysicsEnvironment& environment,
                          ReplayReport& report) {
  Physics& physics = environment.physics();
  environment.Reset(episode.name.seed);
  Raise(report.reset, LookAt(episode.block, 0, episode.first_reward.Row(0)[0],
                             environment, physics));
  ++report.rows;
  for (int row = 0; row < episode.name.steps; ++row) {
    const absl::StatusOr<TimeStep> step =
        environment.Step(episode.action.Row(row));
    if (!step.ok()) return step.status();
    const bool last = episode.step_type.Row(row)[0] == kLast;
    if (step->terminated || step->truncated != last) ++report.wrong_ends;
    if (row < kFreeRunSteps) {
      Difference difference =
          episode.block.Compare(row + 1, physics, step->observation);
      difference.reward =
          RelativeError(step->reward, episode.reward.Row(row)[0]);
      Raise(report.free_run, difference);
    }
    ++report.rows;
    if (step->last()) break;
  }
  return absl::OkStatus();
}

struct Constants {
  const char* name;
  const mjtNum* numbers;
  int64_t size;
};

absl::Status CompareModel(const Golden& golden, const mjModel& m,
                          ReplayReport& report) {
  for (const Constants& ours : {
           Constants{"qpos0", m.qpos0, m.nq},
           {"body_mass", m.body_mass, m.nbody},
           {"body_inertia", m.body_inertia, 3 * m.nbody},
           {"body_subtreemass", m.body_subtreemass, m.nbody},
           {"dof_damping", m.dof_damping, m.nv},
           {"dof_armature", m.dof_armature, m.nv},
           {"dof_invweight0", m.dof_invweight0, m.nv},
           {"jnt_range", m.jnt_range, 2 * m.njnt},
           {"jnt_stiffness", m.jnt_stiffness, m.njnt},
           {"actuator_gainprm", m.actuator_gainprm, mjNGAIN * m.nu},
           {"actuator_biasprm", m.actuator_biasprm, mjNBIAS * m.nu},
           {"actuator_dynprm", m.actuator_dynprm, mjNDYN * m.nu},
           {"actuator_gear", m.actuator_gear, 6 * m.nu},
           {"actuator_ctrlrange", m.actuator_ctrlrange, 2 * m.nu},
       }) {
    const GoldenArray* array = golden.Find("model", ours.name);
    if (array == nullptr) {
      return absl::NotFoundError(
          absl::StrCat("the golden files have no array model ", ours.name));
    }
    report.model.state =
        std::max(report.model.state,
                 RelativeError(absl::MakeConstSpan(ours.numbers, ours.size),
                               array->numbers));
    ++report.rows;
  }
  return absl::OkStatus();
}

}  // namespace

double Difference::Largest() const {
  return std::max({state, observation, reward});
}

absl::StatusOr<ReplayReport> Replay(const Golden& golden,
                                    PhysicsEnvironment& environment) {
  ReplayReport report;
  const mjModel& model = environment.physics().model();
  absl::Status status = CompareModel(golden, model, report);
  status.Update(ReplayFixed(golden, environment, report));
  int close = 0, steps = 0;
  for (const GoldenEpisode& name : golden.episodes()) {
    const absl::StatusOr<Episode> episode =
        ReadEpisode(golden, name, environment, model);
    status.Update(episode.status());
    if (!status.ok()) return status;
    status.Update(Resync(*episode, environment, report, close));
    if (episode->seeded) {
      status.Update(ReplaySeeded(*episode, environment, report));
    } else {
      LookAtStart(*episode, environment, report);
    }
    steps += name.steps;
  }
  if (!status.ok()) return status;
  report.resync_close = steps == 0 ? 1 : static_cast<double>(close) / steps;
  return report;
}

std::string BeyondTolerance(const std::string& task,
                            const ReplayReport& report) {
  const bool dog = absl::StartsWith(task, "dog-");
  const double solver = dog ? 1e-2 : kClose;
  std::vector<std::string> beyond;
  const auto check = [&](const char* what, double error, double tolerance) {
    if (error > tolerance) {
      beyond.push_back(absl::StrCat(what, " by ", error, " > ", tolerance));
    }
  };
  check("model", report.model.Largest(), kClose);
  check("static", report.fixed.Largest(), kClose);
  check("resync", report.resync.Largest(), solver);
  check("reset", report.reset.Largest(), kClose);
  check("free run", report.free_run.Largest(), solver);
  if (report.resync_close < 0.95) {
    beyond.push_back(absl::StrCat("only ", 100 * report.resync_close,
                                  "% of resync within ", kClose));
  }
  if (report.wrong_ends > 0) {
    beyond.push_back(
        absl::StrCat(report.wrong_ends, " decisions with a wrong end"));
  }
  return absl::StrJoin(beyond, ", ");
}

}  // namespace envs
