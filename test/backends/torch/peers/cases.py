"""Runs emitted conformance cases: `cases.py CASES.json` prints one JSON object per case, with how far it is from what is expected.

CASES.json is a list of {"id", "package", "inputs": [{"shape", "data"}], "expected": {"shape", "data"}}.
"""

import importlib
import json
import sys
from pathlib import Path

import torch


def tensor(one: dict) -> torch.Tensor:
    return torch.tensor(one["data"], dtype=torch.float64).reshape(one["shape"])


def distance(case: dict) -> float | str:
    folder = Path(case["package"])
    if str(folder.parent) not in sys.path:
        sys.path.insert(0, str(folder.parent))
    try:
        network = importlib.import_module(folder.name).trained().double()
        with torch.no_grad():
            found = network(*[tensor(one) for one in case["inputs"]])
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    expected = tensor(case["expected"])
    if found.shape != expected.shape:
        return f"shape {list(found.shape)}, not {list(expected.shape)}"
    size = max(expected.abs().max().item(), 1e-2)
    return (found - expected).abs().max().item() / size


if __name__ == "__main__":
    torch.set_default_dtype(torch.float64)
    for one in json.loads(Path(sys.argv[1]).read_text()):
        print(json.dumps({"id": one["id"], "distance": distance(one)}), flush=True)
