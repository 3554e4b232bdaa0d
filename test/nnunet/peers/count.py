"""What nnU-Net builds of plans: `count.py PLANS.json DATASET.json …` prints one JSON object per configuration; ../counts.jsonl keeps them.

Networks stand on torch's meta device, where tensors have shapes and no numbers. MACs are counted by hooks: a convolution costs its output
positions times its weights, a transposed one its input positions times its weights. Those of attention pass no module, so that none are told for a transformer; timm, of which it is made, imports torchvision.
"""

import json
import sys
from pathlib import Path

# Whether there is one, and whether it fits torch, which PyPI's does not fit on a CPU: the same configurations are counted everywhere.
sys.modules["torchvision"] = None

import torch
from nnunetv2.utilities.get_network_from_plans import get_network_from_plans
from nnunetv2.utilities.label_handling.label_handling import determine_num_input_channels
from nnunetv2.utilities.plans_handling.plans_handler import PlansManager
from torch.nn.modules.conv import _ConvNd, _ConvTransposeNd


def macs_of(network: torch.nn.Module, image: torch.Tensor) -> tuple[int, list[torch.Tensor]]:
    total = 0

    def count(module: _ConvNd, inputs: tuple[torch.Tensor, ...], output: torch.Tensor) -> None:
        nonlocal total
        at = inputs[0] if isinstance(module, _ConvTransposeNd) else output
        total += at.shape[0] * at[0, 0].numel() * module.weight.numel()

    hooks = [one.register_forward_hook(count) for one in network.modules() if isinstance(one, _ConvNd)]
    outputs = network(image)
    for hook in hooks:
        hook.remove()
    return total, list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]


def counts(plans: dict, dataset: dict, name: str) -> dict:
    manager = PlansManager(plans)
    configuration = manager.get_configuration(name)
    heads = manager.get_label_manager(dataset).num_segmentation_heads
    channels = determine_num_input_channels(manager, configuration, dataset)
    is_transformer = "embed_dim" in configuration.network_arch_init_kwargs
    with torch.device("meta"):
        network = get_network_from_plans(
            configuration.network_arch_class_name,
            configuration.network_arch_init_kwargs,
            configuration.network_arch_init_kwargs_req_import,
            channels,
            heads,
            allow_init=False,
            # A transformer has one output, and no such argument.
            deep_supervision=None if is_transformer else True,
        )
        macs, outputs = macs_of(network, torch.empty(1, channels, *configuration.patch_size))
    return {
        "configuration": name,
        "parameters": sum(one.numel() for one in network.parameters()),
        "macs": None if is_transformer else macs,
        "outputs": [list(one.shape[1:]) for one in outputs],
    }


if __name__ == "__main__":
    for plans_path, dataset_path in zip(sys.argv[1::2], sys.argv[2::2]):
        plans, dataset = (json.loads(Path(path).read_text()) for path in (plans_path, dataset_path))
        for one in plans["configurations"]:
            try:
                print(json.dumps({"plans": Path(plans_path).stem, **counts(plans, dataset, one)}), flush=True)
            except ModuleNotFoundError as error:
                # Looking for a class that has moved imports all modules of the architectures, and one of them needs torchvision.
                print(f"{one}: {error}", file=sys.stderr)
