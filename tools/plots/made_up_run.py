"""Writes what a training could have recorded."""

import math
import random

COMMON = (
    "critic_loss",
    "actor_loss",
    "encoder_critic_loss",
    "encoder_gradient_norm",
    "critics_gradient_norm",
    "actor_gradient_norm",
    "target_mean",
    "target_min",
    "target_max",
    "held_out_critic_loss",
)
OF_A_MODEL = (
    "reward_loss",
    "auxiliary_loss",
    "vaml_loss",
    "model_gradient_norm",
    "held_out_reward_loss",
    "held_out_auxiliary_loss",
    "held_out_vaml_loss",
    "held_out_vaml_error",
)
OF_A_STOCHASTIC_MODEL = (
    "model_entropy",
    "held_out_model_entropy",
    "held_out_sampled_entropy",
)
# What does not fall towards zero: where it starts and where it ends.
ENDS = {
    "actor_loss": (-1, -75),
    "auxiliary_loss": (-140, -250),
    "held_out_auxiliary_loss": (-140, -230),
    "vaml_loss": (1e-3, -4e-5),  # CVAML's may be negative.
    "model_entropy": (-300, -450),
    "held_out_model_entropy": (-300, -440),
    "held_out_sampled_entropy": (-300, -440),
    "target_mean": (0, 75),
    "target_min": (-2, 20),
    "target_max": (4, 100),
}


def write(
    folder,
    *,
    seed=0,
    algorithm="cvaml",
    model="stochastic",
    rows=40,
    episodes=3,
    **flags,
):
    """In `folder`, which it makes: a row every 1000 env steps, without updates
    up to the second, and an evaluation every 5000."""
    folder.mkdir(parents=True)
    columns = list(COMMON)
    if algorithm != "td3":
        columns += OF_A_MODEL
        if model == "stochastic":
            columns += OF_A_STOCHASTIC_MODEL
    random_numbers = random.Random(seed)
    metrics = [["env_steps", "updates", "episode_return", *columns, "seconds"]]
    evaluations = [["env_steps", "decisions", "episode", "return"]]

    def progress(step, begin, end):
        noise = random_numbers.gauss(0, 0.02) * end
        return end + (begin - end) * math.exp(-step / 5000) + noise

    for row in range(rows):
        step = 1000 * (row + 1)
        values = [
            progress(step, *ENDS.get(column, (1, 0.001))) for column in columns
        ]
        updates = max(0, 500 * (row - 1))
        if not updates:
            values = [
                99 if column.startswith("held_out") else ""
                for column in columns
            ]
        episode_return = progress(step, 0, 800)
        metrics.append([step, updates, episode_return, *values, row * 4.5])
        if row % 5 == 4:
            for episode in range(episodes):
                evaluations.append(
                    [step, step // 2, episode, progress(step, 0, 850)]
                )
    for name, table in (("metrics", metrics), ("eval", evaluations)):
        text = "".join(",".join(map(str, line)) + "\n" for line in table)
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    flags |= {
        "algorithm": algorithm,
        "bootstrap_steps": 0,
        "model": model,
        "output_dir": folder,
        "seed": seed,
        "task": "cartpole-swingup",
    }
    (folder / "config.flags").write_text(
        "".join(f"--{name}={value}\n" for name, value in flags.items()),
        encoding="utf-8",
    )
