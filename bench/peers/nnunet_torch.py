"""nnU-Net version 1 (3D, isotropic) in PyTorch, counted by FlopCounterMode over fake tensors.

Written for this comparison from the published description of the network. Prints JSON; `--once` counts a single time.
"""

import json
import statistics
import sys
import time

import torch
from torch import nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils.flop_counter import FlopCounterMode

CHANNELS = [32, 64, 128, 256, 320, 320]
CLASSES = 16
PATCH = (128, 128, 128)
WARM_RUNS = 5


def unit(inputs, outputs, stride=1):
    return nn.Sequential(
        nn.Conv3d(inputs, outputs, 3, stride=stride, padding=1),
        nn.InstanceNorm3d(outputs, affine=True),
        nn.LeakyReLU(0.01),
    )


def stage(inputs, outputs, stride=1):
    return nn.Sequential(unit(inputs, outputs, stride), unit(outputs, outputs))


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        wide = list(zip(CHANNELS, CHANNELS[1:]))
        self.encoder = nn.ModuleList([stage(1, CHANNELS[0])] + [stage(fine, coarse, 2) for fine, coarse in wide])
        self.up = nn.ModuleList(nn.ConvTranspose3d(coarse, fine, 2, stride=2, bias=False) for fine, coarse in wide)
        self.decoder = nn.ModuleList(stage(2 * fine, fine) for fine in CHANNELS[:-1])
        self.heads = nn.ModuleList(nn.Conv3d(fine, CLASSES, 1, bias=False) for fine in CHANNELS[:-1])

    def forward(self, x):
        skips = []
        for level in self.encoder:
            x = level(x)
            skips.append(x)
        outputs = []
        for i in reversed(range(len(self.up))):
            x = self.decoder[i](torch.cat([self.up[i](x), skips[i]], dim=1))
            outputs.append(self.heads[i](x))
        return outputs


def count():
    """Milliseconds, FLOPs and parameters, from nothing to the numbers."""
    start = time.perf_counter()
    with FakeTensorMode(), torch.no_grad(), FlopCounterMode(display=False) as counter:
        network = Network()
        network(torch.empty(1, 1, *PATCH))
        parameters = sum(one.numel() for one in network.parameters())
    return 1000 * (time.perf_counter() - start), counter.get_total_flops(), parameters


def main():
    cold, flops, parameters = count()
    warm = [cold] if "--once" in sys.argv else [count()[0] for _ in range(WARM_RUNS)]
    found = {"coldMs": cold, "warmMs": statistics.median(warm), "flops": flops, "parameters": parameters}
    print(json.dumps({"torch": torch.__version__, **found}))


main()
