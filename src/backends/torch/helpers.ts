// What PyTorch lacks: pieces of `layers.py`, of which a package holds those that its network uses.

export interface Helper {
  /** Python, without blank lines around it. */
  readonly text: string
}

export const helpers = {
  Group: {
    text: `class Group(nn.Module):
    """Modules under one name; whoever holds the group calls them."""

    def __init__(self, **modules: nn.Module) -> None:
        super().__init__()
        for name, module in modules.items():
            self.add_module(name, module)`,
  },
  Supervision: {
    text: `class Supervision:
    """Whether the network gives its deep-supervision outputs, finest first."""

    def __init__(self, deep_supervision: bool) -> None:
        self.deep_supervision = deep_supervision`,
  },
  Table: {
    text: `class Table(nn.Module):
    """A learned tensor without a batch."""

    def __init__(
        self, shape: tuple[int, ...], rule: Callable[..., object], **numbers: object
    ) -> None:
        super().__init__()
        self.value = nn.Parameter(torch.empty(shape))
        rule(self.value, **numbers)

    def forward(self) -> Tensor:
        return self.value`,
  },
  Constant: {
    text: `class Constant(nn.Module):
    """Numbers that nothing trains and no checkpoint holds."""

    def __init__(self, values: Sequence) -> None:
        super().__init__()
        values = torch.tensor(values, dtype=torch.get_default_dtype())
        self.register_buffer("values", values, persistent=False)

    def forward(self) -> Tensor:
        return self.values`,
  },
  table: {
    text: `@cache
def tables() -> dict[str, list]:
    return json.loads(Path(__file__).with_name("tables.json").read_text())


def table(name: str) -> list:
    """Numbers that would fill pages."""
    return tables()[name]`,
  },
  Lookup: {
    text: `class Lookup(nn.Module):
    """Places of one axis, named by a table, in the table's shape."""

    def __init__(self, indices: Sequence, dim: int) -> None:
        super().__init__()
        self.dim = dim
        self.register_buffer("indices", torch.tensor(indices), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        picked = x.index_select(self.dim, self.indices.flatten())
        return picked.unflatten(self.dim, self.indices.shape)`,
  },
  tensors: {
    text: `def tensors(*values: Tensor | float) -> list[Tensor]:
    """Numbers as tensors, like the tensors beside them."""
    like = next(value for value in values if torch.is_tensor(value))
    return [torch.as_tensor(value).to(like) for value in values]`,
  },
  set_to: {
    text: `@torch.no_grad()
def set_to(tensor: Tensor, values: Sequence) -> None:
    """Begins a tensor as given numbers."""
    tensor.copy_(torch.tensor(values))`,
  },
  with_weight: {
    text: `def with_weight(
    layer: nn.Module, rule: Callable[..., object], **numbers: object
) -> nn.Module:
    """The layer, its weight begun by a rule."""
    rule(layer.weight, **numbers)
    return layer`,
  },
  with_bias: {
    text: `def with_bias(
    layer: nn.Module, rule: Callable[..., object], **numbers: object
) -> nn.Module:
    """The layer, its bias begun by a rule."""
    rule(layer.bias, **numbers)
    return layer`,
  },
  with_zero_bias: {
    text: `def with_zero_bias(layer: nn.Module) -> nn.Module:
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer`,
  },
  he: {
    text: `def he(layer: nn.Module, slope: float = 0.0) -> nn.Module:
    """Weights as He et al. begin them, for leaky ReLU of this slope; no bias."""
    nn.init.kaiming_normal_(layer.weight, a=slope)
    return with_zero_bias(layer)`,
  },
  xavier: {
    text: `def xavier(layer: nn.Module, gain: float = 1.0) -> nn.Module:
    """Weights as Glorot and Bengio begin them; no bias."""
    nn.init.xavier_uniform_(layer.weight, gain)
    return with_zero_bias(layer)`,
  },
  normal: {
    text: `def normal(layer: nn.Module, std: float) -> nn.Module:
    """Normal weights; no bias."""
    nn.init.normal_(layer.weight, std=std)
    return with_zero_bias(layer)`,
  },
  trunc_normal: {
    text: `def trunc_normal(layer: nn.Module, std: float) -> nn.Module:
    """Normal weights, cut at two; no bias."""
    nn.init.trunc_normal_(layer.weight, std=std)
    return with_zero_bias(layer)`,
  },
  uniform: {
    text: `def uniform(layer: nn.Module, bound: float) -> nn.Module:
    """Weights uniform within the bound; no bias."""
    nn.init.uniform_(layer.weight, -bound, bound)
    return with_zero_bias(layer)`,
  },
  filled: {
    text: `def filled(layer: nn.Module, value: float) -> nn.Module:
    """All weights the same; no bias."""
    nn.init.constant_(layer.weight, value)
    return with_zero_bias(layer)`,
  },
  zeros: {
    text: `def zeros(layer: nn.Module) -> nn.Module:
    """All weights zero; no bias."""
    nn.init.zeros_(layer.weight)
    return with_zero_bias(layer)`,
  },
  ones: {
    text: `def ones(layer: nn.Module) -> nn.Module:
    """All weights one; no bias."""
    nn.init.ones_(layer.weight)
    return with_zero_bias(layer)`,
  },
  attention: {
    text: `def attention(
    q: Tensor,
    k: Tensor,
    v: Tensor,
    attn_mask: Tensor | None = None,
    dropout_p: float = 0.0,
    scale: float | None = None,
) -> Tensor:
    """torch's scaled dot-product attention for leading axes that repeat."""
    scale = q.shape[-1] ** -0.5 if scale is None else scale
    scores = (q * scale) @ k.transpose(-2, -1)
    scores = scores if attn_mask is None else scores + attn_mask
    return F.dropout(F.softmax(scores, dim=-1), dropout_p) @ v`,
  },
  gaussian_noise: {
    text: `def gaussian_noise(x: Tensor, std: float, training: bool) -> Tensor:
    """Adds numbers of a normal distribution while training."""
    return torch.randn_like(x).mul_(std).add_(x) if training else x`,
  },
  grid_sample: {
    text: `def grid_sample(x: Tensor, grid: Tensor, **options: object) -> Tensor:
    """torch's grid_sample with more leading axes than the batch."""
    rank = grid.shape[-1]
    lead = x.shape[: -rank - 1]
    images, places = x.flatten(0, -rank - 2), grid.flatten(0, -rank - 2)
    return F.grid_sample(images, places, **options).unflatten(0, lead)`,
  },
  max_unpool: {
    text: `def max_unpool(
    x: Tensor,
    image: Tensor,
    kernel: int | tuple[int, ...],
    stride: int | tuple[int, ...] | None = None,
    padding: int | tuple[int, ...] = 0,
    ceil_mode: bool = False,
) -> Tensor:
    """torch's max_unpool of \`x\` by the places that a max pool of \`image\` takes."""
    pool, unpool = {
        3: (F.max_pool1d, F.max_unpool1d),
        4: (F.max_pool2d, F.max_unpool2d),
        5: (F.max_pool3d, F.max_unpool3d),
    }[image.dim()]
    indices = pool(
        image.detach(), kernel, stride, padding, ceil_mode=ceil_mode, return_indices=True
    )[1]
    return unpool(x, indices, kernel, stride, padding, image.shape)`,
  },
  scan: {
    text: `def scan(a: Tensor, b: Tensor, dim: int, reverse: bool = False) -> Tensor:
    """h[t] = a[t] * h[t - 1] + b[t] along \`dim\`, from 0, by a parallel prefix."""
    if reverse:
        return scan(a.flip(dim), b.flip(dim), dim).flip(dim)
    length, step = a.shape[dim], 1
    while step < length:
        rest = length - step
        late = a.narrow(dim, step, rest)
        b = torch.cat(
            [
                b.narrow(dim, 0, step),
                b.narrow(dim, step, rest) + late * b.narrow(dim, 0, rest),
            ],
            dim,
        )
        a = torch.cat([a.narrow(dim, 0, step), late * a.narrow(dim, 0, rest)], dim)
        step *= 2
    return b`,
  },
  InstanceNorm: {
    text: `class InstanceNorm(nn.Module):
    """What nn.InstanceNorm2d and 3d compute with affine=True, in the same steps.

    Their result is a view, and an activation that writes into a view costs copies of
    its gradient. This one is none.
    """

    def __init__(self, channels: int, eps: float = 1e-5) -> None:
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        if x.is_cpu and not x.is_contiguous() and not torch.compiler.is_compiling():
            # Joined with channels that are laid out last, images would take copies.
            each = [self.normal(one, self.weight, self.bias) for one in x.split(1)]
            return each[0] if len(each) == 1 else torch.cat(each)
        images, channels = x.shape[:2]
        weight, bias = self.weight.repeat(images), self.bias.repeat(images)
        joined = x.reshape(1, images * channels, *x.shape[2:])
        normal = self.normal(joined, weight, bias)
        return torch.ops.aten._unsafe_view(normal, x.shape)

    def normal(self, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        return F.batch_norm(x, None, None, weight, bias, training=True, eps=self.eps)`,
  },
  axis_norm: {
    text: `def axis_norm(x: Tensor, dim: int, eps: float = 1e-5) -> Tensor:
    """Layer norm along one axis that need not be the last."""
    variance, mean = torch.var_mean(x, dim=dim, correction=0, keepdim=True)
    return (x - mean) * torch.rsqrt(variance + eps)`,
  },
  AxisNorm: {
    text: `class AxisNorm(nn.Module):
    """Layer norm along one axis that need not be the last, scaled and shifted."""

    def __init__(self, channels: int, dim: int, eps: float = 1e-5) -> None:
        super().__init__()
        self.dim, self.eps = dim, eps
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        shape = [-1] + [1] * (x.dim() - self.dim - 1)
        normal = axis_norm(x, self.dim, self.eps)
        return normal * self.weight.view(shape) + self.bias.view(shape)`,
  },
  Shift: {
    text: `class Shift(torch.autograd.Function):
    """What \`shift\` does, as one copy in each direction: its gradient moves back."""

    @staticmethod
    def forward(x: Tensor, offsets: Sequence[int], dim: int) -> Tensor:
        moved, extent = torch.empty_like(x), x.shape[dim]
        groups = x.chunk(len(offsets), 1), moved.chunk(len(offsets), 1)
        for source, target, offset in zip(*groups, offsets):
            by = max(-extent, min(extent, offset))
            rest = extent - abs(by)
            part = source.narrow(dim, max(-by, 0), rest)
            target.narrow(dim, max(by, 0), rest).copy_(part)
            target.narrow(dim, 0 if by > 0 else rest, abs(by)).zero_()
        return moved

    @staticmethod
    def setup_context(ctx: object, inputs: tuple, output: Tensor) -> None:
        _, ctx.offsets, ctx.dim = inputs

    @staticmethod
    def backward(ctx: object, grad: Tensor) -> tuple[Tensor, None, None]:
        return shift(grad, [-offset for offset in ctx.offsets], ctx.dim), None, None`,
  },
  shift: {
    text: `def shift(x: Tensor, offsets: Sequence[int], dim: int) -> Tensor:
    """Moves groups of channels along \`dim\`, each by its offset, zeros following.

    Groups are those of torch.chunk: the last is smaller, and few channels give fewer
    groups than there are offsets.
    """
    return Shift.apply(x, offsets, dim)`,
  },
} as const satisfies Record<string, Helper>

export type HelperName = keyof typeof helpers

/** In the order of this file, so that each stands before what uses it. */
export const helperNames = Object.keys(helpers) as HelperName[]
