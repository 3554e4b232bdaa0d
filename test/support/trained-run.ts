// A small sparse network trained on phantoms for a few steps, as the tests of what uses a run need it.
import { mkdtempSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compileRecipe } from '../../src/compiler/compile.ts'
import { isProblem, type Problem } from '../../src/compiler/diagnostics/diagnostic.ts'
import type { LabelledCase } from '../../src/data/case.ts'
import { beginRun } from '../../src/node/runs/prepare.ts'
import { train } from '../../src/node/runs/training.ts'
import { nodeHost } from '../../src/node/spec-files.ts'
import { chooseBackend, type ChosenBackend } from '../../src/node/tfjs-backend.ts'
import { niftiGz } from './nifti.ts'
import { projectRoot } from './specs.ts'

const spec = `import { E2ENet } from "e2enet.weft"

network Small = E2ENet(
  classes = 3, base = 4, patch = [8, 16, 16], pools = [[2, 2, 2], [2, 2, 2]], shift = 3, S = 60%, update_every = 4,
)

train quick for Small {
  loss = dice(batch = true) + cross_entropy
  optimizer = adamw(lr = 0.003)
  batch = 1
  steps = 8
  epochs = 2
}
`

/** Larger than the patch: several windows, none of them even. */
export const phantoms = 'phantom:cases=5,extents=10x28x22,classes=2,noise=0.1'

/** What is no problem; a problem throws. */
export function sound<T>(found: T | Problem): T {
  if (isProblem(found)) throw new Error(JSON.stringify(found))
  return found
}

export const wasm = async (): Promise<ChosenBackend> => sound(await chooseBackend('wasm'))

/** Trains into `run` of a new folder beneath the system's temporary one; gives the new folder, whose removal is the caller's. */
export async function trainSmall(): Promise<string> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'weft-test-')))
  writeFileSync(join(folder, 'net.weft'), spec)
  writeFileSync(join(folder, 'e2enet.weft'), readFileSync(join(projectRoot, 'examples', 'e2enet.weft')))
  const compiled = compileRecipe('net.weft', nodeHost(folder))
  const { graph, recipe, sources, diagnostics } = compiled
  if (graph === undefined || recipe === undefined) throw new Error(JSON.stringify(diagnostics))
  const task = await beginRun(
    {
      folder: join(folder, 'run'),
      weft: '0',
      entry: 'net.weft',
      sources,
      graph,
      recipe,
      arguments: {},
      instead: {},
      seed: 3,
      data: phantoms,
      validation: 2,
      backend: await wasm(),
    },
    {},
  )
  sound(await train(sound(task), { resume: false, checkpointEvery: 50, validationCases: 1 }))
  return folder
}

/** The image of a phantom as a NIfTI file; `turned` stores it from right to left, with an affine that says so. */
export function niftiOf({ image }: LabelledCase, order: 'straight' | 'turned' = 'straight'): Uint8Array {
  const [depth, height, width] = image.geometry.extents
  const sform = order === 'straight' ? [1, 0, 0, 0] : [-1, 0, 0, width - 1]
  return niftiGz({
    dims: [width, height, depth],
    values: order === 'straight' ? [...image.data] : [...reversedRows(image.data, width)],
    sform: [...sform, 0, 1, 0, 0, 0, 0, 1, 0],
  })
}

/** Every row of a volume from its end. */
export function reversedRows<T extends Float32Array | Uint8Array>(data: T, width: number): T {
  const copy = data.slice() as T
  for (let row = 0; row < copy.length; row += width) copy.subarray(row, row + width).reverse()
  return copy
}
