"""Writes dtypes.safetensors (by the format's own library) and values.json, for tests/weights/safetensors.test.ts.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install torch==2.13.0 safetensors numpy && /tmp/venv/bin/python tests/parity/weights/generate.py
"""
import json
import pathlib

import torch
from safetensors.torch import save_file

here = pathlib.Path(__file__).parent
values = torch.tensor([[0.0, -0.0, 1.0, -2.5], [65504.0, 6.1e-5, 5.96e-8, -1.0009765625], [0.1, 3.14159, 1e-3, -7e4]])
special = torch.tensor([float("inf"), float("-inf"), float("nan")])
whole = torch.tensor([[-128, 127, 0], [1, -1, 42]])
tensors = {
    "f32": values, "f64": values.double() / 3, "f16": values.half(), "bf16": values.bfloat16(),
    "special.f16": special.half(), "special.bf16": special.bfloat16(),
    "i64": whole.long() * 100000, "i32": whole.int() * 70000, "i8": whole.to(torch.int8), "u8": (whole + 128).to(torch.uint8),
    "bool": whole > 0, "scalar": torch.tensor(2.5), "empty": torch.zeros(0, 3),
}
save_file(tensors, here / "dtypes.safetensors", {"made-by": "safetensors", "note": "ünïcode"})
text = lambda v: v if v == v and abs(v) != float("inf") else str(v)
out = {name: {"shape": list(t.shape), "values": [text(v) for v in t.float().flatten().tolist()]} for name, t in tensors.items()}
(here / "values.json").write_text(json.dumps(out, separators=(",", ":")) + "\n")
