"""Trains a written trainer on slices inside nnU-Net: `nnunet_slices.py WORK TRAINERS` prints what came of it, as JSON.

The dataset is made up: volumes of few slices, so that the configuration is 2d, with two regions, one within the other, and a label to ignore.
All by nnU-Net's own commands: planned, preprocessed, trained for two epochs, validated, predicted.
"""

import json
import multiprocessing
import os
import sys
from pathlib import Path

import numpy as np
import SimpleITK as sitk
from nnunet import command, declare_operators, environment, labels_of

NAME, NUMBER, TRAINER = "Dataset902_Slices", "902", "nnUNetTrainerSlices"
CASES, SIDE, SLICES = 5, 48, 3


def write(array: np.ndarray, path: Path) -> None:
    image = sitk.GetImageFromArray(array)
    image.SetSpacing((1.0, 1.0, 8.0))
    sitk.WriteImage(image, str(path))


def made_up(raw: Path) -> None:
    """Discs with brighter cores; a corner that nobody has labelled."""
    for folder in ("imagesTr", "labelsTr", "imagesTs"):
        (raw / NAME / folder).mkdir(parents=True)
    y, x = np.mgrid[:SIDE, :SIDE]
    for case in range(CASES + 1):
        numbers = np.random.default_rng(case)
        far = np.hypot(y - numbers.uniform(18, 30), x - numbers.uniform(18, 30))
        labels = np.where(far < 6, 2, np.where(far < 12, 1, 0)).astype(np.uint8)
        image = (labels + numbers.normal(0, 0.3, (SLICES, SIDE, SIDE))).astype(np.float32)
        labels[:8, :8] = 3
        is_training = case < CASES
        write(image, raw / NAME / ("imagesTr" if is_training else "imagesTs") / f"case_{case}_0000.nii.gz")
        if is_training:
            write(np.stack([labels] * SLICES), raw / NAME / "labelsTr" / f"case_{case}.nii.gz")
    description = {
        "channel_names": {"0": "MRI"},
        "labels": {"background": 0, "disc": [1, 2], "core": [2], "ignore": 3},
        "regions_class_order": [1, 2],
        "numTraining": CASES,
        "file_ending": ".nii.gz",
    }
    (raw / NAME / "dataset.json").write_text(json.dumps(description))


def main(work: Path, trainers: list[str]) -> dict:
    environment(work, trainers)
    declare_operators()
    # Two threads on a shared machine wait for one another more than they compute.
    multiprocessing.cpu_count = lambda: 1
    import torch
    from nnunetv2.experiment_planning.plan_and_preprocess_entrypoints import plan_and_preprocess_entry
    from nnunetv2.inference.predict_from_raw_data import predict_entry_point
    from nnunetv2.run.run_training import run_training_entry

    made_up(work / "raw")
    command(plan_and_preprocess_entry, "-d", NUMBER, "-c", "2d", "-np", "1", "-npfp", "1")
    os.environ["nnUNet_n_proc_DA"] = "0"
    command(run_training_entry, NUMBER, "2d", "0", "-tr", TRAINER, "-device", "cpu")

    fold = work / "results" / NAME / f"{TRAINER}__nnUNetPlans__2d" / "fold_0"
    stored = torch.load(fold / "checkpoint_final.pth", map_location="cpu", weights_only=False)
    validated = json.loads((fold / "validation" / "summary.json").read_text())
    images, out = work / "raw" / NAME / "imagesTs", work / "predicted"
    where = ("-d", NUMBER, "-c", "2d", "-f", "0", "-tr", TRAINER)
    sequential = ("-npp", "0", "-nps", "0", "-device", "cpu", "--disable_tta")
    command(predict_entry_point, *where, "-i", str(images), "-o", str(out), *sequential)
    return {
        "finite_losses": np.isfinite(stored["logging"]["train_losses"]).tolist(),
        "regions": sorted(validated["mean"]),
        "prediction": labels_of(next(out.glob("*.nii.gz")), next(images.iterdir())),
    }


if __name__ == "__main__":
    stdout, sys.stdout = sys.stdout, sys.stderr
    result = main(Path(sys.argv[1]), sys.argv[2:])
    print(json.dumps(result), file=stdout)
