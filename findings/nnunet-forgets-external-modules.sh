#!/usr/bin/env bash
# nnU-Net finds a trainer in `nnUNet_extTrainer`, and torch.compile, its default on GPUs, cannot compile a network from a file beside it.
# Guess: what a found trainer has imported stays imported, as with any import.
# In truth: once the search is over, all modules of the folder are taken out of sys.modules, and the folder off sys.path. The classes live on,
# but whatever looks a module up by its name fails: TorchDynamo when it traces into code of that file, and pickle. Put back into sys.modules,
# the same modules work.
# Why it matters: Weft's trainers have their network in a package of its own beside them; they put its modules back before they build it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check torch==2.13.0 nnunetv2==2.8.1 >/dev/null 2>&1
mkdir "$folder/external"
cat >"$folder/external/blocks.py" <<'PY'
import torch
from torch import nn


def doubled(x):
    return 2 * x


class Twice(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return doubled(x)
PY
cat >"$folder/external/trainer.py" <<'PY'
import sys

from blocks import Twice
from torch import nn

MODULES = {name: sys.modules[name] for name in ("blocks", "trainer")}


class Found:
    @staticmethod
    def network() -> nn.Module:
        return nn.Sequential(Twice())
PY
cat >"$folder/run.py" <<'PY'
import pickle
import sys
from importlib.metadata import version

import torch
from nnunetv2.utilities.find_class_by_name import recursive_find_python_class

folder = sys.argv[1]
# As recursive_find_trainer_class_by_name calls it.
found = recursive_find_python_class(folder, "Found", None, folder, cleanup_imports_from_base_folder=True)


def tried(action) -> str:
    torch._dynamo.reset()
    try:
        action()
    except Exception as error:
        return f"{type(error).__name__}" if "blocks" in str(error) else f"another {error!r}"
    return "works"


network = found.network()
image = torch.ones(2)
actions = {
    "eager": lambda: network(image),
    "compiled": lambda: torch.compile(network, backend="eager")(image),
    "pickled": lambda: pickle.dumps(network),
}
forgotten = {name: tried(action) for name, action in actions.items()}
sys.modules.update(found.network.__globals__["MODULES"])
put_back = {name: tried(action) for name, action in actions.items()}
assert forgotten["eager"] == "works" and "works" not in (forgotten["compiled"], forgotten["pickled"]), forgotten
assert set(put_back.values()) == {"works"}, put_back
shown = ", ".join(f"{name} {what}" for name, what in forgotten.items())
print(f"nnunetv2 {version('nnunetv2')}, torch {torch.__version__}: network from an external file {shown}; put back: all work")
PY
"$folder/venv/bin/python" "$folder/run.py" "$folder/external"
