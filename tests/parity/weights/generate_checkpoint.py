"""Writes checkpoint.pth and checkpoint.json, for tests/weights/torch-checkpoint.test.ts.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install torch==2.13.0 numpy && /tmp/venv/bin/python tests/parity/weights/generate_checkpoint.py
"""
import collections
import json
import pathlib

import torch

here = pathlib.Path(__file__).parent
torch.manual_seed(7)
model = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4), torch.nn.PReLU(4))
base = torch.randn(4, 6)
extra = collections.OrderedDict(
    transposed=base.t(), tail=base[1:, 2:], half=base.half(), brain=base.bfloat16(), double=base.double(), whole=torch.arange(5), flag=torch.tensor([True, False]),
    empty=torch.zeros(0, 2), scalar=torch.tensor(1.5), parameter=torch.nn.Parameter(torch.ones(2)),
)
torch.save({"epoch": 3, "lr": 1e-4, "name": "net", "done": True, "none": None, "list": [base[0]], "state_dict": model.state_dict(), "extra": extra}, here / "checkpoint.pth")
tensors = {"list.0": base[0], **{f"state_dict.{k}": v for k, v in model.state_dict().items()}, **{f"extra.{k}": v.detach() for k, v in extra.items()}}
out = {name: {"shape": list(t.shape), "values": t.float().flatten().tolist()} for name, t in tensors.items()}
(here / "checkpoint.json").write_text(json.dumps(out, separators=(",", ":")) + "\n")

# What must be refused: a pickle that runs code.
class Bad:
    def __reduce__(self):
        return (print, ("ran",))
torch.save({"weight": torch.ones(1), "bad": Bad()}, here / "code.pth")
# A stride-0 tensor: 64 numbers in the file, 10^12 in the tensor.
torch.save({"bomb": torch.ones(1).expand(10**6, 10**6)}, here / "bomb.pth")
# A memo bomb: 10 nested lists of 1000 references each.
nested = []
for _ in range(10):
    nested = [nested] * 1000
torch.save({"weight": torch.ones(1), "nested": nested}, here / "memo.pth")
