"""Writes gan.json: 20 training steps of gan.yaml and of reuse.yaml as PyTorch computes them in double precision, written out by hand.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install torch==2.13.0 numpy && /tmp/venv/bin/python tests/parity/step/generate.py
"""
import base64
import json
import math
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

STEPS, KEEP = 20, [0, 1, 2, 4, 9, 19]
N, SIZE, MOMENTUM = 3, 8, 0.1
torch.set_num_threads(1)
generator = torch.Generator().manual_seed(11)
draw = lambda *shape, scale=1.0: (torch.randn(shape, generator=generator) * scale).float().double()

# Our layouts: kernels [height, width, in, out], pictures [N, H, W, C].
START = {
    "generator/first.kernel": draw(3, 3, 3, 4, scale=0.4), "generator/norm.scale": 1 + draw(4, scale=0.1), "generator/norm.offset": draw(4, scale=0.1),
    "generator/norm.mean": torch.zeros(4).double(), "generator/norm.variance": torch.ones(4).double(),
    "generator/code.kernel": draw(5, 4, scale=0.4), "generator/code.bias": draw(4, scale=0.2),
    "generator/last.kernel": draw(3, 3, 4, 3, scale=0.3), "generator/last.bias": draw(3, scale=0.1),
    "critic/first.kernel": draw(3, 3, 3, 4, scale=0.4), "critic/norm.scale": 1 + draw(4, scale=0.1), "critic/norm.offset": draw(4, scale=0.1),
    "critic/norm.mean": torch.zeros(4).double(), "critic/norm.variance": torch.ones(4).double(),
    "critic/score.kernel": draw(2, 2, 4, 1, scale=0.6), "critic/score.bias": draw(1, scale=0.1),
    "encoder/conv.kernel": draw(3, 3, 3, 4, scale=0.4), "encoder/conv.bias": draw(4, scale=0.1),
    "encoder/norm.scale": 1 + draw(4, scale=0.1), "encoder/norm.offset": draw(4, scale=0.2),
    "encoder/norm.mean": draw(4, scale=0.2), "encoder/norm.variance": 1 + draw(4).square(),
    "encoder/code.kernel": draw(4, 5, scale=0.6), "encoder/code.bias": draw(5, scale=0.1),
}
BATCHES = [{"s": torch.rand(N, SIZE, SIZE, 3, generator=generator).float().double(), "t": torch.rand(N, SIZE, SIZE, 3, generator=generator).float().double(),
            "same": (torch.rand(N, generator=generator) < 0.5).double()} for _ in range(STEPS)]


def is_statistic(name):
    return name.endswith((".mean", ".variance"))


class Run:
    def __init__(self, frozen=()):
        self.w = {k: v.clone().requires_grad_(not is_statistic(k)) for k, v in START.items()}
        self.frozen = frozen  # prefixes whose batch norms use stored statistics
        self.seen = {}

    def conv(self, x, name, stride=1, padding=1, mode="constant", bias=True):
        x = F.pad(x, (padding,) * 4, mode=mode)
        return F.conv2d(x, self.w[f"{name}.kernel"].permute(3, 2, 0, 1).contiguous(), self.w[f"{name}.bias"] if bias else None, stride=stride)

    def norm(self, x, name, call):
        scale, offset = self.w[f"{name}.scale"], self.w[f"{name}.offset"]
        if name.startswith(self.frozen):
            return F.batch_norm(x, self.w[f"{name}.mean"], self.w[f"{name}.variance"], scale, offset, False, 0, 1e-5)
        mean, variance = x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False)
        count = x.numel() / x.shape[1]
        # By the call: a second evaluation of the same call (for a gradient) is no second call.
        self.seen.setdefault(name, {})[call] = (mean.detach(), variance.detach() * count / (count - 1))
        y = (x - mean[:, None, None]) / torch.sqrt(variance[:, None, None] + 1e-5)
        return y * scale[:, None, None] + offset[:, None, None]

    def linear(self, x, name):
        return x @ self.w[f"{name}.kernel"] + self.w[f"{name}.bias"]

    def generator(self, target, code, call):
        x = self.norm(self.conv(target, "generator/first", mode="reflect", bias=False), "generator/norm", call)
        x = F.leaky_relu(x + self.linear(code, "generator/code")[:, :, None, None], 0.2)
        return torch.tanh(self.conv(x, "generator/last")) * 0.5 + 0.5

    def critic(self, image, call):
        x = F.interpolate(image, size=(9, 9), mode="bilinear", align_corners=False)
        x = F.leaky_relu(self.norm(self.conv(x, "critic/first", stride=2, bias=False), "critic/norm", call), 0.2)
        return self.conv(F.avg_pool2d(x, 2), "critic/score", padding=0)

    def encoder(self, image):
        x = F.relu(self.norm(self.conv(image, "encoder/conv", stride=2), "encoder/norm", "none"))
        return self.linear(x.mean((2, 3)), "encoder/code")

    def trainable(self, model):
        return {k: v for k, v in self.w.items() if k.startswith(f"{model}/") and not is_statistic(k) and not (self.frozen and k.startswith(self.frozen))}

    def move_statistics(self, model):
        for name, calls in self.seen.items():
            if not name.startswith(f"{model}/"):
                continue
            for i, kind in enumerate(["mean", "variance"]):
                seen = torch.stack([c[i] for c in calls.values()]).mean(0)
                old = self.w[f"{name}.{kind}"]
                self.w[f"{name}.{kind}"] = (1 - MOMENTUM) * old + MOMENTUM * seen
        self.seen = {}


def images(batch):
    return batch["s"].permute(0, 3, 1, 2), batch["t"].permute(0, 3, 1, 2), batch["same"]


def critic_terms(run, batch, step, swap=None):
    s, t, _ = images(batch)
    t = t.clone().requires_grad_(True)
    if swap is None:
        with torch.no_grad():
            swap = run.generator(t, run.encoder(s), "swap")
    real, fake = run.critic(t, "real"), run.critic(swap.detach(), "fake")
    terms = {"adversarial": (F.softplus(-real).mean() + F.softplus(fake).mean(), 1.0)}
    if step % 4 == 0:
        slope, = torch.autograd.grad(real.sum(), t, create_graph=True)
        terms["r1"] = (slope.square().sum((1, 2, 3)).mean(), 4.0)  # gamma / 2 = 1
    return terms


def generator_terms(run, batch, step):
    s, t, same = images(batch)
    code, target_code = run.encoder(s), run.encoder(t)
    swap = run.generator(t, code, "swap")
    back = run.generator(swap, target_code, "back")
    terms = {}
    ramp = 2 * min(max((step - 2) / 8, 0), 1)
    if ramp > 0:
        terms["id"] = ((1 - F.cosine_similarity(run.encoder(swap), code, dim=1)).mean(), ramp)
    terms["tap/cyclic"] = ((back - t).abs().mean(), 0.5)
    if step < 15:
        terms["tap/same"] = (((swap - t).abs().mean((1, 2, 3)) * same).mean(), 0.5 * 3)
    if step >= 2:
        terms["adversarial"] = (F.softplus(-run.critic(swap, "fake")).mean(), 1.0)
    terms["decay"] = (sum(v.abs().sum() for v in run.trainable("generator").values()), 1e-3)
    return terms, swap


def gradients(terms, weights):
    total = sum(value * weight for value, weight in terms.values())
    found = torch.autograd.grad(total, list(weights.values()), allow_unused=True)
    return total, [torch.zeros_like(w) if g is None else g for g, w in zip(found, weights.values())]


def apply(optimizer, weights, grads, clip):
    for w, g in zip(weights.values(), grads):
        w.grad = g.clone()
    clip(list(weights.values()))
    optimizer.step()


def clip_norm(limit):
    return lambda ws: torch.nn.utils.clip_grad_norm_(ws, limit)


def clip_value(limit):
    return lambda ws: torch.nn.utils.clip_grad_value_(ws, limit)


def set_rate(optimizer, rate):
    for group in optimizer.param_groups:
        group["lr"] = rate * group.get("factor", 1.0)


def joint_norm(grads):
    return math.sqrt(sum(float(g.square().sum()) for g in grads))


def record(out, phase, terms, total, grads):
    out["terms"].update({f"{phase}/{k}": float(v.detach()) for k, (v, _) in terms.items()})
    out["totals"][phase] = float(total.detach())
    out["norms"][phase] = joint_norm(grads)


def generator_optimizer(run):
    weights = run.trainable("generator")
    groups = [{"params": [v for k, v in weights.items() if not k.startswith("generator/last")]}, {"params": [v for k, v in weights.items() if k.startswith("generator/last")], "factor": 0.5}]
    return weights, torch.optim.Adam(groups, lr=5e-3, betas=(0.5, 0.999))


def snapshot(run, average):
    return {"weights": {k: encode(v) for k, v in run.w.items()}, "ema": {k: encode(v) for k, v in average.items()}}


def move_average(average, run):
    for k in average:
        average[k] = run.w[k].detach().clone() if is_statistic(k) else 0.9 * average[k] + 0.1 * run.w[k].detach()


def gan():
    run = Run(frozen=("encoder",))
    g_weights, g_optimizer = generator_optimizer(run)
    c_weights = run.trainable("critic")
    c_optimizer = torch.optim.AdamW(c_weights.values(), lr=4e-3, betas=(0.0, 0.99), weight_decay=0.05)
    average = {k: v.detach().clone() for k, v in run.w.items() if k.startswith("generator/")}
    for step, batch in enumerate(BATCHES):
        out = {"terms": {}, "totals": {}, "norms": {}}
        if step >= 2:
            terms = critic_terms(run, batch, step)
            total, grads = gradients(terms, c_weights)
            record(out, "critic", terms, total, grads)
            set_rate(c_optimizer, 4e-3 * 0.8 ** (step // 5))
            apply(c_optimizer, c_weights, grads, clip_norm(0.5))
            run.move_statistics("critic")
        terms, _ = generator_terms(run, batch, step)
        total, grads = gradients(terms, g_weights)
        record(out, "generator", terms, total, grads)
        set_rate(g_optimizer, 5e-3)
        apply(g_optimizer, g_weights, grads, clip_norm(1))
        run.move_statistics("generator")
        move_average(average, run)
        yield out, snapshot(run, average)


def reuse():
    run = Run(frozen=("encoder", "critic/first", "critic/norm"))
    g_weights, g_optimizer = generator_optimizer(run)
    c_weights = run.trainable("critic")
    c_optimizer = torch.optim.SGD(c_weights.values(), lr=0.05, momentum=0.9)
    average = {k: v.detach().clone() for k, v in run.w.items() if k.startswith("generator/")}
    waiting = []
    for step, batch in enumerate(BATCHES):
        out = {"terms": {}, "totals": {}, "norms": {}}
        terms, swap = generator_terms(run, batch, step)
        total, grads = gradients(terms, g_weights)
        record(out, "generator", terms, total, grads)
        waiting.append(grads)
        if len(waiting) == 2:
            set_rate(g_optimizer, 5e-3)
            apply(g_optimizer, g_weights, [(a + b) / 2 for a, b in zip(*waiting)], clip_norm(1))
            waiting = []
        run.move_statistics("generator")
        if step >= 2:
            terms = critic_terms(run, batch, step, swap)
            total, grads = gradients(terms, c_weights)
            record(out, "critic", terms, total, grads)
            rate = 0.05 * (step + 1) / 5 if step < 5 else 0.01 + 0.04 * (1 + math.cos(math.pi * min((step - 5) / 20, 1))) / 2
            set_rate(c_optimizer, rate)
            apply(c_optimizer, c_weights, grads, clip_value(0.02))
            run.seen = {}
        if not waiting:  # the average moves once per update
            move_average(average, run)
        yield out, snapshot(run, average)


def encode(tensor):
    flat = tensor.detach().numpy().astype("<f4")
    return {"shape": list(flat.shape), "data": base64.b64encode(flat.tobytes()).decode()}


def main():
    scenarios = {}
    for name, scenario in [("gan", gan), ("reuse", reuse)]:
        steps = list(scenario())
        scenarios[name] = {"outcomes": [out for out, _ in steps], "states": {step: steps[step][1] for step in KEEP}}
    fixture = {"start": {k: encode(v) for k, v in START.items()}, "batches": [{k: encode(v) for k, v in b.items()} for b in BATCHES], "scenarios": scenarios}
    pathlib.Path(__file__).with_name("gan.json").write_text(json.dumps(fixture, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
