// Every primitive in PyTorch: the conformance cases as packages, held to the reference interpreter in double precision.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Tensor } from '../../../src/backends/reference/tensor.ts'
import { allCases, caseWeights, expectedOf, graphOfCase, inputsOfCase } from '../../conformance/support.ts'
import { torchPython } from '../../support/python.ts'
import { runPeer, writePackage } from './package.ts'

const minute = 60_000
/** PyTorch refuses what was worked out by hand, and to normalise a single element. */
const isRefused = ({ byHand, name, op }: ReturnType<typeof allCases>[number]): boolean =>
  byHand !== undefined || (op === 'instance_norm' && name.startsWith('one element per channel'))
const cases = allCases().filter((one) => !isRefused(one))

interface Measured {
  readonly id: string
  /** Or what went wrong. */
  readonly distance: number | string
}

const plain = ({ shape, data }: Tensor): object => ({ shape, data: Array.from(data) })

describe.skipIf(torchPython === undefined)('PyTorch agrees with the reference', () => {
  const folder = mkdtempSync(join(tmpdir(), 'weft-torch-'))
  const distances = new Map<string, number | string>()
  afterAll(() => rmSync(folder, { recursive: true }))

  beforeAll(() => {
    const written = cases.map((one, k) => {
      const path = join(folder, `case_${k}`)
      writePackage(graphOfCase(one), path, { weights: caseWeights })
      const inputs = [...inputsOfCase(one).values()].map(plain)
      return { id: one.id, package: path, inputs, expected: plain(expectedOf(one)) }
    })
    const list = join(folder, 'cases.json')
    writeFileSync(list, JSON.stringify(written))
    for (const { id, distance } of runPeer('cases.py', list) as readonly Measured[])
      distances.set(id, distance)
  }, 5 * minute)

  test.each(cases.map(({ id }) => id))('%s', (id) => {
    expect(distances.get(id)).toBeTypeOf('number')
    expect(distances.get(id)).toBeLessThan(1e-9)
  })
})
