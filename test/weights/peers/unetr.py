"""MONAI's UNETR as probes: unetr.py FOLDER; versions 1.5 and 1.6 of monai register different parameters that nothing reads"""

import sys

import monai
from monai.networks.nets import UNETR
from probes import record, write

version = ".".join(monai.__version__.split(".")[:2])
source = f"monai {monai.__version__}, monai/networks/nets/unetr.py:UNETR"
small = {"feature_size": 4, "hidden_size": 12, "mlp_dim": 24, "num_heads": 3}
named = {"base": 4, "hidden": 12, "mlp": 24, "heads": 3}


def perceptron():
    return record(
        f"MONAI {version} UNETR, 2ch/2cls, perceptron",
        source,
        {"in_channels": 2, "classes": 2, "patch": [16, 32, 48], "perceptron": True, **named},
        UNETR(2, 2, (16, 32, 48), proj_type="perceptron", **small),
        [1, 2, 16, 32, 48],
    )


def flat():
    return record(
        f"MONAI {version} UNETR, 2D, 1ch/3cls",
        source,
        {"classes": 3, "patch": [32, 48], **named},
        UNETR(1, 3, (32, 48), spatial_dims=2, **small),
        [1, 1, 32, 48],
    )


records = {"1.5": perceptron, "1.6": flat}
write(sys.argv[1], f"unetr-{version}", [records[version]()])
