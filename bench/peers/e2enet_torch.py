"""E2ENet and nnU-Net version 1 (3D) in PyTorch, exported to ONNX the way a PyTorch user exports them.

Written for this comparison from the published description of the networks. Prints JSON. Weights are random, as neither the
graph nor its speed depends on them. One output, the finest head, as at inference.
"""

import argparse
import json
import os
import time

import torch
from torch import nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.nn import functional
from torch.utils.flop_counter import FlopCounterMode

POOLS = 5
WIDEST = 320
SHIFT = 5
EXPORTERS = {"classic": False, "dynamo": True}


def channels(base):
    return [min(base * 2**level, WIDEST) for level in range(POOLS + 1)]


class Norm(nn.InstanceNorm3d):
    """The module without its refusal of a single voxel, which a 32-voxel patch has at the bottom; same exported node."""

    def forward(self, x):
        return torch.instance_norm(x, self.weight, self.bias, None, None, True, self.momentum, self.eps, False)


class DepthShift(nn.Module):
    """Moves each of up to five groups of channels along depth by -2..2 slices, zeros coming in."""

    def forward(self, x):
        reach = SHIFT // 2
        padded = functional.pad(x, (0, 0, 0, 0, reach, reach))
        # The classic exporter writes a chunk into one group as a node that onnxruntime refuses to run.
        groups = torch.chunk(padded, SHIFT, dim=1) if x.shape[1] > 1 else [padded]
        moved = [torch.roll(group, k - reach, dims=2) for k, group in enumerate(groups)]
        return torch.cat(moved, dim=1).narrow(2, reach, x.shape[2])


def unit(inputs, outputs, kernel, stride=(1, 1, 1)):
    padding = [size // 2 for size in kernel]
    return nn.Sequential(
        nn.Conv3d(inputs, outputs, kernel, stride=stride, padding=padding),
        Norm(outputs, affine=True),
        nn.LeakyReLU(0.01, inplace=True),
    )


def shifted(inputs, outputs, stride=(1, 1, 1)):
    return nn.Sequential(DepthShift(), *unit(inputs, outputs, (1, 3, 3), stride))


def head(inputs, classes):
    return nn.Conv3d(inputs, classes, 1, bias=False)


class E2ENet(nn.Module):
    """Nodes (i, j): level i, column j. Each reads its level's last node, the one below and the one above."""

    def __init__(self, classes, base, pools):
        super().__init__()
        width = channels(base)
        strides = [(1, 1, 1), *pools]
        self.encoder = nn.ModuleList(
            nn.Sequential(shifted(1 if i == 0 else width[i - 1], width[i], strides[i]), shifted(width[i], width[i]))
            for i in range(POOLS + 1)
        )
        self.up, self.down, self.node = nn.ModuleDict(), nn.ModuleDict(), nn.ModuleDict()
        for j in range(1, POOLS + 1):
            for i in range(POOLS + 1 - j):
                key = f"{i}_{j}"
                joined = 2 * width[i] + (width[i - 1] if i > 0 else 0)
                last = [shifted(width[i], width[i])] if i + j == POOLS else []
                self.up[key] = nn.ConvTranspose3d(width[i + 1], width[i], pools[i], stride=pools[i], bias=False)
                if i > 0:
                    self.down[key] = nn.MaxPool3d(pools[i - 1])
                self.node[key] = nn.Sequential(shifted(joined, width[i]), *last)
        self.heads = nn.ModuleList(head(width[i], classes) for i in range(POOLS - 1))

    def forward(self, x):
        column = []
        for stage in self.encoder:
            x = stage(x)
            column.append(x)
        for j in range(1, POOLS + 1):
            following = []
            for i in range(POOLS + 1 - j):
                key = f"{i}_{j}"
                sources = [column[i], self.up[key](column[i + 1])]
                if i > 0:
                    sources.append(self.down[key](column[i - 1]))
                following.append(self.node[key](torch.cat(sources, dim=1)))
            column = following
        return self.heads[0](column[0])


class NnUnet(nn.Module):
    """Decoder level i takes the kernel of level i + 1, as version 1 does."""

    def __init__(self, classes, base, pools):
        super().__init__()
        width = channels(base)
        strides = [(1, 1, 1), *pools]
        kernels = [tuple(3 if step > 1 else 1 for step in pools[0]), *[(3, 3, 3)] * POOLS]

        def stage(inputs, outputs, kernel, stride=(1, 1, 1)):
            return nn.Sequential(unit(inputs, outputs, kernel, stride), unit(outputs, outputs, kernel))

        self.encoder = nn.ModuleList(
            stage(1 if i == 0 else width[i - 1], width[i], kernels[i], strides[i]) for i in range(POOLS + 1)
        )
        self.up = nn.ModuleList(
            nn.ConvTranspose3d(width[i + 1], width[i], pools[i], stride=pools[i], bias=False) for i in range(POOLS)
        )
        self.decoder = nn.ModuleList(stage(2 * width[i], width[i], kernels[i + 1]) for i in range(POOLS))
        self.heads = nn.ModuleList(head(width[i], classes) for i in range(POOLS))

    def forward(self, x):
        skips = []
        for level in self.encoder:
            x = level(x)
            skips.append(x)
        for i in reversed(range(POOLS)):
            x = self.decoder[i](torch.cat([self.up[i](x), skips[i]], dim=1))
        return self.heads[0](x)


NETS = {"e2enet": (E2ENet, 48), "nnunet": (NnUnet, 32)}


def export(network, patch, path, opset, exporter):
    """Writes the graph for one patch at batch 1; what the exporter folds, it folds knowing every size."""
    torch.onnx.export(
        network,
        (torch.zeros(1, 1, *patch),),
        path,
        input_names=["input"],
        output_names=["logits"],
        opset_version=opset,
        dynamo=EXPORTERS[exporter],
        verbose=False,
    )


def macs(build, patch):
    """Multiply-accumulates at batch 1, counted over fake tensors."""
    with FakeTensorMode(), torch.no_grad(), FlopCounterMode(display=False) as counter:
        build()(torch.empty(1, 1, *patch))
    return counter.get_total_flops() // 2


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("net", choices=NETS)
    parser.add_argument("--patch", type=int, nargs=3, default=[64, 64, 64], metavar=("D", "H", "W"))
    parser.add_argument("--classes", type=int, default=16)
    parser.add_argument("--base", type=int, help="channels at the finest level; the network's published number if absent")
    parser.add_argument("--thick", action="store_true", help="pool [1,2,2] first, as the plan for thick slices does")
    parser.add_argument("--out", help="ONNX file to write; only counts if absent")
    parser.add_argument("--opset", type=int, default=17)
    parser.add_argument("--exporter", choices=EXPORTERS, default="classic", help="dynamo needs onnxscript and opset 18")
    return parser.parse_args()


def main():
    given = arguments()
    kind, base = NETS[given.net]
    pools = [(1, 2, 2) if given.thick else (2, 2, 2), *[(2, 2, 2)] * (POOLS - 1)]
    torch.manual_seed(0)

    def build():
        return kind(given.classes, given.base or base, pools).eval()

    network = build()
    parameters = sum(one.numel() for one in network.parameters())
    found = {"torch": torch.__version__, "net": given.net, "parameters": parameters, "macs": macs(build, given.patch)}
    if given.out:
        start = time.perf_counter()
        with torch.no_grad():
            export(network, given.patch, given.out, given.opset, given.exporter)
        elapsed = round(1000 * (time.perf_counter() - start))
        found.update(exporter=given.exporter, opset=given.opset, exportMs=elapsed, bytes=os.path.getsize(given.out))
    print(json.dumps(found))


main()
