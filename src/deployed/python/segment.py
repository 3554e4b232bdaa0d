"""Segments volumes with a model that nnU-Net trained, as nnU-Net does, on ONNX Runtime.

As a program, CASE_0000.nii.gz, CASE_0001.nii.gz, ... (a file for each channel) to CASE.nii.gz:

    python segment.py -i images -o predictions

As a module:

    model = open_model(Path("deployed"))
    labels, header = segment([Path("case_0000.nii.gz")], model)

Beside this file lie pipeline.json, which says what is done with volumes, and the networks. What is needed besides: numpy and scipy, onnxruntime
for the networks, nibabel to read and write files. Written by Weft, whose docs/pipeline.md has every rule; its source is nnunetv2 2.8.1.
"""

import argparse
import json
import os
import re
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise, product
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import onnxruntime
from numpy.typing import NDArray
from scipy import ndimage

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]
Box = tuple[slice, ...]

# A tile, (channels, z, y, x), to its scores, (classes, z, y, x); of a network of slices z is 1.
Network = Callable[[Floats], Floats]


class Unfit(Exception):
    """A case that cannot be segmented; the text says why."""


@dataclass(frozen=True)
class Model:
    """`pipeline.json`, and the networks whose scores are averaged."""

    description: dict[str, Any]
    networks: list[Network]

    @property
    def pipeline(self) -> dict[str, Any]:
        return self.description["pipeline"]

    @property
    def channels(self) -> list[str]:
        return self.description["channels"]

    @property
    def classes(self) -> int:
        return len(self.description["outputs"])


def open_model(folder: Path, threads: int = 0) -> Model:
    """The model of a folder; `threads` of ONNX Runtime, 0 for as many as there are cores."""
    description = json.loads((folder / "pipeline.json").read_text(encoding="utf-8"))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    files = [str(folder / member["file"]) for member in description["members"]]
    sessions = [
        onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
        for file in files
    ]

    shape = (1, len(description["channels"]), *description["pipeline"]["patch"])

    def network_of(session: onnxruntime.InferenceSession) -> Network:
        def network(tile: Floats) -> Floats:
            scores = session.run(
                [description["output"]], {description["input"]: tile.reshape(shape)}
            )[0][0]
            return scores.reshape(len(scores), *tile.shape[1:])

        return network

    return Model(description, [network_of(session) for session in sessions])


def segment(
    paths: Sequence[Path], model: Model, mirrored: bool = True
) -> tuple[Bytes, Any]:
    """The labels of a case, (i, j, k) as its first file is stored, and that file as nibabel opened it."""
    channels, spacing, image = read(paths, model)
    labels = segment_array(channels, spacing, model, mirrored)
    return stored_axes(labels, image, model), image


def segment_array(
    channels: list[Floats],
    spacing: tuple[float, ...],
    model: Model,
    mirrored: bool = True,
) -> Bytes:
    """Labels of arrays as the model's reader gives them: (k, j, i), `spacing` in the same order."""
    for name, channel in zip(model.channels, channels, strict=True):
        if not np.isfinite(channel).all():
            raise Unfit(f"{name} has voxels that are no numbers")
    pipeline = model.pipeline
    forward = pipeline["transpose"]
    turned = [channel.transpose(forward) for channel in channels]
    own = tuple(spacing[axis] for axis in forward)
    box = nonzero_box(turned)
    target = (
        [own[0], *pipeline["spacing"]]
        if len(pipeline["spacing"]) == 2
        else pipeline["spacing"]
    )
    cropped = tuple(part.stop - part.start for part in box)
    extents = tuple(
        max(1, round(o / t * n)) for o, t, n in zip(own, target, cropped, strict=True)
    )
    image = pipeline["resampling"]["image"]
    separate = separate_axis(image, own, target)
    normalised = normalise(turned, box, pipeline["normalisation"])
    given = np.stack(
        [resample(one, extents, image["order"], separate) for one in normalised]
    )
    scores = blend(given, model, mirrored)
    back = separate_axis(pipeline["resampling"]["scores"], target, own)
    restored = np.stack([resample(one, cropped, 1, back) for one in scores])
    labels = np.zeros(turned[0].shape, np.uint8)
    labels[box] = decide(restored, pipeline["labelling"])
    return labels.transpose(np.argsort(forward))


# ---------------------------------------------------------------- files


def read(
    paths: Sequence[Path], model: Model
) -> tuple[list[Floats], tuple[float, ...], Any]:
    """Arrays (k, j, i) and their spacing, as nnU-Net's reader of that name makes them, and the first file."""
    if len(paths) != len(model.channels):
        raise Unfit(
            f"the model takes {len(model.channels)} images ({', '.join(model.channels)}), not {len(paths)}"
        )
    images: list[Any] = [nibabel.load(path) for path in paths]
    first = images[0]
    turns = turns_of(first, model)
    channels = []
    for path, image in zip(paths, images, strict=True):
        if len(image.shape) != 3:
            raise Unfit(f"{path} has {len(image.shape)} axes, not 3")
        if image.shape != first.shape or not near(image.affine, first.affine):
            raise Unfit(f"{path} does not lie on the voxels of {paths[0]}")
        stored = np.asarray(image.dataobj, np.float64).astype(np.float32)
        turned = stored if turns is None else nibabel.apply_orientation(stored, turns)
        channels.append(np.ascontiguousarray(turned.transpose(2, 1, 0)))
    return channels, spacing_of(first, turns, model), first


def turns_of(image: Any, model: Model) -> NDArray[np.float64] | None:
    """How axes are brought towards right, anterior and superior; nothing where the reader leaves them, or they are so."""
    turns = nibabel.io_orientation(image.affine)
    is_stored = np.array_equal(turns, [[0, 1], [1, 1], [2, 1]])
    return (
        None
        if is_stored or model.description["reader"] != "NibabelIOWithReorient"
        else turns
    )


def spacing_of(
    image: Any, turns: NDArray[np.float64] | None, model: Model
) -> tuple[float, ...]:
    """Sizes of voxels along k, j, i: of `pixdim`; of what is turned the lengths of the affine's columns, in float32."""
    sizes = [float(size) for size in image.header.get_zooms()]
    if not all(size > 0 for size in sizes):
        raise Unfit("the header says no size of voxels")
    unit = {"meter": 1000.0, "micron": 1e-3}.get(image.header.get_xyzt_units()[0], 1.0)
    if model.description["reader"] == "SimpleITKIO":
        return tuple(size * unit for size in reversed(sizes))
    if turns is None:
        return tuple(reversed(sizes))
    affine = image.affine @ nibabel.orientations.inv_ornt_aff(turns, image.shape)
    lengths = np.linalg.norm(affine[:3, :3], axis=0).astype(np.float32)
    return tuple(float(length) for length in reversed(lengths))


def near(affine: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
    return bool(np.allclose(affine, other, rtol=1e-3, atol=1e-3))


def stored_axes(labels: Bytes, image: Any, model: Model) -> Bytes:
    """Labels (k, j, i) of the reader as (i, j, k) of the file."""
    turned, turns = labels.transpose(2, 1, 0), turns_of(image, model)
    if turns is None:
        return turned
    stored = nibabel.orientations.axcodes2ornt("RAS")
    return nibabel.apply_orientation(
        turned, nibabel.orientations.ornt_transform(stored, turns)
    )


def write(path: Path, labels: Bytes, image: Any) -> None:
    """On the voxels of the image, one byte each; the file is there when it is whole."""
    header = image.header.copy()
    header.set_data_dtype(np.uint8)
    header.set_slope_inter(1, 0)
    header["cal_min"], header["cal_max"] = 0, 0
    draft = path.with_name(f".{os.getpid()}.{path.name}")
    try:
        nibabel.save(type(image)(labels, None, header), draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


# ---------------------------------------------------------------- what the network sees


def nonzero_box(channels: Sequence[Floats]) -> Box:
    """Everything that is not 0 in some channel; the whole where all are 0."""
    solid = np.any([channel != 0 for channel in channels], axis=0)
    found = ndimage.find_objects(solid.astype(np.uint8))
    return found[0] if found else tuple(slice(0, extent) for extent in solid.shape)


def normalise(
    channels: Sequence[Floats],
    box: Box,
    schemes: Sequence[dict[str, Any]],
) -> Iterator[Floats]:
    """Each channel in the box by its scheme; every step is rounded to float32, sums are float64."""
    mask = None
    if any(scheme.get("masked") for scheme in schemes):
        mask = ndimage.binary_fill_holes(
            np.any([channel != 0 for channel in channels], axis=0)
        )[box]
    for name, (channel, scheme) in enumerate(zip(channels, schemes, strict=True)):
        data = np.array(channel[box], np.float32)
        match scheme["rule"]:
            case "ct":
                clipped = np.clip(
                    data, np.float32(scheme["low"]), np.float32(scheme["high"])
                )
                data = (clipped - np.float32(scheme["mean"])) / np.float32(
                    max(scheme["std"], 1e-8)
                )
            case "zscore":
                where = mask if scheme["masked"] else np.ones(data.shape, bool)
                data[where] = standardised(data[where])
            case "rescale":
                low, high = data.min(), data.max()
                data = (data - low) / max(high - low, np.float32(1e-8))
            case "rgb":
                if data.min() < 0 or data.max() > 255:
                    raise Unfit(f"channel {name}: its values are not between 0 and 255")
                data = data / np.float32(255)
        yield data


def standardised(values: Floats) -> Floats:
    exact = values.astype(np.float64)
    mean, std = np.float32(exact.mean()), np.float32(exact.std())
    return (values - mean) / max(std, np.float32(1e-8))


def separate_axis(
    rule: dict[str, Any], source: Sequence[float], target: Sequence[float]
) -> int | None:
    """The axis that is resampled by itself: with the largest voxels of the first spacing that is anisotropic."""

    def is_anisotropic(spacing: Sequence[float]) -> bool:
        return max(spacing) / min(spacing) > rule["threshold"]

    if rule["separation"] == "never":
        return None
    spacings = (
        [source]
        if rule["separation"] == "always"
        else [one for one in (source, target) if is_anisotropic(one)]
    )
    longest = [
        axis for axis in range(3) if spacings and spacings[0][axis] == max(spacings[0])
    ]
    return longest[0] if len(longest) == 1 else None


def resample(
    data: Floats, extents: Sequence[int], order: int, separate: int | None
) -> Floats:
    """At other extents, by splines, no value beyond those there are; along `separate` the nearest slice."""
    if data.shape == tuple(extents):
        return data
    if separate is None:
        return spline(data, extents, order)
    moved = np.moveaxis(data, separate, 0)
    plane = [extent for axis, extent in enumerate(extents) if axis != separate]
    slices = np.stack(
        [
            one if one.shape == tuple(plane) else spline(one, plane, order)
            for one in moved
        ]
    )
    count, wanted = len(slices), extents[separate]
    places = np.floor(count / wanted * (np.arange(wanted) + 0.5) - 0.5 + 0.5).astype(
        int
    )
    return np.moveaxis(
        slices if count == wanted else slices[np.clip(places, 0, count - 1)],
        0,
        separate,
    )


def spline(data: Floats, extents: Sequence[int], order: int) -> Floats:
    """As `skimage.transform.resize(order, mode="edge", anti_aliasing=False)`, which clips too."""
    out = np.empty(extents, np.float32)
    factors = [
        wanted / there for wanted, there in zip(extents, data.shape, strict=True)
    ]
    ndimage.zoom(data, factors, output=out, order=order, mode="nearest", grid_mode=True)
    return np.clip(out, data.min(), data.max())


# ---------------------------------------------------------------- scores


def blend(image: Floats, model: Model, mirrored: bool) -> Floats:
    """Scores (classes, extents) of an image (channels, extents): weighted means over tiles that overlap by half."""
    pipeline = model.pipeline
    patch = (
        (1, *pipeline["patch"])
        if len(pipeline["patch"]) == 2
        else tuple(pipeline["patch"])
    )
    axes = (
        [axis + 3 - len(pipeline["patch"]) for axis in pipeline["mirror"]]
        if mirrored
        else []
    )
    extents = image.shape[1:]
    sums, counts = (
        np.zeros((model.classes, *extents), np.float32),
        np.zeros(extents, np.float32),
    )
    weights = importance(pipeline["patch"]).astype(np.float64)
    starts = [
        starts_along(size, tile) for size, tile in zip(extents, patch, strict=True)
    ]
    if len(pipeline["patch"]) == 2:
        starts[0] = list(range(extents[0]))
    for corner in product(*starts):
        inside = tuple(
            slice(max(0, -at), min(tile, size - at))
            for at, tile, size in zip(corner, patch, extents, strict=True)
        )
        outside = tuple(
            slice(at + part.start, at + part.stop)
            for at, part in zip(corner, inside, strict=True)
        )
        tile = np.zeros((len(image), *patch), np.float32)
        tile[:, *inside] = image[:, *outside]
        scores = mean_of(
            [mirrored_scores(tile, axes, network) for network in model.networks]
        )
        # Products and sums are rounded to float32 once.
        sums[:, *outside] = sums[:, *outside] + weights[inside] * scores[:, *inside]
        counts[outside] = counts[outside] + weights[inside]
    return sums / counts


def mirrored_scores(tile: Floats, axes: Sequence[int], network: Network) -> Floats:
    """The mean over the tile and its mirror images along all combinations of the axes."""
    found = [network(tile)]
    for count in range(1, len(axes) + 1):
        for flip in combinations(axes, count):
            turned = tuple(axis + 1 for axis in flip)
            mirror_image = np.ascontiguousarray(np.flip(tile, turned))
            found.append(np.flip(network(mirror_image), turned))
    return mean_of(found)


def mean_of(all_scores: Sequence[Floats]) -> Floats:
    """In float32, one after the other."""
    total = all_scores[0].copy()
    for scores in all_scores[1:]:
        total += scores
    return total / np.float32(len(all_scores))


def starts_along(size: int, tile: int) -> list[int]:
    """First voxels of tiles that move on by half a tile at most; negative where the axis is shorter."""
    if size <= tile:
        return [-((tile - size) // 2)]
    count = int(np.ceil((size - tile) / (tile * 0.5))) + 1
    return [round((size - tile) / (count - 1) * place) for place in range(count)]


def importance(patch: Sequence[int]) -> Floats:
    """A Gaussian about the middle, 10 at its greatest, rounded to binary16; what comes out as 0 takes the least of the others."""
    lines = [gaussian_along(extent) for extent in patch]
    lines = [np.ones(1), *lines] if len(lines) == 2 else lines
    weights = lines[0][:, None, None] * lines[1][:, None] * lines[2]
    scale = np.prod([line.max() for line in lines]) / 10
    halves = (weights / scale).astype(np.float32).astype(np.float16)
    halves[halves == 0] = halves[halves > 0].min()
    return halves.astype(np.float32)


def gaussian_along(extent: int) -> NDArray[np.float64]:
    sigma = extent / 8
    radius = int(4 * sigma + 0.5)
    distances = np.arange(extent) - extent // 2
    values = np.exp(-0.5 / (sigma * sigma) * distances**2)
    total = np.exp(-0.5 / (sigma * sigma) * np.arange(-radius, radius + 1) ** 2).sum()
    return np.where(np.abs(distances) > radius, 0, values / total)


def decide(scores: Floats, labelling: dict[str, Any]) -> Bytes:
    """
    The number of the greatest channel; without one for the background (`exclusive`) counted from 1, where its sigmoid is more than a half; of
    regions one after the other, where the sigmoid is.
    """
    if labelling["kind"] == "labels":
        return scores.argmax(0).astype(np.uint8)
    if labelling["kind"] == "exclusive":
        best = scores.argmax(0)
        is_in = 1 / (1 + np.exp(-scores.max(0))) > 0.5
        return np.where(is_in, best + 1, 0).astype(np.uint8)
    labels = np.zeros(scores.shape[1:], np.uint8)
    for channel, label in zip(scores, labelling["written"], strict=True):
        labels[1 / (1 + np.exp(-channel)) > 0.5] = label
    return labels


# ---------------------------------------------------------------- the program


FILE_NAME = re.compile(r"(.+)_(\d{4})\.nii(?:\.gz)?")

# What reading a file that is cut off, damaged or of no known kind throws, and a volume that is too large.
UNREADABLE = (
    OSError,
    EOFError,
    zlib.error,
    MemoryError,
    nibabel.filebasedimages.ImageFileError,
    nibabel.spatialimages.HeaderDataError,
)


def cases_in(folder: Path, channels: int) -> dict[str, list[Path]]:
    """Files of each case by the numbers of their channels; what has no such name is left out."""
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        named = FILE_NAME.fullmatch(path.name)
        if named and int(named[2]) < channels:
            found.setdefault(named[1], []).append(path)
    return found


def one_for_each_channel(paths: Sequence[Path]) -> Sequence[Path]:
    for one, other in pairwise(path.name for path in paths):
        if FILE_NAME.fullmatch(one)[2] == FILE_NAME.fullmatch(other)[2]:
            raise Unfit(f"{one} and {other} are of the same channel")
    return paths


def main() -> int:
    parser = argparse.ArgumentParser(description="Segments a folder of volumes.")
    parser.add_argument(
        "-i",
        "--input",
        type=Path,
        required=True,
        help="folder of CASE_0000.nii.gz, a file for each channel",
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        help="folder of the label maps; it is made",
    )
    parser.add_argument("--no-mirror", action="store_true", help="no mirror images")
    parser.add_argument(
        "--threads", type=int, default=0, help="of ONNX Runtime; all cores unless given"
    )
    args = parser.parse_args()
    model = open_model(Path(__file__).parent, args.threads)
    cases = cases_in(args.input, len(model.channels))
    if not cases:
        parser.error(f"{args.input} has no file of the name CASE_0000.nii.gz")
    args.output.mkdir(parents=True, exist_ok=True)
    failed = 0
    for name, files in cases.items():
        try:
            paths = one_for_each_channel(files)
            labels, image = segment(paths, model, not args.no_mirror)
            write(args.output / f"{name}{model.description['ending']}", labels, image)
            print(f"wrote {args.output / name}{model.description['ending']}")
        except (Unfit, *UNREADABLE) as reason:
            failed += 1
            print(f"{name}: {reason}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
