"""Writes mapping.pth and mapping.json, for tests/train/given-weights.test.ts: a residual block named as insightface names it, with what it computes.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install torch==2.13.0 numpy && /tmp/venv/bin/python tests/parity/weights/generate_mapping.py
"""
import json
import pathlib

import torch
from torch import nn

here = pathlib.Path(__file__).parent
torch.manual_seed(11)


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(inputs)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.prelu = nn.PReLU(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, stride, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(outputs)
        self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        return self.bn3(self.conv2(self.prelu(self.bn2(self.conv1(self.bn1(x)))))) + self.downsample(x)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer1 = nn.Sequential(Block(3, 4, 2))
        self.fc = nn.Linear(4 * 3 * 4, 5)
        self.head = nn.Linear(5, 2)  # of training only

    def forward(self, x):
        return self.fc(torch.flatten(self.layer1(x), 1))


net = Net()
for module in net.modules():
    if isinstance(module, nn.BatchNorm2d):
        for values in (module.weight.data, module.bias.data, module.running_mean):
            values.normal_()
        module.running_var.uniform_(0.5, 2)
net.eval()
image = torch.rand(2, 3, 6, 8)
torch.save(net.state_dict(), here / "mapping.pth")
with torch.no_grad():
    code = net(image)
(here / "mapping.json").write_text(json.dumps({"image": image.permute(0, 2, 3, 1).flatten().tolist(), "code": code.flatten().tolist()}) + "\n")
