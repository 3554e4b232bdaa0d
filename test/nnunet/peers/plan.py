"""Writes `plans/` beside this folder anew, by nnU-Net's own planners, from fingerprints of made-up datasets.

    python plan.py            # nnunetv2 2.8.1: all but v2-0.json
    python plan.py v2.0       # nnunetv2 2.0: v2-0.json
"""

import importlib
import json
import os
import sys
import tempfile
from pathlib import Path

here = Path(__file__).parent.parent / "plans"
root = Path(tempfile.mkdtemp())
os.environ |= {"nnUNet_raw": str(root), "nnUNet_preprocessed": str(root / "pre"), "nnUNet_results": str(root)}

from nnunetv2.experiment_planning.experiment_planners import default_experiment_planner  # noqa: E402

datasets = {
    # Thick slices of a scanner, one channel.
    "Dataset901_Heart": (
        {"channel_names": {"0": "MRI"}, "labels": {"background": 0, "muscle": 1, "left": 2, "right": 3}},
        dict(spacing=[5.0, 0.8, 0.8], size=[30, 320, 320], cases=100),
    ),
    # Large volumes, which are planned at two resolutions.
    "Dataset902_Abdomen": (
        {"channel_names": {"0": "CT"}, "labels": {"background": 0} | {f"organ_{k}": k for k in range(1, 16)}},
        dict(spacing=[2.0, 0.8, 0.8], size=[160, 420, 420], cases=240),
    ),
    # Regions of several labels, and voxels that nobody has labelled.
    "Dataset903_Brain": (
        {
            "channel_names": {"0": "T1", "1": "T1ce", "2": "T2", "3": "FLAIR"},
            "labels": {"background": 0, "whole": [1, 2, 3], "core": [2, 3], "enhancing": 3, "ignore": 4},
            "regions_class_order": [1, 2, 3],
        },
        dict(spacing=[1.0, 1.0, 1.0], size=[140, 170, 136], cases=480),
    ),
}


def plan(dataset: str, planner: str, file: str, **options: object) -> None:
    description, shape = datasets[dataset]
    count = shape["cases"]
    names = [f"case_{k:03}" for k in range(count)]
    description = description | {
        "numTraining": count,
        "file_ending": ".nii.gz",
        "overwrite_image_reader_writer": "SimpleITKIO",
        "dataset": {name: {"images": ["none"], "label": "none"} for name in names},
    }
    channels = {
        str(k): {"max": 3000.0, "mean": 100.0, "median": 100.0, "min": -1000.0, "percentile_00_5": -900.0,
                 "percentile_99_5": 1000.0, "std": 200.0}
        for k in range(len(description["channel_names"]))
    }
    fingerprint = {
        "foreground_intensity_properties_per_channel": channels,
        "median_relative_size_after_cropping": 1.0,
        "shapes_after_crop": [shape["size"]] * count,
        "spacings": [shape["spacing"]] * count,
    }
    for folder in (root / dataset, root / "pre" / dataset):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "dataset.json").write_text(json.dumps(description))
        (folder / "dataset_fingerprint.json").write_text(json.dumps(fingerprint))
        if "imagesTr" not in os.listdir(folder):
            (folder / "imagesTr").mkdir()
            for name in names:
                for k in range(len(channels)):
                    (folder / "imagesTr" / f"{name}_{k:04}.nii.gz").touch()
    module = "default_experiment_planner" if planner == "ExperimentPlanner" else "residual_unets.residual_encoder_unet_planners"
    cls = getattr(importlib.import_module(f"nnunetv2.experiment_planning.experiment_planners.{module}"), planner)
    made = cls(dataset, **options)
    made.determine_reader_writer = lambda: importlib.import_module("nnunetv2.imageio.simpleitk_reader_writer").SimpleITKIO
    plans = made.plan_experiment()
    (here / file).write_text(json.dumps(plans or made.plans, indent=2) + "\n")
    del description["dataset"], description["overwrite_image_reader_writer"]
    (here / f"{dataset[11:].lower()}-dataset.json").write_text(json.dumps(description, indent=2) + "\n")


if sys.argv[1:] == ["v2.0"]:
    plan("Dataset901_Heart", "ExperimentPlanner", "v2-0.json")
else:
    plan("Dataset901_Heart", "ExperimentPlanner", "heart.json")
    plan("Dataset902_Abdomen", "ExperimentPlanner", "abdomen.json")
    plan("Dataset903_Brain", "ExperimentPlanner", "brain.json")
    for size in ("M", "L", "XL"):
        plan("Dataset902_Abdomen", f"nnUNetPlannerResEnc{size}", f"abdomen-resenc-{size.lower()}.json")
