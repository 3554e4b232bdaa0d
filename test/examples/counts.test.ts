// Every network that an example states counts exactly what its reference implementation counts.
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Graph, GraphNode } from '../../src/compiler/ir/graph.ts'
import { formatDim, formatShape } from '../../src/compiler/ir/tensor.ts'
import { compileExample, repository, type CompiledExample } from './compile-example.ts'
import { figures, systems } from './counts.ts'
import { furtherFigures } from './figures/further.ts'
import type { Figure } from './figure.ts'
import { layers } from './layers.ts'

const titleOf = ({ system, variant }: Figure): string => `${system}: ${variant}`
const kinds = {
  conv: ['conv'],
  conv_transpose: ['conv_transpose'],
  norm: ['batch_norm', 'group_norm', 'instance_norm', 'layer_norm'],
} as const

function countsOf({ report }: CompiledExample, figure: Figure): object {
  const { training } = report.totals
  const effective = figure.counting === 'effective'
  const sum = (of: 'parameters' | 'macs', kind: keyof typeof kinds): number =>
    report.operators
      .filter(({ operator }) => kinds[kind].some((one) => one === operator))
      .reduce((total, one) => total + (one.training[of] ?? Number.NaN), 0)
  return {
    parameters: effective ? training.effectiveParameters : training.parameters,
    macs: effective ? training.effectiveMacs : training.macs,
    parametersBy: figure.parametersBy && {
      conv: sum('parameters', 'conv'),
      conv_transpose: sum('parameters', 'conv_transpose'),
      norm: sum('parameters', 'norm'),
    },
    macsBy: figure.macsBy && { conv: sum('macs', 'conv'), conv_transpose: sum('macs', 'conv_transpose') },
  }
}

function outputsOf({ nodes, outputs }: Graph): string[] {
  return outputs.map(({ node }) => formatShape(nodes[node]?.type.shape ?? []))
}

/** How often each layer with parameters occurs, in the words of `layers.ts`. */
function layersOf(graph: Graph): Record<string, number> {
  const found: Record<string, number> = {}
  for (const node of graph.nodes) {
    if (node.parameters.length === 0) continue
    const layer = describeLayer(node, graph)
    found[layer] = (found[layer] ?? 0) + 1
  }
  return found
}

function describeLayer({ op, attributes, inputs, parameters, type }: GraphNode, graph: Graph): string {
  const channels = formatDim(type.shape[0] ?? 0)
  if (op !== 'conv' && op !== 'conv_transpose') return `${op} ${channels}`
  const from = formatDim(graph.nodes[inputs[0] ?? -1]?.type.shape[0] ?? 0)
  const perAxis = (name: string): string => [attributes[name]].flat().join('×')
  const bias = parameters.some((id) => graph.parameters[id]?.name === 'bias') ? 'bias' : 'no bias'
  return `${op} ${from} to ${channels}, kernel ${perAxis('kernel')}, stride ${perAxis('stride')}, groups ${perAxis('groups')}, ${bias}`
}

describe('examples count as their reference implementations', () => {
  test.each([...figures, ...furtherFigures].map((figure) => [titleOf(figure), figure] as const))(
    '%s',
    (title, figure) => {
      const example = compileExample(figure.file, figure.network, figure.arguments)
      const { parameters, macs, parametersBy, macsBy, outputs } = figure
      expect(countsOf(example, figure)).toEqual({ parameters, macs, parametersBy, macsBy })
      expect(outputs && outputsOf(example.graph)).toEqual(outputs)
      expect(layers[title] && layersOf(example.graph)).toEqual(layers[title])
    },
  )

  test('every list of layers belongs to a figure', () => {
    const titles = figures.map(titleOf)
    expect(new Set(titles).size).toBe(titles.length)
    expect(Object.keys(layers).filter((title) => !titles.includes(title))).toEqual([])
  })
})

/** One measured record, as far as it is compared. */
interface ReferenceRecord {
  readonly name: string
  readonly variant: string
  readonly params_total: number
  readonly macs_total: number
  readonly output_shape?: readonly number[] | readonly (readonly number[])[]
  readonly layers?: readonly unknown[]
}

const references = ['counts', 'counts-2'].map((name) => `${repository}../shared/reference/${name}.json`)

describe.skipIf(!references.every(existsSync))('the table agrees with the measured records', () => {
  const records = references
    .filter(existsSync)
    .flatMap((file) => JSON.parse(readFileSync(file, 'utf8')) as ReferenceRecord[])
  const own = records.filter(({ name }) => systems.includes(name))

  test('and leaves none of them out', () => {
    const missing = own.filter(
      (one) => !figures.some((figure) => titleOf(figure) === `${one.name}: ${one.variant}`),
    )
    expect(missing.map(({ name, variant }) => `${name}: ${variant}`)).toEqual([])
    expect(figures).toHaveLength(own.length)
  })

  test.each(figures.map((figure) => [titleOf(figure), figure] as const))('%s', (title, figure) => {
    const record = own.find(({ name, variant }) => `${name}: ${variant}` === title)
    expect({ parameters: figure.parameters, macs: figure.macs }).toEqual({
      parameters: record?.params_total,
      macs: record?.macs_total,
    })
    expect(figure.outputs).toEqual(record?.output_shape && shapesOf(record.output_shape))
    const layerCount = Object.values(layers[title] ?? {}).reduce((sum, count) => sum + count, 0)
    expect(layerCount).toBe(record?.layers?.length ?? 0)
  })
})

/** Without the batch. */
function shapesOf(shapes: NonNullable<ReferenceRecord['output_shape']>): string[] {
  const several = shapes.some(Array.isArray)
    ? (shapes as readonly (readonly number[])[])
    : [shapes as readonly number[]]
  return several.map((shape) => shape.slice(1).join('×'))
}
