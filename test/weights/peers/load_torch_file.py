"""What torch reads of a checkpoint, as plain data alone: load_torch_file.py FILE prints a JSON object of names to type, shape and sum."""

import json
import sys

import torch

state = torch.load(sys.argv[1], map_location="cpu", weights_only=True)
mapped = torch.load(sys.argv[1], map_location="cpu", weights_only=True, mmap=True)
assert all(torch.equal(one, mapped[name]) for name, one in state.items())
places = {name: one.untyped_storage().data_ptr() for name, one in state.items()}
print(
    json.dumps(
        {
            name: {
                "dtype": str(one.dtype),
                "shape": list(one.shape),
                "numbers": one.double().flatten().tolist(),
                "shared": [other for other in places if other != name and places[other] == places[name]],
            }
            for name, one in state.items()
        }
    )
)
