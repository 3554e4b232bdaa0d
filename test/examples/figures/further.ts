// Configurations beside the recorded ones, each measured by running the official code: parameters summed, MACs half of what PyTorch's
// FlopCounterMode counts.
import type { Figure } from '../figure.ts'

export const furtherFigures: readonly Figure[] = [
  {
    system: 'V-Net',
    variant: '1ch/2cls, bias',
    file: 'examples/vnet.weft',
    network: 'VNet',
    arguments: { bias: 'true' },
    counting: 'dense',
    parameters: 45_599_452,
    macs: 731_528_560_640,
    parametersBy: { conv: 45_159_720, conv_transpose: 434_416, norm: 5_316 },
    macsBy: { conv: 727_636_246_528, conv_transpose: 3_892_314_112 },
    outputs: ['2×128×128×128'],
  },
]
