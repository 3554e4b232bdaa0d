#!/usr/bin/env bash
# One would guess that a convolution between DequantizeLinear and QuantizeLinear becomes one operator on bytes (QLinearConv), however many
# nodes read the result. It does where one node reads it. Where two do, the convolution stays in float and every pair of conversions is carried
# out. An Identity in between is taken away first and changes nothing; a Sum of one value helps.
# Here norms read the result of a convolution several times, so that quantised exports have such a Sum.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check onnxruntime==1.30.0 onnx==1.22.0 numpy==2.2.6 >/dev/null 2>&1
"$folder/venv/bin/python" - "$folder/optimised.onnx" <<'PY'
import sys
import numpy
import onnx
import onnx.helper as make
import onnxruntime
from onnx import TensorProto, numpy_helper
def operators(between, readers):
    value = numpy_helper.from_array
    initializers = [value(numpy.float32(0.05), "s"), value(numpy.int8(0), "z"),
                    value(numpy.ones((16, 16, 3, 3), numpy.int8), "w"),
                    value(numpy.full(16, 0.01, numpy.float32), "ws"), value(numpy.zeros(16, numpy.int8), "wz")]
    node = make.make_node
    nodes = [node("QuantizeLinear", ["x", "s", "z"], ["xq"]), node("DequantizeLinear", ["xq", "s", "z"], ["xd"]),
             node("DequantizeLinear", ["w", "ws", "wz"], ["wd"], axis=0), node("Conv", ["xd", "wd"], ["c"], pads=[1] * 4),
             node("QuantizeLinear", ["c", "s", "z"], ["cq"]), node("DequantizeLinear", ["cq", "s", "z"], ["d"])]
    if between:
        nodes.append(node(between, ["d"], ["e"]))
    nodes += [node(op, ["e" if between else "d"], [op]) for op in readers]
    graph = make.make_graph(nodes, "g", [make.make_tensor_value_info("x", TensorProto.FLOAT, [1, 16, 8, 8])],
                            [make.make_tensor_value_info(op, TensorProto.FLOAT, None) for op in readers], initializers)
    model = make.make_model(graph, opset_imports=[make.make_opsetid("", 17)], ir_version=8)
    options = onnxruntime.SessionOptions()
    options.optimized_model_filepath, options.log_severity_level = sys.argv[1], 3
    onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return {one.op_type for one in onnx.load(sys.argv[1]).graph.node}
cases = {"one reader": ("", ["Tanh"]), "two": ("", ["Tanh", "Sigmoid"]),
         "two behind an Identity": ("Identity", ["Tanh", "Sigmoid"]), "two behind a Sum": ("Sum", ["Tanh", "Sigmoid"])}
fused = {name: "QLinearConv" in operators(*case) for name, case in cases.items()}
print(f"onnxruntime {onnxruntime.__version__}: " + ", ".join(f"{name}: {'bytes' if yes else 'float'}" for name, yes in fused.items()))
sys.exit(0 if list(fused.values()) == [True, False, False, True] else 1)
PY
