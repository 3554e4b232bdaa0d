#!/usr/bin/env bash
# NIfTI files whose sform_code and qform_code are 0: nibabel and ITK place the same voxels differently.
# Guess: the standard's method 1 (i leads to the right, from the origin), or at least one reading by all.
# In truth: nibabel has i to the left and j to the front around the middle (LAS), ITK i to the left and j to the back from the origin (LPS).
# Why it matters: in a dataset where some files lost their forms, front and back or left and right differ between cases, by the reader.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check nibabel==5.4.2 simpleitk==2.5.7 numpy==2.2.6 >/dev/null 2>&1
"$folder/venv/bin/python" - "$folder/x.nii" <<'PY'
import sys
import nibabel
import numpy
import SimpleITK
header = nibabel.Nifti1Header()
header.set_data_dtype(numpy.int16)
header.set_data_shape((4, 5, 6))
header.set_zooms((1, 1.5, 2))
header["vox_offset"] = 352
header["magic"] = b"n+1"
with open(sys.argv[1], "wb") as file:
    file.write(header.binaryblock + bytes(4 + 240))
by_nibabel = nibabel.load(sys.argv[1]).affine
read = SimpleITK.ReadImage(sys.argv[1])
steps = numpy.reshape(read.GetDirection(), (3, 3)) * read.GetSpacing()
# ITK counts to the left and to the back.
by_itk = numpy.vstack([numpy.column_stack([steps, read.GetOrigin()]), [0, 0, 0, 1]]) * [[-1], [-1], [1], [1]]
codes = ["".join(nibabel.aff2axcodes(affine)) for affine in (by_nibabel, by_itk)]
print(f"nibabel {nibabel.__version__} reads a file without forms as {codes[0]}, ITK (SimpleITK {SimpleITK.Version.VersionString()}) as {codes[1]}")
sys.exit(0 if codes == ["LAS", "LPS"] else 1)
PY
