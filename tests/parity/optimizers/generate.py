"""Writes fixtures.json: what PyTorch's optimisers and clipping compute, for tests/optimizers/parity.test.ts.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install torch==2.13.0 numpy && /tmp/venv/bin/python tests/parity/optimizers/generate.py

Lion is not part of torch.optim; it is written out here from Chen et al. (2023), Algorithm 2.
"""
import json
import pathlib

import torch

STEPS = 50
KEEP = [1, 2, 10, 50]
SHAPES = [[3, 4], [5]]

generator = torch.Generator().manual_seed(20260)
draw = lambda shape: torch.randn(shape, generator=generator)
start = [draw(s) for s in SHAPES]
# Sizes over three decades, and exact zeros, so that eps and the bias corrections matter.
gradients = [[draw(s) * 10 ** float(torch.rand(1, generator=generator) * 3 - 2) for s in SHAPES] for _ in range(STEPS)]
for step in gradients:
    step[1][0] = 0.0


class Lion(torch.optim.Optimizer):
    def __init__(self, params, lr, betas=(0.9, 0.99), weight_decay=0.0):
        super().__init__(params, dict(lr=lr, betas=betas, weight_decay=weight_decay))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                mean = self.state[p].setdefault("mean", torch.zeros_like(p))
                p.mul_(1 - group["lr"] * group["weight_decay"])
                p.sub_(group["lr"] * torch.sign(beta1 * mean + (1 - beta1) * p.grad))
                mean.mul_(beta2).add_(p.grad, alpha=1 - beta2)


# name, our attributes, the optimiser, the step-wise learning rate (start, decay, every)
CASES = [
    ("sgd", {}, lambda p, lr: torch.optim.SGD(p, lr=lr), (0.1, 1, 1)),
    ("sgd", {"momentum": 0.9, "weight-decay": 0.01}, lambda p, lr: torch.optim.SGD(p, lr=lr, momentum=0.9, weight_decay=0.01), (0.05, 0.5, 10)),
    ("sgd", {"momentum": 0.8, "nesterov": True}, lambda p, lr: torch.optim.SGD(p, lr=lr, momentum=0.8, nesterov=True), (0.05, 1, 1)),
    ("adam", {}, lambda p, lr: torch.optim.Adam(p, lr=lr), (1e-3, 1, 1)),
    ("adam", {"beta1": 0, "beta2": 0.99, "weight-decay": 0.1, "eps": 1e-6},
     lambda p, lr: torch.optim.Adam(p, lr=lr, betas=(0.0, 0.99), weight_decay=0.1, eps=1e-6), (0.02, 0.7, 5)),
    ("adamw", {}, lambda p, lr: torch.optim.AdamW(p, lr=lr), (1e-2, 1, 1)),
    ("adamw", {"beta1": 0, "beta2": 0.99, "weight-decay": 0.2},
     lambda p, lr: torch.optim.AdamW(p, lr=lr, betas=(0.0, 0.99), weight_decay=0.2), (0.02, 0.97, 7)),
    ("rmsprop", {}, lambda p, lr: torch.optim.RMSprop(p, lr=lr), (1e-2, 1, 1)),
    ("rmsprop", {"alpha": 0.9, "centered": True, "momentum": 0.5, "weight-decay": 0.05, "eps": 1e-4},
     lambda p, lr: torch.optim.RMSprop(p, lr=lr, alpha=0.9, centered=True, momentum=0.5, weight_decay=0.05, eps=1e-4), (1e-2, 0.5, 20)),
    ("lion", {}, lambda p, lr: Lion(p, lr=lr), (1e-3, 1, 1)),
    ("lion", {"beta1": 0.95, "beta2": 0.98, "weight-decay": 0.1}, lambda p, lr: Lion(p, lr=lr, betas=(0.95, 0.98), weight_decay=0.1), (1e-2, 0.5, 15)),
]


def flat(tensors):
    return [t.flatten().tolist() for t in tensors]


def run(make, lr):
    params = [torch.nn.Parameter(w.clone()) for w in start]
    optimizer = make(params, lr[0])
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, step_size=lr[2], gamma=lr[1])
    seen = {}
    for step in range(STEPS):
        for p, g in zip(params, gradients[step]):
            p.grad = g.clone()
        optimizer.step()
        schedule.step()
        if step + 1 in KEEP:
            seen[step + 1] = flat([p.detach() for p in params])
    return seen


def clip_case(scale, max_norm):
    params = [torch.nn.Parameter(w.clone()) for w in start]
    for p, g in zip(params, gradients[0]):
        p.grad = g * scale
    norm = torch.nn.utils.clip_grad_norm_(params, max_norm)
    return {"scale": scale, "maxNorm": max_norm, "norm": norm.item(), "gradients": flat([p.grad for p in params])}


out = {
    "torch": torch.__version__,
    "shapes": SHAPES,
    "start": flat(start),
    "gradients": [flat(step) for step in gradients],
    "cases": [{"optimizer": n, "attrs": a, "lr": {"start": lr[0], "decay": lr[1], "every": lr[2]}, "weights": run(make, lr)} for n, a, make, lr in CASES],
    "clip": [clip_case(s, m) for s, m in [(1.0, 1.0), (100.0, 1.0), (1.0, 1e6), (1e-4, 1e-3)]],
}
path = pathlib.Path(__file__).parent / "fixtures.json"
path.write_text(json.dumps(out, separators=(",", ":")) + "\n")
print(path, path.stat().st_size)
