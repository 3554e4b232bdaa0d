"""Writes the plans of version 1 in `plans/` beside this folder anew, by the planners of nnunet 1.7.1, for made-up datasets.

    python plan_v1.py Task912_Abdomen v1-abdomen.pkl    # with numpy 1: its pickles say `numpy.core`
    python plan_v1.py Task911_Heart v1-heart.pkl        # with numpy 2: they say `numpy._core`
"""

import contextlib
import importlib
import os
import pickle
import sys
import tempfile
from pathlib import Path

here = Path(__file__).parent.parent / "plans"

datasets = {
    # One resolution, slices.
    "Task911_Heart": ("2D", {0: "MRI"}, [1, 2, 3], dict(spacing=[5.0, 0.8, 0.8], size=[30, 320, 300])),
    # Large volumes of thick slices, which are planned at two resolutions.
    "Task912_Abdomen": ("3D", {0: "CT"}, list(range(1, 14)), dict(spacing=[3.0, 0.8, 0.8], size=[140, 420, 420])),
}
cases = 4

if __name__ == "__main__":
    task, file = sys.argv[1:]
    rank, modalities, classes, shape = datasets[task]
    # The plans hold these paths: they are the same wherever this runs.
    os.chdir(tempfile.mkdtemp())
    os.environ |= {"nnUNet_raw_data_base": "raw", "nnUNet_preprocessed": "pre", "RESULTS_FOLDER": "results"}
    cropped, preprocessed = Path("cropped") / task, Path("pre") / task
    for folder in (cropped, preprocessed):
        folder.mkdir(parents=True)
    names = [f"case_{k}" for k in range(cases)]
    for name in names:
        (cropped / f"{name}.npz").touch()
        (cropped / f"{name}.pkl").write_bytes(pickle.dumps({}))
    properties = {
        "all_spacings": [shape["spacing"]] * cases,
        "all_sizes": [tuple(shape["size"])] * cases,
        "all_classes": classes,
        "modalities": modalities,
        "intensityproperties": None,
        "size_reductions": {name: 1.0 for name in names},
    }
    (cropped / "dataset_properties.pkl").write_bytes(pickle.dumps(properties))
    module = f"experiment_planner_baseline_{rank}UNet_v21"
    planner = getattr(importlib.import_module(f"nnunet.experiment_planning.{module}"), f"ExperimentPlanner{rank}_v21")
    with contextlib.redirect_stdout(sys.stderr):
        made = planner(str(cropped), str(preprocessed))
        made.plan_experiment()
    (here / file).write_bytes(Path(made.plans_fname).read_bytes())
