"""What the real dm_control does, as golden files (envs/golden.h).

Run by make_golden.py with the Python of the environment made there.
"""

import argparse
import importlib.metadata
import json
import os
import pathlib

os.environ["MUJOCO_GL"] = "disable"  # Nothing is drawn.

# pylint: disable=wrong-import-position
import mujoco
import numpy as np
from dm_control import suite
from dm_control.rl import control

CONSTANTS = (
    "qpos0",
    "body_mass",
    "body_inertia",
    "body_subtreemass",
    "dof_damping",
    "dof_armature",
    "dof_invweight0",
    "jnt_range",
    "jnt_stiffness",
    "actuator_gainprm",
    "actuator_biasprm",
    "actuator_dynprm",
    "actuator_gear",
    "actuator_ctrlrange",
)
# Their reset places a target in the model.
WITH_TARGET = ("reacher-easy", "fish-swim")
STARTS = ("reset", "settled", "still", "fast")
ACTIONS = ("small", "smooth", "uniform", "bang", "over")
STEPS = 25  # of an episode, unless it is a whole one
STATIC_ROWS = 10  # of each start


class Files:
    """The arrays and episodes of one task."""

    def __init__(self):
        self.index = []
        self.arrays = []
        self.size = 0

    def add_array(self, block, name, rows):
        array = np.asarray(rows, "<f8")
        array = array.reshape(len(array), -1)
        self.index.append(
            f"array {block} {name} {array.shape[0]} {array.shape[1]} "
            f"{self.size}"
        )
        self.arrays.append(array)
        self.size += array.size

    def add_block(self, block, columns):
        """Arrays from lists of rows; what the task does not have is empty."""
        for name, rows in columns.items():
            if np.size(rows):
                self.add_array(block, name, rows)

    def add_episode(self, number, scenario, seed, steps):
        self.index.append(f"episode {number} {scenario} {seed} {steps}")

    def write(self, path, description):
        with open(f"{path}.bin", "wb") as file:
            for array in self.arrays:
                file.write(array.tobytes())
        pathlib.Path(f"{path}.idx").write_text(
            "\n".join(self.index) + "\n", encoding="utf-8"
        )
        pathlib.Path(f"{path}.json").write_text(
            json.dumps(description, indent=1) + "\n", encoding="utf-8"
        )


def flat(observation):
    return np.concatenate([np.ravel(part) for part in observation.values()])


def draw_actions(kind, spec, steps, random):
    """`steps` rows; all but "over" keep to the bounds."""
    shape = (steps, *spec.shape)
    if kind == "smooth":
        phase = random.uniform(0, 2 * np.pi, spec.shape)
        frequency = random.uniform(0.05, 0.5, spec.shape)
        unit = np.sin(phase + frequency * np.arange(steps)[:, None])
    elif kind == "bang":
        unit = random.choice([-1.0, 1.0], shape)
    else:
        size = {"small": 0.1, "uniform": 1, "over": 3}[kind]
        unit = size * random.uniform(-1, 1, shape)
    middle = (spec.maximum + spec.minimum) / 2
    return middle + unit * (spec.maximum - spec.minimum) / 2


class Recorder:
    """One task of dm_control, and what has been written down of it."""

    def __init__(self, task, seed):
        self.task = task
        domain, name = task.split("-")
        self.env = suite.load(domain, name, task_kwargs={"random": seed})
        self.physics = self.env.physics
        self.model = self.physics.model.ptr
        self.data = self.physics.data.ptr
        # m/s, rad/s. A fish that is faster in its water is unstable.
        self.fast = 0.2 if domain == "fish" else 2
        self.seed = seed
        self.random = np.random.default_rng(seed)  # poses and actions
        self.files = Files()
        self.episodes = 0

    def next_seed(self):
        """The task's random stream begins anew, as in a new environment."""
        self.seed = (self.seed + 1) % 2**32
        self.env.task.random.seed(self.seed)

    def record_model(self):
        """Before the first reset, which may change it."""
        for name in CONSTANTS:
            constant = np.atleast_2d(getattr(self.model, name))
            self.files.add_array("model", name, constant)

    def state(self):
        data = self.data
        return data.qpos.copy(), data.qvel.copy(), data.act.copy()

    def write_state(self, state):
        mujoco.mj_resetData(self.model, self.data)
        self.data.qpos[:], self.data.qvel[:], self.data.act[:] = state
        with self.physics.model.disable("actuation"):
            mujoco.mj_forward(self.model, self.data)

    def random_pose(self):
        qpos = self.data.qpos.copy()
        for joint in range(self.model.njnt):
            at = self.model.jnt_qposadr[joint]
            kind = self.model.jnt_type[joint]
            if kind == mujoco.mjtJoint.mjJNT_FREE:
                qpos[at + 2] += self.random.uniform(0, 0.5)  # m, upwards
                quaternion = self.random.normal(size=4)
                quaternion /= np.linalg.norm(quaternion)
                qpos[at + 3 : at + 7] = quaternion
            elif self.model.jnt_limited[joint]:
                qpos[at] = self.random.uniform(*self.model.jnt_range[joint])
            elif kind == mujoco.mjtJoint.mjJNT_HINGE:
                qpos[at] = self.random.uniform(-np.pi, np.pi)
            else:
                qpos[at] += self.random.uniform(-0.2, 0.2)
        return qpos

    def begin(self, start):
        """A reset, and on it the state of another start."""
        self.next_seed()
        self.env.reset()
        if start == "settled":
            for _ in range(50):
                self.env.step(np.zeros(self.model.nu))
            self.write_state(self.state())
        elif start in ("still", "fast"):
            speed = self.fast if start == "fast" else 0
            self.write_state(
                (
                    self.random_pose(),
                    speed * self.random.normal(size=self.model.nv),
                    self.random.uniform(-1, 1, self.model.na),
                )
            )

    def target(self):
        if self.task not in WITH_TARGET:
            return []
        return [self.physics.named.model.geom_pos["target"].copy()]

    def record_static(self):
        block = {name: [] for name in ("qpos", "qvel", "act", "ctrl")}
        block |= {"target_pos": [], "obs": [], "reward": [], "ncon": []}
        spec = self.env.action_spec()
        for start in STARTS:
            for _ in range(STATIC_ROWS):
                self.begin(start)
                state = self.state()
                self.write_state(state)
                ctrl = draw_actions("over", spec, 1, self.random)[0]
                self.data.ctrl[:] = ctrl
                task, physics = self.env.task, self.physics
                row = {
                    "ctrl": ctrl,
                    "obs": flat(task.get_observation(physics)),
                    "reward": task.get_reward(physics),
                    "ncon": self.data.ncon,
                }
                row |= zip(("qpos", "qvel", "act"), state)
                for name, value in row.items():
                    block[name].append(value)
                block["target_pos"] += self.target()
        self.files.add_block("static", block)

    def record_episode(self, start, kind, steps):
        self.begin(start)
        block = {
            "seed_reset": [start == "reset"],
            "target_pos": self.target(),
            "reward0": [self.env.task.get_reward(self.physics)],
        }
        block |= {name: [] for name in ("qpos", "qvel", "act", "warmstart")}
        block |= {name: [] for name in ("time", "ncon", "obs", "action")}
        block |= {name: [] for name in ("reward", "discount", "step_type")}

        def look(observation):
            for name, value in zip(("qpos", "qvel", "act"), self.state()):
                block[name].append(value)
            block["warmstart"].append(self.data.qacc_warmstart.copy())
            block["time"].append(self.data.time)
            block["ncon"].append(self.data.ncon)
            block["obs"].append(flat(observation))

        look(self.env.task.get_observation(self.physics))
        spec = self.env.action_spec()
        for action in draw_actions(kind, spec, steps, self.random):
            try:
                answer = self.env.step(action)
            except control.PhysicsError as error:
                # Such a step has no result to be compared.
                print(f"  {start}_{kind} ends early: {error}", flush=True)
                break
            block["action"].append(action)
            for name in ("reward", "discount", "step_type"):
                block[name].append(float(getattr(answer, name)))
            look(answer.observation)
            if answer.last():
                break
        number = self.episodes
        steps = len(block["action"])
        if steps == 0:
            return
        self.episodes += 1
        self.files.add_block(number, block)
        self.files.add_episode(number, f"{start}_{kind}", self.seed, steps)

    def describe(self):
        spec = self.env.action_spec()
        observation = self.env.observation_spec().items()
        return {
            "task": self.task,
            "versions": {
                package: importlib.metadata.version(package)
                for package in ("mujoco", "dm_control", "numpy")
            },
            "control_timestep": self.env.control_timestep(),
            "observation": [
                {"name": name, "size": int(np.prod(part.shape))}
                for name, part in observation
            ],
            "action_min": spec.minimum.tolist(),
            "action_max": spec.maximum.tolist(),
        }

    def record(self, folder):
        self.record_model()
        self.record_static()
        for start in STARTS:
            for kind in ACTIONS:
                self.record_episode(start, kind, STEPS)
        # To the end that the time limit sets.
        self.record_episode("reset", "uniform", 10**4)
        self.files.write(pathlib.Path(folder, self.task), self.describe())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--output_dir", required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("tasks", nargs="+")
    arguments = parser.parse_args()
    for task in arguments.tasks:
        print(task, flush=True)
        Recorder(task, arguments.seed).record(arguments.output_dir)


if __name__ == "__main__":
    main()
