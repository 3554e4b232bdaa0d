"""Losses and learning rates of written trainers: `nnunet_recipes.py FOLDER` prints how far they are from those of its cases.json."""

import importlib
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import torch


def loss_distances(case: dict) -> tuple[float, float]:
    """Of the value, and the largest of the gradient."""
    module = importlib.import_module(case["trainer"])
    labels = torch.tensor(case["labels"]).reshape(2, 1, 8, 8)
    logits = torch.tensor(case["logits"]).reshape(2, 8, 8, 3).movedim(-1, 1).contiguous()
    logits.requires_grad_(True)
    target = labels
    if case["regions"] is not None:
        inside = [torch.isin(labels, torch.tensor(one)) for one in case["regions"]]
        ignored = [] if case["ignore"] is None else [labels == case["ignore"]]
        target = torch.cat([*inside, *ignored], 1)
    loss = module.Loss(case["ignore"], ddp=False)(logits, target)
    loss.backward()
    expected = torch.tensor(case["gradient"]).reshape(2, 8, 8, 3).movedim(-1, 1)
    return abs(loss.item() - case["value"]), (logits.grad - expected).abs().max().item()


def rate_distance(case: dict) -> float:
    module = importlib.import_module(case["trainer"])
    trainer = SimpleNamespace(
        network=torch.nn.Linear(1, 1),
        initial_lr=3e-3,
        weight_decay=1e-2,
        num_epochs=case["epochs"],
        num_iterations_per_epoch=case["steps"],
    )
    optimizer, schedule = getattr(module, case["trainer"]).configure_optimizers(trainer)
    rates = []
    for epoch in range(case["epochs"]):
        schedule.step(epoch)
        for step in range(case["steps"]):
            if hasattr(schedule, "warm_up"):
                schedule.warm_up(epoch * case["steps"] + step)
            rates.append(optimizer.param_groups[0]["lr"])
    return max(abs(a - b) for a, b in zip(rates, case["rates"], strict=True))


if __name__ == "__main__":
    torch.set_num_threads(1)
    folder = Path(sys.argv[1])
    sys.path.insert(0, str(folder))
    cases = json.loads((folder / "cases.json").read_text())
    print(
        json.dumps(
            {
                "losses": [loss_distances(one) for one in cases["losses"]],
                "rates": [rate_distance(one) for one in cases["rates"]],
            }
        )
    )
