"""hippocampus.py DATASET FOLDER: a small model that nnU-Net's own trainer makes of a few cases of Hippocampus, and an image that it has not seen.

FOLDER/{model,images}, as train.py makes them; by Adam, since a few steps of nnU-Net's own optimizer find nothing but background.
"""

import json
import shutil
import sys
from pathlib import Path

dataset, out = map(Path, sys.argv[1:])
sys.argv[1:] = [str(out)]

import nibabel  # noqa: E402
import numpy as np  # noqa: E402
import torch  # noqa: E402
import train as peers  # noqa: E402

steps, cases = 8, 5
plans = peers.plans_of({"patch": [40, 56, 40], "target": [1, 1, 1], "schemes": ["ZScore"], "reader": "SimpleITKIO"})
plans["dataset_name"] = "Dataset004_Hippocampus"
description = json.loads((dataset / "dataset.json").read_text())
prepared = out / "nnUNet_preprocessed" / "Dataset004_Hippocampus" / "made_up"
prepared.mkdir(parents=True)
(prepared / "case.npz").touch()
torch.manual_seed(0)
trainer = peers.nnUNetTrainer({**plans, "continue_training": False}, "3d_fullres", 0, description, peers.device)
trainer.print_to_log_file = lambda *args, **kwargs: None
trainer.initialize()
trainer.inference_allowed_mirroring_axes = (0, 1, 2)
trainer.optimizer = torch.optim.Adam(trainer.network.parameters(), 3e-3)
held, *names = sorted(path.name[:-12] for path in (dataset / "imagesTr").glob("*_0000.nii.gz"))
for name in names[:cases]:
    image = np.asarray(nibabel.load(dataset / "imagesTr" / f"{name}_0000.nii.gz").dataobj).astype(np.float32)
    labels = np.asarray(nibabel.load(dataset / "labelsTr" / f"{name}.nii.gz").dataobj).astype(np.uint8)
    peers.train(trainer, peers.PlansManager(plans), [image], labels, (1, 1, 1), steps)
model = out / "model"
(model / "fold_0").mkdir(parents=True)
(model / "plans.json").write_text(json.dumps(plans))
(model / "dataset.json").write_text(json.dumps(description))
trainer.save_checkpoint(str(model / "fold_0" / "checkpoint_final.pth"))
(out / "images").mkdir()
shutil.copy(dataset / "imagesTr" / f"{held}_0000.nii.gz", out / "images" / "case_0000.nii.gz")
