// Trained weights in a package: a safetensors file under the keys of its state dict, and the few lines of Python that read it.
import { isProblem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../../compiler/ir/graph.ts'
import { layOut } from '../../weights/safetensors.ts'
import type { Weights } from '../../weights/weights.ts'
import type { EmittedFile } from '../backend.ts'
import type { OfficialNames } from './state-names.ts'

/** All parameters in single precision; a batch norm's counter is not known, and begins at 0 as in torch. */
export function weightsFile(graph: Graph, weights: Weights, names: OfficialNames | undefined): EmittedFile {
  const tensors = graph.parameters.flatMap((parameter) => {
    const { keys, shape = parameter.shape } = names?.get(parameter.path) ?? { keys: [parameter.path] }
    return keys.map((name) => ({ name, dtype: 'F32' as const, shape, parameter }))
  })
  const layout = layOut(tensors, new Map([['format', 'pt']]))
  return {
    name: 'weights.safetensors',
    byteCount: layout.fileBytes,
    chunks: function* (): Generator<Uint8Array | Problem> {
      yield layout.start
      for (const { parameter } of layout.tensors) {
        const numbers = weights.numbersOf(parameter)
        if (isProblem(numbers)) yield numbers
        else yield new Uint8Array(Float32Array.from(numbers).buffer)
      }
    },
  }
}

export const loaderText = `"""The weights of the package: a safetensors file, read without any library."""

import json
from math import prod
from pathlib import Path

import torch
from torch import Tensor


def load() -> dict[str, Tensor]:
    """The tensors by their key, in single precision."""
    data = bytearray(Path(__file__).with_name("weights.safetensors").read_bytes())
    start = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:start])
    header.pop("__metadata__", None)
    return {
        key: torch.frombuffer(
            data,
            dtype=torch.float32,
            count=prod(one["shape"]),
            offset=start + one["data_offsets"][0],
        ).reshape(one["shape"])
        for key, one in header.items()
    }
`
