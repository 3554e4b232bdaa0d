"""Small models that nnU-Net's own trainer makes, trains for a few steps and saves, and what nnU-Net predicts with them on a CPU.

train.py FOLDER CASE...: for each case FOLDER/CASE/{model,images,nnunet}; prints a line of JSON for each. `tiny` is kept in ../tiny, `hippocampus` takes its
volumes from the dataset at WEFT_HIPPOCAMPUS.
"""

import json
import os
import shutil
import sys
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")
root = Path(sys.argv[1])
for name in ("nnUNet_raw", "nnUNet_preprocessed", "nnUNet_results"):
    os.environ[name] = str(root / name)
os.environ["nnUNet_compile"] = "false"

import nibabel  # noqa: E402
import numpy as np  # noqa: E402
import torch  # noqa: E402
from nnunetv2.inference.predict_from_raw_data import nnUNetPredictor  # noqa: E402
from nnunetv2.training.nnUNetTrainer.nnUNetTrainer import nnUNetTrainer  # noqa: E402
from nnunetv2.utilities.plans_handling.plans_handler import PlansManager  # noqa: E402
from safetensors.numpy import save_file  # noqa: E402

torch.set_num_threads(1)
device = torch.device("cpu")

resampling = {
    f"resampling_fn_{what}{kwargs}": {"is_seg": what == "seg", "order": order, "order_z": 0, "force_separate_z": None}
    if kwargs
    else "resample_data_or_seg_to_shape"
    for what, order in (("data", 3), ("seg", 1), ("probabilities", 1))
    for kwargs in ("", "_kwargs")
}

torch_resampling = {
    f"resampling_fn_{what}{kwargs}": {"is_seg": what == "seg", "force_separate_z": False, "memefficient_seg_resampling": False}
    if kwargs
    else "resample_torch_fornnunet"
    for what in ("data", "seg", "probabilities")
    for kwargs in ("", "_kwargs")
}


def architecture(patch, residual, features, norm="InstanceNorm"):
    rank, stages = len(patch), len(features)
    strides = [[1] * rank, [2] * rank, [1 if rank == 3 and axis == 0 else 2 for axis in range(rank)]][:stages]
    kwargs = {
        "n_stages": stages,
        "features_per_stage": features,
        "conv_op": f"torch.nn.modules.conv.Conv{rank}d",
        "kernel_sizes": [[3] * rank] * stages,
        "strides": strides,
        "n_blocks_per_stage" if residual else "n_conv_per_stage": ([1, 2, 1] if residual else [2, 2, 2])[:stages],
        "n_conv_per_stage_decoder": [1 if residual else 2] * (stages - 1),
        "conv_bias": True,
        "norm_op": f"torch.nn.modules.{norm.lower()}.{norm}{rank}d",
        "norm_op_kwargs": {"eps": 1e-5, "affine": True},
        "dropout_op": None,
        "dropout_op_kwargs": None,
        "nonlin": "torch.nn.LeakyReLU",
        "nonlin_kwargs": {"inplace": True},
    }
    name = "ResidualEncoderUNet" if residual else "PlainConvUNet"
    return {
        "network_class_name": f"dynamic_network_architectures.architectures.unet.{name}",
        "arch_kwargs": kwargs,
        "_kw_requires_import": ["conv_op", "norm_op", "dropout_op", "nonlin"],
    }


def plans_of(case):
    schemes, masked = case["schemes"], case.get("masked", [False] * len(case["schemes"]))
    forward = case.get("transpose", [0, 1, 2])
    statistics = {"mean": 60.0, "median": 58.0, "std": 37.0, "min": -50.0, "max": 240.0, "percentile_99_5": 170.0, "percentile_00_5": -20.0}
    configuration = {
        "data_identifier": "made_up",
        "preprocessor_name": "DefaultPreprocessor",
        "batch_size": 2,
        "patch_size": case["patch"],
        "median_image_size_in_voxels": [40] * len(case["patch"]),
        "spacing": case["target"],
        "normalization_schemes": [f"{one}Normalization" for one in schemes],
        "use_mask_for_norm": masked,
        **(torch_resampling if case.get("torch") else resampling),
        "architecture": architecture(case["patch"], case.get("residual", False), case.get("features", [8, 16, 24]), case.get("norm", "InstanceNorm")),
        "batch_dice": True,
    }
    return {
        "dataset_name": "Dataset900_MadeUp",
        "plans_name": "nnUNetPlans",
        "original_median_spacing_after_transp": case["target"],
        "original_median_shape_after_transp": [40, 40, 40],
        "image_reader_writer": case.get("reader", "NibabelIO"),
        "transpose_forward": forward,
        "transpose_backward": [forward.index(axis) for axis in range(3)],
        "configurations": {case.get("name", "3d_fullres"): configuration},
        "experiment_planner_used": "ExperimentPlanner",
        "label_manager": "LabelManager",
        "foreground_intensity_properties_per_channel": {str(k): statistics for k in range(len(schemes))},
    }


def volume(random, extents, spacing, channels, empty):
    """Two kinds of blobs in noise; `empty` voxels at each border are 0 in every channel. Arrays are (i, j, k)."""
    grid = np.stack(np.meshgrid(*[np.arange(n) * s for n, s in zip(extents, spacing)], indexing="ij"))
    size = np.array(extents) * spacing
    labels = np.zeros(extents, np.uint8)
    for label in (1, 2, 1, 2, 2):
        middle, radii = random.uniform(0.05, 0.95, 3) * size, random.uniform(0.1, 0.25, 3) * size
        labels[(((grid - middle[:, None, None, None]) / radii[:, None, None, None]) ** 2).sum(0) < 1] = label
    levels = np.array([[20, 90, 140], [150, 40, 90]], np.float32)
    images = []
    for channel in range(channels):
        image = levels[channel][labels] + random.normal(0, 28, extents)
        inside = tuple(slice(n, -n or None) for n in empty)
        kept = np.zeros(extents, bool)
        kept[inside] = True
        images.append(np.where(kept, np.clip(image, 1, 254), 0).astype(np.int16))
    labels[~kept] = 0
    return images, labels


def real(name):
    """A case of a dataset: its image and labels as (i, j, k)."""
    data = Path(os.environ["WEFT_HIPPOCAMPUS"])
    image, labels = nibabel.load(data / "imagesTr" / f"{name}_0000.nii.gz"), nibabel.load(data / "labelsTr" / f"{name}.nii.gz")
    return [np.asarray(image.dataobj).astype(np.float32)], np.asarray(labels.dataobj).astype(np.uint8)


def affine_of(spacing, flips):
    affine = np.diag([*(s * f for s, f in zip(spacing, flips)), 1.0])
    affine[:3, 3] = [-11, 7, 30]
    return affine


def write(folder, name, images, spacing, flips, order, slope):
    """In the axis order of `order`: what lies along the scanner's axes is the same."""
    affine = affine_of(spacing, flips)[:, [*order, 3]]
    for channel, image in enumerate(images):
        file = nibabel.Nifti1Image(np.ascontiguousarray(image.transpose(order)), affine)
        if slope is not None:
            file.header.set_slope_inter(*slope)
        nibabel.save(file, folder / f"{name}_{channel:04d}.nii.gz")


def train(trainer, plans, images, labels, spacing, steps):
    """A few steps on patches of the preprocessed volume, by the trainer's own loss and optimizer."""
    preprocessor = trainer.configuration_manager.preprocessor_class(verbose=False)
    # As the readers give it: (channel, k, j, i).
    data = np.stack([image.transpose(2, 1, 0) for image in images]).astype(np.float32)
    seg = labels.transpose(2, 1, 0)[None].astype(np.int16)
    properties = {"spacing": list(spacing[::-1])}
    data, seg, _ = preprocessor.run_case_npy(
        data, seg, properties, plans, trainer.configuration_manager, trainer.dataset_json
    )
    seg = np.maximum(seg, 0)
    patch = trainer.configuration_manager.patch_size
    random = np.random.default_rng(1)
    manager = trainer.label_manager
    # The loss takes the voxels to ignore as one channel more.
    kinds = [*manager.foreground_regions, *([manager.ignore_label] if manager.has_ignore_label else [])] if manager.has_regions else None
    for _ in range(steps):
        batch, targets = [], []
        for _ in range(2):
            if len(patch) == 2:
                z = random.integers(data.shape[1])
                one, target = data[:, z], seg[:, z]
            else:
                one, target = data, seg
            pad = [(0, 0)] + [(0, max(0, p - n)) for p, n in zip(patch, one.shape[1:])]
            one, target = np.pad(one, pad), np.pad(target, pad)
            start = [random.integers(n - p + 1) for p, n in zip(patch, one.shape[1:])]
            cut = (slice(None), *(slice(s, s + p) for s, p in zip(start, patch)))
            batch.append(one[cut])
            targets.append(target[cut])
        target = np.stack(targets)
        if kinds is not None:
            target = np.concatenate([np.isin(target, one) for one in kinds], 1)
        target = torch.from_numpy(target.astype(np.float32))
        trainer.optimizer.zero_grad()
        output = trainer.network(torch.from_numpy(np.stack(batch)).float())[0]
        loss = trainer.loss.loss(output, target)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trainer.network.parameters(), 12)
        trainer.optimizer.step()


def save_probabilities(predictor, images, folder):
    """As safetensors: classes × the axes of the reader's array. By themselves, since nnU-Net decides ties otherwise where it saves them."""
    aside = folder / "aside"
    aside.mkdir()
    predictor.predict_from_files_sequential(str(images), str(aside), save_probabilities=True)
    values = np.load(aside / "case.npz")["probabilities"].astype(np.float32)
    save_file({"probabilities": np.ascontiguousarray(values)}, folder / "case.safetensors")
    shutil.rmtree(aside)


def run(name, case):
    folder = root / name
    model, images_folder = folder / "model", folder / "images"
    images_folder.mkdir(parents=True)
    plans = plans_of(case)
    description = {
        "channel_names": {str(k): f"channel {k}" for k in range(len(case["schemes"]))},
        "labels": case.get("labels", {"background": 0, "soft": 1, "hard": 2}),
        "numTraining": 1,
        "file_ending": ".nii.gz",
    }
    if "order" in case:
        description["regions_class_order"] = case["order"]
    random = np.random.default_rng(3)
    spacing, flips = case["spacing"], case.get("flips", (1, 1, 1))
    channels = len(case["schemes"])
    empty = case.get("empty", (0, 0, 0))
    if "cases" in case:
        made = [real(one) for one in case["cases"]]
    else:
        made = [volume(random, case["extents"], spacing, channels, empty) for _ in range(2)]
    axes = case.get("stored", (0, 1, 2))
    write(images_folder, "case", made[1][0], spacing, flips, axes, case.get("slope"))
    os.makedirs(model, exist_ok=True)
    (model / "plans.json").write_text(json.dumps(plans, indent=2))
    (model / "dataset.json").write_text(json.dumps(description, indent=2))
    manager = PlansManager(plans)
    for fold in range(case.get("folds", 1)):
        torch.manual_seed(fold)
        trainer = nnUNetTrainer({**plans, "continue_training": False}, case.get("name", "3d_fullres"), fold, description, device)
        trainer.print_to_log_file = lambda *args, **kwargs: None
        trainer.initialize()
        trainer.inference_allowed_mirroring_axes = tuple(case["mirror"]) if case["mirror"] else None
        train(trainer, manager, *made[0], spacing, case.get("steps", 12))
        (model / f"fold_{fold}").mkdir()
        trainer.save_checkpoint(str(model / f"fold_{fold}" / "checkpoint_final.pth"))
    predictor = nnUNetPredictor(device=device, allow_tqdm=False, perform_everything_on_device=False)
    predictor.initialize_from_trained_model_folder(str(model), None)
    (folder / "nnunet").mkdir()
    predictor.predict_from_files_sequential(str(images_folder), str(folder / "nnunet"))
    if case.get("probabilities", False):
        save_probabilities(predictor, images_folder, folder / "nnunet")
    if case.get("unmirrored", False):
        predictor.use_mirroring = False
        (folder / "unmirrored").mkdir()
        predictor.predict_from_files_sequential(str(images_folder), str(folder / "unmirrored"))
    found = np.asarray(nibabel.load(folder / "nnunet" / "case.nii.gz").dataobj)
    print(json.dumps({"name": name, "labels": [int(n) for n in np.bincount(found.astype(np.uint8).ravel())]}))


# The trainer looks at what a dataset was preprocessed into; nothing of that is read here.
kept = root / "nnUNet_preprocessed" / "Dataset900_MadeUp" / "made_up"
kept.mkdir(parents=True, exist_ok=True)
(kept / "case.npz").touch()
cases = json.loads((Path(__file__).parent / "cases.json").read_text())
for name in sys.argv[2:]:
    run(name, cases[name])
