"""Small official networks with weights by formula, and what they give: probes.py NETWORKS FOLDER [CHECKOUT]

NETWORKS is a name of `groups` below; FOLDER/NETWORKS.json gets its records, one a line, in the form and by the formulas of the shared
reference. monai needs the package monai; u2net a CHECKOUT of xuebinqin/U-2-Net. In double precision, in evaluation mode; an official
network that gives its training outputs in training mode only has neither dropout nor batch norm here.
"""

import json
import math
import sys
from pathlib import Path
from unittest import mock

import torch

torch.set_num_threads(1)


def wave(phase, count, k):
    w0, w1, w2, w3 = phase
    i = torch.arange(count, dtype=torch.float64)
    r = i % 1009
    return torch.sin(w0 + w1 * i + w2 * k + w3 * (r * r))


def parameter_value(name, shape, s):
    if len(shape) >= 2:
        return s * math.sqrt(2 / math.prod(shape[1:]))
    return 1 + 0.1 * s if name.endswith("weight") else 0.05 * s


def buffer_value(name, s):
    return 0.1 * s if name.endswith("running_mean") else 1 + 0.3 * s


def fill(net, phase):
    """Overwrites parameters and running statistics; gives their order."""
    parameters = [(name, list(one.shape)) for name, one in net.named_parameters()]
    statistics = [(n, list(b.shape)) for n, b in net.named_buffers() if n.rpartition(".")[2].startswith("running_")]
    with torch.no_grad():
        for k, (name, shape) in enumerate(parameters):
            one = net.get_parameter(name)
            one.copy_(parameter_value(name, shape, wave(phase, one.numel(), k)).reshape(shape))
        for k, (name, shape) in enumerate(statistics):
            one = net.get_buffer(name)
            one.copy_(buffer_value(name, wave(phase, one.numel(), k)).reshape(shape))
    return parameters, statistics


def described(double, single):
    flat = double.flatten()
    n = flat.numel()
    at = range(n) if n <= 64 else [j * (n - 1) // 63 for j in range(64)]
    return {
        "shape": list(double.shape),
        "mean": flat.mean().item(),
        "std": flat.std(correction=0).item(),
        "min": flat.min().item(),
        "max": flat.max().item(),
        "float32_max_abs_diff": float(f"{(double - single).abs().max().item():.2g}"),
        "samples": {str(i): flat[i].item() for i in at},
    }


def record(name, source, arguments, net, shape, run=lambda net, x: net(x)):
    """`run` gives one output or several; `arguments` are those of the spec. The phase is quadratic, so that deep levels are seen."""
    phase = [0.5, 0.7, 1.0, 0.37]
    net = net.double().eval()
    parameters, statistics = fill(net, phase)
    x = torch.sin(0.013 * torch.arange(math.prod(shape), dtype=torch.float64)).reshape(shape)

    def outputs(dtype):
        with torch.no_grad():
            found = run(net.to(dtype), x.to(dtype))
        return [found] if isinstance(found, torch.Tensor) else list(found)

    double, single = outputs(torch.float64), [one.double() for one in outputs(torch.float32)]
    return {
        "name": name,
        "config": {"source": source},
        "arguments": arguments,
        "phase": {"weight": phase, "input": [0.0, 0.013]},
        "input_shape": shape,
        "params_total": sum(one.numel() for one in net.parameters()),
        "param_order": parameters,
        **({"buffer_order": statistics} if statistics else {}),
        "outputs": [described(*pair) for pair in zip(double, single)],
    }


def write(folder, name, records):
    """One record a line; scripts beside this one record single networks."""
    lines = ",\n".join(json.dumps(one) for one in records)
    Path(folder, f"{name}.json").write_text(f"[\n{lines}\n]\n")


# ---------------------------------------------------------------- MONAI


def stacked_in_training(net, x):
    """DynUNet stacks its training outputs along a new axis."""
    return net.train()(x).unbind(1)


def monai_networks():
    import monai
    from monai.networks.nets import BasicUNet, BasicUNetPlusPlus, DynUNet, UNet

    source = f"monai {monai.__version__}, monai/networks/nets/"
    flat = [[1, 1, 1], [1, 2, 2], [2, 2, 2], [2, 2, 2]]
    kernels = [[1, 3, 3], [3, 3, 3], [3, 3, 3], [3, 3, 3]]
    widths = [4, 6, 8, 10]
    yield record(
        "MONAI DynUNet, 1ch/3cls, a flat first stride",
        source + "dynunet.py:DynUNet",
        {"classes": 3, "patch": [8, 32, 32], "strides": flat, "kernels": kernels, "filters": widths},
        DynUNet(3, 1, 3, kernels, flat, flat[1:], filters=widths),
        [1, 1, 8, 32, 32],
    )
    strides = [1, 2, 2, 2]
    yield record(
        "MONAI DynUNet, 2D, 2ch/2cls, residual blocks, 2 heads, transposed convolutions with bias",
        source + "dynunet.py:DynUNet",
        {
            "in_channels": 2,
            "classes": 2,
            "patch": [32, 48],
            "strides": [[s, s] for s in strides],
            "filters": widths,
            "res_block": True,
            "trans_bias": True,
            "heads": 2,
        },
        DynUNet(2, 2, 2, [3] * 4, strides, strides[1:], filters=widths, deep_supervision=True, deep_supr_num=2,
                res_block=True, trans_bias=True),
        [1, 2, 32, 48],
        stacked_in_training,
    )
    widths = [4, 6, 8, 10, 12]
    yield record(
        "MONAI UNet, 1ch/2cls, 2 residual units, batch norm",
        source + "unet.py:UNet",
        {"patch": [32, 32, 32], "widths": widths},
        UNet(3, 1, 2, widths, [2] * 4, num_res_units=2, norm="batch"),
        [1, 1, 32, 32, 32],
    )
    yield record(
        "MONAI UNet, 2D, 1ch/2cls, single convolutions, batch norm",
        source + "unet.py:UNet",
        {"patch": [32, 48], "widths": widths, "res_units": 0},
        UNet(2, 1, 2, widths, [2] * 4, num_res_units=0, norm="batch"),
        [1, 1, 32, 48],
    )
    widths = [4, 4, 6, 8, 10, 5]
    named = {"widths": widths[:-1], "last_width": widths[-1]}
    yield record(
        "MONAI BasicUNet, 1ch/2cls",
        source + "basic_unet.py:BasicUNet",
        {"patch": [32, 32, 32], **named},
        BasicUNet(3, 1, 2, widths),
        [1, 1, 32, 32, 32],
    )
    yield record(
        "MONAI BasicUNetPlusPlus, 2D, 1ch/2cls, deep supervision",
        source + "basic_unetplusplus.py:BasicUNetPlusPlus",
        {"patch": [32, 48], **named},
        BasicUNetPlusPlus(2, 1, 2, widths, deep_supervision=True),
        [1, 1, 32, 48],
    )


# ---------------------------------------------------------------- U²-Net


def before_sigmoid(net, x):
    with mock.patch("torch.nn.functional.sigmoid", lambda logits: logits):
        return net(x)


def u2net_networks():
    from model import U2NETP

    yield record(
        "U2-Net, U2NETP, 3ch/1cls, extents that halve unevenly, before the sigmoid",
        "xuebinqin/U-2-Net@ac7e1c81 model/u2net.py:U2NETP",
        {"patch": [37, 56]},
        U2NETP(3, 1),
        [1, 3, 37, 56],
        before_sigmoid,
    )


groups = {"monai": monai_networks, "u2net": u2net_networks}


def main():
    name, folder, *checkout = sys.argv[1:]
    sys.path[:0] = checkout
    write(folder, name, groups[name]())


if __name__ == "__main__":
    main()
