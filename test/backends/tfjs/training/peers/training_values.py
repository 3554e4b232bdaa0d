"""What PyTorch computes for losses and optimisers: training_values.py VALUES.json

Inputs follow from formulas that ../fixtures.ts has too. Losses are in double precision, optimisers too. Dice is written out here from its
definition, since nnU-Net's sums in single precision; cross-entropy, softmax, optimisers, clipping, schedules and the resampling of labels are
PyTorch's, top-k nnU-Net's, Tversky and focal MONAI's; the entropy of regions with an ignore label is held to nnU-Net's.
"""

import json
import sys

import torch
import torch.nn.functional as F
from monai.losses import TverskyLoss
from monai.losses.focal_loss import sigmoid_focal_loss, softmax_focal_loss
from nnunetv2.training.loss.compound_losses import DC_and_BCE_loss
from nnunetv2.training.loss.robust_ce_loss import TopKLoss
from nnunetv2.training.lr_scheduler.warmup import Lin_incr_LRScheduler, PolyLRScheduler_offset
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

torch.set_default_dtype(torch.float64)


def noise(count, seed):
    position = torch.arange(count, dtype=torch.int64)
    mixed = (position + 1) * 0x9E3779B1 + (seed + 1) * 0x85EBCA6B
    return (((mixed & 0xFFFFFFFF) >> 20) - 2048).double() / 1024


def labels_of(shape, classes, seed):
    count = int(torch.tensor(shape).prod())
    return ((noise(count, seed) + 2) * 1024).long().remainder(classes).reshape(shape)


class Target:
    """Labels as losses want them: `y` is one-hot, or one channel for each region; `mask` is 0 where a voxel is ignored."""

    def __init__(self, labels, channels, regions, ignore):
        self.ignore = ignore
        self.known = (labels != ignore) if ignore is not None else torch.ones_like(labels, dtype=torch.bool)
        self.labels = labels
        if regions is None:
            y = F.one_hot(torch.where(self.known, labels, 0), channels).movedim(-1, 1)
        else:
            y = torch.stack([sum((labels == one) for one in region) for region in regions], 1)
        self.mask = self.known[:, None].double()
        self.y = y.double() * self.mask
        self.first = 1 if regions is None else 0

    def mean(self, loss):
        """Of `[N, C, …]`: as MONAI and nnU-Net have it, by voxels alone where some may be ignored."""
        return loss.mean() if self.ignore is None else (loss * self.mask).sum() / self.mask.sum().clip(1)


def dice(p, target, batch):
    axes = tuple(range(2, p.ndim))
    p, y = (p * target.mask)[:, target.first :], target.y[:, target.first :]
    both, total = (p * y).sum(axes), p.sum(axes) + y.sum(axes)
    if batch:
        both, total = both.sum(0), total.sum(0)
    return -((2 * both + 1e-5) / (total + 1e-5)).mean()


def tversky(p, target, batch, alpha, beta):
    loss = TverskyLoss(include_background=target.first == 0, alpha=alpha, beta=beta, batch=batch)
    # One channel is never left out, and masked voxels are no part of any sum.
    return loss(p * target.mask, target.y)


def term_value(term, logits, target):
    kind, batch = term["loss"], term["batch"]
    sigmoid = kind == "bce" or term.get("sigmoid", False)
    ignored = {} if target.ignore is None else {"ignore_index": target.ignore}
    p = torch.sigmoid(logits) if sigmoid else torch.softmax(logits, 1)
    if kind == "dice":
        return dice(p, target, batch)
    if kind == "tversky":
        return tversky(p, target, batch, term["alpha"], term["beta"])
    if kind == "focal":
        focal = sigmoid_focal_loss if sigmoid else softmax_focal_loss
        return target.mean(focal(logits, target.y, term["gamma"], term.get("alpha")))
    if kind == "topk":
        return TopKLoss(k=100 * term["k"], **ignored)(logits, target.labels[:, None])
    if kind == "bce":
        value = target.mean(F.binary_cross_entropy_with_logits(logits, target.y, reduction="none"))
        check_against_nnunet(value, logits, target)
        return value
    weights = torch.tensor(term["weights"]) if "weights" in term else None
    return F.cross_entropy(logits, target.labels, weights, label_smoothing=term.get("labelSmoothing", 0), **ignored)


def check_against_nnunet(value, logits, target):
    """nnU-Net's own is in single precision, and says nothing of a batch without a label."""
    if target.ignore is None or target.mask.sum() == 0:
        return
    loss = DC_and_BCE_loss({}, {"ddp": False}, weight_dice=0, use_ignore_label=True)
    theirs = loss(logits, torch.cat([target.y, 1 - target.mask], 1))
    assert abs(theirs - value) < 1e-6 * abs(value), (theirs, value)


def loss_case(name, shape, terms, labels, scale=2.0, regions=None, ignore=None):
    """`shape` is channels first."""
    count = int(torch.tensor(shape).prod())
    logits = (noise(count, 3).reshape(shape) * scale).requires_grad_()
    target = Target(labels, shape[1], regions, ignore)
    value = sum(term["weight"] * term_value(term, logits, target) for term in terms)
    value.backward()
    last = logits.grad.movedim(1, -1)
    return {
        "name": name,
        "shape": shape,
        "scale": scale,
        "terms": terms,
        "labels": labels.flatten().tolist(),
        **({} if regions is None else {"regions": regions}),
        **({} if ignore is None else {"ignore": ignore}),
        "value": value.item(),
        "gradient": last.flatten().tolist(),
    }


def term(loss, weight=1.0, batch=False, **own):
    return {"loss": loss, "weight": weight, "batch": batch, **own}


def losses():
    shape, classes = [2, 3, 2, 3, 4], 3
    labels = labels_of([2, 2, 3, 4], classes, 5)
    absent = labels.clone()
    absent[absent == 2] = 0
    one_item = labels.clone()
    one_item[1] = 0
    entropy = term("cross_entropy")
    both = [term("dice", batch=True), entropy]
    return [
        loss_case("dice by item", shape, [term("dice")], labels),
        loss_case("dice over the batch", shape, [term("dice", batch=True)], labels),
        loss_case("cross-entropy", shape, [entropy], labels),
        loss_case("a weighted sum", shape, [term("dice", 0.5), term("cross_entropy", 2.0)], labels),
        loss_case("dice and cross-entropy over the batch", shape, both, labels),
        loss_case("a class that is nowhere", shape, both, absent),
        loss_case("background only", shape, [term("dice")], torch.zeros_like(labels)),
        loss_case("an item of background only", shape, [term("dice")], one_item),
        loss_case("certain logits", shape, both, labels, 200.0),
        loss_case("two classes in the plane", [3, 2, 5, 4], both, labels_of([3, 5, 4], 2, 6)),
        *exclusive_losses(shape, labels),
        *independent_losses(),
    ]


def exclusive_losses(shape, labels):
    weights = [0.5, 2.0, 1.25]
    weighed = term("cross_entropy", weights=weights)
    smoothed = term("cross_entropy", labelSmoothing=0.1)
    everything = [
        term("dice", 0.5),
        term("tversky", 0.25, True, alpha=0.3, beta=0.7),
        term("cross_entropy", 0.75, weights=weights, labelSmoothing=0.2),
        term("focal", 2.0, gamma=2.0, alpha=0.25),
    ]
    # Where no two voxels of one entropy lie at the border of the greatest.
    small, plane = labels_of([1, 7, 5], 3, 8), [2, 3, 5, 7]
    some, many = labels_of([2, 5, 7], 3, 8), labels_of([2, 5, 7], 3, 11)
    # Every label of 2 is one that nobody has given.
    unknown = torch.where(some == 2, 3, some)
    return [
        loss_case("weighted cross-entropy", shape, [weighed], labels),
        loss_case("smoothed labels", shape, [smoothed], labels),
        loss_case("smoothed labels with weights", shape, [{**weighed, "labelSmoothing": 0.3}], labels),
        loss_case("top-k", [1, 3, 7, 5], [term("topk", k=0.1)], small),
        loss_case("top-k of all voxels", shape, [term("topk", k=1.0)], labels),
        loss_case("focal", shape, [term("focal", gamma=2.0)], labels),
        loss_case("focal with alpha", shape, [term("focal", gamma=1.5, alpha=0.25)], labels),
        loss_case("focal of certain logits", shape, [term("focal", gamma=2.0)], labels, 200.0),
        loss_case("focal that is cross-entropy", shape, [term("focal", gamma=0.0)], labels),
        loss_case("tversky", shape, [term("tversky", alpha=0.3, beta=0.7)], labels),
        loss_case("tversky over the batch", shape, [term("tversky", batch=True, alpha=1.0, beta=0.5)], labels),
        loss_case("all by a softmax", plane, [*everything, term("topk", 1.5, k=0.25)], many),
        loss_case("all by a softmax, labels ignored", plane, [*everything, term("topk", 1.5, k=0.1)], unknown, ignore=3),
    ]


def independent_losses():
    shape, regions = [2, 3, 3, 2, 4], [[1, 2, 3], [2, 3], [3]]
    labels = labels_of([2, 3, 2, 4], 4, 7)
    unknown = torch.where(labels_of([2, 3, 2, 4], 5, 9) == 0, 4, labels)
    binary = [2, 1, 3, 4, 2]
    dice_and_bce = [term("dice", sigmoid=True), term("bce")]
    everything = [
        term("dice", 0.5, True, sigmoid=True),
        term("tversky", 0.25, alpha=0.3, beta=0.7, sigmoid=True),
        term("bce", 0.75),
        term("focal", 2.0, gamma=2.0, alpha=0.25, sigmoid=True),
    ]
    return [
        loss_case("bce of one channel", binary, [term("bce")], labels_of([2, 3, 4, 2], 2, 4), regions=[[1]]),
        loss_case("dice of one channel", binary, [dice_and_bce[0]], labels_of([2, 3, 4, 2], 2, 4), regions=[[1]]),
        loss_case("regions", shape, dice_and_bce, labels, regions=regions),
        loss_case("regions of certain logits", shape, dice_and_bce, labels, 200.0, regions),
        loss_case("focal of regions", shape, [term("focal", gamma=2.0, sigmoid=True)], labels, regions=regions),
        loss_case("all by a sigmoid", shape, everything, labels, regions=regions),
        loss_case("all by a sigmoid, labels ignored", shape, everything, unknown, 2.0, regions, 4),
        loss_case("a batch of nothing but ignored labels", shape, dice_and_bce, torch.full_like(labels, 4), 2.0, regions, 4),
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


def schedule(make, count=20):
    optimiser = torch.optim.SGD([torch.zeros(1, requires_grad=True)], 0.5)
    scheduler, rates = make(optimiser), []
    for _ in range(count):
        rates.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        scheduler.step()
    return rates


class Rates:
    """The part of an optimiser that nnU-Net's schedulers see."""

    def __init__(self):
        self.optimiser = torch.optim.SGD([torch.zeros(1, requires_grad=True)], 0.5)

    def of(self, scheduler, steps):
        found = []
        for step in steps:
            scheduler.step(step)
            found.append(self.optimiser.param_groups[0]["lr"])
        return found


def warmed_up(rising, total):
    """nnU-Net's trainers with a warm-up change from one scheduler to the other."""
    rates = Rates()
    risen = rates.of(Lin_incr_LRScheduler(rates.optimiser, 0.5, rising), range(rising))
    poly = PolyLRScheduler_offset(rates.optimiser, 0.5, total, rising)
    falling = schedule(lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, total - rising, 0.001), total - rising)
    return {"rising": rising, "poly": risen + rates.of(poly, range(rising, total)), "cosine": risen + falling}


def averages(decay):
    layer = torch.nn.Linear(3, 2, bias=False)
    averaged = AveragedModel(layer, multi_avg_fn=get_ema_multi_avg_fn(decay))
    found = []
    for step in range(5):
        layer.weight.data = noise(6, step).reshape(2, 3)
        averaged.update_parameters(layer)
        found.append(averaged.module.weight.flatten().tolist())
    return {"decay": decay, "weights": found}


def main():
    schedulers = torch.optim.lr_scheduler
    values = {
        "losses": losses(),
        "labels": [label_case([4, 6, 8], e) for e in ([2, 3, 4], [4, 2, 2], [1, 6, 1])],
        "trajectories": trajectories(),
        "schedules": {
            "poly": schedule(lambda o: schedulers.PolynomialLR(o, 20, 0.9)),
            "cosine": schedule(lambda o: schedulers.CosineAnnealingLR(o, 20, 0.001)),
            "warmedUp": warmed_up(5, 20),
        },
        "averages": averages(0.9),
    }
    with open(sys.argv[1], "w", encoding="utf8") as file:
        json.dump(values, file)


main()
