"""PyTorch's side of the bench: the step of step.yaml, written as its users write it (channels_last, swap computed once per step).

    python torch_step.py FOLDER step|infer|infer-bf16|step-bf16     FOLDER holds manifest.json and data.bin (weights and one batch)
    python torch_step.py FOLDER export                              writes FOLDER/model.onnx, the generator with its weights

Answers each line of standard input with one line of JSON: milliseconds, values of the terms, peak memory.
"""
import contextlib
import json
import os
import pathlib
import resource
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

folder, mode = pathlib.Path(sys.argv[1]), sys.argv[2]
torch.set_num_threads(int(os.environ["TF_NUM_INTRAOP_THREADS"]))
manifest = json.loads((folder / "manifest.json").read_text())
data = np.fromfile(folder / "data.bin", dtype="<f4")
BF16 = mode.endswith("bf16")


def array(entry):
    return torch.from_numpy(data[entry["at"] : entry["at"] + entry["size"]].reshape(entry["shape"]).copy())


def weight(name, value):
    if value.dim() == 4:
        value = value.permute(3, 2, 0, 1).contiguous(memory_format=torch.channels_last)
    return value.requires_grad_(not name.endswith((".mean", ".variance")))


W = {entry["id"]: weight(entry["id"], array(entry)) for entry in manifest["weights"]}
BATCH = {entry["id"]: array(entry).permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last) for entry in manifest["inputs"]}


def conv(x, name, stride=1, padding=0, mode="reflect"):
    if padding and mode == "reflect":
        x = F.pad(x, (padding,) * 4, mode="reflect")
        padding = 0
    return F.conv2d(x, W[f"{name}.kernel"], W[f"{name}.bias"], stride=stride, padding=padding)


def batch_norm(x, name, training):
    return F.batch_norm(x, W[f"{name}.mean"], W[f"{name}.variance"], W[f"{name}.scale"], W[f"{name}.offset"], training, 0.1, 1e-5)


def modulate(x, code, name):
    y = F.instance_norm(conv(x, f"{name}.conv", padding=1), eps=1e-8)
    gamma, beta = (code @ W[f"{name}.style.kernel"] + W[f"{name}.style.bias"]).chunk(2, 1)
    return y * gamma[:, :, None, None] + beta[:, :, None, None]


def fusion(x, code, name):
    return x + modulate(F.relu(modulate(x, code, f"{name}.first")), code, f"{name}.second")


def up(x, name):
    x = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
    return F.leaky_relu(conv(x, f"{name}.conv", padding=1), 0.2)


def generator(target, code, training=True):
    g = "generator/"
    code = F.normalize(code, dim=1)
    x = F.leaky_relu(conv(target, g + "stem.conv", padding=3), 0.2)
    x = F.leaky_relu(conv(x, g + "wide.conv", padding=1), 0.2)
    x = F.leaky_relu(conv(x, g + "half.conv", stride=2, padding=1), 0.2)
    x = F.leaky_relu(conv(x, g + "deep.conv", stride=2, padding=1), 0.2)
    for i in range(5):
        x = F.instance_norm(batch_norm(x, f"{g}blocks.{i}.normed.out.batch", training), eps=1e-5)
        x = fusion(x, code, f"{g}blocks.{i}.fused")
    x = up(up(fusion(x, code, g + "last"), g + "up-1"), g + "up-2")
    x = F.leaky_relu(conv(x, g + "smooth.0.conv", padding=1), 0.2)
    x = F.leaky_relu(conv(x, g + "smooth.1.conv", padding=1), 0.2)
    x = F.leaky_relu(conv(x, g + "image.valid"), 0.2)
    return torch.tanh(conv(x, g + "image.to-rgb", padding=3)) * 0.5 + 0.5


def critic(image):
    c = "critic/"
    x = F.leaky_relu(conv(image * 2 - 1, c + "layer1.conv", 2, 1, "zeros"), 0.2)
    for layer, stride in [("layer2", 2), ("layer3", 2), ("layer4", 1)]:
        x = F.leaky_relu(batch_norm(conv(x, f"{c}{layer}.conv", stride, 1, "zeros"), f"{c}{layer}.normed", True), 0.2)
    return conv(x, c + "score", 1, 1, "zeros")


def code_of(s):
    small = F.interpolate(s, size=(8, 8), mode="bilinear", align_corners=False)
    return small.permute(0, 2, 3, 1).flatten(1)


def trainable(model):
    return [v for k, v in W.items() if k.startswith(model) and v.requires_grad]


def autocast():
    return torch.autocast("cpu", dtype=torch.bfloat16) if BF16 else contextlib.nullcontext()


optimizers = {m: torch.optim.Adam(trainable(m), lr=1e-4) for m in ["critic/", "generator/"]}


def step():
    s, t = BATCH["s"], BATCH["t"]
    with autocast():
        swap = generator(t, code_of(s))
        real, fake = critic(t), critic(swap.detach())
        critic_loss = F.softplus(-real).mean() + F.softplus(fake).mean()
    optimizers["critic/"].zero_grad(set_to_none=True)
    critic_loss.backward()
    optimizers["critic/"].step()
    with autocast():
        same, adversarial = (swap - t).abs().mean(), F.softplus(-critic(swap)).mean()
        loss = same + 0.01 * adversarial
    optimizers["generator/"].zero_grad(set_to_none=True)
    loss.backward(inputs=trainable("generator/"))
    optimizers["generator/"].step()
    terms = {"critic/adversarial": critic_loss.item(), "generator/same": same.item(), "generator/adversarial": adversarial.item()}
    return lambda: terms


def infer():
    with torch.inference_mode(), autocast():
        image = generator(BATCH["t"], code_of(BATCH["s"]), training=False).float()
    return lambda: {"mean": image.mean().item(), "square": image.square().mean().item(), "left": image[..., : image.shape[-1] // 2].mean().item()}


class Predict(torch.nn.Module):
    def forward(self, s, t):
        return generator(t, code_of(s), training=False)


def export():
    for value in W.values():
        value.requires_grad_(False)
    inputs = (BATCH["s"].contiguous(), BATCH["t"].contiguous())
    with torch.inference_mode():
        torch.onnx.export(Predict(), inputs, str(folder / "model.onnx"), dynamo=False, input_names=["s", "t"], output_names=["image"], opset_version=17)


if __name__ == "__main__" and mode == "export":
    export()
elif __name__ == "__main__":
    run = step if mode.startswith("step") else infer
    print(json.dumps({"ready": torch.__version__}), flush=True)
    for _ in sys.stdin:
        begun, cpu = time.perf_counter(), time.process_time()
        terms = run()
        ms, cpu_ms = 1000 * (time.perf_counter() - begun), 1000 * (time.process_time() - cpu)
        print(json.dumps({"ms": ms, "cpu_ms": cpu_ms, "terms": terms(), "rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}), flush=True)
