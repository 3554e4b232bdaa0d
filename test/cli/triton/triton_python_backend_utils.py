"""What model.py uses of Triton's Python backend, by its documentation, over a model repository: requests to models run on onnxruntime."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import onnxruntime

TRITONSERVER_MEMORY_CPU = 0


class TritonModelException(Exception):
    pass


@dataclass
class PreferredMemory:
    kind: int
    device: int


@dataclass
class TritonError:
    text: str

    def message(self) -> str:
        return self.text


@dataclass
class Tensor:
    name: str
    data: Any

    def as_numpy(self) -> Any:
        return self.data


class InferenceResponse:
    def __init__(
        self, output_tensors: Sequence[Tensor] = (), error: TritonError | None = None
    ) -> None:
        self.output_tensors = output_tensors
        self._error = error

    def has_error(self) -> bool:
        return self._error is not None

    def error(self) -> TritonError | None:
        return self._error


@dataclass
class InferenceRequest:
    model_name: str
    requested_output_names: list[str]
    inputs: list[Tensor]
    preferred_memory: PreferredMemory | None = None

    def exec(self) -> InferenceResponse:
        folder = os.environ["MODEL_REPOSITORY"]
        session = onnxruntime.InferenceSession(
            f"{folder}/{self.model_name}/1/model.onnx"
        )
        feeds = {one.name: one.data for one in self.inputs}
        found = session.run(self.requested_output_names, feeds)
        return InferenceResponse(
            [
                Tensor(*one)
                for one in zip(self.requested_output_names, found, strict=True)
            ]
        )


def get_input_tensor_by_name(request: InferenceRequest, name: str) -> Tensor:
    return next(one for one in request.inputs if one.name == name)


def get_output_tensor_by_name(response: InferenceResponse, name: str) -> Tensor:
    return next(one for one in response.output_tensors if one.name == name)
