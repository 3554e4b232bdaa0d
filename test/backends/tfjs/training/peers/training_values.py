"""What PyTorch computes for losses and optimisers: training_values.py VALUES.json

Inputs follow from formulas that ../fixtures.ts has too. Losses are in double precision, optimisers too. Dice is written out here from its
definition; cross-entropy, softmax, optimisers, clipping, schedules and the resampling of labels are PyTorch's.
"""

import json
import sys

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)


def noise(count, seed):
    position = torch.arange(count, dtype=torch.int64)
    mixed = (position + 1) * 0x9E3779B1 + (seed + 1) * 0x85EBCA6B
    return (((mixed & 0xFFFFFFFF) >> 20) - 2048).double() / 1024


def labels_of(shape, classes, seed):
    count = int(torch.tensor(shape).prod())
    return ((noise(count, seed) + 2) * 1024).long().remainder(classes).reshape(shape)


def dice(logits, labels, batch):
    p = torch.softmax(logits, 1)
    y = F.one_hot(labels, logits.shape[1]).movedim(-1, 1).double()
    axes = tuple(range(2, logits.ndim))
    both, total = (p * y).sum(axes)[:, 1:], (p.sum(axes) + y.sum(axes))[:, 1:]
    if batch:
        both, total = both.sum(0), total.sum(0)
    return -((2 * both + 1e-5) / (total + 1e-5)).mean()


def loss_case(name, shape, terms, labels, scale=2.0):
    """`shape` is channels first."""
    count = int(torch.tensor(shape).prod())
    logits = (noise(count, 3).reshape(shape) * scale).requires_grad_()
    value = sum(
        weight * (F.cross_entropy(logits, labels) if kind == "cross_entropy" else dice(logits, labels, batch))
        for kind, weight, batch in terms
    )
    value.backward()
    last = logits.grad.movedim(1, -1)
    return {
        "name": name,
        "shape": shape,
        "scale": scale,
        "terms": [{"loss": k, "weight": w, "batch": b} for k, w, b in terms],
        "labels": labels.flatten().tolist(),
        "value": value.item(),
        "gradient": last.flatten().tolist(),
    }


def losses():
    shape, classes = [2, 3, 2, 3, 4], 3
    labels = labels_of([2, 2, 3, 4], classes, 5)
    absent = labels.clone()
    absent[absent == 2] = 0
    one_item = labels.clone()
    one_item[1] = 0
    both = [("dice", 1.0, True), ("cross_entropy", 1.0, False)]
    return [
        loss_case("dice by item", shape, [("dice", 1.0, False)], labels),
        loss_case("dice over the batch", shape, [("dice", 1.0, True)], labels),
        loss_case("cross-entropy", shape, [("cross_entropy", 1.0, False)], labels),
        loss_case("a weighted sum", shape, [("dice", 0.5, False), ("cross_entropy", 2.0, False)], labels),
        loss_case("dice and cross-entropy over the batch", shape, both, labels),
        loss_case("a class that is nowhere", shape, both, absent),
        loss_case("background only", shape, [("dice", 1.0, False)], torch.zeros_like(labels)),
        loss_case("an item of background only", shape, [("dice", 1.0, False)], one_item),
        loss_case("certain logits", shape, both, labels, 200.0),
        loss_case("two classes in the plane", [3, 2, 5, 4], both, labels_of([3, 5, 4], 2, 6)),
    ]


def label_case(patch, extents):
    labels = labels_of([2, *patch], 5, 8)
    small = F.interpolate(labels[:, None].double(), extents, mode="nearest-exact")[:, 0].long()
    return {"patch": patch, "extents": extents, "labels": labels.flatten().tolist(), "small": small.flatten().tolist()}


def trajectory(name, make, setting, clip=None, schedule=None):
    weights = [noise(6, 1).reshape(2, 3).requires_grad_(), noise(4, 2).requires_grad_()]
    optimiser = make(weights)
    rate = schedule(optimiser) if schedule else None
    norms = []
    for step in range(10):
        for k, one in enumerate(weights):
            one.grad = 0.7 * one.detach() + noise(one.numel(), 10 * step + k).reshape(one.shape)
        norms.append(torch.nn.utils.clip_grad_norm_(weights, clip if clip else 1e30).item())
        optimiser.step()
        if rate:
            rate.step()
    return {
        "name": name,
        "optimizer": setting,
        "clip": clip,
        "norms": norms,
        "weights": [one.detach().flatten().tolist() for one in weights],
    }


def sgd(momentum, nesterov, decay):
    setting = {"kind": "sgd", "lr": 0.05, "momentum": momentum, "nesterov": nesterov, "weightDecay": decay}
    return setting, lambda w: torch.optim.SGD(w, 0.05, momentum, weight_decay=decay, nesterov=nesterov)


def adam(kind, decay):
    setting = {"kind": kind, "lr": 0.05, "beta1": 0.9, "beta2": 0.99, "eps": 1e-6, "weightDecay": decay}
    make = torch.optim.Adam if kind == "adam" else torch.optim.AdamW
    return setting, lambda w: make(w, 0.05, (0.9, 0.99), 1e-6, decay)


def trajectories():
    cases = [
        ("sgd", *sgd(0.0, False, 0.0), None),
        ("sgd with weight decay", *sgd(0.0, False, 0.1), None),
        ("momentum", *sgd(0.9, False, 0.0), None),
        ("Nesterov as nnU-Net has it", *sgd(0.99, True, 3e-5), 1.5),
        ("adam", *adam("adam", 0.0), None),
        ("adam with weight decay", *adam("adam", 0.1), 1.5),
        ("adamw", *adam("adamw", 0.1), None),
    ]
    return [trajectory(name, make, setting, clip) for name, setting, make, clip in cases]


def schedule(make):
    optimiser = torch.optim.SGD([torch.zeros(1, requires_grad=True)], 0.5)
    scheduler, rates = make(optimiser), []
    for _ in range(20):
        rates.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        scheduler.step()
    return rates


def main():
    schedulers = torch.optim.lr_scheduler
    values = {
        "losses": losses(),
        "labels": [label_case([4, 6, 8], e) for e in ([2, 3, 4], [4, 2, 2], [1, 6, 1])],
        "trajectories": trajectories(),
        "schedules": {
            "poly": schedule(lambda o: schedulers.PolynomialLR(o, 20, 0.9)),
            "cosine": schedule(lambda o: schedulers.CosineAnnealingLR(o, 20, 0.001)),
        },
    }
    with open(sys.argv[1], "w", encoding="utf8") as file:
        json.dump(values, file)


main()
