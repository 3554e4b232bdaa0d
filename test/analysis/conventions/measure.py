"""Runs one counting tool on single layers and prints what it counts as JSON: the numbers of tools.json.

    python measure.py fvcore PATH      # PATH: a checkout of the tool, at the version of src/compiler/analysis/conventions
    python measure.py flop             # PyTorch's own counter needs none

DeepSpeed's profiler is one file, and is loaded alone from PATH. All layers run in evaluation mode, with a batch of one.
"""

import importlib.util
import io
import json
import logging
import sys
import types
import warnings

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)
tool, path = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None
if path is not None:
    sys.path.insert(0, path)

import torch
from torch import nn

VOLUME, IMAGE, LINE, TOKENS = (4, 6, 6, 6), (4, 6, 6), (4, 6), (5, 8)


class Apply(nn.Module):
    """A function without a module of its own."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


class Table(nn.Module):
    """A matrix product with a learned table."""

    def __init__(self, *shape):
        super().__init__()
        self.table = nn.Parameter(torch.zeros(*shape))

    def forward(self, x):
        return torch.matmul(x, self.table)


class Unpool(nn.Module):
    """A max pool and its way back, whose own module checks extents by what cannot be traced."""

    def __init__(self):
        super().__init__()
        self.pool = nn.MaxPool2d(2, return_indices=True)

    def forward(self, x):
        return torch._C._nn.max_unpool2d(*self.pool(x), IMAGE[1:])


def einsum_attention(x):
    weights = torch.einsum("bid,bjd->bij", x * 8**-0.5, x).softmax(-1)
    return torch.einsum("bij,bjd->bid", weights, x)


class Attention(nn.Module):
    """Scaled dot-product attention with a softmax that is a module."""

    def __init__(self, product):
        super().__init__()
        self.product = product
        self.softmax = nn.Softmax(dim=-1)

    def forward(self, x):
        return self.product(self.softmax(self.product(x * 8**-0.5, x.transpose(-1, -2))), x)


def sampled(x):
    """At places that its own first channels give."""
    axes = x.dim() - 2
    grid = x[:, :axes].movedim(1, -1)
    return nn.functional.grid_sample(x, grid, align_corners=False)


def recurrence(x):
    """A state for each feature, token by token."""
    states, state = [], torch.zeros_like(x[:, 0])
    for token in x.unbind(1):
        state = token * state + token
        states.append(state)
    return torch.stack(states, 1)


def upsample(scale, mode):
    return nn.Upsample(scale_factor=scale, mode=mode)


CASES = {
    "conv": (nn.Conv3d(4, 8, 3, padding=1), VOLUME),
    "conv grouped": (nn.Conv3d(4, 8, 3, padding=1, groups=2, stride=2, bias=False), VOLUME),
    "two convs": (nn.Sequential(nn.Conv3d(4, 8, 3, padding=1), nn.Conv3d(8, 2, 1)), VOLUME),
    "conv transposed": (nn.ConvTranspose3d(4, 2, 2, stride=2), VOLUME),
    "conv transposed grouped": (nn.ConvTranspose3d(4, 8, 3, stride=2, groups=2, bias=False), VOLUME),
    "conv grouped with bias": (nn.Conv3d(4, 8, 3, padding=1, groups=2), VOLUME),
    "conv grouped with bias 2d": (nn.Conv2d(4, 6, 3, padding=1, groups=2), IMAGE),
    "conv grouped with bias 1d": (nn.Conv1d(4, 8, 3, padding=1, groups=2), LINE),
    "conv depthwise": (nn.Conv3d(4, 4, 3, padding=1, groups=4, bias=False), VOLUME),
    "conv depthwise with bias 2d": (nn.Conv2d(4, 4, 3, padding=1, groups=4), IMAGE),
    "conv depthwise with bias 1d": (nn.Conv1d(4, 8, 3, padding=1, groups=4), LINE),
    "conv transposed grouped with bias": (nn.ConvTranspose3d(4, 8, 3, 2, 1, 1, groups=2), VOLUME),
    "conv transposed grouped with bias 2d": (nn.ConvTranspose2d(4, 6, 3, 2, 1, 1, groups=2), IMAGE),
    "conv transposed grouped with bias 1d": (nn.ConvTranspose1d(4, 8, 3, 2, 1, 1, groups=2), LINE),
    "conv transposed grouped 2d": (nn.ConvTranspose2d(4, 8, 2, 2, groups=4, bias=False), IMAGE),
    "conv transposed depthwise": (nn.ConvTranspose3d(4, 4, 2, 2, groups=4, bias=False), VOLUME),
    "conv transposed depthwise with bias 2d": (nn.ConvTranspose2d(4, 4, 3, 2, 1, 1, groups=4), IMAGE),
    "conv transposed depthwise with bias 1d": (nn.ConvTranspose1d(4, 4, 2, 2, groups=4), LINE),
    "linear": (nn.Linear(8, 3), TOKENS),
    "linear plain": (nn.Linear(8, 3, bias=False), TOKENS),
    "matmul": (Apply(lambda x: torch.matmul(x, x.transpose(-1, -2))), TOKENS),
    "matmul table": (Table(8, 3), TOKENS),
    "attention": (Attention(lambda a, b: torch.matmul(a, b)), TOKENS),
    "attention by @": (Attention(lambda a, b: a @ b), TOKENS),
    "attention by einsum": (Apply(einsum_attention), TOKENS),
    "fused attention": (Apply(lambda x: nn.functional.scaled_dot_product_attention(*[x[:, None]] * 3)), TOKENS),
    "instance norm": (nn.InstanceNorm3d(4, affine=True), VOLUME),
    "instance norm plain": (nn.InstanceNorm3d(4), VOLUME),
    "batch norm": (nn.BatchNorm3d(4), VOLUME),
    "batch norm plain": (nn.BatchNorm3d(4, affine=False), VOLUME),
    "group norm": (nn.GroupNorm(2, 4), VOLUME),
    "group norm plain": (nn.GroupNorm(2, 4, affine=False), VOLUME),
    "layer norm": (nn.LayerNorm(8), TOKENS),
    "layer norm plain": (nn.LayerNorm(8, elementwise_affine=False), TOKENS),
    "relu": (nn.ReLU(), VOLUME),
    "leaky relu": (nn.LeakyReLU(0.01), VOLUME),
    "elu": (nn.ELU(), VOLUME),
    "prelu": (nn.PReLU(), VOLUME),
    "prelu per channel": (nn.PReLU(4), VOLUME),
    "gelu": (nn.GELU(), VOLUME),
    "sigmoid": (nn.Sigmoid(), VOLUME),
    "tanh": (nn.Tanh(), VOLUME),
    "silu": (nn.SiLU(), VOLUME),
    "hard sigmoid": (nn.Hardsigmoid(), VOLUME),
    "hard swish": (nn.Hardswish(), VOLUME),
    "relu6": (nn.ReLU6(), VOLUME),
    "softplus": (nn.Softplus(), VOLUME),
    "exp": (Apply(torch.exp), VOLUME),
    "logarithm of square roots": (Apply(lambda x: torch.log(torch.sqrt(torch.rsqrt(x)))), VOLUME),
    "absolute value": (Apply(torch.abs), VOLUME),
    "clip": (Apply(lambda x: torch.clamp(x, -1, 1)), VOLUME),
    "softmax": (nn.Softmax(dim=1), VOLUME),
    "max pool": (nn.MaxPool3d(2), VOLUME),
    "max pool 2d": (nn.MaxPool2d(2), IMAGE),
    "max pool and unpool 2d": (Unpool(), IMAGE),
    "average pool": (nn.AvgPool3d(2), VOLUME),
    "global pool": (nn.AdaptiveAvgPool3d(1), VOLUME),
    "global pool 2d": (nn.AdaptiveAvgPool2d(1), IMAGE),
    "global pool 1d": (nn.AdaptiveAvgPool1d(1), LINE),
    "mean of channels": (Apply(lambda x: x.mean(1, keepdim=True)), VOLUME),
    "nearest 3d": (upsample(2, "nearest"), VOLUME),
    "nearest 2d": (upsample(2, "nearest"), IMAGE),
    "nearest 1d": (upsample(2, "nearest"), LINE),
    "linear 3d": (upsample(2, "trilinear"), VOLUME),
    "linear 2d": (upsample(2, "bilinear"), IMAGE),
    "linear 1d": (upsample(2, "linear"), LINE),
    "nearest to a size": (nn.Upsample(size=(12, 12, 12), mode="nearest"), VOLUME),
    "linear to a size": (nn.Upsample(size=(9, 9), mode="bilinear"), IMAGE),
    "cubic": (upsample(2, "bicubic"), IMAGE),
    "cubic to a size": (nn.Upsample(size=(9, 9), mode="bicubic"), IMAGE),
    "grid sampling": (Apply(sampled), VOLUME),
    "grid sampling 2d": (Apply(sampled), IMAGE),
    "scan": (Apply(recurrence), TOKENS),
    "dropout": (nn.Dropout(0.5), VOLUME),
    "sum": (Apply(lambda x: x + x), VOLUME),
    "product": (Apply(lambda x: x * x), VOLUME),
    "concat": (Apply(lambda x: torch.cat([x, x], 1)), VOLUME),
    "pad": (nn.ConstantPad3d(1, 0.0), VOLUME),
    "roll": (Apply(lambda x: torch.roll(x, 1, 2)), VOLUME),
}


def by_pytorch(model, x):
    from torch.utils.flop_counter import FlopCounterMode

    counter = FlopCounterMode(display=False)
    with counter:
        y = model(x)
        if tool == "flop.train" and y.requires_grad:
            y.sum().backward()
    return counter.get_total_flops()


def by_fvcore(model, x):
    for name in ("fvcore", "fvcore.nn"):  # without their __init__, which import what counting does not need
        package = types.ModuleType(name)
        package.__path__ = [f"{path}/{name.replace('.', '/')}"]
        sys.modules.setdefault(name, package)
    from fvcore.nn.flop_count import FlopCountAnalysis

    analysis = FlopCountAnalysis(model, x)
    return analysis.unsupported_ops_warnings(False).uncalled_modules_warnings(False).total()


def by_ptflops(model, x):
    from ptflops import get_model_complexity_info

    backend = {} if tool.endswith("0.6.9") else {"backend": "aten" if tool == "ptflops-aten" else "pytorch"}
    quiet = {"as_strings": False, "print_per_layer_stat": False, "verbose": False, "ost": io.StringIO()}
    return get_model_complexity_info(model, tuple(x.shape[1:]), **quiet, **backend)[0]


def by_thop(model, x):
    import thop

    return thop.profile(model, (x,), verbose=False)[0]


def by_torchinfo(model, x):
    import torchinfo

    return torchinfo.summary(model, input_data=x, verbose=0).total_mult_adds


def by_deepspeed(model, x):
    class Absent:
        def __getattr__(self, name):
            return lambda *args, **kwargs: None

    def stand_in(name, **members):
        sys.modules.setdefault(name, types.ModuleType(name)).__dict__.update(members)

    for name in ("deepspeed", "deepspeed.moe"):
        stand_in(name)
    stand_in("deepspeed.accelerator", get_accelerator=Absent)
    stand_in("deepspeed.utils", logger=logging.getLogger())
    stand_in("deepspeed.moe.layer", MoE=type("MoE", (), {}))
    timers = ("FORWARD_GLOBAL_TIMER", "BACKWARD_GLOBAL_TIMER", "STEP_GLOBAL_TIMER")
    stand_in("deepspeed.utils.timer", **{name: name for name in timers})
    stand_in("deepspeed.utils.torch", required_torch_version=lambda **_: True)
    stand_in("einops", einsum=lambda *_: None)
    spec = importlib.util.spec_from_file_location(
        "profiler", f"{path}/deepspeed/profiling/flops_profiler/profiler.py"
    )
    profiler = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(profiler)
    return profiler.get_model_profile(model, tuple(x.shape), print_profile=False, as_string=False)[0]


COUNTERS = {"flop": by_pytorch, "fvcore": by_fvcore, "ptflops": by_ptflops, "thop": by_thop}
COUNTERS |= {"torchinfo": by_torchinfo, "deepspeed": by_deepspeed}
count = next(counter for start, counter in COUNTERS.items() if tool.startswith(start))


def counted(layer, shape):
    return int(count(nn.Sequential(layer).eval(), torch.rand(1, *shape)))


print(json.dumps({name: counted(layer, shape) for name, (layer, shape) in CASES.items()}))
