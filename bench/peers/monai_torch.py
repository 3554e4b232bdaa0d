"""Swin UNETR and UNETR of MONAI, exported to ONNX the way a PyTorch user exports them. Prints JSON, as e2enet_torch.py does.

Weights are random, as neither the graph nor its speed depends on them.
"""

import argparse
import json
import warnings

import torch
from monai.networks.nets import UNETR, SwinUNETR
from torch.utils.flop_counter import FlopCounterMode

warnings.filterwarnings("ignore")

NETS = {
    "swin-unetr": lambda patch, classes: SwinUNETR(in_channels=1, out_channels=classes, feature_size=48),
    "unetr": lambda patch, classes: UNETR(in_channels=1, out_channels=classes, img_size=patch, norm_name="instance"),
}


def macs(network, patch):
    """Multiply-accumulates at batch 1: on the meta device no number is computed, and the network is of no more use."""
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        network.to("meta")(torch.empty(1, 1, *patch, device="meta"))
    return counter.get_total_flops() // 2


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("net", choices=NETS)
    parser.add_argument("--patch", type=int, nargs=3, default=[96, 96, 96], metavar=("D", "H", "W"))
    parser.add_argument("--classes", type=int, default=14)
    parser.add_argument("--out", required=True, help="ONNX file to write")
    given = parser.parse_args()
    torch.manual_seed(0)
    network = NETS[given.net](given.patch, given.classes).eval()
    parameters = sum(one.numel() for one in network.parameters())
    with torch.no_grad():
        torch.onnx.export(
            network,
            (torch.zeros(1, 1, *given.patch),),
            given.out,
            input_names=["input"],
            output_names=["logits"],
            opset_version=17,
            dynamo=False,
            verbose=False,
        )
    print(json.dumps({"torch": torch.__version__, "parameters": parameters, "macs": macs(network, given.patch)}))


main()
