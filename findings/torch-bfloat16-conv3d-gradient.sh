#!/usr/bin/env bash
# PyTorch on CPUs with AVX-512: the bfloat16 gradient of a 3D convolution's weight is garbage where the volume has two slices.
# Guess: bfloat16 keeps two to three digits of what float32 gives, as for every other depth.
# In truth: at depth 2, from 16 channels on, the gradient holds what lay in memory before: NaN or 1e38, or values that look harmless. Depths 1
# and 4 are right, fewer channels are, and so is AVX2 (ONEDNN_MAX_CPU_ISA=AVX2).
# Why it matters: the deepest level of segmentation networks often has two slices; a training in mixed precision on a CPU is silently wrong.
set -euo pipefail
if ! grep -q avx512f /proc/cpuinfo; then
  echo "needs a CPU with AVX-512"
  exit 1
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check torch==2.13.0 numpy==2.2.6 >/dev/null 2>&1
cat >"$folder/run.py" <<'PY'
import torch
from torch.nn.grad import conv3d_weight


def off(depth):
    """Of the gradient in bfloat16 from that in float32, in standard deviations."""
    torch.manual_seed(0)
    image = torch.randn(2, 32, depth, 8, 8).bfloat16()
    above = torch.randn(2, 32, depth, 8, 8).bfloat16()
    # What a training leaves behind in memory.
    used = [torch.full((1 << k,), float("nan"), dtype=torch.bfloat16) for k in range(4, 20)]
    del used
    found = conv3d_weight(image, (32, 32, 3, 3, 3), above, padding=1).float()
    exact = conv3d_weight(image.float(), (32, 32, 3, 3, 3), above.float(), padding=1)
    return ((found - exact).abs().max() / exact.std()).item()


by_depth = {depth: off(depth) for depth in (1, 2, 4)}
right = {depth: distance < 0.1 for depth, distance in by_depth.items()}
assert right == {1: True, 2: False, 4: True}, by_depth
shown = ", ".join(f"depth {depth} {distance:.2g}" for depth, distance in by_depth.items())
print(f"torch {torch.__version__}: bfloat16 conv3d weight gradient off by ({shown}) deviations")
PY
"$folder/venv/bin/python" "$folder/run.py"
