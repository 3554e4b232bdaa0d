"""nnUNetTrainer_Small_quick, written by Weft test: Small trained inside nnU-Net by the
recipe quick.

Needs nnunetv2 2.8 or newer, and this folder in the environment variable
nnUNet_extTrainer.
"""

import math
import sys

import torch
import torch.nn.functional as F
from nnunetv2.training.loss.deep_supervision import DeepSupervisionWrapper
from nnunetv2.training.loss.dice import MemoryEfficientSoftDiceLoss
from nnunetv2.training.nnUNetTrainer.nnUNetTrainer import nnUNetTrainer
from nnunetv2.utilities.helpers import softmax_helper_dim1
from torch import Tensor, nn
from torch._dynamo import OptimizedModule
from weft_small_quick import Small, Topology

# What the network was compiled for.
PATCH = (16, 16)
IN_CHANNELS = 1
CLASSES = 2
COMMAND = "weft compile small.weft --target nnunet -o trainers --recipe quick"
# Extents of logits, ds[1], ds[2].
OUTPUTS = [(16, 16), (8, 8), (4, 4)]
WEIGHTS = [1, 0.5, 0]
# What no supervised output is computed from.
IDLE = ["ds.2.conv.weight", "ds.2.conv.bias"]

# nnU-Net forgets the modules of this folder once it has found a trainer. What reads
# them later, as torch.compile does, is given them again.
PACKAGE = "weft_small_quick"
MODULES = {
    name: module
    for name, module in sys.modules.items()
    if name == __name__ or name.split(".")[0] == PACKAGE
}


def voxel_mean(values: Tensor, mask: Tensor | None) -> Tensor:
    """The mean; where voxels are to be ignored, the sum over those that are not."""
    if mask is None:
        return values.mean()
    return (values * mask).sum() / mask.sum().clamp_min(1)


def focal(
    logits: Tensor,
    labels: Tensor,
    mask: Tensor | None,
    gamma: float,
    alpha: float | None = None,
) -> Tensor:
    """Lin et al., ICCV 2017: -a (1 - p)^gamma log p of the label, over all classes.

    The foreground has a = alpha, the background 1 - alpha; without alpha it is 1.
    """
    labels = labels.long()
    logs = F.log_softmax(logits.float(), 1).gather(1, labels)
    losses = -((-torch.expm1(logs)) ** gamma) * logs
    if alpha is not None:
        losses = losses * torch.where(labels == 0, 1 - alpha, alpha)
    return voxel_mean(losses, mask) / (logits.shape[1] if mask is None else 1)


class Loss(nn.Module):
    """dice(batch = true) + 0.5 * focal(gamma = 2), of logits by a softmax.

    Targets are labels [N, 1, ...]; voxels of the label to ignore count nowhere.
    """

    def __init__(self, ignore_label: int | None, ddp: bool) -> None:
        super().__init__()
        self.ignore_label = ignore_label
        self.dice = MemoryEfficientSoftDiceLoss(
            apply_nonlin=softmax_helper_dim1,
            batch_dice=True,
            do_bg=False,
            smooth=1e-5,
            ddp=ddp,
        )

    def forward(self, logits: Tensor, target: Tensor) -> Tensor:
        mask = None
        if self.ignore_label is not None:
            mask = target != self.ignore_label
            if not mask.any():
                return 0 * logits.sum()
            target = torch.where(mask, target, 0)
        dice = self.dice(logits, target, loss_mask=mask)
        focal_ = 0.5 * focal(logits, target, mask=mask, gamma=2)
        return dice + focal_


class Schedule:
    """A learning rate that falls along half a cosine, set when an epoch begins;
    before that it rises along a line, step by step.
    """

    def __init__(
        self, optimizer: torch.optim.Optimizer, lr: float, epochs: int, steps: int
    ) -> None:
        self.optimizer, self.lr = optimizer, lr
        self.steps, self.total = steps, epochs * steps
        self.rising = 5 * steps

    def step(self, epoch: int) -> None:
        self._set(self.rate(epoch * self.steps))

    def warm_up(self, done: int) -> None:
        """Before every step: what rises does not wait for an epoch."""
        if done < self.rising:
            self._set(self.rate(done))

    def rate(self, done: int) -> float:
        """Of the step that follows `done` ones."""
        if done < self.rising:
            return self.lr * (done + 1) / self.rising
        share = (done - self.rising) / (self.total - self.rising)
        return self.lr * (1 + math.cos(math.pi * share)) / 2

    def _set(self, rate: float) -> None:
        for group in self.optimizer.param_groups:
            group["lr"] = rate


def refuse_misfits(patch: tuple[int, ...], channels: int, classes: int) -> None:
    """Says how to compile the network for what plans and dataset ask for."""
    asked = [
        ("patch", "patch", patch, PATCH),
        ("input channels", None, channels, IN_CHANNELS),
        ("outputs per voxel", None, classes, CLASSES),
    ]
    misfits = [one for one in asked if one[2] != one[3]]
    if not misfits:
        return
    found = "; ".join(f"{what}: {given}, not {own}" for what, _, given, own in misfits)
    sets = " ".join(
        f"--set '{name}={list(given) if isinstance(given, tuple) else given}'"
        for _, name, given, _ in misfits
        if name is not None
    )
    texts = [what for what, name, _, _ in misfits if name is None]
    edit = f"; change the spec for its {', '.join(texts)}" if texts else ""
    raise ValueError(
        f"nnU-Net asks Small for what it was not compiled for ({found}). "
        f"Compile it again: {COMMAND} {sets}{edit}"
    )


class nnUNetTrainer_Small_quick(nnUNetTrainer):
    """Small, by the recipe quick.

    A small network.
    """

    def __init__(
        self,
        plans: dict,
        configuration: str,
        fold: int,
        dataset_json: dict,
        device: torch.device = torch.device("cuda"),
    ) -> None:
        super().__init__(plans, configuration, fold, dataset_json, device)
        self.initial_lr = 0.001
        self.weight_decay = 0.01
        self.num_epochs = 100

    @staticmethod
    def build_network_architecture(
        plans_manager,
        configuration_manager,
        num_input_channels: int,
        num_output_channels: int,
        enable_deep_supervision: bool = True,
    ) -> nn.Module:
        patch = tuple(configuration_manager.patch_size)
        refuse_misfits(patch, num_input_channels, num_output_channels)
        sys.modules.update(MODULES)
        network = Small(deep_supervision=enable_deep_supervision)
        for key in IDLE:
            network.get_parameter(key).requires_grad_(False)
        return network

    def initialize(self) -> None:
        super().initialize()
        network = self.network.module if self.is_ddp else self.network
        if isinstance(network, OptimizedModule):
            network = network._orig_mod
        steps = self.num_epochs * self.num_iterations_per_epoch
        self.topology = Topology(network, steps)
        # Checkpoints have the state of the optimiser; in it they have the topology.
        self.optimizer.register_state_dict_post_hook(self._save_topology)
        self.optimizer.register_load_state_dict_pre_hook(self._load_topology)

    def _save_topology(self, _, state: dict) -> None:
        state["topology"] = self.topology.state_dict()

    def _load_topology(self, _, state: dict) -> None:
        self.topology.load_state_dict(state["topology"])

    def _get_deep_supervision_scales(self) -> list[list[float]] | None:
        if not self.enable_deep_supervision:
            return None
        return [[n / side for n, side in zip(one, PATCH)] for one in OUTPUTS]

    def _build_loss(self) -> nn.Module:
        if self.label_manager.has_regions:
            raise ValueError(
                "the dataset has regions, and the loss of Small takes a softmax: give the "
                "recipe quick a loss by a sigmoid, such as "
                "dice(batch = true, sigmoid = true) + bce, and compile it again"
            )
        loss = Loss(self.label_manager.ignore_label, self.is_ddp).to(self.device)
        return DeepSupervisionWrapper(loss, WEIGHTS)

    def configure_optimizers(self):
        optimizer = torch.optim.AdamW(
            self.network.parameters(),
            lr=self.initial_lr,
            weight_decay=self.weight_decay,
            betas=(0.9, 0.999),
            eps=1e-8,
        )
        schedule = Schedule(
            optimizer, self.initial_lr, self.num_epochs, self.num_iterations_per_epoch
        )
        return optimizer, schedule

    def on_train_start(self) -> None:
        super().on_train_start()
        self.topology.enforce()

    def on_train_epoch_start(self) -> None:
        super().on_train_epoch_start()
        self.steps_done = self.current_epoch * self.num_iterations_per_epoch

    def train_step(self, batch: dict) -> dict:
        data = batch["data"].to(self.device, non_blocking=True)
        target = batch["target"]
        if isinstance(target, list):
            target = [one.to(self.device, non_blocking=True) for one in target]
        else:
            target = target.to(self.device, non_blocking=True)
        self.lr_scheduler.warm_up(self.steps_done)
        self.steps_done += 1
        self.topology.begin_step(self.optimizer)
        self.optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cuda", enabled=self.device.type == "cuda"):
            loss = self.loss(self.network(data), target)
        # Without one, as on a CPU, a scaler that does nothing.
        scaler = self.grad_scaler or torch.amp.GradScaler(enabled=False)
        scaler.scale(loss).backward()
        scaler.unscale_(self.optimizer)
        nn.utils.clip_grad_norm_(self.network.parameters(), 1)
        self.topology.mask_gradients()
        scaler.step(self.optimizer)
        scaler.update()
        return {"loss": loss.detach().cpu().numpy()}
