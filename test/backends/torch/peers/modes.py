"""Runs packages in the modes that trainings run networks in: `modes.py CASES.json` prints one JSON object per case.

CASES.json is a list of {"name", "package", "inputs": [shape without batch]}. For a batch of two: how far outputs are from the plain
network's, in standard deviations, exported (torch.export), captured in one graph (torch.compile) and laid out with channels last; and
whether a training step in mixed precision reaches the parameters that a plain one reaches.
"""

import copy
import importlib
import json
import os
import sys
from pathlib import Path

# Gradients of 3D convolutions in bfloat16 are garbage for some extents with AVX-512 (torch 2.13, findings/).
os.environ["ONEDNN_MAX_CPU_ISA"] = "AVX2"

import torch  # noqa: E402

LAYOUTS = {4: torch.channels_last, 5: torch.channels_last_3d}


def listed(outputs) -> list[torch.Tensor]:
    return list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]


def distance(found, expected) -> float:
    pairs = zip(listed(found), listed(expected), strict=True)
    return max(((a - b).abs().max() / b.std().clamp(min=1e-3)).item() for a, b in pairs)


def exported(network, images, expected) -> float:
    program = torch.export.export(network, tuple(images))
    return distance(program.module()(*images), expected)


def captured(network, images, expected) -> float:
    torch._dynamo.reset()
    return distance(torch.compile(network, backend="eager", fullgraph=True)(*images), expected)


def channels_last(network, images, expected) -> float:
    turned = copy.deepcopy(network)
    for parameter in turned.parameters():
        if parameter.dim() in LAYOUTS:
            parameter.data = parameter.data.contiguous(memory_format=LAYOUTS[parameter.dim()])
    return distance(turned(*[one.contiguous(memory_format=LAYOUTS[one.dim()]) for one in images]), expected)


def reached(network, images, mixed: bool) -> list[str]:
    """The parameters with a finite gradient of all outputs."""
    trained = copy.deepcopy(network).train()
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=mixed):
        outputs = listed(trained(*images))
    sum(output.float().square().mean() for output in outputs).backward()
    return [key for key, one in trained.named_parameters() if one.grad is not None and one.grad.isfinite().all()]


def measure(case: dict) -> dict:
    folder = Path(case["package"])
    sys.path.insert(0, str(folder.parent))
    package = importlib.import_module(folder.name)
    network = getattr(package, package.__all__[0])().eval()
    images = [torch.randn(2, *shape) for shape in case["inputs"]]
    with torch.no_grad():
        plain = (network, images, network(*images))
        far = {mode.__name__: mode(*plain) for mode in (exported, captured, channels_last)}
    return {"far": far, "same_gradients": reached(network, images, True) == reached(network, images, False)}


if __name__ == "__main__":
    torch.manual_seed(0)
    for one in json.loads(Path(sys.argv[1]).read_text()):
        print(json.dumps({"name": one["name"], **measure(one)}), flush=True)
