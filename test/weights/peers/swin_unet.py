"""Swin-Unet as probes: swin_unet.py FOLDER CHECKOUT, a checkout of HuCaoFighting/Swin-Unet; needs timm and einops"""

import sys

from probes import record, write

folder, checkout = sys.argv[1:]
sys.path.insert(0, checkout)
from networks.swin_transformer_unet_skip_expand_decoder_sys import SwinTransformerSys  # noqa: E402

source = "HuCaoFighting/Swin-Unet@f48f623e networks/swin_transformer_unet_skip_expand_decoder_sys.py:SwinTransformerSys"
records = [
    record(
        "Swin-Unet, 3ch/3cls, width 8, window 2",
        source,
        {"classes": 3, "patch": [64, 64], "base": 8, "heads": [1, 2, 4, 4], "window": 2},
        SwinTransformerSys(img_size=64, num_classes=3, embed_dim=8, num_heads=[1, 2, 4, 4], window_size=2),
        [1, 3, 64, 64],
    )
]
write(folder, "swin-unet", records)
