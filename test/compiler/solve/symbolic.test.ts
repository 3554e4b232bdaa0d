// Symbolic costs against counted ones: equal to the unit at random points of their values; where there are none, that is said.
import { describe, expect, test } from 'vitest'
import {
  compile,
  cost,
  isProblem,
  memory,
  symbolicCosts,
  symbolicDocument,
  type SymbolicDocument,
  type SymbolicRequest,
} from '../../../src/index.ts'
import { locate } from '../../../src/node/index.ts'
import { placeText, renderSymbolic, sumText } from '../../../src/backends/report/symbolic/text.ts'
import { example, validator } from '../../support/specs.ts'

type Host = Parameters<typeof symbolicCosts>[1]

const hostOf = (text: string): Host => ({ read: (path) => (path === 'net.weft' ? text : undefined) })

function symbolic(entry: string, host: Host, request: SymbolicRequest): SymbolicDocument {
  const costs = symbolicCosts(entry, host, request)
  if ('kind' in costs) throw new Error(JSON.stringify(costs))
  const document = symbolicDocument(costs, entry)
  expect(validator('weft-symbolic-1.schema.json')(document)).toBe('')
  return document
}

/** `27/4` of whole numbers, exactly: a document's terms are read as a reader of the JSON would. */
function evaluated(
  document: SymbolicDocument,
  name: string,
  at: Readonly<Record<string, string>>,
): bigint | undefined {
  const piece = document.quantities
    .find((one) => one.name === name)
    ?.pieces?.find((one) =>
      Object.entries(at).every(([parameter, value]) => one.at[parameter]?.includes(value)),
    )
  if (piece?.terms === null || piece === undefined) return undefined
  let [over, under] = [0n, 1n]
  for (const { coefficient, powers } of piece.terms) {
    const [numerator = '0', denominator = '1'] = coefficient.split('/')
    const product = Object.entries(powers).reduce(
      (all, [parameter, power]) => all * BigInt(at[parameter] ?? '0') ** BigInt(power),
      BigInt(numerator),
    )
    ;[over, under] = [over * BigInt(denominator) + product * under, under * BigInt(denominator)]
  }
  expect(over % under).toBe(0n)
  return over / under
}

/** Positions below `most`, by a linear congruential generator (Numerical Recipes). */
function numbersFrom(seed: number): (most: number) => number {
  let state = seed
  return (most) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * most)
  }
}

describe('polynomials of examples', () => {
  test.each([
    ['unet', 'UNetMilesial', ['base=4..16:4', 'size[0]=16..64:16', 'size[1]=16..64:16'], {}, 'size'],
    [
      'nnunet',
      'NNUNet',
      ['base=4..10:2', 'patch[0]=32..128:32', 'classes=2,3,4'],
      { patch: '[32, 32, 64]' },
      'patch',
    ],
    [
      'e2enet',
      'E2ENet',
      ['base=6..12:2', 'patch[1]=16..64:16'],
      { pools: '[[2, 2, 2], [2, 2, 2]]', patch: '[16, 16, 16]' },
      'patch',
    ],
  ] as const)(
    'of %s equal what is counted, at random points',
    (name, network, over, given, list) => {
      const place = locate(example(name))
      if (isProblem(place)) throw new Error(place.name)
      const { entry, host } = place
      const document = symbolic(entry, host, { over, network, arguments: given })
      const next = numbersFrom(7)
      for (let trial = 0; trial < 6; trial += 1) {
        const at = Object.fromEntries(
          document.parameters.map(({ name: parameter, values }) => [
            parameter,
            values[next(values.length)] ?? '',
          ]),
        )
        const extents = (('patch' in given ? given.patch : undefined) ?? '[512, 512]').match(/\d+/g) ?? []
        for (const [parameter, value] of Object.entries(at)) {
          const [, element] = /\[(\d)\]/.exec(parameter) ?? []
          if (element !== undefined) extents[Number(element)] = value
        }
        const whole = Object.entries(at).filter(([parameter]) => !parameter.includes('['))
        const args = { ...given, ...Object.fromEntries(whole), [list]: `[${extents.join(', ')}]` }
        const { graph, sources } = compile(entry, host, { network, arguments: args })
        if (graph === undefined) throw new Error('no graph')
        const totals = cost(graph, { entry, files: sources }).report?.totals
        const held = memory(graph)
        const counted = {
          'params.dense': totals?.training.parameters,
          'macs.dense': totals?.inference.macs,
          'memory.training': held?.training.totalBytes,
          'memory.inference': held?.inference.totalBytes,
        }
        for (const [quantity, value] of Object.entries(counted))
          expect({ at, quantity, value: evaluated(document, quantity, at) }).toEqual({
            at,
            quantity,
            value: BigInt(value ?? -1),
          })
      }
    },
    60_000,
  )
})

const clipped = `network Net(base: int = 4, size: [int] = [16, 16], S: float = 0.5) {
  input image: [1, ...size]
  output logits = image -> conv(min(2 * base, 16), 3) -> relu -> conv(2, 1)
  assert base != 5, "not five"
}
`

describe('symbolic costs', () => {
  const shown = (document: SymbolicDocument, name: string): string[] | undefined =>
    document.quantities
      .find((one) => one.name === name)
      ?.pieces?.map(
        (piece) => `${placeText(document, piece)}: ${piece.terms === null ? 'none' : sumText(piece.terms)}`,
      )

  test('are stated in pieces: a width that is clipped, a value without a network', () => {
    const document = symbolic('net.weft', hostOf(clipped), { over: ['base=1..12', 'size[0]=8..64:8'] })
    expect(shown(document, 'params.dense')).toEqual([
      'at base 1, 2, 3, 4, 6, 7, 8: 24·base + 2',
      'at base 5: none',
      'at base 9 to 12 by 1: 194',
    ])
    expect(document.failures).toMatchObject({ points: 8, finding: { code: 'WEFT602' } })
    expect(document.quantities.map(({ name }) => name)).toEqual([
      'params.dense',
      'macs.dense',
      'memory.training',
      'memory.inference',
    ])
  })

  test('take values around those in force, of one structure, for names alone', () => {
    const host = hostOf(clipped.replace('assert base != 5, "not five"', ''))
    const { parameters, ...document } = symbolic('net.weft', host, { over: ['base,size'] })
    expect(parameters.map(({ name }) => name)).toEqual(['base', 'size[0]', 'size[1]'])
    // From 9 on the width is clipped.
    expect(Math.max(...(parameters[0]?.values.map(Number) ?? []))).toBeLessThanOrEqual(8)
    expect(shown({ parameters, ...document }, 'macs.dense')).toEqual([
      'at all values: 22·base·size[0]·size[1]',
    ])
  })

  test('are none of rounded densities, which is a warning; what does not depend on them has a formula all the same', () => {
    const spec = `network Net(base: int = 4, S: float = 0.5) {
  input image: [1, 16, 16]
  backbone encoder {
    level[0] = image -> conv(base, 3)
    level[1] = level[0] -> max_pool(2) -> conv(3 * base, 3)
  }
  fusion lattice {
    node[0] {
      edge forward = encoder[0]
      edge upward = encoder[1] -> conv_transpose(base, 2, stride = 2)
      fuse = concat -> conv(base, 3)
    }
    sparsity S
  }
  output logits = lattice[0] -> conv(2, 1)
}
`
    const costs = symbolicCosts('net.weft', hostOf(spec), {
      over: ['S=0.31,0.42,0.47,0.55,0.63,0.78,0.82,0.9'],
    })
    if ('kind' in costs) throw new Error(JSON.stringify(costs))
    expect(costs.diagnostics).toMatchObject([{ name: 'symbolic-not-polynomial', severity: 'warning' }])
    const document = symbolicDocument(costs, 'net.weft')
    expect(document.quantities.find(({ name }) => name === 'params')?.pieces).toBeNull()
    expect(shown(document, 'params.dense')).toHaveLength(1)
    expect(renderSymbolic(document, { width: 100 })).toContain('no polynomial, nor a few, over these values')
  })

  test.each([
    [['S'], undefined],
    [['nothing'], 'symbolic-values'],
    [['base=one,two'], 'symbolic-values'],
    [['base', 'base=1,2,3'], 'sweep-parameter-twice'],
    [['base=1..100', 'size[0]=1..100'], 'sweep-too-large'],
    [['size[4]'], 'symbolic-values'],
  ])('%j: %s', (over, name) => {
    const costs = symbolicCosts('net.weft', hostOf(clipped), { over })
    expect('kind' in costs ? costs : {}).toMatchObject(name === undefined ? {} : { name })
  })
})
