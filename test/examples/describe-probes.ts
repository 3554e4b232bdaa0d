// Equality with the official implementations: their weights by the probe's formula, under their own names, through the map that comes with
// the example, into the reference interpreter, into ONNX Runtime and into the stock loader of TensorFlow.js; compared with what the official
// code gave. A file of tests for each kind of network, so that they run beside one another.
import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import { evaluate } from '../../src/backends/reference/evaluate.ts'
import type { Tensor } from '../../src/backends/reference/tensor.ts'
import { isProblem } from '../../src/compiler/diagnostics/diagnostic.ts'
import type { Graph, Parameter } from '../../src/compiler/ir/graph.ts'
import { renamed } from '../../src/weights/renamed.ts'
import type { Weights } from '../../src/weights/weights.ts'
import { contentsOf, emittedModel, loadStock, predictedAll, use } from '../support/graph-model.ts'
import { runExported, runtime } from '../support/onnx.ts'
import { mapAt } from '../weights/map-at.ts'
import { hasReference, type ProbeRecord } from '../weights/probe-record.ts'
import { probeInput, probeTensors } from '../weights/probe-tensors.ts'
import { probes } from '../weights/probes.ts'
import { compileExample, repository } from './compile-example.ts'

if (!hasReference)
  process.stderr.write(
    '../shared/reference is absent: only networks of our own records are compared with the official ones\n',
  )

/** Both sides compute in double precision; sums are in another order. */
const referenceTolerance = 1e-9
const minute = 60_000

type Probe = (typeof probes)[number]
type Recorded = ProbeRecord['outputs'][number]

interface Prepared {
  readonly graph: Graph
  readonly weights: Weights
  readonly inputs: ReadonlyMap<string, Tensor>
}

function prepared({ record, of }: Probe): Prepared {
  const { graph } = compileExample(of.file, of.network, of.arguments)
  const { problems, weights } = renamed(graph, probeTensors(record), { map: mapAt(of.map) })
  expect(problems).toEqual([])
  const input = { shape: record.input_shape, data: probeInput(record) }
  return { graph, weights: kept(weights), inputs: new Map([[graph.inputs[0]?.name ?? '', input]]) }
}

/** Every number computed once: sines of tens of millions of weights take seconds. */
function kept(weights: Weights): Weights {
  const numbers = new Map<Parameter, ReturnType<Weights['numbersOf']>>()
  const numbersOf: Weights['numbersOf'] = (parameter) => {
    const found = numbers.get(parameter) ?? weights.numbersOf(parameter)
    numbers.set(parameter, found)
    return found
  }
  return { numbersOf }
}

/** Greatest difference of mean, std and samples, in standard deviations of the recorded output. */
function deviation({ shape, data }: Tensor, recorded: Recorded): number {
  expect(shape).toEqual(recorded.shape)
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length
  const std = Math.sqrt(data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length)
  const samples = Object.entries(recorded.samples).map(([at, value]) => value - (data[Number(at)] ?? NaN))
  expect(samples.length).toBe(Math.min(64, data.length))
  const differences = [mean - recorded.mean, std - recorded.std, ...samples]
  return Math.max(...differences.map(Math.abs)) / recorded.std
}

/** The least and the greatest element, which may be many standard deviations: of use where precision is no question. */
function extremes({ data }: Tensor): readonly [number, number] {
  return data.reduce<readonly [number, number]>(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Infinity, -Infinity],
  )
}

function deviations(outputs: ReadonlyMap<string, Tensor>, { outputs: recorded }: ProbeRecord): number[] {
  expect(outputs.size).toBe(recorded.length)
  return [...outputs.values()].map((tensor, at) => {
    const one = recorded[at]
    return one === undefined ? Infinity : deviation(tensor, one)
  })
}

/** The official network in single precision is off by as much as the record says. */
function expectSinglePrecision(outputs: ReadonlyMap<string, Tensor>, record: ProbeRecord): void {
  for (const [at, far] of deviations(outputs, record).entries()) {
    const { float32_max_abs_diff: official = 0, std = 1 } = record.outputs[at] ?? {}
    expect(far).toBeLessThanOrEqual(Math.max(2e-4, (4 * official) / std))
  }
}

/** Some records have a twin of quadratic phase, in which the deep levels reach the output: there the slower backends are compared. */
const hasTwin = ({ name }: ProbeRecord): boolean =>
  probes.some(({ record }) => record.name.startsWith(`${name}, quadratic phase`))

/** Networks of images, networks of volumes that are convolutions throughout, and those that make tokens of volumes. */
type Kind = 'planes' | 'volumes' | 'tokens'

function kindOf({ record, of }: Probe): Kind {
  if (record.input_shape.length === 4) return 'planes'
  const makesTokens = /"std\/(transformer|deformable|state-space)"/.test(
    readFileSync(repository + of.file, 'utf8'),
  )
  return makesTokens ? 'tokens' : 'volumes'
}

/** Compares the networks of that kind. */
export function describeProbes(kind: Kind): void {
  const own = probes.filter((probe) => kindOf(probe) === kind)
  test('there are some', () => {
    expect(own.length).toBeGreaterThan(2)
  })
  describe.each(own)('$record.name: what the official network gives, gives', (probe) => {
    compareWithOfficial(probe)
  })
}

function compareWithOfficial(probe: Probe): void {
  const { record, of } = probe
  let network: Prepared | undefined
  const the = (): Prepared => (network ??= prepared(probe))
  afterAll(() => {
    network = undefined
  })

  test.skipIf(hasTwin(record) || of.withoutReference === true)(
    'the reference interpreter',
    () => {
      const { graph, weights, inputs } = the()
      const outputs = evaluate(graph, weights, inputs, { outputs: 'all' })
      if (isProblem(outputs)) throw new Error(JSON.stringify(outputs))
      expect(Math.max(...deviations(outputs, record))).toBeLessThanOrEqual(referenceTolerance)
      for (const [at, tensor] of [...outputs.values()].entries()) {
        const { min = NaN, max = NaN, std = NaN } = record.outputs[at] ?? {}
        const [least, greatest] = extremes(tensor)
        expect(Math.abs(least - min) / std).toBeLessThanOrEqual(referenceTolerance)
        expect(Math.abs(greatest - max) / std).toBeLessThanOrEqual(referenceTolerance)
      }
    },
    5 * minute,
  )

  test.skipIf(runtime === undefined)(
    'the exported file in ONNX Runtime',
    async () => {
      const { graph, weights, inputs } = the()
      expectSinglePrecision(await runExported(graph, inputs, { weights, outputs: 'all' }), record)
    },
    2 * minute,
  )

  test.skipIf(hasTwin(record))(
    'the graph model in the stock loader of TensorFlow.js',
    async () => {
      await use('wasm')
      const { graph, weights, inputs } = the()
      const model = await loadStock(contentsOf(emittedModel(graph, { weights, outputs: 'all' })))
      expectSinglePrecision(
        predictedAll(
          model,
          inputs,
          graph.outputs.map(({ name }) => name),
        ),
        record,
      )
      model.dispose()
    },
    2 * minute,
  )
}
