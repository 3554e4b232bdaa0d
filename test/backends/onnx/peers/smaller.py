"""What ONNX Runtime's tools that make files smaller do with each file: a JSON object, the bytes by tool of files that have run.

usage: smaller.py FILE...
"""

import contextlib
import io
import json
import logging
import os
import sys

import numpy as np
import onnx
import onnxruntime
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers.float16 import convert_float_to_float16

logging.disable(logging.WARNING)


def bytes_of_running(path):
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    (given,) = session.get_inputs()
    shape = [1 if isinstance(extent, str) else extent for extent in given.shape]
    session.run(None, {given.name: np.zeros(shape, np.float32)})
    return os.path.getsize(path)


def dynamic(path):
    out = f"{path}.int8.onnx"
    with contextlib.redirect_stdout(io.StringIO()):
        quantize_dynamic(path, out, weight_type=QuantType.QUInt8)
    return bytes_of_running(out)


def float16(path):
    out = f"{path}.float16.onnx"
    onnx.save(convert_float_to_float16(onnx.load(path), keep_io_types=True), out)
    return bytes_of_running(out)


for path in sys.argv[1:]:
    sizes = {"whole": os.path.getsize(path), "int8": dynamic(path), "float16": float16(path)}
    print(json.dumps(sizes), flush=True)
