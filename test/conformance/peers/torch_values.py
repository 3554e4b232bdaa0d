"""What PyTorch computes for the conformance cases, in double precision: torch_values.py CASES.json VALUES.json

How CASES.json is made, and what reads VALUES.json: ../torch.test.ts. Each node of a case's graph is one function here; nothing of
Weft's own arithmetic is used.
"""

import json
import math
import sys

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)


def element(count, seed):
    """The formula of support.ts."""
    position = torch.arange(count, dtype=torch.int64)
    mixed = (position + 1) * 0x9E3779B1 + (seed + 1) * 0x85EBCA6B
    return (((mixed & 0xFFFFFFFF) >> 20) - 2048).double() / 1024


def weight(parameter):
    shape, name = parameter["shape"], parameter["name"]
    value = element(math.prod(shape), 100 + parameter["id"]).reshape(shape)
    if name == "value":
        return value
    if name == "running_var" or (name == "weight" and len(shape) == 1):
        return 1 + value / 4
    return value * 2.0 ** -math.ceil(math.log2(math.prod(shape[1:])) / 2)


def conv(x, a, p):
    pads = [end for pair in reversed(a["padding"]) for end in pair]
    function = [F.conv1d, F.conv2d, F.conv3d][len(a["kernel"]) - 1]
    bias = p[1] if a["bias"] else None
    return function(F.pad(x, pads), p[0], bias, a["stride"], 0, a["dilation"], a["groups"])


def conv_transpose(x, a, p):
    function = [F.conv_transpose1d, F.conv_transpose2d, F.conv_transpose3d][len(a["kernel"]) - 1]
    bias = p[1] if a["bias"] else None
    return function(
        x, p[0], bias, a["stride"], a["padding"], a["output_padding"], a["groups"], a["dilation"]
    )


def affine(a, p):
    return (p[0], p[1]) if a["affine"] else (None, None)


def group_norm(x, groups, a, p):
    # Not F.instance_norm and F.group_norm, which refuse one element per group though it has a value.
    return torch.group_norm(x, groups, *affine(a, p), a["eps"])


def batch_norm(x, a, p):
    return F.batch_norm(x, p[-2], p[-1], *affine(a, p), training=False, eps=a["eps"])


def attention(inputs, a):
    q, k, v, *biases = inputs
    mask = sum(biases[1:], biases[0]) if biases else None
    # Tables are repeated for a mask that has a batch.
    leading = torch.broadcast_shapes(*(one.shape[:-2] for one in [q, k, v, *biases]))
    q, k, v = (one.expand(*leading, *one.shape[-2:]) for one in (q, k, v))
    return F.scaled_dot_product_attention(q, k, v, attn_mask=mask, scale=a["scale"])


def layer_norm(x, axis, a, p):
    moved = x.movedim(axis, -1)
    return F.layer_norm(moved, moved.shape[-1:], *affine(a, p), a["eps"]).movedim(-1, axis)


def prelu(x, slopes, lead):
    shape = [1] * x.dim()
    shape[lead] = slopes.numel()
    return torch.where(x > 0, x, slopes.reshape(shape) * x)


def max_pool(x, a):
    function = [F.max_pool1d, F.max_pool2d, F.max_pool3d][len(a["kernel"]) - 1]
    return function(x, a["kernel"], a["stride"], a["padding"], a["dilation"], a["ceil_mode"])


def max_unpool(x, image, a):
    pools = [(F.max_pool1d, F.max_unpool1d), (F.max_pool2d, F.max_unpool2d), (F.max_pool3d, F.max_unpool3d)]
    pool, unpool = pools[image.dim() - 3]
    windows = a["kernel"], a["stride"], a["padding"]
    places = pool(image.detach(), *windows, ceil_mode=a["ceil_mode"], return_indices=True)[1]
    return unpool(x, places, *windows, image.shape)


def avg_pool(x, a):
    function = [F.avg_pool1d, F.avg_pool2d, F.avg_pool3d][len(a["kernel"]) - 1]
    return function(x, a["kernel"], a["stride"], a["padding"], a["ceil_mode"], a["count_include_pad"])


def resize(x, a):
    size = None if a["size"] == "none" else a["size"]
    scale = None if a["scale"] == "none" else a["scale"]
    if a["mode"] == "nearest":
        return F.interpolate(x, size, scale, "nearest")
    mode = "bicubic" if a["mode"] == "cubic" else ["linear", "bilinear", "trilinear"][x.dim() - 3]
    return F.interpolate(x, size, scale, mode, align_corners=a["align_corners"])


def grid_sample(x, grid, a):
    lead = x.dim() - 1 - grid.shape[-1]
    mode = {"linear": "bilinear"}.get(a["mode"], a["mode"])
    image, places = x.flatten(0, lead - 1), grid.flatten(0, lead - 1)
    sampled = F.grid_sample(image, places, mode, a["padding"], a["align_corners"])
    return sampled.reshape(x.shape[: lead + 1] + grid.shape[lead:-1])


def clip(x, a):
    low, high = (None if a[end] == "none" else a[end] for end in ("min", "max"))
    return torch.clamp(x, low, high)


def scan(a, b, axis, reverse):
    places = range(a.shape[axis])
    state, states = torch.zeros_like(a.select(axis, 0)), []
    for place in reversed(places) if reverse else places:
        state = a.select(axis, place) * state + b.select(axis, place)
        states.append(state)
    return torch.stack(states[::-1] if reverse else states, axis)


def reduced(function, x, a, lead, **more):
    axes = [axis + lead for axis in a["axes"]]
    return function(x, axes, keepdim=a["keep"], **more) if axes else x


def pad(x, a):
    pads = [end for pair in zip(reversed(a["low"]), reversed(a["high"])) for end in pair]
    return F.pad(x, pads, value=a["value"]) if a["mode"] == "constant" else F.pad(x, pads, a["mode"])


def take(x, axis, a):
    index = torch.arange(a["start"], a["end"], a["step"])
    return x.index_select(axis, index)


def gather(x, axis, indices):
    return x[(slice(None),) * axis + (indices,)]


def shift(x, axis, offsets):
    """As E2ENet does it: chunk the channels, move each with zeros coming in."""
    return torch.cat([moved(chunk, axis, by) for chunk, by in zip(x.chunk(len(offsets), 1), offsets)], 1)


def moved(x, axis, by):
    extent = x.shape[axis]
    result = torch.zeros_like(x)
    count = extent - abs(by)
    if count > 0:
        result.narrow(axis, max(by, 0), count).copy_(x.narrow(axis, max(-by, 0), count))
    return result


def value_of(node, inputs, p):
    a, op = node["attributes"], node["op"]
    lead = 1 if node["batched"] else 0
    x = inputs[0] if inputs else None
    table = {
        "parameter": lambda: p[0],
        "conv": lambda: conv(x, a, p),
        "conv_transpose": lambda: conv_transpose(x, a, p),
        "conv_with": lambda: conv(x, {**a, "kernel": inputs[1].shape[2:], "bias": False}, inputs[1:]),
        "linear": lambda: F.linear(x, p[0], p[1] if a["bias"] else None),
        "matmul": lambda: x @ (inputs[1].mT if a["transpose_b"] else inputs[1]),
        "attention": lambda: attention(inputs, a),
        "instance_norm": lambda: group_norm(x, x.shape[1], a, p),
        "group_norm": lambda: group_norm(x, a["groups"], a, p),
        "batch_norm": lambda: batch_norm(x, a, p),
        "layer_norm": lambda: layer_norm(x, a["axis"] + lead, a, p),
        "relu": lambda: F.relu(x),
        "leaky_relu": lambda: F.leaky_relu(x, a["slope"]),
        "elu": lambda: F.elu(x, a["alpha"]),
        "prelu": lambda: F.prelu(x, p[0]) if lead else prelu(x, p[0], lead),
        "gelu": lambda: F.gelu(x, approximate=a["approximate"]),
        "sigmoid": lambda: torch.sigmoid(x),
        "tanh": lambda: torch.tanh(x),
        "silu": lambda: F.silu(x),
        "hard_sigmoid": lambda: F.hardsigmoid(x),
        "hard_swish": lambda: F.hardswish(x),
        "relu6": lambda: F.relu6(x),
        "softplus": lambda: F.softplus(x, threshold=40),
        "exp": lambda: torch.exp(x),
        "log": lambda: torch.log(x),
        "sqrt": lambda: torch.sqrt(x),
        "rsqrt": lambda: torch.rsqrt(x),
        "abs": lambda: torch.abs(x),
        "clip": lambda: clip(x, a),
        "softmax": lambda: torch.softmax(x, a["axis"] + lead),
        "max_pool": lambda: max_pool(x, a),
        "max_unpool": lambda: max_unpool(x, inputs[1], a),
        "avg_pool": lambda: avg_pool(x, a),
        "mean": lambda: x.mean([axis + lead for axis in a["axes"]], keepdim=a["keep"]),
        "reduce_sum": lambda: reduced(torch.sum, x, a, lead),
        "reduce_max": lambda: reduced(torch.amax, x, a, lead),
        "reduce_min": lambda: reduced(torch.amin, x, a, lead),
        "variance": lambda: reduced(torch.var, x, a, lead, correction=int(a["unbiased"])),
        "resize": lambda: resize(x, a),
        "grid_sample": lambda: grid_sample(x, inputs[1], a),
        "concat": lambda: torch.cat(inputs, a["axis"] + lead),
        "add": lambda: x + inputs[1],
        "mul": lambda: x * inputs[1],
        "sub": lambda: x - inputs[1],
        "divide": lambda: x / inputs[1],
        "maximum": lambda: torch.maximum(x, inputs[1]),
        "minimum": lambda: torch.minimum(x, inputs[1]),
        "constant": lambda: torch.tensor(a["values"], dtype=torch.get_default_dtype()).reshape(-1) if isinstance(a["values"], (int, float)) else torch.tensor(a["values"], dtype=torch.get_default_dtype()),
        "sum": lambda: sum(inputs[1:], x),
        "scale": lambda: x * a["factor"],
        "pad": lambda: pad(x, a),
        "slice": lambda: take(x, a["axis"] + lead, a),
        "shift": lambda: shift(x, a["axis"] + lead, a["offsets"]),
        "roll": lambda: torch.roll(x, a["offset"], a["axis"] + lead),
        "scan": lambda: scan(x, inputs[1], a["axis"] + lead, a["reverse"]),
        "gather": lambda: gather(x, a["axis"] + lead, torch.tensor(a["indices"])),
        "reshape": lambda: x.reshape(([x.shape[0]] if lead else []) + a["shape"]),
        "permute": lambda: x.permute(([0] if lead else []) + [axis + lead for axis in a["order"]]),
        "dropout": lambda: F.dropout(x, a["rate"], training=False),
        "gaussian_noise": lambda: x,
    }
    return table[op]()


def run(case):
    parameters = [weight(one) for one in case["parameters"]]
    values = {
        one["node"]: element(math.prod(one["shape"]), one["seed"]).reshape(one["shape"]) + case["level"]
        for one in case["inputs"]
    }
    for place, node in enumerate(case["nodes"]):
        if node["op"] != "input":
            inputs = [values[k] for k in node["inputs"]]
            values[place] = value_of(node, inputs, [parameters[k] for k in node["parameters"]])
    return values[case["output"]]


def summary(case, value):
    flat = value.reshape(-1)
    count = flat.numel()
    samples = min(32, count)
    return {
        "expression": case["expression"],
        "shape": list(value.shape),
        "mean": flat.mean().item(),
        "std": flat.std(correction=0).item(),
        "moment": (flat * torch.cos(torch.arange(count).double())).mean().item(),
        "samples": [flat[k * count // samples].item() for k in range(samples)],
    }


def main(source, target):
    with open(source, encoding="utf8") as file:
        cases = json.load(file)
    values = {case["id"]: summary(case, run(case)) for case in cases}
    with open(target, "w", encoding="utf8") as file:
        json.dump(values, file, ensure_ascii=False)
    print(f"{len(values)} cases, PyTorch {torch.__version__}")


if __name__ == "__main__":
    main(*sys.argv[1:])
