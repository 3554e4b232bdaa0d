"""PyTorch's own ONNX export of an emitted package: `emitted_export.py FOLDER CLASS --patch D H W --out FILE`."""

import argparse
import importlib
import sys
from pathlib import Path

import torch

parser = argparse.ArgumentParser()
parser.add_argument("folder", type=Path)
parser.add_argument("network")
parser.add_argument("--patch", type=int, nargs="+", required=True)
parser.add_argument("--out", required=True)
args = parser.parse_args()

sys.path.insert(0, str(args.folder.parent))
network = getattr(importlib.import_module(args.folder.name), args.network)().eval()
for module in network.modules():
    if hasattr(module, "deep_supervision"):
        module.deep_supervision = False
with torch.no_grad():
    torch.onnx.export(network, (torch.zeros(1, 1, *args.patch),), args.out, opset_version=17, dynamo=False, verbose=False)
print(torch.__version__)
