"""request.py MODEL IMAGE LABELS: requests to the model of a folder of a repository, as the server would make them; labels go to a file of NIfTI.

What comes of requests that cannot be answered is printed.
"""

import importlib.util
import os
import sys
from pathlib import Path

import numpy as np

folder, image, out = map(Path, sys.argv[1:])
os.environ["MODEL_REPOSITORY"] = str(folder.parent)
sys.path.insert(0, str(Path(__file__).parent))
import triton_python_backend_utils as pb_utils  # noqa: E402

spec = importlib.util.spec_from_file_location("model", folder / "1" / "model.py")
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
model = module.TritonPythonModel()
model.initialize({})

import segment  # noqa: E402

channels, spacing, opened = segment.read([image], model.model)


def respond(given):
    tensors = [
        pb_utils.Tensor("image", given),
        pb_utils.Tensor("spacing", np.array(spacing)),
    ]
    return model.execute([pb_utils.InferenceRequest("model", ["labels"], tensors)])[0]


labels = pb_utils.get_output_tensor_by_name(
    respond(np.stack(channels)), "labels"
).as_numpy()
assert labels.dtype == np.uint8
segment.write(out, segment.stored_axes(labels, opened, model.model), opened)

holed = np.stack(channels)
holed[0, 0, 0, 0] = np.nan
print(respond(holed).error().message())

failure = pb_utils.InferenceResponse(error=pb_utils.TritonError("no memory"))
pb_utils.InferenceRequest.exec = lambda self: failure
print(respond(np.stack(channels)).error().message())
