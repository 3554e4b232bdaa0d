"""Trains a sparse package: `sparsity.py FOLDER` prints what a topology has to hold, as JSON.

The network changes its masks every 2 steps. Training is repeated from a checkpoint, and on two ranks that share each batch: `torchrun`
starts this file again with `ranks`; with `alone` there is none of that.
"""

import importlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel

STEPS = 7


def package(folder: Path):
    sys.path.insert(0, str(folder.parent))
    return importlib.import_module(folder.name)


def batches(shape: list[int]) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(5)
    return [torch.randn(2, *shape, generator=generator, dtype=torch.float64) for _ in range(STEPS)]


class Training:
    def __init__(self, module, wrap=lambda network: network):
        torch.manual_seed(3)
        self.network = getattr(module, module.__all__[0])().double()
        self.table = importlib.import_module(f"{module.__name__}.sparsity").SPARSE
        self.topology = module.Topology(self.network, total_steps=100, seed=11)
        self.wrapped = wrap(self.network)
        self.optimizer = torch.optim.SGD(
            self.network.parameters(), lr=1e-4, momentum=0.9, nesterov=True, weight_decay=1e-4
        )

    def step(self, images: torch.Tensor) -> list[str]:
        changed = self.topology.begin_step(self.optimizer)
        outputs = self.wrapped(images)
        outputs = outputs if isinstance(outputs, list) else [outputs]
        loss = sum(((one - 0.5) ** 2).mean() for one in outputs)
        loss.backward()
        self.topology.mask_gradients()
        self.optimizer.step()
        self.optimizer.zero_grad()
        return changed

    def state(self) -> dict:
        parts = {"network": self.network, "topology": self.topology, "optimizer": self.optimizer}
        return {name: one.state_dict() for name, one in parts.items()}

    def load(self, state: dict) -> None:
        self.network.load_state_dict(state["network"])
        self.topology.load_state_dict(state["topology"])
        self.optimizer.load_state_dict(state["optimizer"])

    def masks(self) -> dict[str, torch.Tensor]:
        return {name: self.topology.mask(name).clone() for name in self.topology.weights}

    def is_masked(self) -> bool:
        """Weights and what the optimiser remembers are zero where the mask is."""
        for name, weight in self.topology.weights.items():
            slots = [one for one in self.optimizer.state[weight].values() if torch.is_tensor(one)]
            for slot in [weight, *slots]:
                if any(kernel.abs().sum() > 0 for kernel in self.idle_kernels(name, slot)):
                    return False
        return True

    def idle_kernels(self, name: str, weight: torch.Tensor) -> list[torch.Tensor]:
        """One by one: the connection of a kernel is that of its input and of its block of outputs."""
        mask, active = self.table[name], self.topology.mask(name).tolist()
        first, second = weight.shape[:2]
        idle = []
        for row in range(first):
            for column in range(second):
                output, inside = (column, row) if mask.transposed else (row, column)
                inputs = first if mask.transposed else second
                if not active[(output // mask.outs) * inputs + inside if mask.outs else row * second + column]:
                    idle.append(weight[row, column])
        return idle


def same(a: dict[str, torch.Tensor], b: dict[str, torch.Tensor], tolerance: float) -> bool:
    return set(a) == set(b) and all(
        torch.allclose(a[key].double(), b[key].double(), rtol=0, atol=tolerance) for key in a
    )


def ranks(folder: Path, out: Path, shape: list[int]) -> None:
    dist.init_process_group("gloo")
    rank = dist.get_rank()
    training = Training(package(folder), DistributedDataParallel)
    for images in batches(shape):
        training.step(images[rank : rank + 1])
    torch.save({**training.state(), "masks": training.masks()}, out / f"rank{rank}.pt")
    dist.destroy_process_group()


def main(folder: Path, shape: list[int], alone: bool) -> dict:
    module = package(folder)
    table = importlib.import_module(f"{folder.name}.sparsity").SPARSE
    training = Training(module)
    first = training.masks()
    kept = all(int(first[name].sum()) == mask.kept for name, mask in table.items())
    changes, masked, saved = [], True, None
    for k, images in enumerate(batches(shape)):
        before = training.masks()
        changed = training.step(images)
        after = training.masks()
        changes.append(len([name for name in after if not torch.equal(before[name], after[name])]))
        masked = masked and training.is_masked() and set(changed) >= {
            name for name in after if not torch.equal(before[name], after[name])
        }
        if k == 3:
            saved = torch.load(_stored(training.state()))
    constant = all(int(one.sum()) == int(first[name].sum()) for name, one in training.masks().items())
    resumed = Training(module)
    resumed.load(saved)
    for images in batches(shape)[4:]:
        resumed.step(images)
    found = {
        "weights": len(table),
        "kept": kept,
        "constant": constant,
        "masked": masked,
        "changes": changes,
        "resumed": same(training.state()["network"], resumed.state()["network"], 0)
        and same(training.masks(), resumed.masks(), 0),
    }
    return found if alone else {**found, **compared(folder, shape, training)}


def compared(folder: Path, shape: list[int], training: Training) -> dict:
    """What two ranks make of it."""
    with tempfile.TemporaryDirectory() as out:
        command = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2", __file__]
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        given = [str(folder), json.dumps(shape), "ranks", out]
        subprocess.run([sys.executable, *command, *given], check=True, env=environment, capture_output=True)
        both = [torch.load(Path(out) / f"rank{rank}.pt") for rank in range(2)]
    return {
        "ranks_agree": same(both[0]["network"], both[1]["network"], 0) and same(both[0]["masks"], both[1]["masks"], 0),
        "one_rank_agrees": same(both[0]["network"], training.state()["network"], 1e-9)
        and same(both[0]["masks"], training.masks(), 0),
    }


def _stored(state: dict) -> Path:
    path = Path(tempfile.mkdtemp()) / "state.pt"
    torch.save(state, path)
    return path


if __name__ == "__main__":
    torch.set_num_threads(1)
    where, extents = Path(sys.argv[1]), json.loads(sys.argv[2])
    if sys.argv[3:4] == ["ranks"]:
        ranks(where, Path(sys.argv[4]), extents)
    else:
        print(json.dumps(main(where, extents, sys.argv[3:4] == ["alone"])))
