// Losses that nnU-Net lacks: pieces of a trainer, of which it holds those that its recipe uses.

export const lossHelpers = {
  voxelMean: `def voxel_mean(values: Tensor, mask: Tensor | None) -> Tensor:
    """The mean; where voxels are to be ignored, the sum over those that are not."""
    if mask is None:
        return values.mean()
    return (values * mask).sum() / mask.sum().clamp_min(1)`,
  binaryCrossEntropy: `def binary_cross_entropy(logits: Tensor, target: Tensor, mask: Tensor | None) -> Tensor:
    losses = F.binary_cross_entropy_with_logits(
        logits, target.to(logits.dtype), reduction="none"
    )
    return voxel_mean(losses, mask)`,
  focalBySoftmax: `def focal(
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
    return voxel_mean(losses, mask) / (logits.shape[1] if mask is None else 1)`,
  focalBySigmoid: `def focal(
    logits: Tensor,
    regions: Tensor,
    mask: Tensor | None,
    gamma: float,
    alpha: float | None = None,
) -> Tensor:
    """Lin et al., ICCV 2017: -a (1 - q)^gamma log q, q the share given to the truth.

    In the region a = alpha, outside of it 1 - alpha; without alpha it is 1.
    """
    inside = regions.bool()
    right = torch.where(inside, logits, -logits).float()
    losses = -(torch.sigmoid(-right) ** gamma) * F.logsigmoid(right)
    if alpha is not None:
        losses = losses * torch.where(inside, alpha, 1 - alpha)
    return voxel_mean(losses, mask)`,
  tverskyBySoftmax: tversky(
    [
      '        p = logits.softmax(1)[:, 1:]',
      '        y = torch.zeros_like(logits).scatter_(1, target.long(), 1)[:, 1:]',
    ],
    'Salehi et al., MLMI 2017, of all classes but the background.',
  ),
  tverskyBySigmoid: tversky(
    ['        p = logits.sigmoid()', '        y = target.to(p.dtype)'],
    'Salehi et al., MLMI 2017, of all regions.',
  ),
} as const

export type LossHelper = keyof typeof lossHelpers

/** In the order of this file, so that each stands before what uses it. */
export const lossHelperNames = Object.keys(lossHelpers) as LossHelper[]

function tversky(shares: readonly string[], doc: string): string {
  return [
    'class Tversky(nn.Module):',
    `    """${doc}"""`,
    '',
    '    def __init__(self, alpha: float, beta: float, batch: bool, ddp: bool) -> None:',
    '        super().__init__()',
    '        self.alpha, self.beta, self.batch, self.ddp = alpha, beta, batch, ddp',
    '',
    '    def forward(self, logits: Tensor, target: Tensor, mask: Tensor | None) -> Tensor:',
    ...shares,
    '        axes = tuple(range(2, logits.ndim))',
    '        weight = 1 if mask is None else mask',
    '        sums = [(one * weight).float().sum(axes) for one in (p * y, p, y)]',
    '        if self.batch:',
    '            sums = [self._all(one) for one in sums]',
    '        both, predicted, labelled = sums',
    '        missed = self.alpha * (predicted - both) + self.beta * (labelled - both)',
    '        return 1 - ((both + 1e-5) / (both + missed + 1e-5)).mean()',
    '',
    '    def _all(self, sums: Tensor) -> Tensor:',
    '        """Over the items of a batch, on all ranks."""',
    '        sums = AllGatherGrad.apply(sums).sum(0) if self.ddp else sums',
    '        return sums.sum(0)',
  ].join('\n')
}
