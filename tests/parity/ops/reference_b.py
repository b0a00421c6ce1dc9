"""PyTorch's answer for the ops that move, resize, sample, reduce, compare and draw (float64, NHWC at the borders).

REFERENCES: op name -> function(attrs, inputs, weights, draws) -> list of outputs. `inputs` holds None for an optional input that
was left out; `draws` are the random tensors the op asked for, in order.
"""
import math

import torch
import torch.nn.functional as F

NAMES = {"batch": 0, "height": 1, "width": 2, "channels": 3}


def axis_of(value):
    return NAMES.get(value, value) if isinstance(value, str) else value


def axes_of(attrs, x):
    given = attrs.get("axes")
    return list(range(x.dim())) if given is None else [axis_of(a) for a in given]


def nchw(x):
    return x.permute(0, 3, 1, 2)


def nhwc(x):
    return x.permute(0, 2, 3, 1)


def on_channels_first(f):
    return lambda a, i, w, d: [nhwc(f(a, nchw(i[0])))]


def resize(a, x):
    options = {"mode": a["method"], "antialias": a["antialias"]}
    if a["method"] != "nearest":
        options["align_corners"] = a["align-corners"]
    if "scale" in a:
        return F.interpolate(x, scale_factor=a["scale"], **options)
    return F.interpolate(x, size=tuple(a["to"]), **options)


def pool_options(a):
    return {"kernel_size": a["size"], "stride": a.get("stride", a["size"]), "padding": a["padding"], "ceil_mode": a["ceil"]}


def pad(a, x):
    mode, amount = next((k, a[k]) for k in ("zero", "reflect", "replicate") if k in a)
    top, bottom, left, right = amount if isinstance(amount, list) else [amount] * 4
    return F.pad(x, (left, right, top, bottom), mode={"zero": "constant"}.get(mode, mode))


def blur(a, x):
    sigma = a["sigma"]
    size = a.get("size", 2 * math.ceil(3 * sigma) + 1)
    bell = torch.exp(-0.5 * ((torch.arange(size, dtype=torch.float64) - (size - 1) / 2) / sigma) ** 2)
    bell = bell / bell.sum()
    c, reach = x.shape[1], (size - 1) // 2
    kernel = torch.outer(bell, bell).expand(c, 1, size, size)
    return F.conv2d(F.pad(x, (reach,) * 4, mode="reflect"), kernel, groups=c)


def dilate(a, x):
    return F.max_pool2d(x, a["size"], 1, a["size"] // 2)


def sampling(a):
    return {"mode": a["mode"], "padding_mode": a["padding"], "align_corners": a["align-corners"]}


def grid_sample(a, i, w, d):
    return [nhwc(F.grid_sample(nchw(i[0]), i[1], **sampling(a)))]


def affine_warp(a, i, w, d):
    x, matrix = nchw(i[0]), i[1]
    n, c, height, width = x.shape
    h, wide = a.get("to", [height, width])
    if a["coordinates"] == "normalized":
        grid = F.affine_grid(matrix, (n, c, h, wide), align_corners=a["align-corners"])
        return [nhwc(F.grid_sample(x, grid, **sampling(a)))]
    ys, xs = torch.meshgrid(torch.arange(h, dtype=torch.float64), torch.arange(wide, dtype=torch.float64), indexing="ij")
    at = torch.einsum("nij,hwj->nhwi", matrix, torch.stack([xs, ys, torch.ones_like(xs)], -1))
    return [nhwc(F.grid_sample(x, normalized(at, height, width), mode=a["mode"], padding_mode=a["padding"], align_corners=False))]


def normalized(at, height, width):
    """Pixel positions as grid_sample wants them with align_corners=False."""
    size = torch.tensor([width, height], dtype=torch.float64)
    return (2 * at + 1) / size - 1


def crop_resize(a, i, w, d):
    x, boxes = nchw(i[0]), i[1]
    h, wide = a["to"]
    xs = boxes[:, :1] + (boxes[:, 2:3] - boxes[:, :1]) * (torch.arange(wide, dtype=torch.float64) + 0.5) / wide - 0.5
    ys = boxes[:, 1:2] + (boxes[:, 3:4] - boxes[:, 1:2]) * (torch.arange(h, dtype=torch.float64) + 0.5) / h - 0.5
    at = torch.stack([xs[:, None, :].expand(-1, h, -1), ys[:, :, None].expand(-1, -1, wide)], -1)
    return [nhwc(F.grid_sample(x, normalized(at, x.shape[2], x.shape[3]), padding_mode="border", align_corners=False))]


def soft_argmax(a, i, w, d):
    n, h, wide, k = i[0].shape
    heat = torch.softmax(a["sharpness"] * nchw(i[0]).reshape(n, k, h * wide), -1).reshape(n, k, h, wide)
    pixels = a["coordinates"] == "pixels"
    xs = torch.arange(wide, dtype=torch.float64) if pixels else torch.linspace(-1, 1, wide, dtype=torch.float64)
    ys = torch.arange(h, dtype=torch.float64) if pixels else torch.linspace(-1, 1, h, dtype=torch.float64)
    return [torch.stack([(heat.sum(2) * xs).sum(-1), (heat.sum(3) * ys).sum(-1)], -1)]


def sinusoidal_embedding(a, i, w, d):
    half = a["channels"] // 2
    angles = i[0][:, None] * torch.exp(-math.log(a["max-period"]) * torch.arange(half, dtype=torch.float64) / half)
    parts = [torch.cos(angles), torch.sin(angles)] if a["order"] == "cos-sin" else [torch.sin(angles), torch.cos(angles)]
    return [torch.cat(parts + [torch.zeros(len(angles), a["channels"] % 2, dtype=torch.float64)], 1)]


def split(a, i, w, d):
    dim = axis_of(a["axis"])
    count = len(a["into"]) if "into" in a else a.get("parts", len(a.get("sizes", [])))
    return list(torch.split(i[0], a.get("sizes", i[0].shape[dim] // count), dim))


def slice_(a, i, w, d):
    dim, size = axis_of(a["axis"]), i[0].shape[axis_of(a["axis"])]
    start = a["from"] if a["from"] >= 0 else size + a["from"]
    return [i[0].narrow(dim, start, a.get("count", size - start))]


def swap_halves(a, i, w, d):
    first, second = i[0].chunk(2, axis_of(a["axis"]))
    return [torch.cat([second, first], axis_of(a["axis"]))]


def tile(a, i, w, d):
    times = [1] * i[0].dim()
    times[axis_of(a["axis"])] = a["times"]
    return [i[0].repeat(times)]


def repeat_batch(a, i, w, d):
    if a["each"]:
        return [i[0].repeat_interleave(a["times"], 0)]
    return [i[0].repeat([a["times"]] + [1] * (i[0].dim() - 1))]


def gather(a, i, w, d):
    source, at = i[0], i[1].long()
    if a["batch-dims"] == 1:
        return [torch.stack([x[p] for x, p in zip(source, at)])]
    dim = axis_of(a["axis"]) % source.dim()
    taken = source.index_select(dim, at.reshape(-1))
    return [taken.reshape(source.shape[:dim] + at.shape + source.shape[dim + 1:])]


def top_k(a, i, w, d):
    values, positions = torch.topk(i[0], a["k"])
    return [values, positions]


def weighted_mean(a, i, w, d):
    x, by = i
    total = by.sum() if a["over"] == "flags" else len(x)
    return [(x * by).sum() / total]


def reduce(a, i, w, d):
    if a["type"] == "per-sample":
        return [i[0].flatten(1).mean(1)]
    return [getattr(i[0], a["type"])()]


def reduced(f):
    return lambda a, i, w, d: [f(i[0], axes_of(a, i[0]), a["keep-dims"])]


def variance(a, i, w, d):
    return [torch.var(i[0], axes_of(a, i[0]), correction=a["correction"], keepdim=a["keep-dims"])]


def squeeze(a, i, w, d):
    return [i[0].squeeze(axis_of(a["axis"]))]


def compare(f, attr):
    return lambda a, i, w, d: [f(i[0], a[attr] if attr in a else i[1])]


def cast(a, i, w, d):
    return [i[0].to({"float32": torch.float64, "int32": torch.int32, "bool": torch.bool}[a["dtype"]])]


def asked_shape(a, i):
    shape = list(a["shape"]) if "shape" in a else list(i[0].shape)
    return shape[:-1] + [a["channels"]] if "channels" in a else shape


def constant(a, i, w, d):
    value = torch.tensor(a["value"], dtype=torch.float64)
    if "shape" not in a:
        return [value]
    return [value.expand(a["shape"]) if value.dim() == 0 else value.reshape(a["shape"])]


def random_int(a, i, w, d):
    return [torch.floor(d[0] * (a["high"] - a["low"])) + a["low"]]


def dropped(a, i, w, d):
    return [i[0] * (d[0] >= a["rate"]) / (1 - a["rate"]) if d else i[0]]


REFERENCES = {
    "resize": on_channels_first(resize),
    "max-pool": on_channels_first(lambda a, x: F.max_pool2d(x, **pool_options(a))),
    "avg-pool": on_channels_first(lambda a, x: F.avg_pool2d(x, count_include_pad=a["count-include-pad"], **pool_options(a))),
    "adaptive-avg-pool": on_channels_first(lambda a, x: F.adaptive_avg_pool2d(x, a["to"])),
    "global-avg-pool": lambda a, i, w, d: [i[0].mean((1, 2))],
    "pixel-shuffle": on_channels_first(lambda a, x: F.pixel_shuffle(x, a["factor"])),
    "pixel-unshuffle": on_channels_first(lambda a, x: F.pixel_unshuffle(x, a["factor"])),
    "channel-shuffle": on_channels_first(lambda a, x: F.channel_shuffle(x, a["groups"])),
    "blur": on_channels_first(blur),
    "dilate": on_channels_first(dilate),
    "erode": on_channels_first(lambda a, x: -dilate(a, -x)),
    "pad": on_channels_first(pad),
    "grid-sample": grid_sample,
    "affine-warp": affine_warp,
    "crop-resize": crop_resize,
    "soft-argmax": soft_argmax,
    "sinusoidal-embedding": sinusoidal_embedding,
    "concat": lambda a, i, w, d: [torch.cat(i, axis_of(a["axis"]))],
    "stack": lambda a, i, w, d: [torch.stack(i, a["axis"])],
    "split": split,
    "slice": slice_,
    "swap-halves": swap_halves,
    "reshape": lambda a, i, w, d: [i[0].reshape(a["to"])],
    "flatten": lambda a, i, w, d: [i[0].reshape(len(i[0]), -1)],
    "permute": lambda a, i, w, d: [i[0].permute(a["order"])],
    "expand-dims": lambda a, i, w, d: [i[0].unsqueeze(a["axis"])],
    "squeeze": squeeze,
    "tile": tile,
    "repeat-batch": repeat_batch,
    "expand": lambda a, i, w, d: [i[0].expand(a["to"])],
    "reverse": lambda a, i, w, d: [i[0].flip(axis_of(a["axis"]))],
    "mean": reduced(lambda x, axes, keep: x.mean(axes, keepdim=keep)),
    "sum": reduced(lambda x, axes, keep: x.sum(axes, keepdim=keep)),
    "max": reduced(lambda x, axes, keep: x.amax(axes, keepdim=keep)),
    "min": reduced(lambda x, axes, keep: x.amin(axes, keepdim=keep)),
    "variance": variance,
    "reduce": reduce,
    "mean-list": lambda a, i, w, d: [torch.stack(i).mean(0)],
    "sum-list": lambda a, i, w, d: [torch.stack(i).sum(0)],
    "weighted-mean": weighted_mean,
    "argmax": lambda a, i, w, d: [i[0].argmax(axis_of(a["axis"]))],
    "top-k": top_k,
    "gather": gather,
    "one-hot": lambda a, i, w, d: [F.one_hot(i[0].long(), a["depth"])],
    "cumsum": lambda a, i, w, d: [i[0].cumsum(axis_of(a["axis"]))],
    "cumprod": lambda a, i, w, d: [i[0].cumprod(axis_of(a["axis"]))],
    "linspace": lambda a, i, w, d: [torch.linspace(a["from"], a["to"], a["count"], dtype=torch.float64)],
    "greater": compare(torch.gt, "than"),
    "equal": compare(torch.eq, "to"),
    "where": lambda a, i, w, d: [torch.where(i[0] != 0, i[1], i[2])],
    "cast": cast,
    "zeros": lambda a, i, w, d: [torch.zeros(asked_shape(a, i), dtype=torch.float64)],
    "ones": lambda a, i, w, d: [torch.ones(asked_shape(a, i), dtype=torch.float64)],
    "constant": constant,
    "random-normal": lambda a, i, w, d: [a["mean"] + a["std"] * d[0]],
    "random-uniform": lambda a, i, w, d: [a["low"] + (a["high"] - a["low"]) * d[0]],
    "random-bernoulli": lambda a, i, w, d: [d[0] < a["p"]],
    "random-int": random_int,
    "dropout": dropped,
    "drop-path": dropped,
    "noise": lambda a, i, w, d: [i[0] + a["std"] * d[0] if d else i[0]],
}
