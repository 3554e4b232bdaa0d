"""Training steps of the two hippocampus networks in PyTorch, for their time.

Written for this comparison from the published descriptions. The sizes come as JSON in the first argument. Each line on stdin
asks for one step; each step answers with one line of JSON. Data and weights are random, as the speed depends on neither.
"""

import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional

SHIFT = 5
MOMENTUM, DECAY, CLIP = 0.99, 3e-5, 12


class DepthShift(nn.Module):
    """Moves each of up to five groups of channels along depth by -2..2 slices, zeros coming in."""

    def forward(self, x):
        reach = SHIFT // 2
        padded = functional.pad(x, (0, 0, 0, 0, reach, reach))
        moved = [
            group.narrow(2, 2 * reach - k, x.shape[2]) for k, group in enumerate(torch.chunk(padded, SHIFT, dim=1))
        ]
        return torch.cat(moved, dim=1)


def unit(inputs, outputs, stride, flat):
    kernel = (1, 3, 3) if flat else (3, 3, 3)
    convolution = nn.Conv3d(inputs, outputs, kernel, stride=stride, padding=[size // 2 for size in kernel])
    layers = [convolution, nn.InstanceNorm3d(outputs, affine=True), nn.LeakyReLU(0.01, inplace=True)]
    return nn.Sequential(*([DepthShift()] if flat else []), *layers)


def pair(inputs, outputs, stride, flat):
    return nn.Sequential(unit(inputs, outputs, stride, flat), unit(outputs, outputs, 1, flat))


class Plain(nn.Module):
    """nnU-Net version 2 with `depth` poolings."""

    def __init__(self, base, classes, depth):
        super().__init__()
        width = [base * 2**i for i in range(depth + 1)]
        self.encoder = nn.ModuleList(
            pair(1 if i == 0 else width[i - 1], width[i], 1 if i == 0 else 2, False) for i in range(depth + 1)
        )
        self.up = nn.ModuleList(nn.ConvTranspose3d(width[i + 1], width[i], 2, stride=2) for i in range(depth))
        self.decoder = nn.ModuleList(pair(2 * width[i], width[i], 1, False) for i in range(depth))
        self.heads = nn.ModuleList(nn.Conv3d(width[i], classes, 1) for i in range(depth))

    def forward(self, x):
        skips = []
        for stage in self.encoder:
            x = stage(x)
            skips.append(x)
        outputs = []
        for i in reversed(range(len(self.up))):
            x = self.decoder[i](torch.cat([self.up[i](x), skips[i]], dim=1))
            outputs.append(self.heads[i](x))
        return outputs[::-1]


class Sparse(nn.Module):
    """E2ENet with `depth` poolings. Nodes (i, j): level i, column j."""

    def __init__(self, base, classes, depth):
        super().__init__()
        self.depth = depth
        width = [base * 2**i for i in range(depth + 1)]
        self.encoder = nn.ModuleList(
            pair(1 if i == 0 else width[i - 1], width[i], 1 if i == 0 else 2, True) for i in range(depth + 1)
        )
        self.up, self.node = nn.ModuleDict(), nn.ModuleDict()
        for j in range(1, depth + 1):
            for i in range(depth + 1 - j):
                joined = 2 * width[i] + (width[i - 1] if i > 0 else 0)
                last = [unit(width[i], width[i], 1, True)] if i + j == depth else []
                self.up[f"{i}_{j}"] = nn.ConvTranspose3d(width[i + 1], width[i], 2, stride=2, bias=False)
                self.node[f"{i}_{j}"] = nn.Sequential(unit(joined, width[i], 1, True), *last)
        self.heads = nn.ModuleList(nn.Conv3d(width[i], classes, 1, bias=False) for i in range(depth - 1))

    def forward(self, x):
        column = []
        for stage in self.encoder:
            x = stage(x)
            column.append(x)
        ends = [column[-1]]
        for j in range(1, self.depth + 1):
            following = []
            for i in range(self.depth + 1 - j):
                sources = [column[i], self.up[f"{i}_{j}"](column[i + 1])]
                if i > 0:
                    sources.append(functional.max_pool3d(column[i - 1], 2))
                following.append(self.node[f"{i}_{j}"](torch.cat(sources, dim=1)))
            column = following
            ends.append(column[-1])
        finest_first = ends[::-1]
        return [head(finest_first[i]) for i, head in enumerate(self.heads)]


def loss_of(logits, labels):
    """Cross-entropy, and minus the mean Dice of the classes but background over the whole batch."""
    classes = logits.shape[1]
    probabilities = torch.softmax(logits, dim=1)
    truth = functional.one_hot(labels, classes).movedim(-1, 1)
    axes = [0, 2, 3, 4]
    both = (probabilities * truth).sum(axes)[1:]
    total = (probabilities.sum(axes) + truth.sum(axes))[1:]
    return functional.cross_entropy(logits, labels) - ((2 * both + 1e-5) / (total + 1e-5)).mean()


def shrunk(labels, extents):
    """The labels at an output's extents."""
    return functional.interpolate(labels[:, None].float(), size=extents, mode="nearest-exact")[:, 0].long()


def main():
    given = json.loads(sys.argv[1])
    torch.manual_seed(0)
    torch.set_num_threads(given["threads"])
    kind = {"plain": Plain, "sparse": Sparse}[given["net"]]
    network = kind(given["base"], given["classes"], given["depth"])
    optimizer = torch.optim.SGD(network.parameters(), lr=1e-2, momentum=MOMENTUM, nesterov=True, weight_decay=DECAY)
    images = torch.randn(given["batch"], 1, *given["patch"])
    labels = torch.randint(0, given["classes"], (given["batch"], *given["patch"]))
    count = sum(one.numel() for one in network.parameters())
    print(json.dumps({"torch": torch.__version__, "parameters": count}), flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        optimizer.zero_grad()
        outputs = zip(given["supervise"], network(images))
        loss = sum(weight * loss_of(logits, shrunk(labels, logits.shape[2:])) for weight, logits in outputs)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), CLIP)
        optimizer.step()
        value = loss.item()
        print(json.dumps({"ms": 1000 * (time.perf_counter() - start), "loss": value}), flush=True)


main()
