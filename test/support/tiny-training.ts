// Networks that learn phantoms in seconds, and one that has everything a checkpoint must bring back: running statistics, dropout, masks,
// moments, averages.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compileRecipe, type RecipeOptions } from '../../src/compiler/compile.ts'
import { isProblem, type Problem } from '../../src/compiler/diagnostics/diagnostic.ts'
import type { HistoryRecord } from '../../src/data/history.ts'
import type { NewRun } from '../../src/node/runs/prepare.ts'
import { readHistory } from '../../src/node/runs/history-file.ts'
import { checkpointFiles, historyFile } from '../../src/node/runs/run-folder.ts'
import type { ChosenBackend } from '../../src/node/tfjs-backend.ts'
import { hostOf } from './check.ts'

export const tinySpec = `import { DoubleConv, UpConv } from "std/blocks"

/// A 3D U-Net of two levels.
network Dense(patch: [int] = [16, 16, 16], base: int = 8, classes: int = 3) {
  input image: [1, ...patch]
  let fine = image -> DoubleConv(base, norm = instance_norm)
  let coarse = fine -> max_pool(2) -> DoubleConv(2 * base, norm = instance_norm)
  let up = coarse -> UpConv(base)
  output logits = [fine, up] -> concat -> conv(base, 3) -> instance_norm -> relu -> conv(classes, 1)
  aux output ds = coarse -> conv(classes, 1)
}

/// Every node reads its level and both neighbours, four of five connections are off.
network Sparse(patch: [int] = [16, 16, 16], base: int = 8, classes: int = 3, norm: block = instance_norm, rate: float = 0) {
  input image: [1, ...patch]
  backbone encoder {
    level[0] = image -> DoubleConv(base, norm = norm)
    level[i] for i in 1..2 = level[i-1] -> max_pool(2) -> DoubleConv(base * 2^i, norm = norm)
  }
  fusion lattice {
    node[i, 0] for i in 0..2 = encoder[i]
    node[i, j] for j in 1..2, i in 0..2-j {
      edge forward = node[i, j-1]
      edge upward = node[i+1, j-1] -> UpConv(base * 2^i)
      edge downward = node[i-1, j-1] -> max_pool(2) if i > 0
      fuse = concat -> conv(base * 2^i, 3) -> norm -> leaky_relu(0.01)
    }
    sparsity 80% {
      granularity = kernel
      drop = l1(rate = 0.5, decay = cosine(to = 0.001))
      grow = random
      every = 10 steps
    }
  }
  output logits = lattice[0, 2] -> dropout(rate) -> conv(classes, 1)
  aux output ds = lattice[1, 1] -> conv(classes, 1)
}

/// With running statistics and dropout.
network Small = Sparse(patch = [8, 8, 8], base = 2, norm = batch_norm, rate = 0.2)

train dense for Dense {
  loss = dice(batch = true) + cross_entropy
  supervise = [logits: 2/3, ds: 1/3]
  optimizer = adam(lr = 1e-2)
  schedule = poly(power = 0.9)
  clip = 12
  batch = 2
  steps = 30
  epochs = 4
}

train sparse for Sparse {
  loss = dice(batch = true) + cross_entropy
  supervise = [logits: 2/3, ds: 1/3]
  optimizer = adam(lr = 1e-2)
  schedule = poly(power = 0.9)
  clip = 12
  batch = 2
  steps = 30
  epochs = 4
}

train small for Small {
  loss = dice(batch = true) + cross_entropy
  optimizer = adam(lr = 1e-2)
  schedule = poly(power = 0.9)
  warmup = 3 steps
  ema = 0.9
  validate = ema
  batch = 2
  steps = 12
  epochs = 3
}
`

export const tinyData = 'phantom:cases=8,extents=24x24x24'
export const smallData = 'phantom:cases=5,extents=10x10x10'

/** What `beginRun` is asked for. */
export function asked(
  folder: string,
  backend: ChosenBackend,
  { spec = tinySpec, ...options }: { readonly spec?: string } & RecipeOptions,
): NewRun {
  const { graph, recipe, sources, diagnostics } = compileRecipe(
    'net.weft',
    hostOf({ 'net.weft': spec }),
    options,
  )
  if (graph === undefined || recipe === undefined) throw new Error(JSON.stringify(diagnostics))
  return {
    folder,
    weft: '0',
    entry: 'net.weft',
    sources,
    graph,
    recipe,
    arguments: options.arguments ?? {},
    instead: {},
    seed: 1,
    data: smallData,
    validation: 2,
    backend,
  }
}

export function sound<T>(found: T | Problem): T {
  if (isProblem(found)) throw new Error(JSON.stringify(found))
  return found
}

export const historyOf = (folder: string): HistoryRecord[] => [
  ...sound(readHistory(join(folder, historyFile))).records,
]

/** What happened, without how long it took and when it was begun. */
export function happened(folder: string): object[] {
  return historyOf(folder).flatMap((record): object[] => {
    if (record.kind === 'start') return []
    if (record.kind === 'step') return [{ ...record, seconds: 0 }]
    return [record.kind === 'epoch' ? { ...record, elapsedSeconds: 0 } : record]
  })
}

/** The bytes of the last checkpoint. */
export const checkpointBytes = (folder: string): Buffer => readFileSync(join(folder, checkpointFiles.last))
