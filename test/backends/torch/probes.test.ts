// Emitted packages against the official networks: official weights under official names, loaded strictly; outputs in double precision.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseRenameMap } from '../../../src/weights/rename-map.ts'
import { renamed } from '../../../src/weights/renamed.ts'
import { compileExample, repository } from '../../examples/compile-example.ts'
import { torchPython } from '../../support/python.ts'
import { buffersOf, probeTensors } from '../../weights/probe-tensors.ts'
import { probes } from '../../weights/probes.ts'
import { runPeer, writePackage } from './package.ts'

const minute = 60_000
type Probe = (typeof probes)[number]

interface Measured {
  readonly name: string
  readonly outputs: number
  readonly expected: number
  readonly deviation: number | null
  readonly same_state: boolean
}

function emitted({ record, of }: Probe, folder: string): object {
  const { graph } = compileExample(of.file, of.network, of.arguments)
  const map = parseRenameMap(readFileSync(repository + of.map, 'utf8'), of.map)
  if (!('rules' in map)) throw new Error(JSON.stringify(map))
  const { problems, sources } = renamed(graph, probeTensors(record), { map })
  expect(problems).toEqual([])
  const shapes = new Map(graph.parameters.map(({ path, shape }) => [path, shape]))
  const given = new Map(record.param_order)
  const names = new Map(
    [...sources].map(([path, { tensor, copies = [] }]) => {
      const [keys, shape] = [[tensor, ...copies], given.get(tensor) ?? shapes.get(path) ?? []]
      return [path, shape.join() === shapes.get(path)?.join() ? { keys } : { keys, shape }] as const
    }),
  )
  writePackage(graph, folder, { names })
  return { name: record.name, package: folder, record, buffers: buffersOf(record) }
}

describe.skipIf(torchPython === undefined)('an emitted package gives what the official network gives', () => {
  const measured = new Map<string, Measured>()
  const folder = mkdtempSync(join(tmpdir(), 'weft-torch-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  beforeAll(() => {
    const cases = probes.map((probe, k) => emitted(probe, join(folder, `probe_${k}`)))
    const list = join(folder, 'cases.json')
    writeFileSync(list, JSON.stringify(cases))
    for (const one of runPeer('probes.py', list) as readonly Measured[]) measured.set(one.name, one)
  }, 8 * minute)

  test.each(probes.map(({ record }) => record.name))('%s', (name) => {
    const one = measured.get(name)
    expect(one).toMatchObject({ same_state: true, outputs: one?.expected })
    expect(one?.deviation ?? Infinity).toBeLessThan(1e-9)
  })
})
