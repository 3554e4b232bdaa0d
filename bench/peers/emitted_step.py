"""Training steps of emitted networks beside their official classes.

`emitted_step.py state NET --patch D H W --out FILE` saves what the official class begins with. `emitted_step.py step NET --patch D H W
--package FOLDER --turns N` loads it into both sides, takes N steps of each in turns and prints JSON. nnU-Net's classes come from
dynamic-network-architectures; E2ENet's from a checkout of boqian333/E2ENet-Medical that E2ENET names.
"""

import argparse
import importlib
import json
import os
import sys
import time
from argparse import Namespace
from pathlib import Path

import torch
from torch import nn
from torch.nn.functional import cross_entropy, interpolate

CLASSES, BATCH = 16, 1
E2ENET_POOLS = [[1, 2, 2], *[[2, 2, 2]] * 4]
LEAKY = {"negative_slope": 0.01, "inplace": True}
NORM = {"eps": 1e-5, "affine": True}


def nnunet(name: str, **blocks):
    architectures = importlib.import_module("dynamic_network_architectures.architectures.unet")
    return getattr(architectures, name)(
        input_channels=1,
        n_stages=6,
        features_per_stage=[32, 64, 128, 256, 320, 320],
        conv_op=nn.Conv3d,
        kernel_sizes=3,
        strides=[1, 2, 2, 2, 2, 2],
        num_classes=CLASSES,
        conv_bias=True,
        norm_op=nn.InstanceNorm3d,
        norm_op_kwargs=NORM,
        nonlin=nn.LeakyReLU,
        nonlin_kwargs=LEAKY,
        deep_supervision=True,
        **blocks,
    )


def e2enet(patch):
    sys.path.insert(0, os.environ["E2ENET"])
    module = importlib.import_module("e2enet.network_architecture.unetpp_d")
    return module.Generic_UNetPlusPlus(
        patch,
        1,
        48,
        CLASSES,
        5,
        2,
        2,
        nn.Conv3d,
        nn.InstanceNorm3d,
        NORM,
        nn.Dropout3d,
        {"p": 0, "inplace": True},
        nn.LeakyReLU,
        LEAKY,
        True,
        False,
        lambda x: x,
        module.InitWeights_He(1e-2),
        E2ENET_POOLS,
        None,
        False,
        True,
        True,
    )


def official(net: str, patch):
    torch.manual_seed(0)
    if net == "e2enet":
        return e2enet(patch)
    if net == "nnunet":
        return nnunet("PlainConvUNet", n_conv_per_stage=2, n_conv_per_stage_decoder=2)
    return nnunet("ResidualEncoderUNet", n_blocks_per_stage=[1, 3, 4, 6, 6, 6], n_conv_per_stage_decoder=1)


def official_masking(network, optimizer, like):
    """E2ENet's own masks, which its trainer applies after every step; the same connections as ours."""
    sparse = importlib.import_module("e2enet.training.network_training.sparselearning.core_channel")
    arguments = Namespace(fix=True, adv=False)
    masking = sparse.Masking(optimizer, growth_mode="random", redistribution_mode="none", args=arguments)
    masking.modules = [network]
    kernels = {key: one for key, one in like.state_dict().items() if one.dim() > 1}
    masking.masks = {key: (one != 0).float() for key, one in kernels.items() if (one == 0).any()}
    masking.apply_mask()
    return masking


class Side:
    """A network with an optimiser that takes training steps as nnU-Net does."""

    def __init__(self, network, images, labels):
        self.network, self.images, self.labels = network.train(), images, labels
        self.optimizer = torch.optim.SGD(network.parameters(), 1e-2, momentum=0.99, nesterov=True, weight_decay=3e-5)
        self.topology = self.masking = None

    def step(self) -> dict[str, float]:
        """Milliseconds of the parts of a step."""
        marks = [time.perf_counter()]
        if self.topology is not None:
            self.topology.begin_step(self.optimizer)
        self.optimizer.zero_grad()
        outputs = self.network(self.images)
        marks.append(time.perf_counter())
        loss = sum(cross_entropy(one, labels) / 2**k for k, (one, labels) in enumerate(zip(outputs, self.labels)))
        loss.backward()
        marks.append(time.perf_counter())
        nn.utils.clip_grad_norm_(self.network.parameters(), 12)
        if self.topology is not None:
            self.topology.mask_gradients()
        self.optimizer.step()
        if self.masking is not None:
            self.masking.apply_mask()
        marks.append(time.perf_counter())
        parts = ("forward", "backward", "update")
        return {part: (end - start) * 1e3 for part, start, end in zip(parts, marks, marks[1:])}


def difference(ours, theirs, images) -> float:
    with torch.no_grad():
        pairs = list(zip(ours(images), theirs(images), strict=True))
    return max(((a - b).abs().max() / b.std()).item() for a, b in pairs)


def compare(net: str, patch, package: Path, turns: int) -> dict:
    theirs = official(net, patch)
    sys.path.insert(0, str(package.parent))
    emitted = importlib.import_module(package.name)
    ours = emitted.trained()
    images = torch.randn(BATCH, 1, *patch)
    parameters = [sum(one.numel() for one in side.parameters()) for side in (ours, theirs)]
    far = difference(ours, theirs, images)
    with torch.no_grad():
        extents = [one.shape[2:] for one in ours(images)]
    whole = torch.randint(0, CLASSES, (BATCH, 1, *patch)).float()
    labels = [interpolate(whole, size=one, mode="nearest")[:, 0].long() for one in extents]
    sides = [Side(ours, images, labels), Side(theirs, images, labels)]
    if net == "e2enet":
        sides[0].topology = emitted.Topology(ours, total_steps=1000)
        sides[1].masking = official_masking(theirs, sides[1].optimizer, ours)
    for side in sides:
        side.step()
    times = [[side.step() for side in sides] for _ in range(turns)]
    return {
        "torch": torch.__version__,
        "parameters": parameters,
        "difference": far,
        "ours": [one for one, _ in times],
        "theirs": [other for _, other in times],
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["state", "step"])
    parser.add_argument("net", choices=["e2enet", "nnunet", "resenc"])
    parser.add_argument("--patch", type=int, nargs=3, required=True)
    parser.add_argument("--out")
    parser.add_argument("--package", type=Path)
    parser.add_argument("--turns", type=int, default=5)
    given = parser.parse_args()
    torch.set_num_threads(int(os.environ.get("WEFT_THREADS", "2")))
    if given.what == "state":
        torch.save(official(given.net, given.patch).state_dict(), given.out)
    else:
        print(json.dumps(compare(given.net, given.patch, given.package, given.turns)))
