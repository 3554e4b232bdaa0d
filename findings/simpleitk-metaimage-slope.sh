#!/usr/bin/env bash
# MetaImage has ElementToIntensityFunctionSlope and ...Offset: what makes an intensity of a stored number, as scl_slope and scl_inter of NIfTI
# do. One would guess that SimpleITK honours both alike. It scales a NIfTI file's numbers, gives a MetaImage's as they are stored, and names
# neither field in the metadata, so that nothing tells a caller of it.
# It matters for CT: nnU-Net reads .mha by SimpleITK, and clips and normalises by Hounsfield units that such a file's numbers are not.
# `weft predict` reads as nnU-Net's reader does (docs/pipeline.md), so that it has to leave the numbers as they are too.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check SimpleITK==2.5.7 nibabel==5.4.2 numpy==2.2.6 >/dev/null 2>&1
cd "$folder"
"$folder/venv/bin/python" - <<'PY'
import sys
import nibabel
import numpy
import SimpleITK

stored = numpy.arange(8, dtype="<i2").reshape(2, 2, 2)
fields = {
    "ObjectType": "Image", "NDims": 3, "BinaryData": True, "BinaryDataByteOrderMSB": False, "Offset": "0 0 0", "ElementSpacing": "1 1 1",
    "DimSize": "2 2 2", "ElementToIntensityFunctionSlope": 2, "ElementToIntensityFunctionOffset": -1024, "ElementType": "MET_SHORT",
    "ElementDataFile": "LOCAL",
}
with open("scaled.mha", "wb") as file:
    file.write("".join(f"{name} = {value}\n" for name, value in fields.items()).encode() + stored.tobytes())
image = nibabel.Nifti1Image(stored, numpy.eye(4))
image.header.set_slope_inter(2, -1024)
nibabel.save(image, "scaled.nii")

def read(name):
    return SimpleITK.ReadImage(name)

def largest(name):
    return float(SimpleITK.GetArrayFromImage(read(name)).max())

told = any("Intensity" in key for key in read("scaled.mha").GetMetaDataKeys())
print(f"SimpleITK {SimpleITK.Version_VersionString()}: 7 stored with slope 2 and offset -1024 is read as {largest('scaled.nii'):.0f} from NIfTI, "
      f"{largest('scaled.mha'):.0f} from MetaImage; the fields are {'' if told else 'not '}among the metadata")
sys.exit(0 if (largest("scaled.nii"), largest("scaled.mha"), told) == (-1010, 7, False) else 1)
PY
