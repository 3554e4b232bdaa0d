// What a recipe becomes in a trainer for nnU-Net, held to Weft's own training: losses with their gradients, learning rates.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { segmentationLoss } from '../../../../src/backends/tfjs/training/loss/loss.ts'
import { learningRate } from '../../../../src/backends/tfjs/training/schedules.ts'
import { emitNnunet } from '../../../../src/backends/torch/nnunet/emit.ts'
import { compile } from '../../../../src/compiler/compile.ts'
import { isProblem } from '../../../../src/compiler/diagnostics/diagnostic.ts'
import { activationOf } from '../../../../src/compiler/semantics/declarations/losses.ts'
import type { Recipe } from '../../../../src/compiler/semantics/declarations/train.ts'
import { stream } from '../../../../src/weights/streams.ts'
import { nnunetPython } from '../../../support/python.ts'
import { nowhere, runPeer } from '../package.ts'

const minute = 60_000

const losses = [
  'dice',
  'dice(batch = true) + cross_entropy',
  '0.4 * cross_entropy(weights = [1, 2, 5], label_smoothing = 0.1) + 0.6 * dice',
  'topk(k = 10%)',
  'focal(gamma = 1.5, alpha = 0.25)',
  'focal',
  'tversky(alpha = 0.3, beta = 0.7)',
  'tversky(alpha = 0.3, beta = 0.7, batch = true) + cross_entropy',
  'dice(batch = true, sigmoid = true) + bce',
  'focal(gamma = 2, alpha = 0.25, sigmoid = true)',
  'tversky(sigmoid = true)',
]
const schedules = [
  'schedule = poly(power = 0.9)',
  'schedule = cosine(to = 1e-4)',
  'schedule = constant\n  warmup = 4 steps',
  'schedule = poly(power = 2)\n  warmup = 2 epochs',
]

const recipe = (name: string, loss: string, schedule: string): string => `train ${name} for Net {
  loss = ${loss}
  optimizer = adamw(lr = 3e-3)
  ${schedule}
  steps = 3
  epochs = 5
}
`
const recipes = [
  ...losses.map((loss, k) => recipe(`loss${k}`, loss, 'schedule = constant')),
  ...schedules.map((schedule, k) => recipe(`rate${k}`, 'dice', schedule)),
]
const spec = `network Net {
  input image: [1, 8, 8]
  output logits = image -> conv(3, 3)
}
${recipes.join('')}`

/** Writes the trainer of a recipe, with its package, and gives what the recipe says. */
function written(name: string, folder: string): Recipe {
  const found = compile('net.weft', { read: () => spec }, { recipe: name })
  const { graph, recipe: training, stated = [] } = found
  if (graph === undefined || training === undefined) throw new Error(JSON.stringify(found.diagnostics))
  const options = { version: 'test', command: '', training: { recipe: training, stated } }
  const emission = emitNnunet(graph, nowhere, options)
  if (emission.kind === 'refused') throw new Error(JSON.stringify(emission.diagnostics))
  for (const file of emission.files) {
    const path = join(folder, file.name)
    mkdirSync(dirname(path), { recursive: true })
    const chunks = [...file.chunks()].filter((chunk) => !isProblem(chunk))
    writeFileSync(path, Buffer.concat(chunks as Uint8Array[]))
  }
  return training
}

// ---------------------------------------------------------------- what Weft computes

const [items, classes, voxels] = [2, 3, 64]

/** Channels last, as Weft's losses take them; some voxels of the label 3, which is to be ignored. */
function scores(seed: number, hasIgnored: boolean): { logits: Float32Array; labels: Uint8Array } {
  const numbers = stream(seed, 'losses', 'uniform')
  const uniform = (): number => (numbers.next() >>> 0) / 2 ** 32
  const logits = Float32Array.from({ length: items * voxels * classes }, () => 4 * uniform() - 2)
  const labels = Uint8Array.from({ length: items * voxels }, () =>
    Math.floor(uniform() * (hasIgnored ? 4 : 3)),
  )
  return { logits, labels }
}

interface LossCase {
  readonly trainer: string
  readonly logits: readonly number[]
  readonly labels: readonly number[]
  readonly ignore: number | null
  readonly regions: readonly (readonly number[])[] | null
  readonly value: number
  readonly gradient: readonly number[]
}

function lossCase(training: Recipe, k: number, hasIgnored: boolean): LossCase {
  const { logits, labels } = scores(k, hasIgnored)
  const isSigmoid = activationOf(training.loss) === 'sigmoid'
  // Regions that share labels.
  const regions = isSigmoid ? [[1, 2], [2], [1]] : undefined
  const ignore = hasIgnored ? 3 : undefined
  const targets = { ...(regions && { regions }), ...(ignore === undefined ? {} : { ignore }) }
  const { value, gradient } = segmentationLoss({ logits, labels, items, classes, ...targets }, training.loss)
  return {
    trainer: `nnUNetTrainer_Net_${training.name}`,
    logits: [...logits],
    labels: [...labels],
    ignore: ignore ?? null,
    regions: regions ?? null,
    value,
    gradient: [...gradient],
  }
}

interface RateCase {
  readonly trainer: string
  readonly epochs: number
  readonly steps: number
  /** Of each step: Weft's own at the beginning of an epoch and while it rises, else that of its epoch's first step. */
  readonly rates: readonly number[]
}

function rateCase(training: Recipe): RateCase {
  const { steps, epochs, warmup } = training
  const total = steps * epochs
  const rising = warmup === undefined ? 0 : warmup.count * (warmup.unit === 'epochs' ? steps : 1)
  const rates = Array.from({ length: total }, (_, done) => {
    const first = done - (done % steps)
    if (done < rising) return learningRate(training, done, total)
    // An epoch within which the rise ends goes on with its last rate.
    return learningRate(training, first < rising ? rising - 1 : first, total)
  })
  return { trainer: `nnUNetTrainer_Net_${training.name}`, epochs, steps, rates }
}

// ----------------------------------------------------------------

describe.skipIf(nnunetPython === undefined)('a recipe in nnU-Net', () => {
  const folder = mkdtempSync(join(tmpdir(), 'weft-nnunet-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  let report: { readonly losses: readonly number[][]; readonly rates: readonly number[] } = {
    losses: [],
    rates: [],
  }

  beforeAll(() => {
    const cases = {
      losses: losses.flatMap((_, k) => {
        const training = written(`loss${k}`, folder)
        return [lossCase(training, k, false), lossCase(training, k, true)]
      }),
      rates: schedules.map((_, k) => rateCase(written(`rate${k}`, folder))),
    }
    writeFileSync(join(folder, 'cases.json'), JSON.stringify(cases))
    report = runPeer('nnunet_recipes.py', folder)[0] as typeof report
  }, 5 * minute)

  const lossNames = losses.flatMap((loss) => [loss, `${loss}, some voxels to be ignored`])
  test.each(lossNames.map((name, k) => [name, k] as const))('%s is the loss of weft train', (_, k) => {
    const [value = Infinity, gradient = Infinity] = report.losses[k] ?? []
    expect(value).toBeLessThan(1e-5)
    expect(gradient).toBeLessThan(1e-6)
  })

  test.each(schedules.map((name, k) => [name, k] as const))('%s is that of weft train', (_, k) => {
    expect(report.rates[k]).toBeLessThan(1e-12)
  })
})
