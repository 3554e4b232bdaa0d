"""Emitted packages beside what nnU-Net builds of the same plans.

`equal.py names CASES.json` prints the shapes of each official state dict: {"name", "state"}. `equal.py outputs CASES.json` loads that state
strictly into the package, and prints how far the outputs lie apart, in standard deviations of the official ones, in double precision.
CASES.json is a list of {"name", "plans", "configuration", "channels", "classes", "package"}; plans are the file's content.
"""

import importlib
import json
import sys
from pathlib import Path

import torch
from nnunetv2.utilities.get_network_from_plans import get_network_from_plans
from nnunetv2.utilities.plans_handling.plans_handler import ConfigurationManager, PlansManager


def official(case: dict) -> tuple[torch.nn.Module, ConfigurationManager]:
    configuration = PlansManager(case["plans"]).get_configuration(case["configuration"])
    torch.manual_seed(0)
    network = get_network_from_plans(
        configuration.network_arch_class_name,
        configuration.network_arch_init_kwargs,
        configuration.network_arch_init_kwargs_req_import,
        case["channels"],
        case["classes"],
        allow_init=True,
        deep_supervision=True,
    )
    # Norms begin as ones and zeros, and the last of a residual as nothing but zeros: whatever is mixed up there would not show.
    for name, one in network.named_parameters():
        if one.dim() == 1:
            torch.nn.init.normal_(one, mean=1.0 if name.endswith("weight") else 0.0, std=0.2)
    return network.double().eval(), configuration


def names(case: dict) -> dict:
    state = official(case)[0].state_dict()
    return {"state": [[key, list(value.shape)] for key, value in state.items()]}


def outputs(case: dict) -> dict:
    network, configuration = official(case)
    folder = Path(case["package"])
    sys.path.insert(0, str(folder.parent))
    package = importlib.import_module(folder.name)
    own = getattr(package, package.__all__[0])().double().eval()
    state = network.state_dict()
    own.load_state_dict(state, strict=True)
    back = own.state_dict()
    image = torch.randn(1, case["channels"], *configuration.patch_size, dtype=torch.float64)
    with torch.no_grad():
        expected, found = network(image), own(image)
    far = [((a - b).abs().max() / a.std()).item() for a, b in zip(expected, found)]
    same_state = set(back) == set(state) and all(torch.equal(back[key], state[key]) for key in state)
    shapes = [[list(one.shape) for one in all] for all in (expected, found)]
    return {"deviation": max(far), "outputs": len(found), "same_shapes": shapes[0] == shapes[1], "same_state": same_state}


if __name__ == "__main__":
    measure = {"names": names, "outputs": outputs}[sys.argv[1]]
    for one in json.loads(Path(sys.argv[2]).read_text()):
        print(json.dumps({"name": one["name"], **measure(one)}), flush=True)
