"""The agents of the golden files: settings, named as in rl/agent_config.h."""

# Small, and with numbers that make every rule matter: targets beyond the
# critics' range, gradients on both sides of the clip, rows that are no whole
# share of the batch.
BASE = {
    "observation_size": 5,
    "action_size": 2,
    "width": 10,
    "latent_size": 8,
    "simnorm_group": 4,
    "latent_norm": "simnorm",
    "model": "stochastic",
    "log_std_low": -3.0,
    "log_std_high": 0.5,
    "critic_head": "hl_gauss",
    "bins": 11,
    "lowest": -4.0,
    "highest": 6.0,
    "sigma": 0.75,
    "critic_prior": 3.0,
    "algorithm": "cvaml",
    "rollout_steps": 1,
    "bootstrap_steps": 0,
    "sum_steps": 0,
    "model_samples": 3,
    "value_scale": 2.0,
    "model_action": 0,
    "reward_weight": 0.8,
    "auxiliary_weight": 0.7,
    "vaml_weight": 1.5,
    "auxiliary": "gaussian_nll",
    "batch_size": 6,
    "discount": 0.9,
    "proportion_real": 0.6,
    "target_rate": 0.05,
    "gradient_clip": 0.5,
    "encoder_learning_rate": 0.002,
    "learning_rate": 0.005,
    "actor_penalty": 0.0,
    "horizon": 1,
    "iterations": 2,
    "samples": 14,
    "elites": 5,
    "planner_model_samples": 1,
    "temperature": 0.5,
    "std_low": 0.2,
    "std_high": 0.5,
}

DETERMINISTIC = {
    "model": "deterministic",
    "model_samples": 1,
    "auxiliary": "byol",
}


def updates():
    """Name to settings.

    Every second update of those called slow is without step 1.
    """
    variants = {}
    for algorithm in ("vaml", "cvaml"):
        for b in (0, 1):
            both = {"algorithm": algorithm, "bootstrap_steps": b}
            variants[f"{algorithm}_b{b}_deterministic"] = DETERMINISTIC | both
            variants[f"{algorithm}_b{b}_stochastic"] = both
    two = {"rollout_steps": 2}
    one = {"bootstrap_steps": 1}
    none = {"rollout_steps": 0}
    all_real = {"proportion_real": 1.0}
    cross_entropy = {"auxiliary": "byol_cross_entropy"}
    variants |= {
        "one_sample": {"algorithm": "vaml", "model_samples": 1},
        "two_steps": two,
        "two_steps_summed": two | {"sum_steps": 1},
        "two_steps_b1": two | one,
        "two_steps_b1_summed": two | one | {"sum_steps": 1},
        "two_steps_deterministic": DETERMINISTIC | two | {"sum_steps": 1},
        "no_steps_b1": none | one | all_real,
        "no_steps_b2": DETERMINISTIC
        | none
        | all_real
        | {"bootstrap_steps": 2},
        "b2": {"bootstrap_steps": 2},
        "model_action": {"model_action": 1},
        "byol_cross_entropy": DETERMINISTIC | cross_entropy,
        "scalar": {"critic_head": "scalar"},
        "scalar_b1": one | {"critic_head": "scalar"},
        "layernorm": {"latent_norm": "layernorm"},
        "layernorm_deterministic": DETERMINISTIC | {"latent_norm": "layernorm"},
        "no_norm": {"latent_norm": "none"},
        "no_real_rows": {"proportion_real": 0.0},
        "half_real_rows": {"proportion_real": 0.5},
        "all_real_rows": all_real,
        "no_vaml": {"vaml_weight": 0.0},
        "no_auxiliary": {"auxiliary_weight": 0.0},
        "no_clipping": {"gradient_clip": 1000.0},
        "actor_penalty": {"actor_penalty": 0.1},
        "td3": {"algorithm": "td3"},
        "slow_model": {},
        "slow_model_b1": one,
        "slow_td3": {"algorithm": "td3"},
    }
    return {name: BASE | settings for name, settings in variants.items()}


def planners():
    """Name to settings."""
    two = {"horizon": 2}
    three = {"planner_model_samples": 3}
    more = {"iterations": 3, "elites": 4}
    variants = {
        "deterministic": DETERMINISTIC,
        "deterministic_h2": DETERMINISTIC | two | more,
        "stochastic": {},
        "stochastic_h2": two | more,
        "three_samples": three,
        "three_samples_h2": three | two,
        "scalar": {"critic_head": "scalar"},
        "policy": {"algorithm": "td3"},  # acts with its policy
    }
    return {name: BASE | settings for name, settings in variants.items()}
