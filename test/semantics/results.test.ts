// Measured figures beside a network: what `results` blocks give to who reads them.
import { describe, expect, test } from 'vitest'
import { compileResults } from '../../src/compiler/compile.ts'
import type { Result, Results } from '../../src/compiler/semantics/declarations/results.ts'
import { formatWeft } from '../../src/format/prettier-plugin.ts'
import { checked, entry, graphOf, hostOf, mistakes, type Files } from '../support/check.ts'

const network =
  'network N(classes: int = 2, S: float = 80%, mode: init = zeros, at: int = 1) {\n  input x: [1, 8, 8]\n  output y = x -> conv(classes, at, init = mode)\n  assert S < 1\n}\n'

const tables = (files: Files, name?: string): readonly Results[] =>
  compileResults(entry, hostOf(files), name === undefined ? {} : { network: name }).results

/** `dice = 0.902 (classes = 16, S = 0.7)`, the arguments that are stated. */
const lines = ({ entries }: Results): string[] =>
  entries.map((one) => {
    const at = one.stated.map((name) => `${name} = ${JSON.stringify(valueOf(one, name))}`)
    return `${one.metric} = ${one.value} (${at.join(', ')})`
  })

const valueOf = (one: Result, name: string): unknown =>
  one.arguments.find((argument) => argument.name === name)?.value

describe('results', () => {
  test('give each figure with the arguments of the block and its own, and say where they are from', () => {
    const spec = `${network}/// Table 1 of a paper,\n/// in the mean.\nresults amos for N(16) {\n  dice = 90.2% at S = 0.7\n  hd95 = 4.2 at S = 70%, at = 3 at = 7\n}\n`
    const [found, ...others] = tables({ [entry]: spec })
    expect(others).toEqual([])
    expect(found).toMatchObject({ name: 'amos', network: 'N', doc: 'Table 1 of a paper,\nin the mean.' })
    expect(found && lines(found)).toEqual([
      'dice = 0.902 (classes = 16, S = 0.7)',
      'hd95 = 4.2 (classes = 16, S = 0.7, at = 3)',
      'at = 7 (classes = 16)',
    ])
    expect(found?.entries[2]?.arguments).toEqual(graphOf(spec, { set: { classes: '16' } }).arguments)
    const { start = 0, end = 0 } = found?.entries[0]?.span ?? {}
    expect(spec.slice(start, end)).toBe('dice = 90.2% at S = 0.7')
    expect(checked(spec).results).toEqual([found])
  })

  test('are those of imported networks and of variants, by the names under which these are declared', () => {
    const files = {
      'lib.weft': `${network}results own for N { dice = 1% }\n`,
      [entry]:
        'import { N as M } from "lib.weft"\nnetwork V(S: float = 50%) = M(S = S)\nlet best = 90%\nresults a for M { dice = best }\nresults b for V { dice = best + 1% at mode = ones }\n',
    }
    expect(mistakes(files)).toEqual([])
    expect(tables(files).map(({ name, network: of }) => `${name} of ${of}`)).toEqual(['a of N', 'b of V'])
    expect(tables(files, 'V').map(({ name }) => name)).toEqual(['b'])
  })

  test('that are wrong are left out, and the others stay', () => {
    const spec = `${network}results r for N {\n  dice = 1 at clases = 3\n  nsd = measured\n  hd95 = 4\n  hd95 = 5 at S = 80%\n}\n`
    expect(mistakes(spec)).toEqual([
      'WEFT312 `N` has no parameter `clases` @ clases',
      'WEFT201 unknown name `measured` @ measured',
      'WEFT617 r gives `hd95` twice for the same arguments @ hd95 = 5 at S = 80%',
    ])
    expect(tables({ [entry]: spec }).map(lines)).toEqual([['hd95 = 4 ()']])
  })

  test('elaborate no network: the figures of a variant that is too large for this machine can be read', () => {
    const found = compileResults(entry, hostOf({ [entry]: `${network}results r for N { dice = 1 }` }), {
      limits: { nodes: 1 },
    })
    expect(found.diagnostics).toEqual([])
    expect(found.results.map(lines)).toEqual([['dice = 1 ()']])
  })
})

describe('the words of results', () => {
  test('stay names everywhere else', () => {
    const spec =
      'network N(at: int = 1, results: int = 2) {\n  input x: [1, 8, 8]\n  let y =\n    x ->\n    conv(\n      at,\n      results\n    )\n  output results = y\n}\nlet a = N(results = 3, at = 2)\ntrain results for N(at = 2) { loss = dice  optimizer = sgd }\n'
    expect(mistakes(spec)).toEqual([])
  })

  test('begin a declaration that closes what was left open before it', () => {
    const spec = `${network.replace(/\}\n$/, '')}results r for N {\n  dice = "1"\n}\n`
    expect(mistakes(spec)).toEqual(['WEFT104 this `{` is never closed @ {'])
  })
})

test('a block in canonical form has a figure on each line', async () => {
  const text =
    'results   amos for N(classes=16){ // of a paper\ndice=90.2%   at S=0.7 // best\n\n// worse\nhd95 =4.2 at S = 0.8,\nclasses = 3 nsd = 1 at a = [1, 1, 1], b = [22, 22, 22, 22], c = [333, 333, 333], d = [4444, 4444, 4444, 4444, 4444, 4444] }'
  const formatted =
    'results amos for N(classes = 16) { // of a paper\n  dice = 90.2% at S = 0.7 // best\n\n  // worse\n  hd95 = 4.2 at S = 0.8, classes = 3\n  nsd = 1\n    at a = [1, 1, 1],\n      b = [22, 22, 22, 22],\n      c = [333, 333, 333],\n      d = [4444, 4444, 4444, 4444, 4444, 4444]\n}\n'
  expect(await formatWeft(text)).toBe(formatted)
  expect(await formatWeft(formatted)).toBe(formatted)
})
