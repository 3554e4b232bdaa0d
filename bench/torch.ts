// PyTorch, where it is installed: its own counts and its own ONNX exports.
import { spawnSync } from 'node:child_process'
import { torchExportPath } from './paths.ts'
import { output } from './processes.ts'

export const hasTorch = (): boolean =>
  spawnSync('python3', ['-c', 'import torch'], { stdio: 'ignore' }).status === 0

export const noTorch =
  'Skipped: `python3 -c "import torch"` fails here. `pip install torch` (the CPU build) is enough.'

/** What e2enet_torch.py prints. */
export interface TorchExport {
  readonly torch: string
  readonly parameters: number
  readonly macs: number
}

/** Writes PyTorch's export of one of the two networks that the peer knows. */
export function exportTorch(net: 'e2enet' | 'nnunet', patch: readonly number[], out: string): TorchExport {
  const printed = output('python3', [torchExportPath, net, '--patch', ...patch.map(String), '--out', out])
  return JSON.parse(printed.trim().split('\n').at(-1) ?? '') as TorchExport
}
