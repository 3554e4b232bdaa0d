// docs/costs.md: its tables are what the commands in it print.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  conventionNames,
  conventionOf,
  type ConventionName,
} from '../../../src/compiler/analysis/conventions/conventions.ts'
import { reconcile } from '../../../src/compiler/analysis/conventions/reconcile.ts'
import { compileExample, repository } from '../../examples/compile-example.ts'

const page = readFileSync(`${repository}docs/costs.md`, 'utf8')

/** The rows of the table under a heading, cells trimmed, without its head. */
function rowsUnder(heading: string): string[][] {
  const after = page.slice(page.indexOf(`## ${heading}\n`))
  const section = after.slice(0, Math.max(after.indexOf('\n## ', 1), 0) || undefined)
  const lines = section.split('\n').filter((line) => line.startsWith('|'))
  const cells = lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.replaceAll('**', '').trim()),
  )
  return cells.slice(2)
}

/** `e2enet.weft --network E2ENet --set S=0.7` */
function command(cell: string): ReturnType<typeof compileExample> {
  const [, file = '', network = '', sets = ''] = /`(\S+) --network (\w+)(.*)`/.exec(cell) ?? []
  const settings = [...sets.matchAll(/--set '?(\w+)=([^']*?)'?(?= --set|$)/g)]
  const args = Object.fromEntries(settings.map(([, name = '', value = '']) => [name, value]))
  return compileExample(`examples/${file}`, network, args)
}

function totals(
  cell: string,
  mode: 'training' | 'inference',
  density: 'dense' | 'effective',
): ReadonlyMap<string, number> {
  const rows = reconcile(command(cell).report)
  if ('severity' in rows) throw new Error(rows.message)
  return new Map(rows.map((row) => [row.convention.name, row[mode]?.[density].total ?? Number.NaN]))
}

const giga = (count: number | undefined): string => ((count ?? Number.NaN) / 1e9).toFixed(3)

test('every convention has its row, with the rule and the tool that the command prints', () => {
  expect(rowsUnder('Conventions').map(([name]) => name)).toEqual(conventionNames.map((name) => `\`${name}\``))
  for (const [name = '', , tool] of rowsUnder('Conventions')) {
    expect(tool, name).toBe(conventionOf(name.slice(1, -1) as ConventionName).tool)
  }
})

describe('networks under the conventions', () => {
  const columns = [
    'mac',
    'fvcore',
    'ptflops-aten',
    'ptflops-py@0.7.4',
    'thop@0.1.1',
    'torchinfo',
    'deepspeed',
  ]

  test.each(rowsUnder('One network, many totals').map((cells) => [cells[0] ?? '', cells] as const))(
    '%s',
    (cell, [, mode, ...printed]) => {
      const found = totals(cell, mode === 'inference' ? 'inference' : 'training', 'dense')
      expect(printed).toEqual(columns.map((name) => giga(found.get(name))))
    },
  )

  test('there are some', () => {
    expect(rowsUnder('One network, many totals').length).toBeGreaterThan(5)
  })
})

describe('selective scans', () => {
  const rows = rowsUnder('Selective scans').filter(([cell = '']) => cell.includes('--network'))
  const columns = ['mac', 'fvcore', 'fvcore.scan']

  test.each(rows.map((cells) => [cells[0] ?? '', cells] as const))('%s', (cell, [, states, ...printed]) => {
    const found = totals(cell, 'inference', 'dense')
    expect(printed).toEqual(columns.map((name) => giga(found.get(name))))
    const scanned = (found.get('fvcore.scan') ?? 0) - (found.get('fvcore') ?? 0)
    expect(states).toBe(giga(scanned / 9))
  })

  test('there are three', () => {
    expect(rows).toHaveLength(3)
  })
})

describe('E2ENet as published', () => {
  const rows = rowsUnder('The figures of E2ENet')

  test.each(rows.map((cells) => [cells[0] ?? '', cells] as const))('%s', (cell, [, ...printed]) => {
    const { effectiveParameters } = command(cell).report.totals.training
    const found = totals(cell, 'training', 'effective')
    const base = totals(rows[0]?.[0] ?? '', 'training', 'effective')
    const less = (name: string): string =>
      `${(100 * (1 - (found.get(name) ?? 0) / (base.get(name) ?? 0))).toFixed(1)} %`
    expect(printed).toEqual([
      (effectiveParameters / 1e6).toFixed(3),
      giga(found.get('e2enet')),
      less('e2enet'),
      giga(found.get('mac')),
      less('mac'),
    ])
  })

  test('there are four', () => {
    expect(rows).toHaveLength(4)
  })
})
