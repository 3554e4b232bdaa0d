"""Small files of NRRD, MetaImage and DICOM, and what SimpleITK makes of them: `python itk.py`, with SimpleITK and pydicom.

Writes test/node/images/files/ and, beside it, itk-values.json: for each file what nnU-Net's SimpleITKIO takes of it, the array (z, y, x) with its
spacing in the same order; and voxel-to-world matrices in NIfTI's space, made of ITK's origin and direction.
"""

import json
from pathlib import Path

import numpy as np
import pydicom
import SimpleITK as sitk
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import ExplicitVRLittleEndian, RLELossless, generate_uid

here = Path(__file__).parent.parent
files = here / "files"


def affine(image):
    direction = np.array(image.GetDirection()).reshape(3, 3)
    rows = np.column_stack([direction * np.array(image.GetSpacing()), image.GetOrigin()])
    return (np.diag([-1, -1, 1]) @ rows).ravel().tolist()


def record(image):
    return {
        "extents": list(image.GetSize())[::-1],
        "spacing": list(image.GetSpacing())[::-1],
        "affine": affine(image),
        "values": sitk.GetArrayFromImage(image).astype(np.float32).ravel().tolist(),
    }


def volume(dtype=np.int16):
    image = sitk.GetImageFromArray((np.arange(24).reshape(2, 3, 4) * 37 - 100).astype(dtype))
    image.SetSpacing((1.5, 2, 3.25))
    image.SetOrigin((10, -20, 30))
    c, s = np.cos(0.3), np.sin(0.3)
    image.SetDirection((c, -s, 0, s, c, 0, 0, 0, 1))
    return image


def text(name, lines, end, data):
    (files / name).write_bytes(("\n".join(lines) + "\n" + end).encode() + data)


def series(name, slopes=None, tilt=0.0, skip=None, compress=False, count=4):
    """Slices lie 3 mm apart along an oblique normal; names run against it."""
    folder = files / name
    folder.mkdir(exist_ok=True)
    row, column = np.array([0.8, 0.6, 0]), np.array([-0.6 * 0.8, 0.8 * 0.8, -0.6])
    normal = np.cross(row, column)
    for k in range(count):
        if k == skip:
            continue
        meta = FileMetaDataset()
        meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.128"
        meta.MediaStorageSOPInstanceUID = generate_uid(entropy_srcs=[name, str(k)])
        meta.TransferSyntaxUID = ExplicitVRLittleEndian
        one = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
        one.SOPClassUID, one.SOPInstanceUID = meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID
        one.StudyInstanceUID, one.SeriesInstanceUID = (generate_uid(entropy_srcs=[name, x]) for x in ("study", "series"))
        one.Modality, one.PatientName, one.PatientID, one.InstanceNumber = "PT", "made^up", "0", k + 1
        one.Rows, one.Columns, one.PixelSpacing, one.SliceThickness = 3, 4, [2, 1.5], 5
        one.ImageOrientationPatient = np.round([*row, *column], 6).tolist()
        at = np.array([10, -20, 30]) + 3 * k * normal + 3 * k * tilt * column
        one.ImagePositionPatient = np.round(at, 4).tolist()
        one.SamplesPerPixel, one.PhotometricInterpretation = 1, "MONOCHROME2"
        one.BitsAllocated = one.BitsStored = 16
        one.HighBit, one.PixelRepresentation = 15, 1
        slope = slopes[k] if slopes else 1
        one.RescaleSlope, one.RescaleIntercept = slope, 0 if slopes else -1024
        pixels = np.full((3, 4), round(300 / slope)) if slopes else np.arange(12).reshape(3, 4) + 100 * k
        one.PixelData = pixels.astype("<i2").tobytes()
        if compress:
            one.compress(RLELossless, generate_instance_uid=False)
        one.save_as(folder / f"{count - k:03}.dcm", enforce_file_format=True)


def main():
    files.mkdir(exist_ok=True)
    values = {}
    for name, dtype in (
        ("oblique.nrrd", np.int16),
        ("oblique.mha", np.float32),
        ("wide.mha", np.int64),
        ("bytes.nrrd", np.uint8),
    ):
        sitk.WriteImage(volume(dtype), str(files / name), True)
    sitk.WriteImage(volume(np.uint16), str(files / "pair.mhd"), False)
    raw = (np.arange(24) * 37 - 100).astype("<i2").tobytes()
    plain = ["NRRD0004", "type: int16", "dimension: 3", "sizes: 4 3 2", "encoding: raw", "endian: little"]
    text("unplaced.nrrd", [*plain, "spacings: 1 2 3"], "\n", raw)
    text("right.nrrd", [*plain, "space: RAS", "space directions: (1,0,0) (0,2,0) (0,0,3)", "space origin: (5,6,7)"], "\n", raw)
    for path in sorted(files.iterdir()):
        if path.suffix in (".nrrd", ".mha", ".mhd"):
            values[path.name] = record(sitk.ReadImage(str(path)))
    series("plain")
    series("packed", compress=True)
    series("slopes", slopes=[1, 0.5, 0.3, 0.25])
    reader = sitk.ImageSeriesReader()
    reader.SetFileNames(reader.GetGDCMSeriesFileNames(str(files / "plain")))
    # SimpleITK 2.5 cannot unpack these runs; the voxels are the same.
    values["plain"] = values["packed"] = record(reader.Execute())
    series("tilted", tilt=0.3)
    series("gap", skip=2)
    # What is refused; SimpleITK reads most of it.
    meta = ["ObjectType = Image", "NDims = 3", "BinaryData = True", "BinaryDataByteOrderMSB = False", "DimSize = 4 3 2"]
    local = "ElementDataFile = LOCAL\n"
    spaced = [*meta, "ElementSpacing = 1 2 3"]
    text("long.mha", [*spaced, "ElementType = MET_LONG"], local, raw * 2)
    text("cut.mha", [*spaced, "ElementType = MET_SHORT"], local, raw[:-10])
    text("sizeless.mha", [*meta, "ElementType = MET_SHORT"], local, raw)
    text("cut.nrrd", [*plain, "spacings: 1 2 3"], "\n", raw[:-10])
    four = [line.replace("dimension: 3", "dimension: 4").replace("4 3 2", "2 2 3 2") for line in plain]
    text("four.nrrd", [*four, "spacings: 1 1 2 3"], "\n", raw)
    pairs = ["kinds: vector domain domain domain", "space: LPS", "space directions: none (1,0,0) (0,2,0) (0,0,3)"]
    text("vectors.nrrd", [*four, *pairs], "\n", raw)
    (here / "itk-values.json").write_text(json.dumps(values, indent=1) + "\n")


main()
