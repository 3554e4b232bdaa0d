// PyTorch, where it is installed: its own counts and its own ONNX exports.
import { spawnSync } from 'node:child_process'
import { monaiExportPath, torchExportPath } from './paths.ts'
import { output } from './processes.ts'

/** `WEFT_PYTHON`, else the one on the path. */
export const python = process.env['WEFT_PYTHON'] ?? 'python3'

export const hasTorch = (): boolean =>
  spawnSync(python, ['-c', 'import torch'], { stdio: 'ignore' }).status === 0

export const noTorch =
  'Skipped: `python3 -c "import torch"` fails here. `pip install torch` (the CPU build) is enough.'

export const hasMonai = (): boolean =>
  spawnSync(python, ['-c', 'import monai'], { stdio: 'ignore' }).status === 0

export const noMonai =
  'Skipped: `python3 -c "import monai"` fails here, so that UNETR and Swin UNETR have no peer.'

/** What e2enet_torch.py and monai_torch.py print. */
export interface TorchExport {
  readonly torch: string
  readonly parameters: number
  readonly macs: number
}

/** The networks of e2enet_torch.py, and those of monai_torch.py. */
export type PeerNetwork = 'e2enet' | 'nnunet' | 'swin-unetr' | 'unetr'

const scripts: Readonly<Record<PeerNetwork, string>> = {
  e2enet: torchExportPath,
  nnunet: torchExportPath,
  'swin-unetr': monaiExportPath,
  unetr: monaiExportPath,
}

/** Writes PyTorch's export of one of the networks that the peers know. */
export function exportTorch(net: PeerNetwork, patch: readonly number[], out: string): TorchExport {
  const printed = output(python, [scripts[net], net, '--patch', ...patch.map(String), '--out', out])
  return JSON.parse(printed.trim().split('\n').at(-1) ?? '') as TorchExport
}
