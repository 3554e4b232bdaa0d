"""What nnU-Net's planners make of made-up fingerprints, and of a real dataset: records for test/nnunet/planner.test.ts.

    python planner.py > ../planned.jsonl                          # made-up fingerprints
    python planner.py Dataset004_Hippocampus > ../planned-hippocampus.jsonl  # a dataset in the raw layout, fingerprint and all
"""

import contextlib
import io
import json
import os
import sys
import tempfile
from pathlib import Path

folder = Path(tempfile.mkdtemp())
for name in ("nnUNet_raw", "nnUNet_preprocessed", "nnUNet_results"):
    os.environ[name] = str(folder / name)
    (folder / name).mkdir()

from nnunetv2.experiment_planning.dataset_fingerprint.fingerprint_extractor import DatasetFingerprintExtractor  # noqa: E402
from nnunetv2.experiment_planning.experiment_planners import default_experiment_planner as plain  # noqa: E402
from nnunetv2.experiment_planning.experiment_planners.residual_unets import residual_encoder_unet_planners as residual  # noqa: E402

planners = {
    "plain": plain.ExperimentPlanner,
    "resenc-m": residual.nnUNetPlannerResEncM,
    "resenc-l": residual.nnUNetPlannerResEncL,
    "resenc-xl": residual.nnUNetPlannerResEncXL,
}
labels = {"background": 0, "a": 1, "b": 2}


def spread(spacings, shapes, count):
    """Cases that differ a little, the same ones each time."""
    return {
        "spacings": [[s * (1 + 0.04 * ((i * (k + 3)) % 5 - 2)) for k, s in enumerate(spacings)] for i in range(count)],
        "shapes_after_crop": [[n + (i * (k + 2)) % 7 - 3 if n > 1 else 1 for k, n in enumerate(shapes)] for i in range(count)],
    }


def same(spacings, shapes, count):
    """So many cases of the same extents: one, and `numTraining` of them."""
    return {"spacings": [spacings], "shapes_after_crop": [shapes], "count": count}


# name: fingerprint, names of channels, labels, share of the volume in the box, planners, GB
made_up = {
    "cubes": (same([1.0, 1.0, 1.0], [200, 200, 200], 100), ["MRI"], labels, 1.0, ["plain", "resenc-m", "resenc-l", "resenc-xl"], None),
    "thick": (same([5.0, 0.8, 0.8], [30, 320, 320], 40), ["MRI"], labels, 0.7, ["plain", "resenc-m"], None),
    "ct": (spread([1.0, 0.8, 0.8], [300, 400, 400], 41), ["CT"], labels, 1.0, ["plain", "resenc-l"], None),
    "turned": (spread([1.45, 1.45, 5.5], [256, 216, 14], 24), ["T1", "ct", "noNorm", "rescale_to_0_1"], labels, 0.5, ["plain"], None),
    "small": (spread([1.0, 1.0, 1.0], [36, 50, 35], 26), ["MRI"], labels, 1.0, ["plain", "resenc-m"], None),
    "varied": (
        {"spacings": [[z, 1.5, 1.5] for z in (10.0, 5.0, 10.0, 10.0, 7.0)], "shapes_after_crop": [[10, 200, 210]] * 5},
        ["MRI"], labels, 1.0, ["plain"], None,
    ),
    "slices": (same([999.0, 1.0, 1.0], [1, 512, 640], 60), ["R", "G", "B"], labels, 1.0, ["plain", "resenc-m"], None),
    "ignored": (spread([2.0, 0.7, 0.7], [90, 280, 300], 12), ["MRI"], {**labels, "ignore": 3}, 1.0, ["plain", "resenc-m"], None),
    "large": (spread([1.0, 1.0, 1.0], [180, 220, 190], 30), ["a", "b", "c", "d"], labels, 0.4, ["plain"], 12.0),
    "thin": (same([3.2, 3.0, 0.3], [15, 60, 900], 9), ["MRI"], labels, 1.0, ["plain"], 4.0),
}


def planned(planner, dataset, gigabytes):
    given = {} if gigabytes is None else {"gpu_memory_target_in_gb": gigabytes}
    with contextlib.redirect_stdout(io.StringIO()):
        return planners[planner](dataset, **given).plan_experiment()


def write(dataset, description, fingerprint):
    raw, preprocessed = folder / "nnUNet_raw" / dataset, folder / "nnUNet_preprocessed" / dataset
    (raw / "imagesTr").mkdir(parents=True)
    (raw / "labelsTr").mkdir()
    preprocessed.mkdir(parents=True)
    (raw / "dataset.json").write_text(json.dumps(description))
    (preprocessed / "dataset_fingerprint.json").write_text(json.dumps(fingerprint))


def record():
    plain.ExperimentPlanner.determine_reader_writer = lambda self: plain.ExperimentPlanner
    for number, (name, (fingerprint, channels, own, share, used, gigabytes)) in enumerate(made_up.items(), 100):
        dataset = f"Dataset{number}_{name}"
        count = fingerprint.get("count", len(fingerprint["spacings"]))
        description = {
            "channel_names": dict(enumerate(channels)), "labels": own, "numTraining": count, "file_ending": ".nii.gz",
        }  # fmt: skip
        statistics = {"mean": 1.5, "median": 1.0, "std": 0.5, "min": 0.0, "max": 9.0, "percentile_99_5": 8.0, "percentile_00_5": 0.25}
        write(dataset, description, {
            **fingerprint,
            "foreground_intensity_properties_per_channel": {str(k): statistics for k in range(len(channels))},
            "median_relative_size_after_cropping": share,
        })  # fmt: skip
        for planner in used:
            plans = planned(planner, dataset, gigabytes)
            plans["image_reader_writer"] = "SimpleITKIO"
            yield {
                "name": name, "preset": planner, "gigabytes": gigabytes, "share": share, "channels": channels,
                "labels": len(own), **fingerprint, "count": count, "plans": json.loads(json.dumps(plans)),
            }  # fmt: skip


def measure(path):
    (folder / "nnUNet_raw" / path.name).symlink_to(path.resolve())
    extractor = DatasetFingerprintExtractor(path.name, num_processes=1)
    extractor.show_progress_bar = False
    with contextlib.redirect_stdout(io.StringIO()):
        extractor.run()
    return json.loads(json.dumps(planned("plain", path.name, None)))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(measure(Path(sys.argv[1]))))
    else:
        for one in record():
            print(json.dumps(one))
