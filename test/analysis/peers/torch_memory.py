"""What PyTorch allocates for the memory cases: torch_memory.py CASES.json VALUES.json

How CASES.json is made, and what reads VALUES.json: ../memory-torch.test.ts. Each node of a case's graph is one function here. Everything
runs on the meta device: shapes and autograd are real, no number is computed. Storages are seen as they are made and as they die, so that
the peaks are PyTorch's own. A result is let go after its last reader, as the cases say.
"""

import json
import sys
import weakref

import torch
import torch.nn.functional as F
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

torch.set_default_dtype(torch.float32)
torch.set_default_device("meta")


class Watch(TorchDispatchMode):
    """Adds up the storages that are alive, and remembers the most."""

    def __init__(self):
        super().__init__()
        self.seen = {}
        self.bytes = self.peak = 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        result = function(*args, **(kwargs or {}))
        for leaf in tree_leaves(result):
            if isinstance(leaf, torch.Tensor):
                self.note(leaf)
        self.peak = max(self.peak, self.bytes)
        return result

    def note(self, tensor):
        storage = tensor.untyped_storage()
        if storage._cdata not in self.seen:
            size = storage.nbytes()
            self.seen[storage._cdata] = size
            self.bytes += size
            weakref.finalize(storage, self.gone, storage._cdata, size)

    def gone(self, key, size):
        if self.seen.pop(key, None) is not None:
            self.bytes -= size

    def begin(self):
        self.peak = self.bytes


def per_rank(x, one, two, three):
    return [one, two, three][x.dim() - 3]


def conv(x, a, p):
    pads = [end for pair in reversed(a["padding"]) for end in pair]
    even = all(low == high for low, high in a["padding"])
    given = x if even else F.pad(x, pads)
    padding = [low for low, _ in a["padding"]] if even else 0
    function = per_rank(x, F.conv1d, F.conv2d, F.conv3d)
    return function(given, p[0], p[1] if a["bias"] else None, a["stride"], padding, a["dilation"], a["groups"])


def conv_transpose(x, a, p):
    function = per_rank(x, F.conv_transpose1d, F.conv_transpose2d, F.conv_transpose3d)
    bias = p[1] if a["bias"] else None
    return function(x, p[0], bias, a["stride"], a["padding"], a["output_padding"], a["groups"], a["dilation"])


def affine(a, p):
    return (p[0], p[1]) if a["affine"] else (None, None)


def layer_norm(x, axis, a, p):
    last = x.dim() - 1
    moved = x if axis == last else x.movedim(axis, -1)
    normed = F.layer_norm(moved, moved.shape[-1:], *affine(a, p), a["eps"])
    return normed if axis == last else normed.movedim(-1, axis)


def attention(inputs, a):
    """Written down: the fused kernels do not run on the meta device."""
    q, k, v, *biases = inputs
    scores = (q * a["scale"]) @ k.mT
    for bias in biases:
        scores = scores + bias
    scores = torch.softmax(scores, -1)
    if a["dropout"] > 0:
        scores = F.dropout(scores, a["dropout"], training=torch.is_grad_enabled())
    return scores @ v


def max_pool(x, a):
    function = per_rank(x, F.max_pool1d, F.max_pool2d, F.max_pool3d)
    return function(x, a["kernel"], a["stride"], a["padding"], a["dilation"], a["ceil_mode"])


def max_unpool(x, image, a):
    pools = [(F.max_pool1d, F.max_unpool1d), (F.max_pool2d, F.max_unpool2d), (F.max_pool3d, F.max_unpool3d)]
    pool, unpool = pools[image.dim() - 3]
    windows = a["kernel"], a["stride"], a["padding"]
    places = pool(image.detach(), *windows, ceil_mode=a["ceil_mode"], return_indices=True)[1]
    return unpool(x, places, *windows, image.shape)


def avg_pool(x, a):
    function = per_rank(x, F.avg_pool1d, F.avg_pool2d, F.avg_pool3d)
    return function(x, a["kernel"], a["stride"], a["padding"], a["ceil_mode"], a["count_include_pad"])


def resize(x, a):
    size = None if a["size"] == "none" else a["size"]
    scale = None if a["scale"] == "none" else a["scale"]
    if a["mode"] == "nearest":
        return F.interpolate(x, size, scale, "nearest")
    mode = "bicubic" if a["mode"] == "cubic" else per_rank(x, "linear", "bilinear", "trilinear")
    return F.interpolate(x, size, scale, mode, a["align_corners"])


def clip(x, a):
    low, high = (None if a[end] == "none" else a[end] for end in ("min", "max"))
    return torch.clamp(x, low, high)


class Scan(torch.autograd.Function):
    """What a kernel for it has to keep and to make; PyTorch has none of its own."""

    @staticmethod
    def forward(context, a, b):
        states = torch.empty_like(b)
        context.save_for_backward(a, states if context.needs_input_grad[0] else None)
        return states

    @staticmethod
    def backward(context, gradient):
        a, states = context.saved_tensors
        needed = context.needs_input_grad
        return torch.empty_like(a) if needed[0] else None, torch.empty_like(a) if needed[1] else None


class Gather(torch.autograd.Function):
    """index_select, whose gradient adds in place unless a dispatch mode, such as Watch, is on (index_select_backward_symint)."""

    @staticmethod
    def forward(context, x, axis, index):
        context.save_for_backward(index)
        context.axis, context.shape = axis, x.shape
        return x.index_select(axis, index)

    @staticmethod
    def backward(context, gradient):
        (index,) = context.saved_tensors
        return gradient.new_zeros(context.shape).index_add_(context.axis, index, gradient), None, None


def dropout(x, a):
    if not torch.is_grad_enabled():
        return x
    if a["each"] == "element":
        return F.dropout(x, a["rate"], training=True)
    if a["each"] == "channel":
        return torch.feature_dropout(x, a["rate"], True)
    kept = x.new_empty([x.shape[0]] + [1] * (x.dim() - 1)).bernoulli_(1 - a["rate"]).div_(1 - a["rate"])
    return x * kept


def gaussian_noise(x, a):
    return torch.randn_like(x).mul_(a["std"]).add_(x) if torch.is_grad_enabled() else x


def reduced(function, x, a, lead, **more):
    axes = [axis + lead for axis in a["axes"]]
    return function(x, axes, keepdim=a["keep"], **more) if axes else x


def pad(x, a):
    pads = [end for pair in zip(reversed(a["low"]), reversed(a["high"])) for end in pair]
    return F.pad(x, pads, value=a["value"]) if a["mode"] == "constant" else F.pad(x, pads, a["mode"])


def moved(x, axis, by):
    result = torch.zeros_like(x)
    count = x.shape[axis] - abs(by)
    if count > 0:
        result.narrow(axis, max(by, 0), count).copy_(x.narrow(axis, max(-by, 0), count))
    return result


class Shift(torch.autograd.Function):
    """Chunks of channels moved along an axis: one copy, nothing kept."""

    @staticmethod
    def forward(context, x, axis, offsets):
        context.axis, context.offsets = axis, offsets
        return torch.empty_like(x)

    @staticmethod
    def backward(context, gradient):
        return torch.empty_like(gradient), None, None


class Loss(torch.autograd.Function):
    """Takes nothing for itself and sends a gradient to each output."""

    @staticmethod
    def forward(context, *outputs):
        context.shapes = [one.shape for one in outputs]
        return torch.empty([], device="meta")

    @staticmethod
    def backward(context, gradient):
        return tuple(torch.empty(shape, device="meta") for shape in context.shapes)


def add_all(inputs):
    total = inputs[0] + inputs[1]
    for one in inputs[2:]:
        total += one
    return total


def value_of(node, inputs, p):
    a, op, flat = node["attributes"], node["op"], node["inPlace"]
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
        "instance_norm": lambda: F.instance_norm(x, None, None, *affine(a, p), True, 0.1, a["eps"]),
        "group_norm": lambda: F.group_norm(x, a["groups"], *affine(a, p), a["eps"]),
        "batch_norm": lambda: F.batch_norm(x, p[-2], p[-1], *affine(a, p), training=True, eps=a["eps"]),
        "layer_norm": lambda: layer_norm(x, a["axis"] + lead, a, p),
        "relu": lambda: F.relu(x, inplace=flat),
        "leaky_relu": lambda: F.leaky_relu(x, a["slope"], inplace=flat),
        "elu": lambda: F.elu(x, a["alpha"], inplace=flat),
        "prelu": lambda: F.prelu(x, p[0]),
        "gelu": lambda: F.gelu(x, approximate=a["approximate"]),
        "sigmoid": lambda: torch.sigmoid(x),
        "tanh": lambda: torch.tanh(x),
        "silu": lambda: F.silu(x),
        "hard_sigmoid": lambda: F.hardsigmoid(x),
        "hard_swish": lambda: F.hardswish(x),
        "relu6": lambda: F.relu6(x),
        "softplus": lambda: F.softplus(x),
        "exp": lambda: torch.exp(x),
        "log": lambda: torch.log(x),
        "sqrt": lambda: torch.sqrt(x),
        "rsqrt": lambda: torch.rsqrt(x),
        "abs": lambda: torch.abs(x),
        "clip": lambda: clip(x, a),
        "softmax": lambda: torch.softmax(x, a["axis"] + lead),
        "dropout": lambda: dropout(x, a),
        "gaussian_noise": lambda: gaussian_noise(x, a),
        "max_pool": lambda: max_pool(x, a),
        "max_unpool": lambda: max_unpool(x, inputs[1], a),
        "avg_pool": lambda: avg_pool(x, a),
        "mean": lambda: x.mean([axis + lead for axis in a["axes"]], keepdim=a["keep"]),
        "reduce_sum": lambda: reduced(torch.sum, x, a, lead),
        "reduce_max": lambda: reduced(torch.amax, x, a, lead),
        "reduce_min": lambda: reduced(torch.amin, x, a, lead),
        "variance": lambda: reduced(torch.var, x, a, lead, correction=int(a["unbiased"])),
        "resize": lambda: resize(x, a),
        "grid_sample": lambda: F.grid_sample(x, inputs[1], "bilinear", a["padding"], a["align_corners"]),
        "concat": lambda: torch.cat(inputs, a["axis"] + lead),
        "add": lambda: x + inputs[1],
        "mul": lambda: x * inputs[1],
        "sub": lambda: x - inputs[1],
        "divide": lambda: x / inputs[1],
        "maximum": lambda: torch.maximum(x, inputs[1]),
        "minimum": lambda: torch.minimum(x, inputs[1]),
        "constant": lambda: torch.tensor(a["values"], dtype=torch.get_default_dtype()).reshape(-1) if isinstance(a["values"], (int, float)) else torch.tensor(a["values"], dtype=torch.get_default_dtype()),
        "sum": lambda: add_all(inputs),
        "scale": lambda: x * a["factor"],
        "pad": lambda: pad(x, a),
        "slice": lambda: x[(slice(None),) * (a["axis"] + lead) + (slice(a["start"], a["end"], a["step"]),)],
        "shift": lambda: Shift.apply(x, a["axis"] + lead, a["offsets"]),
        "scan": lambda: Scan.apply(x, inputs[1]),
        "gather": lambda: Gather.apply(x, a["axis"] + lead, TABLES[node["id"]]),
        "roll": lambda: torch.roll(x, a["offset"], a["axis"] + lead),
        "reshape": lambda: x.reshape([x.shape[0]] * lead + a["shape"]),
        "permute": lambda: x.permute([0] * lead + [axis + lead for axis in a["order"]]),
    }
    return table[op]()


def run(case, nodes, wanted, inputs, parameters):
    """The outputs, each result let go after its last reader."""
    last = {}
    for node in nodes:
        for source in node["inputs"]:
            last[source] = node["id"]
    values = dict(inputs)
    for node in nodes:
        if node["id"] not in values:
            given = [values[source] for source in node["inputs"]]
            values[node["id"]] = value_of(node, given, [parameters[k] for k in node["parameters"]])
            del given
        for source in {*node["inputs"], node["id"]}:
            if last.get(source, node["id"]) == node["id"] and source not in wanted and source not in inputs:
                del values[source]
    return [values[output] for output in wanted]


# The indices of the case that is measured, by node: constants of the network.
TABLES = {}


def measure(case):
    batch = case["batch"]
    parameters = {p["id"]: torch.empty(p["shape"], requires_grad=not p["buffer"]) for p in case["parameters"]}
    inputs = {one["node"]: torch.empty([batch] + one["shape"]) for one in case["inputs"]}
    nodes = case["training"]
    TABLES.update({n["id"]: torch.tensor(n["attributes"]["indices"]) for n in nodes if n["op"] == "gather"})
    fixed = {t.untyped_storage()._cdata for t in [*parameters.values(), *inputs.values(), *TABLES.values()]}
    given = sum(t.untyped_storage().nbytes() for t in inputs.values())
    result = {"expression": case["expression"]}

    with torch.no_grad(), Watch() as watch:
        for t in [*parameters.values(), *inputs.values(), *TABLES.values()]:
            watch.seen[t.untyped_storage()._cdata] = 0
        outputs = run(case, case["inference"], case["outputs"], inputs, parameters)
        result["inferencePeak"] = watch.peak + given
        del outputs

    saved = {}

    def pack(tensor):
        storage = tensor.untyped_storage()
        if storage._cdata not in fixed:
            saved[storage._cdata] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        run(case, case["training"], case["allOutputs"], inputs, parameters)
    result["saved"] = sum(saved.values())

    # Apart from the hooks, which hold on to what they have seen.
    with Watch() as watch:
        for t in [*parameters.values(), *inputs.values(), *TABLES.values()]:
            watch.seen[t.untyped_storage()._cdata] = 0
        outputs = run(case, case["training"], case["allOutputs"], inputs, parameters)
        result["held"] = watch.bytes
        for parameter in parameters.values():
            if parameter.requires_grad:
                # Gradients of parameters are apart: what arrives is dropped at once.
                parameter.register_post_accumulate_grad_hook(lambda one: setattr(one, "grad", None))
        Loss.apply(*[t for t in outputs if t.requires_grad]).backward()
        # The loss and its gradient are two numbers.
        result["trainingPeak"] = watch.peak + given - 8
    return result


def main():
    with open(sys.argv[1]) as file:
        cases = json.load(file)
    values = {}
    for case in cases:
        try:
            values[case["id"]] = measure(case)
        except Exception as error:
            raise RuntimeError(case["id"]) from error
    values["torch"] = torch.__version__
    with open(sys.argv[2], "w") as file:
        json.dump(values, file)


main()
