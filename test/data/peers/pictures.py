"""Pictures as Pillow and tifffile write them, and their numbers as scikit-image reads them, which is nnU-Net's reader: pictures.py PICTURES.json"""

import base64
import io
import json
import os
import sys
import tempfile

import numpy as np
import tifffile
from PIL import Image
from skimage import io as reader

colours = np.arange(24, dtype=np.uint8).reshape(2, 4, 3) * 10
grey = np.array([[0, 1, 2, 3, 250], [5, 6, 7, 8, 255]], np.uint8)
deep = np.array([[0, 256, 65535], [7, 8, 9]], np.uint16)
real = np.array([[0.5, -1.25, 3], [4, 5, 1e6]], np.float32)
tiles = np.tile(colours, (8, 4, 1))


def pillow(image, form, **options):
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def tiff(numbers, **options):
    file = io.BytesIO()
    tifffile.imwrite(file, numbers, metadata=None, **options)
    return file.getvalue()


def with_palette():
    image = Image.fromarray(grey % 3).convert("P")
    image.putdata((grey % 3).flatten().tolist())
    image.putpalette([0, 0, 0, 255, 10, 20, 30, 40, 50])
    return image


def files():
    alpha = np.dstack([colours, np.full((2, 4), 99, np.uint8)])
    return {
        "grey.png": pillow(Image.fromarray(grey), "PNG"),
        "colours.png": pillow(Image.fromarray(colours), "PNG"),
        "alpha.png": pillow(Image.fromarray(alpha), "PNG"),
        "deep.png": pillow(Image.fromarray(deep), "PNG"),
        "bits.png": pillow(Image.fromarray(grey > 4).convert("1"), "PNG"),
        "palette.png": pillow(with_palette(), "PNG", bits=8),
        "grey.tif": tiff(grey, photometric="minisblack"),
        "lzw.tif": pillow(Image.fromarray(colours), "TIFF", compression="tiff_lzw"),
        "deflate.tif": tiff(deep, photometric="minisblack", compression="deflate", predictor=False),
        "real.tif": tiff(real, photometric="minisblack"),
        "planes.tif": tiff(np.moveaxis(colours, 2, 0), photometric="rgb", planarconfig="separate"),
        "tiles.tif": tiff(tiles, photometric="rgb", tile=(16, 16), compression="deflate"),
        "signed.tif": tiff(deep.view(np.int16), photometric="minisblack"),
        "white.tif": tiff(grey, photometric="miniswhite"),
        "pages.tif": tiff(np.stack([grey, grey]), photometric="minisblack"),
    }


def main():
    cases = []
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files().items():
            path = os.path.join(folder, name)
            with open(path, "wb") as file:
                file.write(content)
            numbers = reader.imread(path)
            # Channels first, where there are several.
            last = numbers if numbers.ndim == 2 else np.moveaxis(numbers, -1, 0)
            cases.append(
                {"name": name, "file": base64.b64encode(content).decode(), "shape": last.shape, "values": last.astype(float).flatten().tolist() if last.size < 100 else []}
            )
    with open(sys.argv[1], "w", encoding="utf8") as file:
        json.dump(cases, file)


main()
