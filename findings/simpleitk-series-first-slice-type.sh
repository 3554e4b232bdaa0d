#!/usr/bin/env bash
# Slices of a DICOM series may each have their own RescaleSlope, as those of PET have. One would guess that a series read by SimpleITK has the
# values of its slices read one by one. The slopes are each slice's own, but the type of the volume is what the first slice alone asks for: where
# that is a whole number (slope 1), later slices lose their fractions, and what is larger than 16 bits wraps around, without a warning.
# It matters where such series are made into volumes for nnU-Net: `weft predict` reads slices one by one and scales them in double precision.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check SimpleITK==2.5.7 pydicom==3.0.1 numpy==2.2.6 >/dev/null 2>&1
cd "$folder"
"$folder/venv/bin/python" - <<'PY'
import os
import sys
import numpy
import SimpleITK
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, PositronEmissionTomographyImageStorage, generate_uid

series, study, frame = (generate_uid(entropy_srcs=[name]) for name in ("series", "study", "frame"))
os.mkdir("slices")
for index, slope in enumerate((1, 0.5, 400)):
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.TransferSyntaxUID = PositronEmissionTomographyImageStorage, ExplicitVRLittleEndian
    meta.MediaStorageSOPInstanceUID = generate_uid(entropy_srcs=[str(index)])
    slice_ = FileDataset("slice", {}, file_meta=meta, preamble=bytes(128))
    slice_.SOPClassUID, slice_.SOPInstanceUID, slice_.Modality = meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID, "PT"
    slice_.SeriesInstanceUID, slice_.StudyInstanceUID, slice_.FrameOfReferenceUID = series, study, frame
    slice_.InstanceNumber, slice_.SliceThickness, slice_.PixelSpacing = index + 1, 3, [2, 2]
    slice_.ImagePositionPatient, slice_.ImageOrientationPatient = [0, 0, 3 * index], [1, 0, 0, 0, 1, 0]
    slice_.Rows, slice_.Columns, slice_.SamplesPerPixel, slice_.PhotometricInterpretation = 4, 4, 1, "MONOCHROME2"
    slice_.BitsAllocated, slice_.BitsStored, slice_.HighBit, slice_.PixelRepresentation = 16, 16, 15, 0
    slice_.RescaleSlope, slice_.RescaleIntercept = str(slope), "0"
    slice_.PixelData = numpy.full((4, 4), 301, "<u2").tobytes()
    slice_.save_as(f"slices/{index}.dcm", enforce_file_format=True)

def first_values(image):
    return [float(plane[0, 0]) for plane in SimpleITK.GetArrayFromImage(image)]

names = SimpleITK.ImageSeriesReader.GetGDCMSeriesFileNames("slices")
alone = [first_values(SimpleITK.ReadImage(name))[0] for name in names]
together = SimpleITK.ReadImage(names)
print(f"SimpleITK {SimpleITK.Version_VersionString()}: 301 stored with slopes 1, 0.5, 400 is {alone} slice by slice, "
      f"{first_values(together)} as a series ({together.GetPixelIDTypeAsString()})")
sys.exit(0 if alone == [301, 150.5, 120400] and first_values(together) == [301, 150, 54864] else 1)
PY
