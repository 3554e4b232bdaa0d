// `sparsity.py`: the masks of sparse fusions, and how they change in training.
import type { Blocks, Graph, Parameter, SparsitySetting } from '../../compiler/ir/graph.ts'
import { atom, call, layout, literalText, named, stringText, type Item, type Python } from './python.ts'
import { moduleKey } from './state-names.ts'

/** The file; undefined where no weight is masked. */
export function sparsityText(graph: Graph): string | undefined {
  const masked = graph.parameters.filter(({ mask }) => mask !== undefined)
  if (masked.length === 0) return undefined
  const rules = graph.fusions.map(({ sparsity, path }) => [path, ruleCode(sparsity)] as const)
  const used = new Set(masked.map(({ mask }) => mask?.fusion))
  const table: Python = {
    kind: 'dict',
    entries: masked.map((one) => [moduleKey(one.path), maskCode(one, graph)]),
  }
  const ruleTable: Python = { kind: 'dict', entries: rules.filter((_, k) => used.has(k)) }
  return [head, ...layout(ruleTable, 0, 'RULES = '), ...layout(table, 0, 'SPARSE = '), '', '', body, ''].join(
    '\n',
  )
}

function ruleCode(setting: SparsitySetting | undefined): Python {
  const { drop, grow, every } = setting ?? {}
  if (drop === undefined || every === undefined) return call('Rule')
  return call(
    'Rule',
    named('every', atom(literalText(every))),
    named('rate', atom(literalText(drop.rate))),
    named('to', atom(literalText(drop.decay === 'constant' ? drop.rate : drop.to))),
    ...(grow === 'gradient' ? [named('grow', atom('"gradient"'))] : []),
  )
}

function maskCode({ mask }: Parameter, { fusions }: Graph): Python {
  if (mask === undefined) throw new Error('no mask')
  const rule = fusions[mask.fusion]?.path ?? ''
  return call(
    'Mask',
    atom(stringText(rule)),
    atom(String(mask.kept)),
    atom(String(mask.total)),
    ...blocksCode(mask.blocks),
  )
}

function blocksCode(blocks: Blocks | undefined): Item[] {
  if (blocks === undefined) return []
  const { count, outs, groups, outputAxis } = blocks
  return [
    named('blocks', atom(String(count))),
    named('outs', atom(String(outs))),
    ...(groups === 1 ? [] : [named('groups', atom(String(groups)))]),
    ...(outputAxis === 0 ? [] : [named('transposed', atom('True'))]),
  ]
}

const head = `"""Dynamic sparse feature fusion: which connections are there, and when they change.

Wu et al., "E2ENet", NeurIPS 2024, section 3.2. A training loop is

    topology = Topology(network, total_steps)
    for images, labels in batches:
        topology.begin_step(optimizer)
        loss_of(network(images), labels).backward()
        topology.mask_gradients()
        optimizer.step()
        optimizer.zero_grad()
"""

import math
import zlib
from dataclasses import dataclass

import torch
import torch.distributed as dist
from torch import Tensor, nn


@dataclass(frozen=True)
class Rule:
    """When a fusion changes: the share that goes decays from \`rate\` to \`to\`."""

    every: int = 0
    rate: float = 0.0
    to: float = 0.0
    grow: str = "random"


@dataclass(frozen=True)
class Mask:
    """\`kept\` of \`total\` connections of a weight.

    A connection is a row of equal length. With \`outs\` it is the kernels from an input
    channel to as many output channels, of which the last block may have fewer; each of
    the \`blocks\` keeps equally many inputs.
    """

    rule: str
    kept: int
    total: int
    blocks: int = 1
    outs: int = 0
    groups: int = 1
    transposed: bool = False

`

const body = `class Topology(nn.Module):
    """The masks of a network's sparse weights, as buffers beside it.

    The weights that a mask leaves out are zero in the network itself: it needs no
    topology to predict. Choices depend on the seed, the step and the weight alone, so
    that they are the same on all ranks and after a resume. \`state_dict\` has all that
    a resumed training needs.
    """

    def __init__(
        self,
        network: nn.Module,
        total_steps: int,
        seed: int = 0,
        from_weights: bool = False,
    ) -> None:
        """\`from_weights\`: connections are those that are not zero in the network."""
        super().__init__()
        weights = dict(network.named_parameters())
        self.weights = {name: weights[name] for name in SPARSE}
        self.total_steps = total_steps
        self.register_buffer("seed", torch.tensor(seed))
        self.register_buffer("steps", torch.tensor(0))
        self.slopes: dict[str, Tensor] = {}
        for name, mask in SPARSE.items():
            weight = self.weights[name].detach()
            if from_weights:
                active = _norms(weight, mask) > 0
            else:
                active = torch.zeros(mask.total, dtype=torch.bool)
                ranks = self._ranks(mask, name, 0)
                _set(active, ranks, mask, mask.kept // mask.blocks, True)
            self.register_buffer(_key(name), active.to(weight.device))
        self.enforce()

    def mask(self, name: str) -> Tensor:
        """A True for each connection of a weight that is there."""
        return self.get_buffer(_key(name))

    @torch.no_grad()
    def enforce(self) -> None:
        """Sets to zero what the masks leave out, after weights were loaded."""
        for name, weight in self.weights.items():
            _keep(weight, self.mask(name), SPARSE[name])

    @torch.no_grad()
    def begin_step(self, optimizer: torch.optim.Optimizer | None = None) -> list[str]:
        """Rewires what is due, before the forward pass; gives the names of those weights.

        A connection that goes or comes is zero, in the weight and in what the optimiser
        remembers of it.
        """
        step = int(self.steps)
        changed = []
        for name, mask in SPARSE.items():
            rule = RULES[mask.rule]
            due = rule.every and step and step % rule.every == 0
            if due and step < self.total_steps:
                self._rewire(name, rule, step, optimizer)
                changed.append(name)
        return changed

    @torch.no_grad()
    def mask_gradients(self) -> None:
        """Takes what is masked out of the gradients: after backward and unscaling."""
        self.steps += 1
        step = int(self.steps)
        for name, weight in self.weights.items():
            if weight.grad is None:
                continue
            rule = RULES[SPARSE[name].rule]
            if rule.grow == "gradient" and rule.every and step % rule.every == 0:
                self.slopes[name] = _norms(weight.grad, SPARSE[name])
            _keep(weight.grad, self.mask(name), SPARSE[name])

    def get_extra_state(self) -> dict[str, Tensor]:
        return self.slopes

    def set_extra_state(self, state: dict[str, Tensor]) -> None:
        self.slopes = state

    def _rewire(
        self,
        name: str,
        rule: Rule,
        step: int,
        optimizer: torch.optim.Optimizer | None,
    ) -> None:
        weight, active, mask = self.weights[name], self.mask(name), SPARSE[name]
        rate = rule.to + 0.5 * (rule.rate - rule.to) * (
            1 + math.cos(math.pi * step / self.total_steps)
        )
        count = math.ceil(rate * (int(active.sum()) // mask.blocks))
        scores = _norms(weight, mask).masked_fill(~active, math.inf)
        stays = torch.ones_like(active)
        _set(stays, scores, mask, count, False)
        active &= stays
        if rule.grow == "gradient":
            scores = (-self.slopes[name]).masked_fill(active, math.inf)
        else:
            ranks = self._ranks(mask, name, step).to(active.device)
            scores = ranks.masked_fill(active, mask.total)
        grown = torch.zeros_like(active)
        _set(grown, scores, mask, count, True)
        active |= grown
        if dist.is_available() and dist.is_initialized():
            dist.broadcast(active, 0)
        for slot in [weight, *_slots(weight, optimizer)]:
            _keep(slot, active & stays & ~grown, mask)

    def _ranks(self, mask: Mask, name: str, step: int) -> Tensor:
        """For each connection of a weight its place in an order of chance."""
        text = f"{int(self.seed)} {step} {name}".encode()
        generator = torch.Generator().manual_seed(zlib.crc32(text))
        return torch.randperm(mask.total, generator=generator).argsort()


def _key(name: str) -> str:
    return name.replace(".", "/")


def _set(flags: Tensor, scores: Tensor, mask: Mask, count: int, value: bool) -> None:
    """Sets the \`count\` lowest scores of each block; ties go by position, on all devices."""
    lowest = scores.reshape(mask.blocks, -1).argsort(dim=1, stable=True)[:, :count]
    flags.reshape(mask.blocks, -1).scatter_(1, lowest, value)


def _norms(weight: Tensor, mask: Mask) -> Tensor:
    """The L1 norm of each connection."""
    if mask.outs == 0:
        return weight.reshape(mask.total, -1).abs().sum(1)
    norms = weight.abs().flatten(2).sum(2).unflatten(0, (mask.groups, -1))
    outputs = norms.mT if mask.transposed else norms
    return torch.stack([one.sum(1) for one in outputs.split(mask.outs, 1)], 1).flatten()


def _keep(weight: Tensor, active: Tensor, mask: Mask) -> None:
    """Zeroes the connections of a weight, or of what belongs to it, that are not there."""
    rows = _rows(active, weight, mask)
    lead = weight.shape if len(rows) == weight.numel() else weight.shape[:2]
    weight.mul_(rows.reshape(*lead, *[1] * (weight.dim() - len(lead))))


def _rows(active: Tensor, weight: Tensor, mask: Mask) -> Tensor:
    """A True for each row of a weight that is there, of all that lie together."""
    if mask.outs == 0:
        return active
    blocks = active.reshape(mask.groups, mask.blocks // mask.groups, -1)
    width = weight.shape[1] if mask.transposed else weight.shape[0] // mask.groups
    outputs = blocks.repeat_interleave(mask.outs, 1)[:, :width]
    return (outputs.mT if mask.transposed else outputs).flatten()


def _slots(weight: Tensor, optimizer: torch.optim.Optimizer | None) -> list[Tensor]:
    state = {} if optimizer is None else optimizer.state.get(weight, {})
    tensors = [one for one in state.values() if torch.is_tensor(one)]
    return [one for one in tensors if one.shape == weight.shape]`
