"""Steps of written trainers, found by nnU-Net: `nnunet_steps.py WORK TRAINERS` prints what they hold to, as JSON.

WORK has plans.json and dataset.json; batches are made up. `torchrun` starts this file again with `ranks`: nnU-Net's own command trains on
several ranks only with CUDA, so that the trainer is put on two of gloo by hand.
"""

import copy
import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import torch
import torch.distributed as dist
from nnunet import declare_operators, environment

STEPS = 6
SPARSE, DENSE = "nnUNetTrainer_E2ENet_sparse", "nnUNetTrainer_NNUNet_plain"
CPU = torch.device("cpu")


class Made:
    """Trainers of one work folder."""

    def __init__(self, work: Path) -> None:
        self.plans = json.loads((work / "plans.json").read_text())
        self.dataset = json.loads((work / "dataset.json").read_text())

    def found(self, name: str) -> type:
        from nnunetv2.utilities.find_objects import recursive_find_trainer_class_by_name

        return recursive_find_trainer_class_by_name(name)

    def compiled(self, name: str):
        """Compiled as nnU-Net does on a GPU, without code for one."""
        made = self.trainer(name, initialized=False)
        made._do_i_compile = lambda: True
        usual = torch.compile
        torch.compile = lambda one: usual(one, backend="eager")
        made.initialize()
        torch.compile = usual
        return made

    def trainer(self, name: str, configuration: str = "3d_fullres", initialized: bool = True):
        torch.manual_seed(3)
        plans = {**copy.deepcopy(self.plans), "continue_training": False}
        made = self.found(name)(plans, configuration, 0, self.dataset, CPU)
        # On several ranks nnU-Net takes a GPU, there or not.
        made.device, made.grad_scaler = CPU, None
        if initialized:
            made.initialize()
        return made


def batches(rank: int | None = None) -> list[dict]:
    """Images with labels at the extents of both outputs; of a rank its item."""
    generator = torch.Generator().manual_seed(5)
    made = []
    for _ in range(STEPS):
        data = torch.randn(2, 1, 16, 16, 16, generator=generator, dtype=torch.get_default_dtype())
        labels = torch.randint(0, 3, (2, 1, 16, 16, 16), generator=generator).to(torch.int16)
        kept = slice(None) if rank is None else slice(rank, rank + 1)
        target = [labels[kept], labels[kept, :, ::2, ::2, ::2]]
        made.append({"data": data[kept], "target": target})
    return made


def module(trainer) -> torch.nn.Module:
    network = trainer.network.module if trainer.is_ddp else trainer.network
    return getattr(network, "_orig_mod", network)


def state(trainer) -> dict:
    masks = {name: trainer.topology.mask(name).clone() for name in trainer.topology.weights}
    return {"weights": copy.deepcopy(module(trainer).state_dict()), "masks": masks}


def trained(trainer, steps: list[dict]) -> dict:
    trainer.lr_scheduler.step(trainer.current_epoch)
    for batch in steps:
        trainer.train_step(batch)
    return state(trainer)


def same(a: dict, b: dict, tolerance: float = 0.0) -> bool:
    return all(torch.equal(a["masks"][key], b["masks"][key]) for key in a["masks"]) and all(
        torch.allclose(a["weights"][key], b["weights"][key], rtol=0, atol=tolerance) for key in a["weights"]
    )


def main(made: Made, work: Path, trainers: list[str]) -> dict:
    straight = made.trainer(SPARSE)
    begun = state(straight)
    whole = trained(straight, batches())
    report = {"rewired": any(not torch.equal(begun["masks"][key], whole["masks"][key]) for key in begun["masks"])}

    # ---- a resume by nnU-Net's own checkpoint
    stopped = made.trainer(SPARSE)
    trained(stopped, batches()[:3])
    stopped.save_checkpoint(str(work / "stopped.pth"))
    resumed = made.trainer(SPARSE, initialized=False)
    resumed.load_checkpoint(str(work / "stopped.pth"))
    resumed.current_epoch = 0
    report["resumed"] = same(whole, trained(resumed, batches()[3:]))

    # ---- scaled gradients are unscaled before they are clipped and masked; what overflows is no step
    scaled = made.trainer(SPARSE)
    scaled.grad_scaler = torch.amp.GradScaler("cpu", init_scale=2.0**10)
    report["scaled"] = same(whole, trained(scaled, batches()), 1e-7)
    before = state(scaled)["weights"]
    scaled.grad_scaler = torch.amp.GradScaler("cpu", init_scale=float("inf"))
    # Not a step that rewires.
    scaled.topology.steps.fill_(1)
    scaled.train_step(batches()[0])
    after = state(scaled)["weights"]
    report["overflowed"] = all(torch.equal(before[key], after[key]) for key in before)

    # ---- compiled, with deep supervision switched: nnU-Net has forgotten the modules of the network
    report["compiled_topology"] = len(made.compiled(SPARSE).topology.weights) > 0
    compiled = made.compiled(DENSE)
    images = batches()[0]["data"]
    deep = compiled.network(images)
    compiled.set_deep_supervision_enabled(False)
    single = compiled.network(images)
    report["compiled"] = [[list(one.shape[2:]) for one in deep], list(single.shape[2:])]

    # ---- two ranks
    command = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2", __file__, str(work)]
    subprocess.run([sys.executable, *command, *trainers, "ranks"], check=True, capture_output=True)
    first, second = (torch.load(work / f"rank{rank}.pt") for rank in range(2))
    report["ranks_agree"] = same(first, second)
    report["one_rank_agrees"] = same(first, whole, 1e-5)

    # ---- nnU-Net's own trainer, by the configuration that names the network
    sys.path.insert(0, trainers[1])
    own = made.trainer("nnUNetTrainer", "3d_fullres_nnunet_plain")
    own.lr_scheduler.step(0)
    loss = own.train_step(batches()[0])["loss"]
    report["own_trainer"] = [type(own.network).__name__, own._get_deep_supervision_scales(), bool(loss > -1)]

    # ---- what does not fit
    made.plans["configurations"]["3d_fullres"]["patch_size"] = [16, 16, 32]
    made.dataset["labels"]["third"] = 3
    report["refused"] = refusal(made, DENSE)
    made.plans["configurations"]["3d_fullres"]["patch_size"] = [16, 16, 16]
    made.dataset["labels"] = {"background": 0, "both": [1, 2], "one": 1, "two": 2}
    made.dataset["regions_class_order"] = [1, 1, 2]
    report["regions"] = refusal(made, DENSE)
    return report


def refusal(made: Made, name: str) -> str:
    try:
        made.trainer(name)
    except ValueError as error:
        return str(error)
    return "nothing was refused"


def ranks(made: Made, work: Path, folder: str) -> None:
    from nnunetv2.training.nnUNetTrainer import nnUNetTrainer as file

    distributed = file.DDP
    file.DDP = lambda network, device_ids: distributed(network)
    dist.init_process_group("gloo")
    rank = dist.get_rank()
    # Found by its file: looking for it imports all that nnU-Net comes with.
    sys.path.insert(0, folder)
    made.found = lambda name: getattr(importlib.import_module(name), name)
    trainer = made.trainer(SPARSE)
    torch.save(trained(trainer, batches(rank)), work / f"rank{rank}.pt")
    dist.destroy_process_group()


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    place, folders = Path(sys.argv[1]), [one for one in sys.argv[2:] if one != "ranks"]
    stdout, sys.stdout = sys.stdout, sys.stderr
    environment(place, folders)
    # nnU-Net asks a dataset which form its cases have.
    cases = place / "preprocessed" / "Dataset901_Made" / "nnUNetPlans_3d_fullres"
    cases.mkdir(parents=True, exist_ok=True)
    (cases / "case.b2nd").touch()
    if sys.argv[-1] == "ranks":
        ranks(Made(place), place, folders[0])
    else:
        declare_operators()
        print(json.dumps(main(Made(place), place, folders)), file=stdout)
