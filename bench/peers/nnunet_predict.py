"""nnU-Net's own prediction, for the benchmark of `weft predict`.

nnunet_predict.py make FOLDER SUBJECT: FOLDER/model as nnU-Net's trainer saves it, untrained, and FOLDER/images.
nnunet_predict.py predict FOLDER THREADS: predicts them on the CPU, in one process, into FOLDER/nnunet; prints the process's peak memory in bytes.
"""

import json
import os
import re
import sys
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")
command, folder = sys.argv[1], Path(sys.argv[2])
for name in ("nnUNet_raw", "nnUNet_preprocessed", "nnUNet_results"):
    os.environ[name] = str(folder / name)
os.environ["nnUNet_compile"] = "false"

import torch  # noqa: E402

# Extents are those of a NIfTI file, (i, j, k).
subjects = {
    "hippocampus": {"extents": [35, 51, 35], "count": 3, "patch": [40, 56, 40], "features": [32, 64, 128, 256], "mirror": (0, 1, 2)},
    "large": {"extents": [256, 256, 160], "count": 1, "patch": [96, 128, 128], "features": [8, 16, 32, 64, 64], "mirror": None},
}


def make(subject):
    import nibabel
    import numpy as np
    from nnunetv2.training.nnUNetTrainer.nnUNetTrainer import nnUNetTrainer

    extents, features = subject["extents"], subject["features"]
    stages = len(features)
    kwargs = {
        "n_stages": stages,
        "features_per_stage": features,
        "conv_op": "torch.nn.modules.conv.Conv3d",
        "kernel_sizes": [[3] * 3] * stages,
        "strides": [[1] * 3] + [[2] * 3] * (stages - 1),
        "n_conv_per_stage": [2] * stages,
        "n_conv_per_stage_decoder": [2] * (stages - 1),
        "conv_bias": True,
        "norm_op": "torch.nn.modules.instancenorm.InstanceNorm3d",
        "norm_op_kwargs": {"eps": 1e-5, "affine": True},
        "dropout_op": None,
        "dropout_op_kwargs": None,
        "nonlin": "torch.nn.LeakyReLU",
        "nonlin_kwargs": {"inplace": True},
    }
    resampling = {"is_seg": False, "order_z": 0, "force_separate_z": None}
    configuration = {
        "data_identifier": "bench",
        "preprocessor_name": "DefaultPreprocessor",
        "batch_size": 2,
        "patch_size": subject["patch"],
        "median_image_size_in_voxels": extents[::-1],
        "spacing": [1.0, 1.0, 1.0],
        "normalization_schemes": ["ZScoreNormalization"],
        "use_mask_for_norm": [False],
        "architecture": {
            "network_class_name": "dynamic_network_architectures.architectures.unet.PlainConvUNet",
            "arch_kwargs": kwargs,
            "_kw_requires_import": ["conv_op", "norm_op", "dropout_op", "nonlin"],
        },
        "batch_dice": True,
    }
    for what, order in (("data", 3), ("seg", 1), ("probabilities", 1)):
        configuration[f"resampling_fn_{what}"] = "resample_data_or_seg_to_shape"
        configuration[f"resampling_fn_{what}_kwargs"] = {**resampling, "is_seg": what == "seg", "order": order}
    statistics = {key: 1.0 for key in ("mean", "median", "std", "min", "max", "percentile_99_5", "percentile_00_5")}
    plans = {
        "dataset_name": "Dataset900_Bench",
        "plans_name": "nnUNetPlans",
        "original_median_spacing_after_transp": [1.0, 1.0, 1.0],
        "original_median_shape_after_transp": extents[::-1],
        "image_reader_writer": "NibabelIO",
        "transpose_forward": [0, 1, 2],
        "transpose_backward": [0, 1, 2],
        "configurations": {"3d_fullres": configuration},
        "experiment_planner_used": "ExperimentPlanner",
        "label_manager": "LabelManager",
        "foreground_intensity_properties_per_channel": {"0": statistics},
    }
    description = {
        "channel_names": {"0": "MRI"},
        "labels": {"background": 0, "anterior": 1, "posterior": 2},
        "numTraining": 1,
        "file_ending": ".nii.gz",
    }
    kept = folder / "nnUNet_preprocessed" / "Dataset900_Bench" / "bench"
    kept.mkdir(parents=True)
    (kept / "case.npz").touch()
    model, images = folder / "model", folder / "images"
    (model / "fold_0").mkdir(parents=True)
    images.mkdir()
    (model / "plans.json").write_text(json.dumps(plans))
    (model / "dataset.json").write_text(json.dumps(description))
    torch.manual_seed(0)
    trainer = nnUNetTrainer({**plans, "continue_training": False}, "3d_fullres", 0, description, torch.device("cpu"))
    trainer.print_to_log_file = lambda *args, **kwargs: None
    trainer.initialize()
    trainer.inference_allowed_mirroring_axes = subject["mirror"]
    trainer.save_checkpoint(str(model / "fold_0" / "checkpoint_final.pth"))
    random = np.random.default_rng(0)
    for case in range(subject["count"]):
        voxels = random.integers(1, 1000, extents, dtype=np.int16)
        nibabel.save(nibabel.Nifti1Image(voxels, np.eye(4)), images / f"case{case}_0000.nii.gz")


def predict(threads):
    from nnunetv2.inference.predict_from_raw_data import nnUNetPredictor

    torch.set_num_threads(threads)
    predictor = nnUNetPredictor(device=torch.device("cpu"), allow_tqdm=False, perform_everything_on_device=False)
    predictor.initialize_from_trained_model_folder(str(folder / "model"), ("0",))
    out = folder / "nnunet"
    out.mkdir(exist_ok=True)
    predictor.predict_from_files_sequential(str(folder / "images"), str(out))
    kibibytes = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())[1]
    print(int(kibibytes) * 1024)


if command == "make":
    make(subjects[sys.argv[3]])
else:
    predict(int(sys.argv[3]))
