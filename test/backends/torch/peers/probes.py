"""Holds emitted packages to measured outputs: `probes.py CASES.json` prints one JSON object per case.

CASES.json is a list of {"name", "package", "record"}: a folder that was emitted with the names of the record's parameters, and the record
(see test/weights/probe-record.ts). Weights and input are the record's formulas, in double precision; the state dict is loaded strictly, and
has to come back with the same keys.
"""

import importlib
import json
import math
import sys
from pathlib import Path

import torch


def wave(phase: list[float], count: int, k: int) -> torch.Tensor:
    w0, w1, w2, w3 = phase
    i = torch.arange(count, dtype=torch.float64)
    r = i % 1009
    return torch.sin(w0 + w1 * i + w2 * k + w3 * (r * r))


def parameter(name: str, shape: list[int], phase: list[float], k: int) -> torch.Tensor:
    s = wave(phase, math.prod(shape), k).reshape(shape)
    if len(shape) >= 2:
        return s * math.sqrt(2 / math.prod(shape[1:]))
    return 1 + 0.1 * s if name.endswith("weight") else 0.05 * s


def buffer(name: str, shape: list[int], record: dict, k: int) -> torch.Tensor:
    is_mean = name.endswith("running_mean")
    if record.get("buffer_order") is None:
        return torch.zeros(shape).double() if is_mean else torch.ones(shape).double()
    s = wave(record["phase"]["weight"], math.prod(shape), k).reshape(shape)
    return 0.1 * s if is_mean else 1 + 0.3 * s


def state(record: dict, buffers: list) -> dict[str, torch.Tensor]:
    phase = record["phase"]["weight"]
    tensors = {
        name: parameter(name, shape, phase, k)
        for k, (name, shape) in enumerate(record["param_order"])
    }
    for k, (name, shape) in enumerate(buffers):
        tensors[name] = buffer(name, shape, record, k)
        if name.endswith("running_mean"):
            counter = name.replace("running_mean", "num_batches_tracked")
            tensors[counter] = torch.tensor(0)
    return tensors


def deviation(found: torch.Tensor, expected: dict) -> float:
    if list(found.shape) != expected["shape"]:
        return math.inf
    flat = found.flatten()
    samples = [flat[int(at)].item() - value for at, value in expected["samples"].items()]
    differences = [
        flat.mean().item() - expected["mean"],
        flat.std(correction=0).item() - expected["std"],
        flat.min().item() - expected["min"],
        flat.max().item() - expected["max"],
        *samples,
    ]
    return max(abs(one) for one in differences) / expected["std"]


def measure(case: dict) -> dict:
    folder = Path(case["package"])
    sys.path.insert(0, str(folder.parent))
    package = importlib.import_module(folder.name)
    network = getattr(package, package.__all__[0])().double().eval()
    record = case["record"]
    weights = state(record, case["buffers"])
    network.load_state_dict(weights, strict=True)
    back = network.state_dict()
    same = set(back) == set(weights) and all(torch.equal(back[key], weights[key]) for key in weights)
    x0, x1 = record["phase"]["input"]
    count = math.prod(record["input_shape"])
    image = torch.sin(x1 * torch.arange(count, dtype=torch.float64) + x0)
    with torch.no_grad():
        outputs = network(image.reshape(record["input_shape"]))
    outputs = outputs if isinstance(outputs, list) else [outputs]
    known = record["outputs"]
    far = [deviation(one, expected) for one, expected in zip(outputs, known)]
    return {
        "outputs": len(outputs),
        "expected": len(known),
        "deviation": max(far) if math.isfinite(max(far)) else None,
        "same_state": same,
    }


if __name__ == "__main__":
    torch.manual_seed(0)
    torch.set_default_dtype(torch.float64)
    for one in json.loads(Path(sys.argv[1]).read_text()):
        print(json.dumps({"name": one["name"], **measure(one)}), flush=True)
