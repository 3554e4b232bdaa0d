"""Small official networks with weights by formula, and what they give: probes.py NETWORKS FOLDER [CHECKOUT]

NETWORKS is a name of `groups` below; FOLDER/NETWORKS.json gets its records, one a line, in the form and by the formulas of the shared
reference. monai, smp and transformers need the packages monai, segmentation_models_pytorch and transformers; u2net a CHECKOUT of xuebinqin/U-2-Net,
hrnet the folder lib of one of HRNet/HRNet-Semantic-Segmentation. In double precision, in evaluation mode; an official
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


# ---------------------------------------------------------------- segmentation_models_pytorch


def smp_networks():
    import segmentation_models_pytorch as smp

    source = f"segmentation_models_pytorch {smp.__version__}, decoders/"
    yield record(
        "DeepLabV3+, ResNet-50, 3ch/2cls, rates that stay in the image",
        source + "deeplabv3/model.py:DeepLabV3Plus",
        {"classes": 2, "size": [48, 64], "rates": [1, 2, 3]},
        smp.DeepLabV3Plus("resnet50", encoder_weights=None, classes=2, decoder_atrous_rates=(1, 2, 3)),
        [1, 3, 48, 64],
    )
    yield record(
        "U-Net EfficientNet-B0, 3ch/1cls",
        source + "unet/model.py:Unet",
        {"size": [64, 96]},
        smp.Unet("efficientnet-b0", encoder_weights=None),
        [1, 3, 64, 96],
    )


# ---------------------------------------------------------------- HRNet


def hrnet_networks():
    import numpy
    from types import SimpleNamespace

    numpy.int = int  # as numpy had it when the code was written
    from models import seg_hrnet

    seg_hrnet.BatchNorm2d = torch.nn.BatchNorm2d
    widths, modules = [4, 6, 8, 10], [1, 2, 1]

    class Extra(dict):
        FINAL_CONV_KERNEL = 1

    stages = {
        f"STAGE{k + 2}": {
            "NUM_MODULES": count,
            "NUM_BRANCHES": k + 2,
            "BLOCK": "BASIC",
            "NUM_BLOCKS": [2] * (k + 2),
            "NUM_CHANNELS": widths[: k + 2],
            "FUSE_METHOD": "SUM",
        }
        for k, count in enumerate(modules)
    }
    first = {"NUM_CHANNELS": [64], "BLOCK": "BOTTLENECK", "NUM_BLOCKS": [2]}
    model = SimpleNamespace(EXTRA=Extra(STAGE1=first, **stages), ALIGN_CORNERS=True)
    config = SimpleNamespace(MODEL=model, DATASET=SimpleNamespace(NUM_CLASSES=3))
    yield record(
        "HRNetV2, 3ch/3cls, narrow branches",
        "HRNet/HRNet-Semantic-Segmentation@0bbb2880 lib/models/seg_hrnet.py:HighResolutionNet",
        {"classes": 3, "size": [64, 96], "widths": widths, "modules": modules, "blocks": 2},
        seg_hrnet.HighResolutionNet(config),
        [1, 3, 64, 96],
    )


# ---------------------------------------------------------------- Primus


def exactly_turned(net, grid, features):
    """The package makes the table of its rotary embedding in single precision; here it follows from the same formula in double."""
    from timm.layers.pos_embed_sincos import build_rotary_pos_embed

    bands = features // 6
    frequencies = 10000 ** (-torch.arange(bands, dtype=torch.float64) / bands)
    tables = build_rotary_pos_embed(grid, bands=frequencies, in_pixels=False, ref_feat_shape=grid, dtype=torch.float64)
    net.double().eva.rope.pos_embed = torch.cat(tables, -1)
    return net


def primus_networks():
    from dynamic_network_architectures.architectures.primus import Primus, PrimusV2, PrimusV3

    source = "dynamic-network-architectures 0.4.4, architectures/primus.py:"
    patch, grid = [8, 16, 24], [1, 2, 3]
    features, heads, depth = 12, 2, 2
    arguments = {"classes": 3, "patch": patch, "width": features * heads, "heads": heads, "depth": depth}

    def made(network, **more):
        net = network(1, features * heads, (8, 8, 8), 3, eva_depth=depth, eva_numheads=heads, input_shape=patch,
                      init_values=0.1, scale_attn_inner=True, **more)
        return exactly_turned(net, grid, features)

    shape = [1, 1, *patch]
    yield record("Primus, 1ch/3cls, width 24, 2 blocks", source + "Primus", arguments, made(Primus), shape)
    yield record("PrimusV2, 1ch/3cls, width 24, 2 blocks", source + "PrimusV2", arguments, made(PrimusV2), shape)
    widths = [4, 6, 8, 10]
    yield record(
        "PrimusV3, 1ch/3cls, width 24, 2 blocks, embedding of 4 to 10 channels",
        source + "PrimusV3",
        {**arguments, "embed_widths": widths},
        made(PrimusV3, ch_per_level=widths),
        shape,
    )


# ---------------------------------------------------------------- SegFormer


def transformers_networks():
    import transformers
    from transformers import SegformerConfig, SegformerForSemanticSegmentation

    small = {"hidden_sizes": [4, 8, 10, 12], "depths": [1, 2, 1, 1], "num_attention_heads": [1, 2, 2, 3]}
    config = SegformerConfig(num_labels=5, decoder_hidden_size=6, **small)
    yield record(
        "SegFormer, 3ch/5cls, narrow",
        f"transformers {transformers.__version__}, models/segformer/modeling_segformer.py:SegformerForSemanticSegmentation",
        {
            "classes": 5,
            "size": [64, 96],
            "widths": small["hidden_sizes"],
            "layers": small["depths"],
            "heads": small["num_attention_heads"],
            "decoder": 6,
        },
        SegformerForSemanticSegmentation(config),
        [1, 3, 64, 96],
        lambda net, x: net(x).logits,
    )


groups = {
    "hrnet": hrnet_networks,
    "monai": monai_networks,
    "primus": primus_networks,
    "smp": smp_networks,
    "transformers": transformers_networks,
    "u2net": u2net_networks,
}


def main():
    name, folder, *checkout = sys.argv[1:]
    sys.path[:0] = checkout
    write(folder, name, groups[name]())


if __name__ == "__main__":
    main()
