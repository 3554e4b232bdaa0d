// Where things are, seen from the compiled benchmarks in dist/bench.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..', '..')

export const commandPath = join(root, 'dist', 'src', 'cli', 'main.js')
export const oncePath = join(import.meta.dirname, 'once.js')
export const openingPath = join(import.meta.dirname, 'opening.js')
export const runningPath = join(import.meta.dirname, 'running.js')
export const peakPath = join(import.meta.dirname, 'peak.js')
export const torchPeerPath = join(root, 'bench', 'peers', 'nnunet_torch.py')
export const torchExportPath = join(root, 'bench', 'peers', 'e2enet_torch.py')
export const nnunetPredictPath = join(root, 'bench', 'peers', 'nnunet_predict.py')
export const monaiExportPath = join(root, 'bench', 'peers', 'monai_torch.py')
export const torchStepPath = join(root, 'bench', 'peers', 'train_step.py')
export const emittedStepPath = join(root, 'bench', 'peers', 'emitted_step.py')
export const examplePath = (name: string): string => join(root, 'examples', `${name}.weft`)

/** An example, and every other file of its folder on request. */
export function exampleHost(): { read(path: string): string | undefined } {
  return { read: (path) => readFileSync(join(root, 'examples', path), 'utf8') }
}
