"""Writes small checkpoints as torch.save does, and what is in them, into test/weights/torch-files.

python test/weights/peers/torch_files.py, with torch 2.13 and numpy.
"""

import io
import json
import zipfile
from collections import Counter
from fractions import Fraction
from pathlib import Path

import numpy
import torch
from torch import nn

FOLDER = Path(__file__).parent.parent / "torch-files"


def views() -> dict[str, torch.Tensor]:
    """Every way in which a tensor lies in its storage, and every type of numbers that weights are read from."""
    base = torch.arange(24.0).reshape(4, 6) - 11.5
    return {
        "rows.weight": base,
        "turned.weight": base.t(),
        "part.weight": base[1:3, 2:5],
        "steps.weight": base[::2, 1::3],
        "repeated.weight": torch.tensor([1.5, -2.0])[:, None].expand(2, 3),
        "last.weight": (torch.arange(16.0) / 8).reshape(1, 2, 2, 4).contiguous(memory_format=torch.channels_last),
        "learned.weight": nn.Parameter(torch.tensor([0.25, 0.5])),
        "buffer.weight": torch.nn.Buffer(torch.tensor([0.125])),
        "one.weight": torch.tensor(7.0),
        "none.weight": torch.empty(0, 3),
        "f64.weight": torch.tensor([1 / 3, -2e-300], dtype=torch.float64),
        "f16.weight": torch.tensor([1 / 3, 65504.0, 2**-24], dtype=torch.float16),
        "bf16.weight": torch.tensor([1 / 3, 3e38], dtype=torch.bfloat16),
        "i64.weight": torch.tensor([-5, 2**40]),
        "i32.weight": torch.tensor([-5, 2**30 + 1], dtype=torch.int32),
        "i16.weight": torch.tensor([-5, 300], dtype=torch.int16),
        "u16.weight": torch.tensor([1, 65535], dtype=torch.uint16),
    }


def numbers(tensor: torch.Tensor) -> list[float]:
    return tensor.detach().double().flatten().tolist()


def bytes_of(value: object, **options: object) -> bytes:
    buffer = io.BytesIO()
    torch.save(value, buffer, **options)
    return buffer.getvalue()


def turned_bytes(checkpoint: bytes) -> bytes:
    """What a machine that is big-endian would have written of tensors in single precision."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(checkpoint)) as source, zipfile.ZipFile(result, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name.endswith("byteorder"):
                data = b"big"
            elif "/data/" in name:
                data = numpy.frombuffer(data, numpy.dtype("<f4")).byteswap().tobytes()
            target.writestr(zipfile.ZipInfo(name), data)
    return result.getvalue()


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    tensors = views()
    small = {"conv.weight": torch.arange(3.0).reshape(1, 1, 3), "conv.bias": torch.tensor([0.5])}
    trained = {
        "network_weights": tensors,
        "optimizer_state": {"state": {0: {"momentum_buffer": torch.ones(2)}}, "param_groups": [{"lr": 0.01}]},
        "grad_scaler_state": None,
        "logging": {"dice": [numpy.float64(0.5), numpy.float32(0.25)], "shares": [Fraction(1, 3)]},
        "counts": Counter("abca"),
        "best_loss": torch.tensor(0.5),
        "current_epoch": 2,
    }
    files = {
        "views.pth": bytes_of(trained),
        "two.pth": bytes_of({"state": {"model": small}, "model_ema": {"conv.weight": small["conv.weight"] / 2, "conv.bias": small["conv.bias"].double() / 2}, "loss": torch.tensor(1.0)}),
        "unbuilt.pth": bytes_of({"conv.weight": small["conv.weight"], "conv.bias": Fraction(1, 2), "extra": Counter()}),
        "object.pth": bytes_of({"model": Fraction(1, 2), "epoch": 3}),
        "legacy.pth": bytes_of({"b": torch.ones(1)}, _use_new_zipfile_serialization=False),
        "big-endian.pth": turned_bytes(bytes_of(small)),
    }
    torch.serialization.set_crc32_options(False)
    files["unchecked.pth"] = bytes_of(small, pickle_protocol=5)
    for name, content in files.items():
        (FOLDER / name).write_bytes(content)
    expected = {name: {"shape": list(one.shape), "numbers": numbers(one)} for name, one in tensors.items()}
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(one)}" for name, one in expected.items())
    (FOLDER / "views.json").write_text("{\n" + lines + "\n}\n")


main()
