// The reference interpreter as a whole: what it evaluates, in which order, what it keeps, and what it says of inputs that do not fit.
// The problems are WEFT951 (input-missing), WEFT952 (input-misshapen), WEFT953 (input-unknown) and WEFT954 (extent-unsettled).
import { describe, expect, test } from 'vitest'
import { evaluate, type EvaluateOptions } from '../../src/backends/reference/evaluate.ts'
import type { Tensor } from '../../src/backends/reference/tensor.ts'
import { diagnose, isProblem, problem } from '../../src/compiler/diagnostics/diagnostic.ts'
import type { Weights } from '../../src/weights/weights.ts'
import { graphOf } from '../support/check.ts'

const ones: Weights = {
  numbersOf: ({ shape }) => new Float32Array(shape.reduce((all, extent) => all * extent, 1)).fill(1),
}

function counting(shape: readonly number[]): Tensor {
  const count = shape.reduce((all, extent) => all * extent, 1)
  return { shape, data: Float64Array.from({ length: count }, (_, k) => k) }
}

function network(...lines: readonly string[]): string {
  return `network N {\n${lines.map((line) => `  ${line}\n`).join('')}}\n`
}

type Shapes = Readonly<Record<string, readonly number[]>>

function run(spec: string, shapes: Shapes, options: EvaluateOptions = {}): ReturnType<typeof evaluate> {
  const inputs = Object.entries(shapes).map(([name, shape]) => [name, counting(shape)] as const)
  return evaluate(graphOf(spec), ones, new Map(inputs), options)
}

/** Outputs as `name shape: elements`, a problem as its message and help. */
function shown(result: ReturnType<typeof evaluate>): readonly string[] {
  if (isProblem(result)) {
    const { code, message, help = '' } = diagnose(result, { file: '', start: 0, end: 0 })
    return [`${code} ${message}`, help]
  }
  return [...result].map(([name, { shape, data }]) => `${name} ${shape.join('×')}: ${[...data].join(' ')}`)
}

const deep = network(
  'input x: [1, 4]',
  'let a = x -> scale(2)',
  'let b = a -> scale(10)',
  'output y = a -> slice(width, end = 2)',
  'aux output z = b -> scale(0.5)',
)

describe('evaluate', () => {
  test('gives the outputs of inference by name', () => {
    expect(shown(run(deep, { x: [1, 1, 4] }))).toEqual(['y 1×1×2: 0 2'])
  })

  test('gives every output where all are asked for, in declared order', () => {
    const all = run(deep, { x: [2, 1, 4] }, { outputs: 'all' })
    expect(shown(all)).toEqual(['y 2×1×2: 0 2 8 10', 'z 2×1×4: 0 10 20 30 40 50 60 70'])
  })

  test('keeps outputs that later nodes read', () => {
    const spec = network(
      'input x: [1, 2]',
      'let twice = x -> scale(2)',
      'output y = twice',
      'output z = twice -> scale(3)',
      'output w = x',
    )
    expect(shown(run(spec, { x: [1, 1, 2] }))).toEqual(['y 1×1×2: 0 2', 'z 1×1×2: 0 6', 'w 1×1×2: 0 1'])
  })

  test('evaluates only what the outputs need, in the order of the graph', () => {
    const seen: string[] = []
    run(deep, { x: [1, 1, 4] }, { onNode: ({ op }, { shape }) => seen.push(`${op} ${shape.join('×')}`) })
    expect(seen).toEqual(['input 1×1×4', 'scale 1×1×4', 'slice 1×1×2'])
  })

  test('hands on the problem of a weight', () => {
    const graph = graphOf(network('input x: [1, 4]', 'output y = x -> conv(2, 1)'))
    const broken: Weights = { numbersOf: ({ path }) => problem('input-missing', { input: path }) }
    const result = evaluate(graph, broken, new Map([['x', counting([1, 1, 4])]]))
    expect(shown(result)[0]).toBe(`WEFT951 the input \`${graph.parameters[0]?.path}\` is missing`)
  })

  test('reads one weight for all uses of a shared block', () => {
    const spec = network('input x: [1, 2]', 'share let f = conv(1, 1)', 'output y = x -> f -> f')
    expect(shown(run(spec, { x: [1, 1, 2] }))).toEqual(['y 1×1×2: 2 3'])
  })

  test('gives a table without a batch as it is', () => {
    const spec = network('input x: [1, 2]', 'output y = parameter([3])', 'output z = x')
    expect(shown(run(spec, { x: [2, 1, 2] }))).toEqual(['y 3: 1 1 1', 'z 2×1×2: 0 1 2 3'])
  })
})

describe('free extents', () => {
  const half = `let h = dim("H", multiple = 4)\n${network(
    'input x: [1, h, dim("W")]',
    'let small = x -> max_pool([2, 1], stride = [4, 1])',
    'output y = small -> resize(size = [h / 2, 3]) -> reshape([h / 2 * 3])',
    'output z = x -> slice(height, start = h / 2)',
  )}`

  test('are read from the inputs', () => {
    expect(shown(run(half, { x: [1, 1, 4, 3] }))).toEqual(['y 1×6: 3 4 5 3 4 5', 'z 1×1×2×3: 6 7 8 9 10 11'])
  })

  test('are multiples of what is declared', () => {
    expect(shown(run(half, { x: [1, 1, 6, 3] }))[0]).toBe(
      'WEFT952 the input `x` is 1×1×6×3, the network takes N×1×H×W: H is 6 for no H that is a positive multiple of 4',
    )
  })

  test('agree over all inputs, whichever settles them', () => {
    const two = network(
      'input a: [1, dim("H") + dim("W"), dim("W")]',
      'input b: [1, dim("H")]',
      'output y = [a -> mean(keep = false), b -> mean(keep = false)] -> sum',
    )
    expect(shown(run(two, { a: [1, 1, 5, 2], b: [1, 1, 3] }))).toEqual(['y 1×1: 5.5'])
    expect(shown(run(two, { a: [1, 1, 5, 2], b: [1, 1, 4] }))[0]).toBe(
      'WEFT952 the input `a` is 1×1×5×2, the network takes N×1×(H + W)×W: H is 4 and W is 2 by another extent',
    )
  })

  test('have to be settled by an input', () => {
    const open = network('input x: [1, 4]', 'output y = x -> resize(size = dim("S"))')
    expect(shown(run(open, { x: [1, 1, 4] }))).toEqual([
      'WEFT954 the extent `S` is not known: no input settles it',
      'give it a number where the spec says `dim`, or use it in the shape of an input',
    ])
  })
})

describe('inputs that do not fit', () => {
  const two = network('input before: [2, 4]', 'input after: [2, 4]', 'output y = [before, after] -> concat')

  test.each<readonly [what: string, shapes: Shapes, message: string]>([
    ['one is missing', { before: [1, 2, 4] }, 'WEFT951 the input `after` is missing'],
    ['one is unknown', { befor: [1, 2, 4] }, 'WEFT953 the network has no input `befor`'],
    [
      'channels',
      { before: [1, 3, 4], after: [1, 2, 4] },
      'WEFT952 the input `before` is 1×3×4, the network takes N×2×4',
    ],
    [
      'extents',
      { before: [1, 2, 4], after: [1, 2, 5] },
      'WEFT952 the input `after` is 1×2×5, the network takes N×2×4',
    ],
    [
      'no batch',
      { before: [2, 4], after: [2, 4] },
      'WEFT952 the input `before` is 2×4, the network takes N×2×4: it has to have 3 axes, the batch first',
    ],
    [
      'batches differ',
      { before: [1, 2, 4], after: [2, 2, 4] },
      'WEFT952 the input `after` is 2×2×4, the network takes N×2×4: the batch of another input is 1',
    ],
    [
      'an empty batch',
      { before: [0, 2, 4], after: [0, 2, 4] },
      'WEFT952 the input `before` is 0×2×4, the network takes N×2×4: the batch has to be 1 or more',
    ],
  ])('%s', (_, shapes, message) => {
    expect(shown(run(two, shapes))[0]).toBe(message)
  })

  test('numbers that are not as many as the shape says', () => {
    const graph = graphOf(network('input x: [1, 4]', 'output y = x'))
    const short = { shape: [1, 1, 4], data: new Float64Array(3) }
    expect(shown(evaluate(graph, ones, new Map([['x', short]])))[0]).toBe(
      'WEFT952 the input `x` is 1×1×4, the network takes N×1×4: there are 3 numbers',
    )
  })

  test('a misspelt name is suggested', () => {
    expect(shown(run(two, { befor: [1, 2, 4] }))[1]).toBe('did you mean `before`?')
    expect(shown(run(two, { image: [1, 2, 4] }))[1]).toBe('its inputs are `before`, `after`')
  })
})
