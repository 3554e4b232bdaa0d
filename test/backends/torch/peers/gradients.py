"""Derivatives of a training loss along given directions: `gradients.py CASES.json` prints one JSON object per case.

CASES.json is a list of {"name", "package", "input": [shape with batch], "groups"}. The loss is the cross entropy of all outputs, whose labels
count the classes through position by position. Parameter k of the package's state moves along sin(i + k), in group k modulo `groups`.
"""

import importlib
import json
import math
import sys
from pathlib import Path

import torch
from torch.nn.functional import cross_entropy


def wave(count: int, k: int) -> torch.Tensor:
    return torch.sin(torch.arange(count, dtype=torch.float64) + k)


def loss_of(logits: torch.Tensor) -> torch.Tensor:
    classes = logits.shape[1]
    flat = logits.reshape(1, classes, -1)
    return cross_entropy(flat, (torch.arange(flat.shape[2]) % classes)[None])


def measure(case: dict) -> dict:
    folder = Path(case["package"])
    sys.path.insert(0, str(folder.parent))
    network = importlib.import_module(folder.name).trained().double().train()
    shape = case["input"]
    outputs = network(wave(math.prod(shape), 0).reshape(shape))
    loss = sum(loss_of(output) for output in outputs)
    loss.backward()
    named = network.state_dict(keep_vars=True)
    along = [0.0] * case["groups"]
    for k, path in enumerate(case["paths"]):
        gradient = named[path].grad.flatten()
        along[k % case["groups"]] += (gradient * wave(gradient.numel(), k)).sum().item()
    return {"loss": loss.item(), "along": along}


if __name__ == "__main__":
    torch.set_default_dtype(torch.float64)
    for one in json.loads(Path(sys.argv[1]).read_text()):
        print(json.dumps({"name": one["name"], **measure(one)}), flush=True)
