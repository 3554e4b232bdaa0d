"""What nnU-Net's own functions make of small arrays, stage by stage: pipeline.py PIPELINE.json (nnunetv2, SciPy, scikit-image, torch on a CPU)"""

import json
import sys
from types import SimpleNamespace

import nnunetv2
import numpy as np
import scipy
import skimage
import torch
from acvl_utils.cropping_and_padding.padding import pad_nd_image
from nnunetv2.inference.predict_from_raw_data import nnUNetPredictor
from nnunetv2.inference.sliding_window_prediction import compute_gaussian, compute_steps_for_sliding_window
from nnunetv2.preprocessing.cropping.cropping import crop_to_nonzero
from nnunetv2.preprocessing.normalization import default_normalization_schemes as schemes
from nnunetv2.preprocessing.resampling.default_resampling import (
    compute_new_shape,
    determine_do_sep_z_and_axis,
    resample_data_or_seg_to_shape,
)
from nnunetv2.preprocessing.resampling.resample_torch import resample_torch_fornnunet
from nnunetv2.utilities.label_handling.label_handling import LabelManager

random = np.random.default_rng(7)


def numbers(array):
    """Nine digits say which float32 a number is."""
    return [float(f"{value:.9g}") for value in np.asarray(array, dtype=np.float64).ravel()]


def volume(*shape):
    """Smooth in part, so that order matters, with some numbers that stand out."""
    noise = random.normal(size=shape) * 3
    for axis in range(1, len(shape)):
        noise = (noise + np.roll(noise, 1, axis)) / 2
    noise[random.random(shape) < 0.02] += 20
    return noise.astype(np.float32)


# ---------------------------------------------------------------- crop


def crop_case(data):
    _, seg, box = crop_to_nonzero(data)
    return {
        "extents": list(data.shape[1:]),
        "channels": [numbers(one) for one in data],
        "start": [int(low) for low, _ in box],
        "end": [int(high) for _, high in box],
        "mask": [int(value >= 0) for value in seg.ravel()],
    }


hollow = np.zeros((2, 6, 7, 8), np.float32)
hollow[0, 1:5, 1:6, 2:7] = 3
hollow[0, 2:4, 2:5, 3:6] = 0
hollow[1, 2, 3, 7] = -1
tube = np.zeros((1, 4, 6, 6), np.float32)
tube[0, :, 1:5, 1:5] = 1
tube[0, :, 2:4, 2:4] = 0
crops = [crop_case(hollow), crop_case(tube), crop_case(np.zeros((1, 2, 3, 2), np.float32))]

# ---------------------------------------------------------------- normalise

statistics = {"mean": 15.3, "std": 7.7, "percentile_00_5": 2.0, "percentile_99_5": 40.1}
image = np.array([0, 0, 10, 20, 30, 250], np.float32)
mask = np.array([-1, -1, 0, 0, 0, 0], np.int8)


def normalised(name, masked=False):
    scheme = getattr(schemes, name)(use_mask_for_norm=masked, intensityproperties=statistics)
    return numbers(scheme.run(image.copy(), mask if masked else None))


normals = [
    {"scheme": {"rule": "ct", "low": 2.0, "high": 40.1, "mean": 15.3, "std": 7.7}, "expected": normalised("CTNormalization")},
    {"scheme": {"rule": "zscore", "masked": False}, "expected": normalised("ZScoreNormalization")},
    {"scheme": {"rule": "zscore", "masked": True}, "expected": normalised("ZScoreNormalization", True)},
    {"scheme": {"rule": "rescale"}, "expected": normalised("RescaleTo01Normalization")},
    {"scheme": {"rule": "rgb"}, "expected": normalised("RGBTo01Normalization")},
    {"scheme": {"rule": "none"}, "expected": normalised("NoNormalization")},
]

# ---------------------------------------------------------------- spacing

shapes = [
    {"extents": extents, "own": own, "target": target, "expected": [int(n) for n in compute_new_shape(extents, own, target)]}
    for extents, own, target in [
        ([5, 7, 9], [1, 1, 1], [2, 2, 2]),
        ([3, 101, 11], [1.5, 0.7, 1.7000000476837158], [1, 0.8, 1]),
        ([20, 33, 64], [3.0999999046325684, 0.9, 1.25], [2.5, 1, 1]),
    ]
]
axes = []
for force, own, target in [
    (None, [5, 1, 1], [1, 1, 1]),
    (None, [3, 1, 1], [1, 1, 1]),
    (None, [1, 1, 1], [4, 1, 1]),
    (None, [4, 4, 1], [1, 1, 1]),
    (None, [1, 5, 1], [1, 1, 1]),
    (True, [2, 1, 1], [1, 1, 9]),
    (False, [9, 1, 1], [1, 1, 1]),
]:
    separate, axis = determine_do_sep_z_and_axis(force, own, target)
    separation = {None: "auto", True: "always", False: "never"}[force]
    axes.append({"separation": separation, "own": own, "target": target, "expected": int(axis) if separate else None})

# ---------------------------------------------------------------- resample


def resampling(extents, to, own, target, order, dtype):
    data = volume(1, *extents).astype(dtype)
    out = resample_data_or_seg_to_shape(data.copy(), to, own, target, is_seg=False, order=order, order_z=0, force_separate_z=None)
    separate, axis = determine_do_sep_z_and_axis(None, own, target)
    return {
        "extents": extents,
        "to": to,
        "order": order,
        "separate": int(axis) if separate else None,
        "precision": "half" if dtype == np.float16 else "float32",
        "given": numbers(data),
        "expected": numbers(out),
    }


cases = [
    ([5, 8, 7], [9, 6, 11], [1.7, 1.2, 1.3], [1, 1.6, 0.8]),
    ([6, 7, 9], [6, 4, 15], [2, 1, 1], [2, 1.7, 0.6]),
    ([5, 6, 7], [8, 9, 4], [5, 1, 1.5], [3, 0.7, 2]),
    ([6, 5, 6], [9, 3, 7], [1, 4, 1], [0.7, 6, 0.8]),
    ([4, 6, 6], [7, 6, 6], [6, 1, 1], [3, 1, 1]),
    ([1, 4, 5], [3, 5, 8], [2, 2, 2], [1, 1.6, 1.2]),
]
images = [resampling(*one, order, np.float32) for one in cases for order in (3, 1)]
scores = [resampling(*one, 1, dtype) for one in cases for dtype in (np.float16, np.float32)]

# ---------------------------------------------------------------- tiles

starts = [
    {"size": size, "patch": patch, "step": step, "expected": compute_steps_for_sliding_window([size], [patch], step)[0]}
    for size, patch, step in [(110, 64, 0.5), (65, 64, 0.5), (97, 64, 0.5), (130, 40, 0.5), (149, 28, 0.5), (64, 64, 0.5), (50, 16, 0.7)]
]
paddings = []
for size, patch in [(5, 8), (6, 9), (8, 8), (9, 4)]:
    _, (_, inside) = pad_nd_image(np.zeros((1, size)), (patch,), "constant", {"constant_values": 0}, True)
    paddings.append({"size": size, "patch": patch, "before": int(inside.start)})
gaussians = [
    {"patch": patch, "expected": numbers(compute_gaussian(tuple(patch), 1 / 8, 10, torch.float16, torch.device("cpu")).float())}
    for patch in ([8, 6, 10], [7, 12], [16, 3, 5])
]


def sliding(extents, patch, mirror, members):
    """Networks whose scores depend on where in the tile a voxel is, so that mirroring and tiling matter."""
    maps = [volume(2, 3, *patch) for _ in range(members)]
    data = torch.from_numpy(volume(2, *extents))

    def network(weights):
        class Fixed(torch.nn.Module):
            def forward(self, x):
                return (x[:, :, None] * torch.from_numpy(weights)[None]).sum(1)

        return Fixed()

    predictor = nnUNetPredictor(device=torch.device("cpu"), perform_everything_on_device=False, allow_tqdm=False)
    predictor.allowed_mirroring_axes = mirror
    predictor.configuration_manager = SimpleNamespace(patch_size=patch)
    predictor.label_manager = SimpleNamespace(num_segmentation_heads=3)
    total = None
    for weights in maps:
        predictor.network = network(weights)
        found = predictor.predict_sliding_window_return_logits(data)
        total = found.clone() if total is None else total.add_(found)
    if members > 1:
        total /= members
    return {
        "extents": extents,
        "patch": patch,
        "mirror": list(mirror or []),
        "channels": [numbers(one) for one in data],
        "networks": [numbers(weights) for weights in maps],
        "expected": [numbers(one.float()) for one in total],
    }


windows = [
    sliding([9, 7, 5], [4, 4, 4], (0, 1, 2), 1),
    sliding([3, 10, 8], [4, 6, 6], (0, 2), 2),
    sliding([3, 7, 9], [4, 6], (0, 1), 3),
    sliding([6, 4, 5], [4, 4, 4], None, 1),
]

# ---------------------------------------------------------------- labels


def labels_of(labels, order, logits):
    manager = LabelManager(labels, order)
    found = manager.convert_logits_to_segmentation(np.asarray(logits, np.float32)[..., None, None])
    return {"order": order, "scores": logits, "expected": [int(value) for value in np.asarray(found).ravel()]}


flat = {"background": 0, "a": 1, "b": 3}
regions = {"background": 0, "whole": [1, 2, 3], "core": [2, 3], "et": 3}
columns = [[3, 2, 1], [3, -1, 1], [3, 2, -1], [-1, -1, 4], [0, 0, 0], [6e-8, 1e-7, -1], [1, 1, 2], [2, 2, 2]]
logits = [list(map(float, row)) for row in zip(*columns)]
decisions = [
    labels_of(flat, None, logits),
    labels_of(regions, [1, 2, 3], logits),
    labels_of(regions, [2, 1, 3], logits),
]

# ---------------------------------------------------------------- resampling by PyTorch


def by_torch(extents, to, own, target, dtype):
    """Single precision comes back, whatever goes in."""
    data = volume(1, *extents).astype(dtype)
    out = resample_torch_fornnunet(torch.from_numpy(data.copy()), to, own, target)
    separate, axis = determine_do_sep_z_and_axis(None, own, target)
    return {
        "extents": extents,
        "to": to,
        "order": 1,
        "separate": int(axis) if separate else None,
        "precision": "float32",
        "by": "torch",
        "given": numbers(data),
        "expected": numbers(out.float()),
    }


images += [by_torch(*one, np.float32) for one in cases]
scores += [by_torch(*one, np.float16) for one in cases]

source = f"nnunetv2 2.8.1, numpy {np.__version__}, scipy {scipy.__version__}, scikit-image {skimage.__version__}, torch {torch.__version__}"
record = {
    "source": source,
    "crops": crops,
    "normals": {"image": numbers(image), "mask": [int(value >= 0) for value in mask], "cases": normals},
    "shapes": shapes,
    "axes": axes,
    "images": images,
    "scores": scores,
    "starts": starts,
    "paddings": paddings,
    "gaussians": gaussians,
    "windows": windows,
    "decisions": decisions,
}
with open(sys.argv[1], "w") as file:
    json.dump(record, file)
