#!/usr/bin/env bash
# The same nnU-Net trains on other labels, by which release of batchgenerators is installed beside it: nnunetv2 2.8.1 asks for 0.25.1 or later.
# Guess: `resize_segmentation`, by which it resamples segmentations, is the same function throughout.
# In truth: 0.25.1 writes each label, in ascending order, where its share is a half or more, so that a voxel in which several labels meet is
# background, whatever they are; 0.25.5 takes the label with the greatest share, of equal ones that of the nearest voxel.
# Why it matters: recipes with a `spacing` resample labels as the later one does; what nnU-Net preprocessed with the earlier differs there.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check scikit-image==0.26.0 batchgenerators==0.25.5 >/dev/null 2>&1
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --target "$folder/earlier" batchgenerators==0.25.1 >/dev/null 2>&1
cat >"$folder/run.py" <<'PY'
import numpy as np
from batchgenerators.augmentations.utils import resize_segmentation

print(resize_segmentation(np.array([[1, 2], [3, 4]]), (1, 1), 1).item())
PY
later=$("$folder/venv/bin/python" "$folder/run.py")
earlier=$(PYTHONPATH="$folder/earlier" "$folder/venv/bin/python" "$folder/run.py")
echo "batchgenerators: where labels 1, 2, 3 and 4 meet 0.25.1 writes $earlier, 0.25.5 writes $later"
[[ $earlier == 0 && $later == 4 ]]
