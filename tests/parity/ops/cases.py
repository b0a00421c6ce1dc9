"""Writes cases.json: resizing, pooling, padding and sampling with random options and odd sizes, as PyTorch computes them in
double precision. python tests/parity/ops/cases.py (needs torch 2.13 and numpy). Inputs follow a formula that the test repeats.
"""
import base64
import json
import math
import os
import random

import torch

import reference_b

HERE = os.path.dirname(os.path.abspath(__file__))
COUNT = 28


def resize(r):
    attrs = {"method": r.choice(["nearest", "bilinear", "bicubic"]), "align-corners": False, "antialias": False}
    if attrs["method"] != "nearest":
        attrs["align-corners"] = r.random() < 0.4
        attrs["antialias"] = r.random() < 0.4
    h, w = r.randint(1, 7), r.randint(1, 7)
    if r.random() < 0.5:
        attrs["scale"] = r.choice([0.25, 0.5, 0.75, 1.3, 1.5, 2, 2.5, 3])
        out = [math.floor(h * attrs["scale"]), math.floor(w * attrs["scale"])]
    else:
        attrs["to"] = out = [r.randint(1, 11), r.randint(1, 11)]
    # With antialias PyTorch copies where sizes are equal, whatever the scale, but differentiates the filter: no reference.
    return None if 0 in out or (attrs["antialias"] and out == [h, w]) else (attrs, [[2, h, w, r.randint(1, 2)]])


def pool(r):
    size = r.randint(1, 5)
    attrs = {"size": size, "stride": r.randint(1, 5), "padding": r.randint(0, size // 2), "ceil": r.random() < 0.5}
    h, w = r.randint(1, 9), r.randint(1, 9)
    return None if min(h, w) + 2 * attrs["padding"] < size else (attrs, [[2, h, w, 2]])


def avg_pool(r):
    drawn = pool(r)
    return drawn and ({**drawn[0], "count-include-pad": r.random() < 0.5}, drawn[1])


def adaptive(r):
    return {"to": [r.randint(1, 9), r.randint(1, 9)]}, [[2, r.randint(1, 9), r.randint(1, 9), 2]]


def grid_sample(r):
    attrs = {"mode": r.choice(["bilinear", "bilinear", "nearest"]), "padding": r.choice(["zeros", "border", "reflection"]), "align-corners": r.random() < 0.5}
    return attrs, [[2, r.randint(1, 6), r.randint(1, 6), 2], [2, r.randint(1, 4), r.randint(1, 4), 2]]


def pad(r):
    return {r.choice(["zero", "reflect", "replicate"]): [r.randint(0, 2) for _ in range(4)]}, [[2, r.randint(3, 7), r.randint(3, 7), 2]]


def drawn(shape, port):
    i = torch.arange(math.prod(shape), dtype=torch.float64)
    return (1.3 * torch.sin(1 + 0.731 * (port + 1) * i)).to(torch.float32).to(torch.float64).reshape(shape)


def encode(t):
    return base64.b64encode(t.detach().numpy().astype("<f4").tobytes()).decode()


def case(op, attrs, shapes):
    inputs = [drawn(shape, port).requires_grad_() for port, shape in enumerate(shapes)]
    (y,) = reference_b.REFERENCES[op](attrs, inputs, {}, [])
    (y * torch.cos(0.577 * torch.arange(y.numel(), dtype=torch.float64)).reshape(y.shape)).sum().backward()
    gradients = [encode(torch.zeros_like(x) if x.grad is None else x.grad) for x in inputs]
    return {"attrs": attrs, "in": shapes, "shape": list(y.shape), "out": encode(y), "gradients": gradients}


def main():
    torch.set_num_threads(1)
    out = {}
    makers = {"resize": resize, "max-pool": pool, "avg-pool": avg_pool, "adaptive-avg-pool": adaptive, "grid-sample": grid_sample, "pad": pad}
    for op, make in makers.items():
        r = random.Random(op)
        found = []
        while len(found) < COUNT:
            made = make(r)
            if made is not None:
                found.append(case(op, *made))
        out[op] = found
    with open(os.path.join(HERE, "cases.json"), "w") as stream:
        json.dump(out, stream, indent=0, separators=(",", ":"))
        stream.write("\n")


if __name__ == "__main__":
    main()
