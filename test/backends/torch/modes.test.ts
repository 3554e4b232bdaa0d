// Emitted packages as trainings run them: exported, captured for torch.compile, channels last, in mixed precision.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compileExample } from '../../examples/compile-example.ts'
import { factsOf } from '../../examples/facts.ts'
import { torchPython } from '../../support/python.ts'
import { runPeer, writePackage } from './package.ts'

const minute = 60_000
/** What each adds to those before: shifts, residual blocks, samples at computed places, rotations, windows, scans. */
const examples = ['e2enet', 'nnunet-resenc', 'cotr', 'primus', 'swin-unet', 'u-mamba']

interface Measured {
  readonly name: string
  readonly far: Readonly<Record<'exported' | 'captured' | 'channels_last', number>>
  readonly same_gradients: boolean
}

describe.skipIf(torchPython === undefined)('an emitted package in the modes of trainings', () => {
  const folder = mkdtempSync(join(tmpdir(), 'weft-torch-'))
  const measured = new Map<string, Measured>()
  afterAll(() => rmSync(folder, { recursive: true }))

  beforeAll(() => {
    const cases = examples.map((name) => {
      const [network = '', args = {}] = factsOf.get(name)?.small[0] ?? []
      const { graph } = compileExample(`examples/${name}.weft`, network, args)
      const path = join(folder, name.replaceAll('-', '_'))
      writePackage(graph, path)
      return { name, package: path, inputs: graph.inputs.map(({ node }) => graph.nodes[node]?.type.shape) }
    })
    const list = join(folder, 'cases.json')
    writeFileSync(list, JSON.stringify(cases))
    for (const one of runPeer('modes.py', list) as readonly Measured[]) measured.set(one.name, one)
  }, 8 * minute)

  test.each(examples)('%s', (name) => {
    const { far, same_gradients: sameGradients } = measured.get(name) ?? {}
    // A norm over the four voxels of a bottleneck makes much of roundings, in which layouts differ.
    const bound = (mode: string): number => (mode === 'channels_last' ? 1e-2 : 1e-3)
    expect(
      Object.entries(far ?? { nothing: NaN }).filter(([mode, distance]) => !(distance < bound(mode))),
    ).toEqual([])
    expect(sameGradients).toBe(true)
  })
})
