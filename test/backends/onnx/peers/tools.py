"""What tools make of exported files: a JSON object per file.

usage: tools.py FILE...; the middle of each is cut out by the values that `FILE.cut` names, one a line: its input and its output.
"""

import contextlib
import io
import json
import os
import sys
import tempfile

import numpy as np
import onnx
import onnx.utils
import onnxruntime
from onnxruntime.tools.symbolic_shape_infer import SymbolicShapeInference


def shape_faults(model):
    """What ONNX's own inference finds otherwise than the file says."""
    try:
        onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
        return ""
    except Exception as error:
        return str(error)


def symbolic_faults(model):
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            SymbolicShapeInference.infer_shapes(model)
        return ""
    except Exception as error:
        return str(error)


def cut(path):
    """The extents of the output of a part that is cut out, once it has run in a batch of 2."""
    first, last = open(f"{path}.cut", encoding="utf8").read().split("\n")[:2]
    part = f"{path}.part.onnx"
    onnx.utils.extract_model(path, part, [first], [last])
    session = onnxruntime.InferenceSession(part, providers=["CPUExecutionProvider"])
    (given,) = session.get_inputs()
    shape = [2 if isinstance(extent, str) else extent for extent in given.shape]
    (result,) = session.run([last], {first: np.zeros(shape, np.float32)})
    return list(result.shape)


# A file of its own that symbolic inference leaves where it stops belongs nowhere else.
os.chdir(tempfile.mkdtemp())
for path in sys.argv[1:]:
    model = onnx.load(path)
    print(json.dumps({"onnx": shape_faults(model), "symbolic": symbolic_faults(model), "cut": cut(path)}), flush=True)
