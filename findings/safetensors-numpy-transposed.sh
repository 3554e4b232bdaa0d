#!/usr/bin/env bash
# safetensors for NumPy: `save_file` of a transposed array writes other numbers than the array has.
# Guess: like torch's `save_file` (which refuses what is not contiguous) or numpy.save (which keeps the layout), values are kept.
# In truth: the bytes of memory are written as they lie, under the shape of the view.
# Why it matters: weights converted between frameworks (kernels are transposed on the way) load without an error and are garbage.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check safetensors==0.8.0 numpy==2.2.6 >/dev/null 2>&1
"$folder/venv/bin/python" - "$folder/x.safetensors" <<'PY'
import sys
import numpy
import safetensors
from safetensors.numpy import load_file, save_file
given = numpy.arange(216, dtype=numpy.float32).reshape(6, 6, 6).transpose(2, 1, 0)
save_file({"w": given}, sys.argv[1])
wrong = int((load_file(sys.argv[1])["w"] != given).sum())
print(f"safetensors {safetensors.__version__}: {wrong} of {given.size} values of a transposed array differ after a round trip")
sys.exit(0 if wrong > 0 else 1)
PY
