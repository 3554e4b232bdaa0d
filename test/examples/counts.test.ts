// Every network that an example states counts exactly what its reference implementation counts.
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Graph, GraphNode } from '../../src/compiler/ir/graph.ts'
import { formatDim, formatShape } from '../../src/compiler/ir/tensor.ts'
import { compileExample, repository, type CompiledExample } from './compile-example.ts'
import { ofAll } from './facts.ts'
import type { Figure, MacKind, ParameterKind } from './figure.ts'

const titleOf = ({ system, variant }: Figure): string => `${system}: ${variant}`
const titled = (list: Parameters<typeof ofAll<Figure>>[0]): (readonly [string, string, Figure])[] =>
  ofAll(list).map(([example, figure]) => [titleOf(figure), example, figure])

const figures = titled((facts) => facts.figures)
const further = titled((facts) => facts.further ?? [])

const operators: Readonly<Record<ParameterKind | MacKind, readonly string[]>> = {
  activation: ['prelu'],
  attention: ['attention', 'matmul'],
  conv: ['conv', 'conv_with'],
  conv_transpose: ['conv_transpose'],
  linear: ['linear'],
  norm: ['instance_norm', 'batch_norm', 'group_norm', 'layer_norm'],
  table: ['parameter'],
}

const present = (counts: object): object =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0))

type Mode = 'training' | 'inference'

/** Parameters or multiply-accumulates by kind. */
function countsBy({ report }: CompiledExample, of: 'parameters' | 'macs', mode: Mode): object {
  const counts = Object.entries(operators).map(([kind, names]) => {
    const own = report.operators.filter(({ operator }) => names.includes(operator))
    return [kind, own.reduce((total, one) => total + (one[mode][of] ?? Number.NaN), 0)] as const
  })
  return present(Object.fromEntries(counts))
}

function countsOf(example: CompiledExample, figure: Figure): object {
  const { totals } = example.report
  const effective = figure.counting === 'effective'
  const mode = figure.evaluated ? 'inference' : 'training'
  const macs = effective ? totals[mode].effectiveMacs : totals[mode].macs
  return {
    parameters: effective ? totals.training.effectiveParameters : totals.training.parameters,
    macs: figure.macs === undefined ? undefined : macs,
    parametersBy: figure.parametersBy && countsBy(example, 'parameters', 'training'),
    macsBy: figure.macsBy && countsBy(example, 'macs', mode),
  }
}

function outputsOf({ nodes, outputs }: Graph, { evaluated }: Figure): string[] {
  const returned = outputs.filter(({ aux }) => !(evaluated && aux))
  return returned.map(({ node }) => formatShape(nodes[node]?.type.shape ?? []))
}

/** How often each layer with parameters occurs, in the words of the facts. */
function layersOf(graph: Graph): Record<string, number> {
  const found: Record<string, number> = {}
  for (const node of graph.nodes) {
    if (node.parameters.length === 0) continue
    const layer = describeLayer(node, graph)
    found[layer] = (found[layer] ?? 0) + 1
  }
  return found
}

function describeLayer({ op, attributes, inputs, parameters: ids, type }: GraphNode, graph: Graph): string {
  const parameters = ids.flatMap((id) => graph.parameters[id] ?? [])
  const shape = parameters[0]?.shape ?? []
  const bias = parameters.some(({ name }) => name === 'bias') ? 'bias' : 'no bias'
  if (op === 'linear') return `linear ${shape[1]} to ${shape[0]}, ${bias}`
  if (op !== 'conv' && op !== 'conv_transpose') return `${op} ${shape.join('×')}`
  const channels = formatDim(type.shape[0] ?? 0)
  const from = formatDim(graph.nodes[inputs[0] ?? -1]?.type.shape[0] ?? 0)
  const perAxis = (name: string): string => [attributes[name]].flat().join('×')
  return `${op} ${from} to ${channels}, kernel ${perAxis('kernel')}, stride ${perAxis('stride')}, groups ${perAxis('groups')}, ${bias}`
}

describe('examples count as their reference implementations', () => {
  test.each([...figures, ...further])('%s', (_, name, figure) => {
    const example = compileExample(`examples/${name}.weft`, figure.network, figure.arguments)
    const { parameters, macs, parametersBy, macsBy, outputs } = figure
    expect(countsOf(example, figure)).toEqual({
      parameters,
      macs,
      parametersBy: parametersBy && present(parametersBy),
      macsBy: macsBy && present(macsBy),
    })
    expect(outputs && outputsOf(example.graph, figure)).toEqual(outputs)
    expect(figure.layers && layersOf(example.graph)).toEqual(figure.layers)
  })
})

/** One measured record, as far as it is compared. */
interface ReferenceRecord {
  readonly name: string
  readonly variant: string
  readonly params_total: number
  readonly macs_total: number | null
  readonly output_shape?: readonly number[] | readonly (readonly number[])[]
  readonly layers?: readonly { readonly shapes?: Readonly<Record<string, unknown>> }[]
}

const recordsOf = (file: string): readonly ReferenceRecord[] =>
  existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ReferenceRecord[]) : []

const records = ['counts.json', 'counts-2.json'].flatMap((file) =>
  recordsOf(`${repository}../shared/reference/${file}`),
)

describe.skipIf(records.length === 0)('the facts agree with the measured records', () => {
  test('and leave none of them out', () => {
    const systems = new Set(ofAll((facts) => facts.systems).map(([, system]) => system))
    const own = records.filter(({ name }) => systems.has(name))
    const titles = figures.map(([title]) => title)
    expect(
      own.map(({ name, variant }) => `${name}: ${variant}`).filter((one) => !titles.includes(one)),
    ).toEqual([])
    expect(new Set(titles).size).toBe(titles.length)
  })

  test.each(figures)('%s', (title, _, figure) => {
    const record = records.find(({ name, variant }) => `${name}: ${variant}` === title)
    expect({ parameters: figure.parameters, macs: figure.macs }).toEqual({
      parameters: record?.params_total,
      macs: record?.macs_total ?? undefined,
    })
    expect(figure.outputs).toEqual(record?.output_shape && shapesOf(record.output_shape))
    const layerCount = Object.values(figure.layers ?? {}).reduce((sum, count) => sum + count, 0)
    expect(layerCount).toBe(measuredLayers(record?.layers ?? []))
  })
})

/** Without the batch. */
function shapesOf(shapes: NonNullable<ReferenceRecord['output_shape']>): string[] {
  const several = shapes.some(Array.isArray)
    ? (shapes as readonly (readonly number[])[])
    : [shapes as readonly number[]]
  // What a network gives in training only is recorded as None.
  return several.filter((one) => Array.isArray(one)).map((shape) => shape.slice(1).join('×'))
}

/** A module that holds tables of its own, such as the scales of a transformer block, counts as one layer for each. */
function measuredLayers(layers: NonNullable<ReferenceRecord['layers']>): number {
  return layers.reduce((sum, { shapes = {} }) => {
    const isLayer = 'weight' in shapes || Object.keys(shapes).length === 0
    return sum + (isLayer ? 1 : Object.keys(shapes).length)
  }, 0)
}
