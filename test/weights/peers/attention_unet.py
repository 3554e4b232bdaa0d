"""MONAI's AttentionUnet as probes: attention_unet.py FOLDER"""

import sys

import monai
from monai.networks.nets import AttentionUnet
from probes import record, write

source = f"monai {monai.__version__}, monai/networks/nets/attentionunet.py:AttentionUnet"
records = [
    record(
        "MONAI AttentionUnet, 1ch/2cls",
        source,
        {"patch": [16, 16, 32], "widths": [4, 6, 8, 10]},
        AttentionUnet(3, 1, 2, [4, 6, 8, 10], [2] * 3),
        [1, 1, 16, 16, 32],
    ),
    record(
        "MONAI AttentionUnet, 2D, 2ch/3cls",
        source,
        {"in_channels": 2, "classes": 3, "patch": [16, 24], "widths": [4, 6, 8]},
        AttentionUnet(2, 2, 3, [4, 6, 8], [2] * 2),
        [1, 2, 16, 24],
    ),
]
write(sys.argv[1], "attention-unet", records)
