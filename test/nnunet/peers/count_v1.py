"""Parameters, MACs and outputs of what the trainers of nnunet 1.7.1 build of plans, as lines of `counts.jsonl`.

    python count_v1.py plans/v1-heart.pkl plans/v1-abdomen.pkl

MACs are those of convolutions, counted as `count.py` does: each weight once for each place that it is applied at.
"""

import contextlib
import json
import os
import pickle
import sys
from pathlib import Path

os.environ |= {"nnUNet_raw_data_base": "raw", "nnUNet_preprocessed": "pre", "RESULTS_FOLDER": "results"}

import torch  # noqa: E402
from count import macs_of  # noqa: E402
from nnunet.training.network_training.nnUNetTrainerV2 import nnUNetTrainerV2  # noqa: E402


def configurations(plans: dict) -> dict[str, int]:
    """Stages by the names that `nnUNet_train` knows them by (run/default_configuration.py)."""
    first, *others = plans["plans_per_stage"]
    if len(plans["plans_per_stage"][first]["patch_size"]) == 2:
        return {"2d": first}
    return {"3d_lowres": first, "3d_fullres": others[0], "3d_cascade_fullres": others[0]} if others else {"3d_fullres": first}


def counts(plans: dict, name: str, stage: int) -> dict:
    trainer = nnUNetTrainerV2.__new__(nnUNetTrainerV2)
    trainer.stage = stage
    trainer.process_plans(plans)
    if name == "3d_cascade_fullres":
        # As the constructor of nnUNetTrainerV2CascadeFullRes adds them.
        trainer.num_input_channels += trainer.num_classes - 1
    with torch.device("meta"):
        trainer.initialize_network()
        macs, outputs = macs_of(trainer.network, torch.empty(1, trainer.num_input_channels, *map(int, trainer.patch_size)))
    return {
        "configuration": name,
        "parameters": sum(one.numel() for one in trainer.network.parameters()),
        "macs": macs,
        "outputs": [list(one.shape[1:]) for one in outputs],
    }


if __name__ == "__main__":
    for path in map(Path, sys.argv[1:]):
        plans = pickle.loads(path.read_bytes())
        for name, stage in configurations(plans).items():
            with contextlib.redirect_stdout(sys.stderr):
                counted = counts(plans, name, stage)
            print(json.dumps({"plans": path.stem, **counted}), flush=True)
