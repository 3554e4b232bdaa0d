"""TransUNet as probes: transunet.py FOLDER CHECKOUT, a checkout of Beckschen/TransUNet; needs ml_collections and scipy"""

import sys

import torch
from probes import record, write

folder, checkout = sys.argv[1:]
sys.path.insert(0, checkout)
from networks.vit_seg_modeling import CONFIGS, VisionTransformer  # noqa: E402

config = CONFIGS["R50-ViT-B_16"]
config.patches.grid = (2, 2)
config.resnet.num_layers = (2, 1, 2)
with config.resnet.ignore_type():
    config.resnet.width_factor = 0.5
config.hidden_size = 12
config.transformer.mlp_dim = 20
config.transformer.num_heads = 3
config.transformer.num_layers = 2
config.decoder_channels = (16, 8, 6, 4)
config.skip_channels = [256, 128, 32, 16]
config.n_classes = 3
arguments = {
    "classes": 3,
    "patch": [32, 32],
    "base": 32,
    "blocks": [2, 1, 2],
    "hidden": 12,
    "mlp": 20,
    "heads": 3,
    "layers": 2,
    # The coarsest width is a constant of the class.
    "widths": [4, 6, 8, 16, 512],
}


def in_its_type(net, x):
    """The class pads a skip with zeros of the default type, which rounds it."""
    torch.set_default_dtype(x.dtype)
    found = net(x)
    torch.set_default_dtype(torch.float32)
    return found


source = "Beckschen/TransUNet@02ef0010 networks/vit_seg_modeling.py:VisionTransformer"
name = "TransUNet, 3ch/3cls, ResNet of half the width"
net = VisionTransformer(config, img_size=32, num_classes=3)
write(folder, "transunet", [record(name, source, arguments, net, [1, 3, 32, 32], in_its_type)])
