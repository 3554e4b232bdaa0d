"""MONAI's SegResNetVAE as probes: segresnet.py FOLDER

Its forward gives the segmentation, and in training a loss. What the loss is made of is put together of its own modules here, without noise.
"""

import sys

import monai
import torch.nn.functional as F
from monai.networks.nets import SegResNetVAE
from probes import record, write


def everything(net, x):
    bottom, levels = net.encode(x)
    logits = net.decode(bottom, levels[::-1])
    squeezed = net.vae_down(bottom)
    flat = squeezed.flatten(1)
    mean = net.vae_fc1(flat)
    rebuilt = F.relu(net.vae_fc3(mean)).reshape(squeezed.shape)
    rebuilt = net.vae_fc_up_sample(rebuilt)
    for up, blocks in zip(net.up_samples, net.up_layers):
        rebuilt = blocks(up(rebuilt))
    return [logits, mean, F.softplus(net.vae_fc2(flat)), net.vae_conv_final(rebuilt)]


source = f"monai {monai.__version__}, monai/networks/nets/segresnet.py:SegResNetVAE"
small = {"base": 8, "blocks_down": [1, 2, 1], "blocks_up": [2, 1], "latent": 12}
options = {"vae_nz": 12, "vae_estimate_std": True, "init_filters": 8, "blocks_down": (1, 2, 1)}
records = [
    record(
        "MONAI SegResNetVAE, 2ch/3cls",
        source,
        {"in_channels": 2, "patch": [16, 16, 32], **small, "blocks_up": [1, 2]},
        SegResNetVAE([16, 16, 32], in_channels=2, out_channels=3, blocks_up=(2, 1), **options),
        [1, 2, 16, 16, 32],
        everything,
    ),
    record(
        "MONAI SegResNetVAE, 2D, 1ch/2cls",
        source,
        {"in_channels": 1, "classes": 2, "patch": [32, 48], **small},
        SegResNetVAE([32, 48], spatial_dims=2, in_channels=1, out_channels=2, blocks_up=(1, 2), **options),
        [1, 1, 32, 48],
        everything,
    ),
]
write(sys.argv[1], "segresnet", records)
