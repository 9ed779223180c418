"""PyTorch's agent: update and planner, eager or through torch.compile."""

import functools
import time

import agent_data as setting
import serve
import torch
from torch.nn import functional


def linear(p, name, *inputs):
    """Inputs side by side; what many rows share is multiplied once."""
    weight, bias = p[f"{name}/weight"], p[f"{name}/bias"]
    if len({x.shape[:-1] for x in inputs}) == 1:
        x = torch.cat(inputs, -1) if len(inputs) > 1 else inputs[0]
        return functional.linear(x, weight.T, bias)
    row, total = 0, bias
    for x in inputs:
        total = total + x @ weight[row : row + x.shape[-1]]
        row += x.shape[-1]
    return total


def norm(p, name, x):
    scale, offset = p[f"{name}/norm/scale"], p[f"{name}/norm/offset"]
    return functional.layer_norm(x, scale.shape, scale, offset, 1e-6)


def trunk(p, name, layers, *inputs):
    for layer in range(layers):
        hidden = f"{name}/hidden{layer}"
        inputs = (functional.mish(norm(p, hidden, linear(p, hidden, *inputs))),)
    return inputs[0]


def mlp(p, name, *inputs):
    return linear(p, f"{name}/output", trunk(p, name, 2, *inputs))


def latent_of(p, name, features):
    x = norm(p, name, linear(p, name, features))
    groups = x.reshape(*x.shape[:-1], -1, setting.GROUP)
    return torch.softmax(groups, -1).reshape(x.shape)


def encode(p, observation):
    return latent_of(p, "encoder/latent", trunk(p, "encoder", 1, observation))


def predict(p, latent, action):
    """Mean and log standard deviation, which is None of a point."""
    features = trunk(p, "dynamics", 2, latent, action)
    mean = latent_of(p, "dynamics/latent", features)
    if "dynamics/log_std/weight" not in p:
        return mean, None
    low, high = setting.LOG_STD_LOW, setting.LOG_STD_HIGH
    u = torch.tanh(linear(p, "dynamics/log_std", features))
    return mean, low + 0.5 * (high - low) * (1 + u)


def sample(prediction, leading=()):
    mean, log_std = prediction
    if log_std is None:
        return mean.expand(*leading, *mean.shape)
    return mean + torch.exp(log_std) * torch.randn(*leading, *mean.shape)


def reward_of(p, latent, action):
    return mlp(p, "reward", latent, action)[..., 0]


def histogram(y):
    edges = -setting.HIGHEST - setting.BIN_WIDTH / 2
    edges = edges + setting.BIN_WIDTH * torch.arange(setting.BINS + 1)
    y = y.clamp(-setting.HIGHEST, setting.HIGHEST)[..., None]
    scale = 2**0.5 * setting.SIGMA * setting.BIN_WIDTH
    cdf = torch.erf((edges - y) / scale)
    return torch.diff(cdf, dim=-1) / (cdf[..., -1:] - cdf[..., :1])


PRIOR = setting.PRIOR * histogram(torch.zeros(()))
CENTRES = torch.linspace(-setting.HIGHEST, setting.HIGHEST, setting.BINS)


def logits_of(p, latent, action):
    return [mlp(p, f"critic{i}", latent, action) + PRIOR for i in (1, 2)]


def values_of(p, latent, action):
    return [
        torch.softmax(logits, -1) @ CENTRES
        for logits in logits_of(p, latent, action)
    ]


def critic_loss(logits, y):
    target = histogram(y)
    return sum(
        functional.cross_entropy(each, target) / setting.BINS for each in logits
    )


def act(p, latent):
    return torch.tanh(mlp(p, "actor", latent))


def detached(p):
    return {name: value.detach() for name, value in p.items()}


def model_loss(agent, p, target, batch):
    observation, following, action, reward = batch
    latent = encode(p["encoder"], observation)
    with torch.no_grad():
        stopped = encode(p["encoder"], following)
        policy_action = act(p["actor"], stopped)
        values = values_of(target, stopped, policy_action)
        y = reward + setting.DISCOUNT * torch.minimum(*values)
    frozen = detached(p["critics"])
    on_critic = critic_loss(logits_of(frozen, latent, action), y)
    model = p["model"]
    on_reward = (reward_of(model, latent, action) - reward).square().mean()
    prediction = mean, log_std = predict(model, latent, action)
    if log_std is None:
        auxiliary = (mean - stopped).square().mean()
    else:
        deviation = (stopped - mean) * torch.exp(-log_std)
        auxiliary = (0.5 * deviation.square() + log_std).mean() + 0.9189385332
    samples = sample(prediction, (agent.samples,))
    vaml = 0
    for model_value, value in zip(
        values_of(target, samples, policy_action), values
    ):
        scaled = model_value / setting.VALUE_SCALE
        error = scaled.mean(0) - value / setting.VALUE_SCALE
        vaml = vaml + error.square().mean() / 2
        if agent.stochastic:
            vaml = vaml - scaled.var(0).mean() / agent.samples / 2
    total = on_critic + on_reward + auxiliary + vaml
    return total, on_critic, on_reward, auxiliary


def critic_data(p, target, batch):
    observation, following, action, reward = batch
    real = setting.REAL
    latent = encode(p["encoder"], observation)
    start = latent[real:]
    policy_action = act(p["actor"], start)
    prediction = predict(p["model"], start, policy_action)
    following = torch.cat(
        [encode(p["encoder"], following[:real]), sample(prediction)]
    )
    action = torch.cat([action[:real], policy_action])
    model_reward = reward_of(p["model"], start, policy_action)
    reward = torch.cat([reward[:real], model_reward])
    values = values_of(target, following, act(p["actor"], following))
    return latent, action, reward + setting.DISCOUNT * torch.minimum(*values)


def critics_loss(p, latent, action, y):
    return critic_loss(logits_of(p["critics"], latent, action), y)


def actor_loss(p, target, latent):
    action = act(p["actor"], latent)
    return -torch.minimum(*values_of(target, latent, action)).mean()


class Update:
    """Parameters, their Adams, and a step."""

    def __init__(self, wrap, agent):
        self.p = {
            group: {
                name: torch.from_numpy(value).requires_grad_()
                for name, value in named.items()
            }
            for group, named in setting.parameters(agent).items()
        }
        self.adams = {
            group: torch.optim.Adam(
                named.values(), setting.LEARNING_RATES[group], fused=True
            )
            for group, named in self.p.items()
        }
        self.target = {
            name: value.clone()
            for name, value in detached(self.p["critics"]).items()
        }
        self.batch = list(map(torch.from_numpy, setting.batch(agent)))
        self.model_loss = wrap(functools.partial(model_loss, agent))
        self.critic_data = wrap(critic_data)
        self.critics_loss = wrap(critics_loss)
        self.actor_loss = wrap(actor_loss)

    def step(self, groups, loss):
        parameters = [list(self.p[group].values()) for group in groups]
        flat = [parameter for part in parameters for parameter in part]
        gradients = iter(torch.autograd.grad(loss, flat))
        for group, part in zip(groups, parameters):
            for parameter in part:
                parameter.grad = next(gradients)
            torch.nn.utils.clip_grad_norm_(part, setting.CLIP, foreach=True)
            self.adams[group].step()

    def run(self):
        total, *losses = self.model_loss(self.p, self.target, self.batch)
        self.step(("encoder", "model"), total)
        with torch.no_grad():
            data = self.critic_data(self.p, self.target, self.batch)
        on_critics = self.critics_loss(self.p, *data)
        self.step(("critics",), on_critics)
        with torch.no_grad():
            torch._foreach_lerp_(
                list(self.target.values()),
                list(self.p["critics"].values()),
                setting.TARGET_RATE,
            )
        on_actor = self.actor_loss(self.p, self.target, data[0])
        self.step(("actor",), on_actor)
        names = ("encoder_critic_loss", "reward_loss", "auxiliary_loss")
        return dict(zip(names, losses)) | {
            "critic_loss": on_critics,
            "actor_loss": on_actor,
        }


def plan(agent, p, observation):
    latent = encode(p["encoder"], observation)
    policy = act(p["actor"], latent)
    mean, std = policy, torch.full_like(policy, setting.STD_HIGH)
    for _ in range(setting.ITERATIONS):
        noise = torch.randn(setting.CANDIDATES, agent.action)
        actions = torch.cat([(mean + std * noise).clamp(-1, 1), policy])
        following = sample(predict(p["model"], latent, actions))
        values = values_of(p["critics"], following, act(p["actor"], following))
        score = reward_of(p["model"], latent, actions)
        score = score + setting.DISCOUNT * 0.5 * (values[0] + values[1])
        best_scores, best = torch.topk(score, setting.ELITES)
        weights = torch.softmax(best_scores / setting.TEMPERATURE, 0)[:, None]
        elites = actions[best]
        mean = (weights * elites).sum(0, keepdim=True)
        variance = (weights * (elites - mean).square()).sum(0, keepdim=True)
        std = variance.sqrt().clamp(setting.STD_LOW, setting.STD_HIGH)
    drawn = torch.multinomial(weights[:, 0], 1)
    return elites[drawn], mean


def update_work(wrap, agent):
    start = time.perf_counter()
    update = Update(wrap, agent)
    metrics = update.run()
    first_run = time.perf_counter() - start
    metrics = {name: value.detach() for name, value in metrics.items()}
    check = setting.noiseless(agent, metrics)
    return serve.Work(update.run, check, first_run=first_run)


def planner_work(wrap, agent):
    p = {
        group: {name: torch.from_numpy(value) for name, value in named.items()}
        for group, named in setting.parameters(agent).items()
    }
    observation = torch.from_numpy(setting.batch(agent)[0][:1])
    action = wrap(functools.partial(plan, agent))

    def run():
        with torch.no_grad():
            return action(p, observation)

    run()
    return serve.Work(run, [])


def rows(wrap):
    made = {}
    for name, agent in setting.AGENTS.items():
        made[f"update_{name}"] = functools.partial(update_work, wrap, agent)
        made[f"planner_{name}"] = functools.partial(planner_work, wrap, agent)
    return made
