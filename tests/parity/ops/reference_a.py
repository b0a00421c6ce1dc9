"""PyTorch references of layers, norms, activations, pointwise ops and distances (see generate.py)."""
import torch
import torch.nn.functional as F


def nchw(x):
    return x.permute(0, 3, 1, 2).contiguous()


def nhwc(x):
    return x.permute(0, 2, 3, 1).contiguous()


def pair(v):
    return (v, v) if isinstance(v, int) else tuple(v)


def sides(padding, kernel, dilation=(1, 1)):
    """(mode, top, bottom, left, right)"""
    v, h = (dilation[0] * (kernel[0] - 1)) // 2, (dilation[1] * (kernel[1] - 1)) // 2
    if padding == "none":
        return "constant", 0, 0, 0, 0
    if padding in ("same", "reflect", "replicate"):
        return ("constant" if padding == "same" else padding), v, v, h, h
    if isinstance(padding, int):
        return "constant", padding, padding, padding, padding
    (mode, n), = padding.items()
    t, b, l, r = (n, n, n, n) if isinstance(n, int) else n
    return ("constant" if mode == "zero" else mode), t, b, l, r


def spectral(kernel, left, context):
    """torch.nn.utils.parametrizations.spectral_norm with one power iteration from the output-side vector."""
    matrix = kernel.reshape(-1, kernel.shape[-1]).T
    with torch.no_grad():
        v = F.normalize(matrix.T @ left, dim=0, eps=1e-12)
        u = F.normalize(matrix @ v, dim=0, eps=1e-12)
    context.record("left", u)
    return kernel / torch.dot(u, matrix @ v)


def convolution(x, kernel, bias, a, groups, dilation=(1, 1)):
    mode, t, b, l, r = sides(a["padding"], kernel.shape[:2], dilation)
    x = F.pad(nchw(x), (l, r, t, b), mode=mode)
    y = F.conv2d(x, kernel.permute(3, 2, 0, 1), bias, stride=pair(a["stride"]), dilation=dilation, groups=groups)
    return nhwc(y)


def conv2d(a, inputs, w, context):
    kernel = spectral(w["kernel"], w["left"], context) if a["spectral"] else w["kernel"]
    return convolution(inputs[0], kernel, w.get("bias"), a, a["groups"], pair(a["dilation"]))


def depthwise_conv2d(a, inputs, w, _):
    return convolution(inputs[0], w["kernel"], w.get("bias"), a, inputs[0].shape[3])


def conv2d_transpose(a, inputs, w, _):
    kernel = w["kernel"].permute(3, 2, 0, 1)
    k, p = kernel.shape[2:], a["padding"]
    padding = ((k[0] - 1) // 2, (k[1] - 1) // 2) if p == "same" else (0, 0) if p == "none" else (p, p)
    y = F.conv_transpose2d(nchw(inputs[0]), kernel, w.get("bias"), stride=pair(a["stride"]), padding=padding, output_padding=pair(a["output-padding"]))
    return nhwc(y)


def linear(a, inputs, w, context):
    kernel = spectral(w["kernel"], w["left"], context) if a["spectral"] else w["kernel"]
    return F.linear(inputs[0], kernel.T, w.get("bias"))


def channels_second(x):
    return x.movedim(-1, 1).contiguous()


def channels_last(x):
    return x.movedim(1, -1).contiguous()


def batch_norm(a, inputs, w, context):
    x = channels_second(inputs[0])
    c = x.shape[1]
    if context.statistics == "stored":
        return channels_last(F.batch_norm(x, w["mean"], w["variance"], w.get("scale"), w.get("offset"), False, 0, a["eps"]))
    mean, variance = torch.zeros(c, dtype=x.dtype), torch.ones(c, dtype=x.dtype)
    y = F.batch_norm(x, mean, variance, w.get("scale"), w.get("offset"), True, 1.0, a["eps"])
    context.record("mean", mean)
    context.record("variance", variance)
    return channels_last(y)


def instance_norm(a, inputs, w, _):
    return channels_last(F.instance_norm(channels_second(inputs[0]), weight=w.get("scale"), bias=w.get("offset"), eps=a["eps"]))


def group_norm(a, inputs, w, _, groups=None):
    return channels_last(F.group_norm(channels_second(inputs[0]), groups or a["groups"], w.get("scale"), w.get("offset"), a["eps"]))


def layer_norm(a, inputs, w, _):
    return F.layer_norm(inputs[0], inputs[0].shape[-1:], w.get("scale"), w.get("offset"), a["eps"])


def norm(a, inputs, w, context):
    return {
        "batch": batch_norm, "instance": instance_norm, "group": group_norm,
        "layer": lambda *rest: group_norm(*rest, groups=1), "none": lambda a, i, w, c: i[0] * 1,
    }[a["type"]](a, inputs, w, context)


def prelu(_, inputs, w, __):
    return channels_last(F.prelu(channels_second(inputs[0]), w["slope"]))


def unit(axis, rank):
    return {"batch": 0, "height": 1, "width": 2, "channels": 3}.get(axis, axis) % rank


def reduced(x, how):
    if how == "per-sample":
        return x.flatten(1).mean(1) if x.dim() > 1 else x
    return {"mean": x.mean, "sum": x.sum, "none": lambda: x}[how]()


def cosine_distance(a, inputs, *_):
    x, y = [t.flatten(1) if a["flatten"] else t for t in inputs]
    axis = 1 if a["flatten"] else unit(a["axis"], x.dim())
    return reduced(1 - F.cosine_similarity(x, y, dim=axis, eps=1e-8), a["reduce"])


def along(by, x):
    return by.reshape(by.shape[0], *[1] * (x.dim() - 2), by.shape[1])


def normalize_channels(a, inputs, *_):
    return (inputs[0] - torch.tensor(a["mean"], dtype=torch.float64)) / torch.tensor(a["std"], dtype=torch.float64)


FORMULAS = {
    "m * a + (1 - m) * b": lambda m, a, b: m * a + (1 - m) * b,
    "abs(a - b) / (abs(a) + 1)": lambda a, b: (a - b).abs() / (a.abs() + 1),
    "-log(sigmoid(x)) + softplus(-x) + relu(x) * 0.5": lambda x: -x.sigmoid().log() + F.softplus(-x) + x.relu() * 0.5,
    "sqrt(x) + log(x) + pow(x, 3) + pow(x, 2) + square(x) - exp(-x)": lambda x: x.sqrt() + x.log() + x**3 + x**2 + x.square() - (-x).exp(),
    "max(0, 1 - a) + min(a, b, 2) + clip(a, -1, 0.5)": lambda a, b: (1 - a).clamp(min=0) + torch.minimum(a, b).clamp(max=2) + a.clamp(-1, 0.5),
    "where(a > 0 and not (b < -0.5), a * b, tanh(b))": lambda a, b: torch.where((a > 0) & ~(b < -0.5), a * b, b.tanh()),
    "sin(x) * cos(x) + sign(x) + floor(x)": lambda x: x.sin() * x.cos() + x.sign() + x.floor(),
    "a >= b": lambda a, b: (a >= b).double(),
}


def geglu(a, inputs, *_):
    value, gate = inputs[0].chunk(2, -1)
    return value * F.gelu(gate, approximate=a["approximate"])


def pointwise(f):
    return lambda a, inputs, *_: f(inputs[0])


def attention(a, i, *_):
    n, t, _c = i[0].shape
    q, k, v = (x.reshape(n, x.shape[1], a["heads"], -1).transpose(1, 2) for x in i)
    out = F.scaled_dot_product_attention(q, k, v, is_causal=a["causal"])
    return out.transpose(1, 2).reshape(n, t, -1)


REFERENCES = {
    "attention": attention,
    "conv2d": conv2d,
    "depthwise-conv2d": depthwise_conv2d,
    "conv2d-transpose": conv2d_transpose,
    "linear": linear,
    "embedding": lambda a, i, w, _: F.embedding(i[0], w["table"]),
    "learned": lambda a, i, w, _: w["value"] * 1,
    "bias": lambda a, i, w, _: i[0] + w["bias"],
    "prelu": prelu,
    "batch-norm": batch_norm,
    "instance-norm": instance_norm,
    "layer-norm": layer_norm,
    "group-norm": group_norm,
    "norm": norm,
    "pixel-norm": lambda a, i, *_: i[0] * torch.rsqrt(i[0].square().mean(-1, keepdim=True) + a["eps"]),
    "l2-normalize": lambda a, i, *_: F.normalize(i[0], dim=unit(a["axis"], i[0].dim()), eps=a["eps"]),
    "relu": pointwise(F.relu),
    "relu6": pointwise(F.relu6),
    "leaky-relu": lambda a, i, *_: F.leaky_relu(i[0], a["slope"]) * a["gain"],
    "silu": pointwise(F.silu),
    "gelu": lambda a, i, *_: F.gelu(i[0], approximate=a["approximate"]),
    "quick-gelu": pointwise(lambda x: x * torch.sigmoid(1.702 * x)),
    "geglu": geglu,
    "sigmoid": pointwise(torch.sigmoid),
    "tanh": pointwise(torch.tanh),
    "softplus": pointwise(F.softplus),
    "softmax": lambda a, i, *_: F.softmax(i[0], dim=unit(a["axis"], i[0].dim())),
    "log-softmax": lambda a, i, *_: F.log_softmax(i[0], dim=unit(a["axis"], i[0].dim())),
    "elu": lambda a, i, *_: F.elu(i[0], a["alpha"]),
    "hard-sigmoid": pointwise(F.hardsigmoid),
    "hard-swish": pointwise(F.hardswish),
    "add": lambda a, i, *_: sum(i[1:], i[0]),
    "subtract": lambda a, i, *_: i[0] - i[1],
    "multiply": lambda a, i, *_: torch.stack(torch.broadcast_tensors(*i)).prod(0),
    "affine": lambda a, i, *_: i[0] * a["scale"] + a["offset"],
    "scale-channels": lambda a, i, *_: i[0] * along(i[1], i[0]),
    "shift-channels": lambda a, i, *_: i[0] + along(i[1], i[0]),
    "normalize-channels": normalize_channels,
    "formula": lambda a, i, w, context: FORMULAS[a["expr"]](*i),
    "identity": pointwise(lambda x: x * 1),
    "stop-gradient": pointwise(lambda x: x.detach()),
    "abs": pointwise(torch.abs),
    "square": pointwise(torch.square),
    "sqrt": pointwise(torch.sqrt),
    "exp": pointwise(torch.exp),
    "log": pointwise(torch.log),
    "clip": lambda a, i, *_: i[0].clamp(a["min"], a["max"]),
    "cosine-distance": cosine_distance,
    "absolute-difference": lambda a, i, *_: reduced((i[0] - i[1]).abs(), a["reduce"]),
    "squared-difference": lambda a, i, *_: reduced((i[0] - i[1]).square(), a["reduce"]),
}
