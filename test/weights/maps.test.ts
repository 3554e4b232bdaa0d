// The maps that come with the examples: every tensor of the official networks has its place, and every parameter its tensor.
import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Graph } from '../../src/compiler/ir/graph.ts'
import type { NamedTensors } from '../../src/weights/named-tensors.ts'
import { renamed } from '../../src/weights/renamed.ts'
import { compileExample, repository } from '../examples/compile-example.ts'
import { mapAt, textOf } from './map-at.ts'
import { hasProbes, probes, probeTensors, type ProbeCase } from './probe-tensors.ts'

/** What a map makes of tensors: problems as text, and how many parameters are filled by how many tensors. */
function outcome(of: ProbeCase, tensors: NamedTensors): { problems: string[]; filled: number; graph: Graph } {
  const { graph } = compileExample(of.file, of.network, of.arguments)
  const { problems, sources } = renamed(graph, tensors, { map: mapAt(of.map) })
  return { problems: problems.map(textOf), filled: sources.size, graph }
}

describe.skipIf(!hasProbes)('every parameter of a measured network has its place', () => {
  test.each(probes().map(({ record, of }) => [record.name, record, of] as const))('%s', (_, record, of) => {
    const tensors = probeTensors(record)
    const { problems, filled, graph } = outcome(of, tensors)
    expect(problems).toEqual([])
    expect(filled).toBe(tensors.entries.size)
    expect(graph.parameters).toHaveLength(filled)
  })

  test('and every map a measured network', () => {
    const used = new Set(probes().map(({ of }) => of.map))
    const maps = readdirSync(`${repository}examples/maps`).map((name) => `examples/maps/${name}`)
    expect(maps.filter((map) => !used.has(map))).toEqual([])
    expect(probes().length).toBeGreaterThan(15)
  })
})
