// Dynamic sparse fusion in PyTorch: masks hold through training, a resume and two ranks.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { compileExample } from '../../examples/compile-example.ts'
import { torchPython } from '../../support/python.ts'
import { runPeer, writePackage } from './package.ts'

const minute = 60_000
const thin = {
  base: '4',
  classes: '3',
  patch: '[16, 32, 32]',
  pools: '[[2, 2, 2], [2, 2, 2]]',
  update_every: '2',
}

describe.skipIf(torchPython === undefined)('a topology in PyTorch', () => {
  const folder = mkdtempSync(join(tmpdir(), 'weft-torch-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  test(
    'keeps as many connections as the spec says, changes when it says, and is the same after a resume and on two ranks',
    () => {
      const { graph } = compileExample('examples/e2enet.weft', 'E2ENet', thin)
      const masked = graph.parameters.filter(({ mask }) => mask !== undefined).length
      const path = join(folder, 'sparse')
      writePackage(graph, path)
      expect(runPeer('sparsity.py', path, '[1, 16, 32, 32]')).toEqual([
        {
          weights: masked,
          kept: true,
          constant: true,
          masked: true,
          changes: [0, 0, masked, 0, masked, 0, masked],
          resumed: true,
          ranks_agree: true,
          one_rank_agrees: true,
        },
      ])
    },
    5 * minute,
  )

  test(
    'keeps as many inputs for each block of outputs, the last smaller one too, and changes them alike',
    () => {
      const { graph } = compileExample('examples/e2enet.weft', 'E2ENetBlock', { ...thin, outs: '3' })
      const path = join(folder, 'blocks')
      writePackage(graph, path)
      expect(runPeer('sparsity.py', path, '[1, 16, 32, 32]', 'alone')).toEqual([
        {
          weights: 8,
          kept: true,
          constant: true,
          masked: true,
          changes: [0, 0, 8, 0, 8, 0, 8],
          resumed: true,
        },
      ])
    },
    2 * minute,
  )
})
