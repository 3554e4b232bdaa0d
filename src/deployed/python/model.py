"""A whole segmentation as a model of Triton's Python backend: an image and its spacing in, labels out.

The networks are models of their own, which Triton runs by its ONNX Runtime backend on whatever they are placed on; each tile is a request to them
(business logic scripting). segment.py has the pipeline. Needs numpy, scipy and nibabel where the Python backend runs. Written by Weft.
"""

import json
import sys
from pathlib import Path
from typing import Any

import triton_python_backend_utils as pb_utils

own = Path(__file__).parent
sys.path.insert(0, str(own))

from segment import Floats, Model, Network, Unfit, segment_array  # noqa: E402


class TritonPythonModel:
    """Triton's name for it."""

    def initialize(self, args: dict[str, str]) -> None:
        description = json.loads((own / "pipeline.json").read_text(encoding="utf-8"))
        # models/NAME/1/model.onnx
        names = [Path(member["file"]).parts[1] for member in description["members"]]
        self.model = Model(
            description, [network_of(name, description) for name in names]
        )

    def execute(self, requests: list[Any]) -> list[Any]:
        return [self.respond(request) for request in requests]

    def respond(self, request: Any) -> Any:
        image = pb_utils.get_input_tensor_by_name(request, "image").as_numpy()
        spacing = pb_utils.get_input_tensor_by_name(request, "spacing").as_numpy()
        try:
            labels = segment_array(list(image), tuple(map(float, spacing)), self.model)
        except (Unfit, pb_utils.TritonModelException) as reason:
            # Other requests of the same turn are answered all the same.
            return pb_utils.InferenceResponse(error=pb_utils.TritonError(str(reason)))
        return pb_utils.InferenceResponse([pb_utils.Tensor("labels", labels)])


def network_of(name: str, description: dict[str, Any]) -> Network:
    """One of the models beside this one, as a function of a tile."""
    shape = (1, len(description["channels"]), *description["pipeline"]["patch"])
    memory = pb_utils.PreferredMemory(pb_utils.TRITONSERVER_MEMORY_CPU, 0)

    def network(tile: Floats) -> Floats:
        response = pb_utils.InferenceRequest(
            model_name=name,
            requested_output_names=[description["output"]],
            inputs=[pb_utils.Tensor(description["input"], tile.reshape(shape))],
            preferred_memory=memory,
        ).exec()
        if response.has_error():
            raise pb_utils.TritonModelException(response.error().message())
        found = pb_utils.get_output_tensor_by_name(response, description["output"])
        scores = found.as_numpy()[0]
        return scores.reshape(len(scores), *tile.shape[1:])

    return network
