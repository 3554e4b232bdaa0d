"""UNet 3+ as probes: unet3plus.py FOLDER CHECKOUT, a checkout of ZJUGiveLab/UNet-Version

Its widths are a literal of the class, and the full ones take long: the literal is replaced before the file is run. The form with
classification does not run as released (it lacks an import), so what its class gives before the masking is put together of its modules.
"""

import sys
from pathlib import Path

import torch
from probes import record, write

folder, checkout = sys.argv[1:]
models = Path(checkout, "models")
sys.path.insert(0, str(models))
text = (models / "UNet_3Plus.py").read_text()
assert text.count("[64, 128, 256, 512, 1024]") == 3
classes = {"__name__": "UNet_3Plus"}
exec(text.replace("[64, 128, 256, 512, 1024]", "[4, 8, 16, 32, 64]"), classes)


def with_classes(net, x):
    """The maps of the form without classification, which has the same modules, and the class probabilities."""
    seen = []
    hook = net.conv5.register_forward_hook(lambda module, inputs, output: seen.append(output))
    finest, *others = classes["UNet_3Plus_DeepSup"].forward(net, x)
    hook.remove()
    return [finest, net.cls(seen[0]), *others]


source = "ZJUGiveLab/UNet-Version@8ecd0674 models/UNet_3Plus.py:"
given = {"base": 4, "patch": [32, 48]}
records = [
    record(
        "UNet 3+, 3ch/2cls, deep supervision, widths 4 to 64",
        source + "UNet_3Plus_DeepSup",
        {"classes": 2, **given},
        classes["UNet_3Plus_DeepSup"](3, 2),
        [1, 3, 32, 48],
    ),
    record(
        "UNet 3+ with classification, 3ch/1cls, deep supervision, widths 4 to 64",
        source + "UNet_3Plus_DeepSup_CGM",
        given,
        classes["UNet_3Plus_DeepSup_CGM"](3, 1),
        [1, 3, 32, 48],
        with_classes,
    ),
]
write(folder, "unet3plus", records)
