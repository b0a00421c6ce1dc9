"""Computes the op fixtures with PyTorch in double precision: npm run parity:ops (needs torch 2.13 and numpy).

Every op has a reference: a function (attrs, inputs, weights, context) -> tensor or list of tensors, in NHWC, in reference_a.py or
reference_b.py. A batch of two or more everywhere: at batch 1 PyTorch 2.13's backward pass of batch and instance normalisation can be
wrong on the CPU.
"""
import base64
import json
import os
import subprocess
import sys
import tempfile

import numpy as np
import torch

import reference_a
import reference_b

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.abspath(os.path.join(HERE, "..", "..", ".."))
REFERENCES = {**reference_a.REFERENCES, **reference_b.REFERENCES}


class Context:
    """What an op may ask for besides its inputs: the numbers it drew (a sequence, in order), and where to report statistics."""

    def __init__(self, example):
        self.statistics = example["statistics"]
        self.training = example["training"]
        self.names = example["names"]
        self.recorded = {}
        self._draws = [decode(d) for d in example["draws"]]

    def __getitem__(self, index):
        return self._draws[index]

    def __len__(self):
        return len(self._draws)

    def record(self, name, value):
        self.recorded[name] = value.detach()


def decode(numbers):
    kind = np.float32 if numbers["dtype"] == "float32" else np.int32
    flat = np.frombuffer(base64.b64decode(numbers["data"]), dtype=kind).reshape(numbers["shape"])
    return torch.tensor(flat.astype(np.float64 if kind is np.float32 else np.int64))


def encode(tensor):
    return base64.b64encode(tensor.detach().to(torch.float64).numpy().astype("<f4").tobytes()).decode()


def fixture(name, example):
    inputs = [None if x is None else decode(x) for x in example["inputs"]]
    weights = {k: decode(w) for k, w in example["weights"].items()}
    free = {f"input {i}": x for i, x in enumerate(inputs) if x is not None and x.is_floating_point()}
    free.update({f"weight {k}": weights[k] for k in example["trainable"]})
    for t in free.values():
        t.requires_grad_(True)
    context = Context(example)
    outputs = REFERENCES[name](example["attrs"], inputs, weights, context)
    outputs = [outputs] if isinstance(outputs, torch.Tensor) else list(outputs)
    gradients = {}
    pairs = [(y, decode(r)) for y, r in zip(outputs, example["cotangents"]) if r is not None]
    total = sum((y * r).sum() for y, r in pairs) if pairs else None
    if example["differentiable"] and total is not None and free:
        if total.requires_grad:
            total.backward()
        gradients = {k: encode(torch.zeros_like(t) if t.grad is None else t.grad) for k, t in sorted(free.items())}
    return {
        "digest": example["digest"],
        "outputs": [encode(y) for y in outputs],
        "gradients": gradients,
        "statistics": {k: encode(v) for k, v in sorted(context.recorded.items())},
    }


def main():
    torch.manual_seed(0)
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "examples.json")
        subprocess.run(["node", "--import", "tsx", os.path.join(HERE, "export.ts"), file], check=True, cwd=ROOT)
        with open(file) as stream:
            examples = json.load(stream)
    os.makedirs(os.path.join(HERE, "fixtures"), exist_ok=True)
    missing = []
    for name, list_ in sorted(examples.items()):
        if name not in REFERENCES:
            missing.append(name)
            continue
        try:
            fixtures = [fixture(name, example) for example in list_]
        except Exception as error:
            raise RuntimeError(f"reference of {name}") from error
        with open(os.path.join(HERE, "fixtures", f"{name}.json"), "w") as stream:
            json.dump(fixtures, stream, indent=0, separators=(",", ":"))
            stream.write("\n")
    for name in sorted(set(os.path.splitext(f)[0] for f in os.listdir(os.path.join(HERE, "fixtures"))) - set(examples)):
        print(f"no such op any more: fixtures/{name}.json")
    print(f"{len(examples) - len(missing)} ops written; without a reference: {', '.join(missing) or 'none'}")


if __name__ == "__main__":
    sys.exit(main())
