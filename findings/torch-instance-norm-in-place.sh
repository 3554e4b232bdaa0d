#!/usr/bin/env bash
# PyTorch: an activation that works in place behind an instance norm makes the backward pass copy the whole tensor four times.
# Guess: `LeakyReLU(inplace=True)` saves memory and time, or costs nothing, as it does behind a batch norm.
# In truth: instance norm is a batch norm of a reshaped tensor, and its result is a view of that one. Writing into a view makes autograd keep
# the gradient of the base whole, which takes copies that the same activation without `inplace` does not need. The gradients are equal.
# Why it matters: `InstanceNorm3d`, `LeakyReLU(inplace=True)` is the unit of nnU-Net and of most networks for volumes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check torch==2.13.0 numpy==2.2.6 >/dev/null 2>&1
cat >"$folder/run.py" <<'PY'
import torch
from torch import nn
from torch.profiler import ProfilerActivity, profile


def backward(norm, inplace):
    """Gradient of the image, and how many copies of a whole tensor it takes."""
    torch.manual_seed(0)
    image = torch.randn(2, 8, 16, 16, 16, requires_grad=True)
    result = nn.functional.leaky_relu(norm(image), 0.01, inplace=inplace)
    above = torch.randn_like(result)
    with profile(activities=[ProfilerActivity.CPU], record_shapes=True) as seen:
        result.backward(above)
    copies = [one.input_shapes[0] for one in seen.events() if one.name == "aten::copy_"]
    return image.grad, sum(torch.Size(shape).numel() == image.numel() for shape in copies)


found = {}
for norm in (nn.InstanceNorm3d(8, affine=True), nn.BatchNorm3d(8)):
    (plain, few), (written, many) = backward(norm, False), backward(norm, True)
    assert torch.equal(plain, written)
    found[type(norm).__name__] = (few, many)
assert found == {"InstanceNorm3d": (0, 4), "BatchNorm3d": (0, 0)}, found
shown = ", ".join(f"behind {name} {few} and {many}" for name, (few, many) in found.items())
print(f"torch {torch.__version__}: copies of the whole gradient for leaky_relu without and with inplace: {shown}")
PY
"$folder/venv/bin/python" "$folder/run.py" 2>/dev/null
