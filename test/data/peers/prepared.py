"""Cases as nnU-Net's own preprocessor prepares them for training, one a line: prepared.py > ../prepared.jsonl (nnunetv2)"""

import json
from functools import partial
from types import SimpleNamespace

import numpy as np
from nnunetv2.preprocessing.preprocessors.default_preprocessor import DefaultPreprocessor
from nnunetv2.preprocessing.resampling.default_resampling import resample_data_or_seg_to_shape

random = np.random.default_rng(11)
labels = SimpleNamespace(has_regions=False, foreground_labels=[1, 2], has_ignore_label=False)
ct = {"percentile_00_5": 90.0, "percentile_99_5": 240.0, "mean": 150.0, "std": 40.0}


def case(extents):
    """A frame of zeros, a body of noise, two structures in it."""
    image = np.zeros(extents, np.float32)
    seg = np.zeros(extents, np.int8)
    body = tuple(slice(1, extent - 1) for extent in extents)
    image[body] = random.integers(80, 120, image[body].shape)
    for label, low, high in ((1, 0.25, 0.6), (2, 0.45, 0.75)):
        part = tuple(slice(round(low * extent), round(high * extent)) for extent in extents)
        seg[part] = label
        image[part] += 60 * label
    return image, seg


def prepared(name, extents, own, target, transpose, scheme, masked, order):
    image, seg = case(extents)
    resampling = {"order_z": 0, "force_separate_z": None}
    configuration = SimpleNamespace(
        spacing=list(target),
        normalization_schemes=[scheme],
        use_mask_for_norm=[masked],
        resampling_fn_data=partial(resample_data_or_seg_to_shape, is_seg=False, order=order, **resampling),
        resampling_fn_seg=partial(resample_data_or_seg_to_shape, is_seg=True, order=1, **resampling),
    )
    plans = SimpleNamespace(
        transpose_forward=transpose,
        foreground_intensity_properties_per_channel={"0": ct},
        get_label_manager=lambda _: labels,
    )
    preprocessor = DefaultPreprocessor(verbose=False)
    data, found, _ = preprocessor.run_case_npy(image[None], seg[None], {"spacing": own}, plans, configuration, {})
    return {
        "name": name, "extents": extents, "spacing": own, "target": target, "transpose": transpose,
        "scheme": scheme, "masked": masked, "order": order,
        "image": image.astype(int).ravel().tolist(), "labels": seg.ravel().tolist(),
        "to": list(data.shape[1:]), "data": [float(f"{value:.7g}") for value in data.ravel()],
        # What lies outside of everything is background for the network.
        "found": np.maximum(found, 0).ravel().tolist(),
    }  # fmt: skip


for one in (
    ("all axes, turned", (9, 11, 10), (1.3, 0.9, 1.1), (1.1, 1.2, 0.8), (1, 0, 2), "ZScoreNormalization", True, 3),
    ("an axis by itself", (6, 14, 13), (4.0, 0.9, 1.0), (3.0, 1.3, 1.2), (0, 1, 2), "CTNormalization", False, 3),
    ("slices, linearly", (5, 12, 11), (2.0, 0.7, 0.9), (1.0, 1.0), (0, 1, 2), "ZScoreNormalization", False, 1),
):
    print(json.dumps(prepared(*one)))
