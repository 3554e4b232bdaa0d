// Comparisons of networks: what they find, that the map they propose works, and that every format says the same.
import { describe, expect, test } from 'vitest'
import { renderDiff } from '../../src/backends/report/diff/index.ts'
import { codeSpan } from '../../src/backends/report/diff/markdown.ts'
import { compareNetworks, type DiffSide } from '../../src/compiler/analysis/diff/compare.ts'
import type { CostReport } from '../../src/compiler/analysis/cost.ts'
import type { DiffDocument } from '../../src/compiler/analysis/diff/document.ts'
import { trainingMemory } from '../../src/compiler/analysis/memory.ts'
import { compileRecipes } from '../../src/compiler/compile.ts'
import type { Graph } from '../../src/compiler/ir/graph.ts'
import { renderDiffPage } from '../../src/pages/diff/page.ts'
import { parseRenameMap } from '../../src/weights/rename-map.ts'
import { renamed } from '../../src/weights/renamed.ts'
import { compileExample } from '../examples/compile-example.ts'
import { elementsOf } from '../pages/html.ts'
import { graphOf } from '../support/compile-text.ts'
import { validator } from '../support/specs.ts'
import { textOf } from '../weights/map-at.ts'

const valid = validator('weft-diff-1.schema.json')

function compare(a: DiffSide, b: DiffSide): DiffDocument {
  const { document } = compareNetworks(a, b)
  if (document === undefined) throw new Error('no document')
  expect(valid(JSON.parse(JSON.stringify(document)))).toBe('')
  return document
}

function exampleSide(name: string, network: string, args: Readonly<Record<string, string>> = {}): DiffSide {
  const { graph, sources } = compileExample(`examples/${name}.weft`, network, args)
  return { name, graph, sources }
}

const textSide = (text: string, name = 'net.weft'): DiffSide => ({ name, ...graphOf(text) })

const text = (document: DiffDocument): string => renderDiff(document, 'text', { depth: 2, width: 100 })

/** A checkpoint of a graph: names and shapes, zeros for numbers. */
function checkpointOf({ parameters }: Graph): Parameters<typeof renamed>[1] {
  const entries = new Map(parameters.map(({ path, shape }) => [path, { dtype: 'F32' as const, shape }]))
  return { entries, read: () => new Float32Array(1) }
}

/** What is wrong when a checkpoint of `a` is loaded in `b` by the proposed map. */
function loading(a: DiffSide, b: DiffSide, { checkpoint }: DiffDocument): string[] {
  const map = checkpoint.map === null ? undefined : parseRenameMap(JSON.stringify(checkpoint.map), 'map.json')
  if (map !== undefined && !('rules' in map)) return map.map(textOf)
  return renamed(b.graph, checkpointOf(a.graph), map === undefined ? {} : { map }).problems.map(textOf)
}

function pick({ totals }: CostReport): Partial<DiffDocument['cost']['training']['after']> {
  const { parameters, effectiveParameters, effectiveMacs } = totals.training
  return { parameters, effectiveParameters, effectiveMacs: effectiveMacs ?? null }
}

describe('examples', () => {
  const nnunet = exampleSide('nnunet', 'NNUNet')
  const e2enet = exampleSide('e2enet', 'E2ENet')

  test('a network and itself', () => {
    const document = compare(nnunet, exampleSide('nnunet', 'NNUNet'))
    expect(document.same).toBe(true)
    expect(document.checkpoint).toMatchObject({ verdict: 'as-is', same: 108, map: null })
    expect(text(document)).toBe(`A NNUNet  nnunet
B NNUNet  nnunet

no difference in the architecture, its arguments or its budgets

checkpoint
  A checkpoint of A loads in B as it is: all 108 parameters keep path and shape.
`)
  })

  test('nnU-Net with half as many channels again: one change of widths, told once', () => {
    const document = compare(nnunet, exampleSide('nnunet', 'NNUNet', { base: '48' }))
    const { architecture, cost, checkpoint } = document
    expect(architecture.arguments).toEqual([{ name: 'base', before: '32', after: '48' }])
    expect(architecture.operators).toHaveLength(20)
    expect([architecture.added, architecture.removed, architecture.renamed, architecture.wiring]).toEqual([
      [],
      [],
      [],
      [],
    ])
    expect(cost.training.after.parameters - cost.training.before.parameters).toBe(9_058_208)
    expect(checkpoint).toMatchObject({ verdict: 'partly', same: 31, renamed: [], added: [], unused: [] })
    const shown = text(document)
    expect(shown).toContain(`operators
  ~ conv  channels 32 → 48, 64 → 96, 128 → 192, 256 → 320  (16 operators)
      encoder.level[0..3].ConvStage.ConvNormAct.conv  4
`)
    expect(shown).toContain('A checkpoint of A does not load in B: it fills 31 of 108 parameters.')
    expect(shown.split('\n').filter((line) => [...line].length > 100)).toEqual([])
  })

  test('the costs of modules add up to the totals, which are those of the other analyses', () => {
    const { cost } = compare(nnunet, e2enet)
    const sum = (side: 'before' | 'after'): number =>
      cost.modules.reduce((all, one) => all + (one[side]?.heldBytes ?? 0), 0)
    expect([sum('before'), sum('after')]).toEqual([
      cost.training.before.heldBytes,
      cost.training.after.heldBytes,
    ])
    expect(cost.training.before.peakBytes).toBe(trainingMemory(nnunet.graph, 1).totalBytes)
    expect(cost.training.after).toMatchObject(
      pick(compileExample('examples/e2enet.weft', 'E2ENet', {}).report),
    )
  })

  test('E2ENet and its ablation with other kernels: shifts gone, nothing rewired', () => {
    const { architecture, checkpoint } = compare(e2enet, exampleSide('e2enet', 'E2ENet313'))
    expect(architecture.removed).toHaveLength(32)
    expect(architecture.removed.every(({ path }) => path.endsWith('.shift'))).toBe(true)
    expect(architecture.wiring).toEqual([])
    expect(architecture.fusions).toEqual([])
    const kernels = architecture.operators.flatMap(({ changes }) =>
      changes.map(({ name, after }) => `${name} ${after}`),
    )
    expect(new Set(kernels)).toEqual(new Set(['kernel [3, 1, 3]', 'padding [[1, 1], [0, 0], [1, 1]]']))
    expect(checkpoint).toMatchObject({ verdict: 'partly', same: 115 })
    expect(checkpoint.reshaped[0]).toMatchObject({
      shapeBefore: [48, 1, 1, 3, 3],
      shapeAfter: [48, 1, 3, 1, 3],
    })
  })

  test('E2ENet without its fusion: nodes, edges and masks', () => {
    const document = compare(e2enet, exampleSide('e2enet', 'E2ENetNoDSFF'))
    const { fusions, wiring, outputs } = document.architecture
    expect(wiring).toEqual([])
    expect(outputs.map(({ name, before }) => [name, before])).toEqual([['ds[4]', null]])
    expect(fusions).toHaveLength(1)
    expect(fusions[0]?.removedNodes).toHaveLength(10)
    expect(fusions[0]?.kept).toEqual({ before: '414569/2072832', after: null })
    const edges = fusions[0]?.edges ?? []
    expect(edges.filter(({ edge, after }) => edge === 'downward' && after === null)).toHaveLength(4)
    expect(edges.filter(({ edge, before }) => edge === 'skip' && before === null)).toHaveLength(5)
    expect(text(document)).toContain('  - edge downward of lattice.node[4,1|3,2|2,3|1,4]  4 edges\n')
    expect(text(document)).toContain('connections kept  414,569 of 2,072,832 (20.0 %) → all\n')
  })

  test('another sparsity: densities, and weights whose masks keep less', () => {
    const { architecture, checkpoint } = compare(e2enet, exampleSide('e2enet', 'E2ENet', { S: '90%' }))
    const changes = architecture.operators.flatMap((one) => one.changes)
    expect(new Set(changes.map(({ name, before, after }) => `${name} ${before} → ${after}`))).toEqual(
      new Set(['density of weight 0.2 → 0.1']),
    )
    expect(checkpoint.verdict).toBe('as-is')
    expect(checkpoint.sparser).toBe(architecture.operators.length)
  })

  test('the two versions of nnU-Net differ in biases alone', () => {
    const { architecture, checkpoint } = compare(exampleSide('nnunet', 'NNUNetV1'), nnunet)
    expect(architecture.operators.map(({ changes }) => changes)).toEqual(
      Array.from({ length: 10 }, () => [{ name: 'bias', before: 'false', after: 'true' }]),
    )
    expect(checkpoint).toMatchObject({ verdict: 'partly', same: 98 })
    expect(checkpoint.added).toHaveLength(10)
  })
})

const blocks = (unit: string, rest = ''): string => `block ${unit}(c: int) = conv(c, 3) -> batch_norm -> relu
network Net(depth: int = 3, base: int = 4) {
  input image: [1, 16, 16]
  backbone encoder {
    level[0] = image -> ${unit}(base)
    level[i] for i in 1..depth = level[i-1] -> max_pool(2) -> ${unit}(base * 2^i)
  }
  let head = encoder[0] -> conv(2, 1)
  output logits = head${rest}
}
`

describe('renames', () => {
  test('a renamed block is one rename for all its places, and its checkpoint loads by the proposed map', () => {
    const [a, b] = [textSide(blocks('Unit')), textSide(blocks('ConvUnit'))]
    const document = compare(a, b)
    const { architecture, checkpoint } = document
    expect(architecture.renamed.map(({ before, after }) => `${before} > ${after}`)).toEqual([
      'encoder.level[0].Unit > encoder.level[0].ConvUnit',
      'encoder.level[1].Unit > encoder.level[1].ConvUnit',
      'encoder.level[2].Unit > encoder.level[2].ConvUnit',
      'encoder.level[3].Unit > encoder.level[3].ConvUnit',
    ])
    expect([architecture.added, architecture.removed, architecture.wiring]).toEqual([[], [], []])
    expect(checkpoint.verdict).toBe('with-map')
    expect(checkpoint.map?.rules).toContainEqual({
      from: 'encoder.level[{i}].Unit.conv',
      to: 'encoder.level[{i}].ConvUnit.conv',
    })
    expect(loading(a, b, document)).toEqual([])
    expect(text(document)).toContain(
      '  > encoder.level[0..3].Unit → encoder.level[0..3].ConvUnit  4 modules\n',
    )
  })

  test('a backbone under another name, and wider: still itself', () => {
    const wide = textSide(
      blocks('Unit').replaceAll('encoder', 'contracting').replace('base: int = 4', 'base: int = 6'),
    )
    const { architecture } = compare(textSide(blocks('Unit')), wide)
    expect(architecture.renamed).toEqual([{ before: 'encoder', after: 'contracting', operators: 15 }])
    expect(architecture.backbones).toEqual([])
    expect(architecture.operators.map(({ operator }) => operator)).toEqual(['conv', 'conv', 'conv', 'conv'])
  })

  test('what is put into a block keeps its weights', () => {
    const a = textSide(
      'network N {\n  input x: [1, 8, 8]\n  output y = x -> conv(4, 3) -> relu -> conv(2, 1)\n}\n',
    )
    const b = textSide(
      'block Stem = conv(4, 3) -> relu\nnetwork N {\n  input x: [1, 8, 8]\n  output y = x -> Stem -> conv(2, 1)\n}\n',
    )
    const document = compare(a, b)
    expect(document.architecture.added).toEqual([])
    expect(document.checkpoint.verdict).toBe('with-map')
    expect(loading(a, b, document)).toEqual([])
  })

  test('one unit more: the first keeps its weights under its new ordinal', () => {
    const net = (units: string): string =>
      `block U(c: int) = conv(c, 3) -> relu\nnetwork N {\n  input x: [4, 8, 8]\n  output y = x -> ${units} -> conv(2, 1)\n}\n`
    const { architecture } = compare(textSide(net('U(4)')), textSide(net('U(4) -> U(4)')))
    expect(architecture.renamed.map(({ before, after }) => [before, after])).toEqual([['y.U', 'y.U[0]']])
    expect(architecture.added.map(({ path }) => path)).toEqual(['y.U[1]'])
    // The new unit stands between two operators of both sides: that is told by the unit.
    expect(architecture.wiring).toEqual([])
  })

  test('a unit put before others is one added module; those after it keep their weights under their next ordinals', () => {
    const rowOf = (...widths: readonly number[]): string =>
      `block U(c: int) = conv(c, 3) -> relu\nnetwork N {\n  input x: [4, 8, 8]\n  output y = x -> ${widths.map((c) => `U(${c})`).join(' -> ')} -> conv(2, 1)\n}\n`
    const net = (...widths: readonly number[]): DiffSide => textSide(rowOf(...widths))
    const [a, b] = [net(4, 8, 16), net(4, 4, 8, 16)]
    const document = compare(a, b)
    const { architecture, checkpoint } = document
    expect(architecture.added.map(({ path }) => path)).toEqual(['y.U[1]'])
    expect(architecture.renamed.map(({ before, after }) => `${before} > ${after}`)).toEqual([
      'y.U[1] > y.U[2]',
      'y.U[2] > y.U[3]',
    ])
    expect([architecture.removed, architecture.operators, architecture.wiring]).toEqual([[], [], []])
    expect(checkpoint).toMatchObject({ verdict: 'partly', same: 4, reshaped: [] })
    expect(checkpoint.renamed).toHaveLength(4)
    expect(checkpoint.added.map(({ path }) => path)).toEqual(['y.U[1].conv.weight', 'y.U[1].conv.bias'])
    // And back again: the map has to shift ordinals down without one taking the name of another.
    const back = compare(b, a)
    expect(back.architecture.removed.map(({ path }) => path)).toEqual(['y.U[1]'])
    expect(back.checkpoint.verdict).toBe('with-map')
    expect(loading(b, a, back)).toEqual([])
    // The first of all: what follows is renamed, and only what reads another number of channels changes its shape.
    const first = compare(a, net(2, 4, 8, 16)).architecture
    expect(first.added.map(({ path }) => path)).toEqual(['y.U[0]'])
    expect([first.removed, first.operators, first.wiring]).toEqual([[], [], []])
    // A patch of another size changes every shape, and tells nothing of which unit is which.
    const larger = { name: 'net.weft', ...graphOf(rowOf(4, 4, 8, 16).replace('[4, 8, 8]', '[4, 12, 12]')) }
    expect(compare(a, larger).architecture.added.map(({ path }) => path)).toEqual(['y.U[1]'])
  })

  test('a row of operators: what stands between others tells which of several alike is new', () => {
    const row = (text: string): DiffSide =>
      textSide(`network N {\n  input x: [4, 8, 8]\n  output y = x -> ${text}\n}\n`)
    const stage = 'conv(4, 3) -> relu'
    const a = row(`${stage} -> ${stage} -> conv(2, 1)`)
    const between = compare(a, row(`${stage} -> conv(4, 3) -> ${stage} -> conv(2, 1)`)).architecture
    expect([between.added.map(({ path }) => path), between.wiring]).toEqual([['y.conv[2]'], []])
    const before = compare(a, row(`conv(6, 5) -> batch_norm -> relu -> ${stage} -> ${stage} -> conv(2, 1)`))
    expect(before.architecture.added.map(({ path }) => path).toSorted()).toEqual([
      'y.batch_norm',
      'y.conv[0]',
      'y.relu[0]',
    ])
    expect([before.architecture.removed, before.architecture.operators]).toEqual([[], []])
  })

  test('the checkpoint of a network with parts that the other has not, by a map that ignores them', () => {
    const a = textSide(blocks('Unit', '\n  aux output ds = encoder[1] -> conv(2, 1)'))
    const b = textSide(blocks('Unit'))
    const document = compare(a, b)
    expect(document.checkpoint).toMatchObject({ verdict: 'with-map', renamed: [] })
    expect(document.checkpoint.unused).toHaveLength(2)
    expect(loading(a, b, document)).toEqual([])
  })
})

const residual = (from: string): string => `network N {
  input x: [4, 8, 8]
  let a = x -> conv(4, 3)
  let b = a -> conv(4, 3)
  output y = ${from} -> conv(2, 1)
  budget params <= 1M
}
`

describe('other changes', () => {
  test('a skip that is gone is told as wiring', () => {
    const { architecture } = compare(textSide(residual('add(a, b)')), textSide(residual('b')))
    expect(architecture.wiring).toHaveLength(1)
    expect(architecture.wiring[0]?.gained).toEqual(['b.conv'])
  })

  test('budgets, inputs and outputs', () => {
    const changed = residual('b')
      .replace('1M', '100')
      .replace('[4, 8, 8]', '[4, 16, 8]')
      .replace('output y', 'aux output deep = a -> conv(2, 1)\n  output y')
    const document = compare(textSide(residual('b')), textSide(changed))
    const { budgets, inputs, outputs } = document.architecture
    expect(inputs).toEqual([{ name: 'x', before: '4×8×8', after: '4×16×8' }])
    expect(outputs.map(({ name, before, after }) => [name, before?.shape, after?.shape])).toEqual([
      ['deep', undefined, '2×16×8'],
      ['y', '2×8×8', '2×16×8'],
    ])
    expect(budgets).toMatchObject([
      { name: 'params(training)', before: { limit: 1e6, kept: true }, after: { limit: 100, kept: false } },
    ])
  })

  test('budgets of memory are told in bytes, in binary units', () => {
    const within = (limit: string): DiffSide =>
      textSide(residual('b').replace('params <= 1M', `memory(inference, batch = 2) <= ${limit}`))
    const document = compare(within('2GiB'), within('1KiB'))
    const [budget] = document.architecture.budgets
    expect(budget?.before).toMatchObject({ metric: 'memory', limit: 2 ** 31, kept: true })
    const pages = [
      text(document),
      renderDiff(document, 'md', { depth: 2, width: 100 }),
      renderDiffPage(document, { depth: 2, provenance: '' }),
    ]
    for (const page of pages) {
      expect(page).toMatch(/KiB \([\d,]+ bytes\) of 2\.00 GiB \(2,147,483,648 bytes\): kept/)
      expect(page).toMatch(/→ [\d.]+ KiB \([\d,]+ bytes\) of 1\.00 KiB \(1,024 bytes\): broken/)
    }
  })
})

describe('training recipes', () => {
  const spec = (loss: string, rest: string): string => `${residual('b')}
train quick for N {
  loss = ${loss}
  optimizer = ${rest}
}
`
  const recipesOf = (given: string): DiffSide => {
    const host = { read: (path: string) => (path === 'net.weft' ? given : undefined) }
    const { recipes, diagnostics } = compileRecipes('net.weft', host, { network: 'N' })
    expect(diagnostics).toEqual([])
    return { ...textSide(given), recipes }
  }

  test('settings that differ, field by field; every default is a setting', () => {
    const a = recipesOf(
      spec('dice(batch = true) + cross_entropy', 'sgd(lr = 1e-2, momentum = 0.99)\n  batch = 2'),
    )
    const b = recipesOf(
      spec('dice(batch = true) + 0.5 * cross_entropy', 'sgd(lr = 1e-3, momentum = 0.99)\n  augment = [flip]'),
    )
    const document = compare(a, b)
    expect(document.same).toBe(false)
    expect(document.recipes).toMatchObject([{ before: 'quick', after: 'quick' }])
    const settings = document.recipes[0]?.settings.map((one) => `${one.name}: ${one.before} > ${one.after}`)
    expect(settings?.slice(0, 4)).toEqual([
      'loss: dice(batch = true) + cross_entropy > dice(batch = true) + 0.5 * cross_entropy',
      'optimizer lr: 0.01 > 0.001',
      'batch: 2 > 1',
      'augment rotate: rotate(degrees = 15, chance = 0.2) > null',
    ])
    const shown = text(document)
    expect(shown).toContain('no difference in the architecture')
    expect(shown).toContain('\ntraining recipe quick\n  ~ loss  dice(batch = true) + cross_entropy → ')
    const markdown = renderDiff(document, 'md', { depth: 2, width: 100 })
    expect(markdown).toContain('- changed: `optimizer lr` `0.01` → `0.001`')
    const page = renderDiffPage(document, { depth: 2, provenance: '' })
    expect(page).toContain(
      '<li>changed: <code>optimizer lr</code>  <code>0.01</code> → <code>0.001</code></li>',
    )
  })

  test('another optimizer is one change; equal recipes and a side without any are none', () => {
    const [sgd, adam] = [
      recipesOf(spec('dice', 'sgd(lr = 0.01)')),
      recipesOf(spec('dice', 'adam(lr = 0.01)')),
    ]
    expect(compare(sgd, adam).recipes[0]?.settings).toEqual([
      {
        name: 'optimizer',
        before: 'sgd(lr = 0.01, momentum = 0, nesterov = false, weight_decay = 0)',
        after: 'adam(lr = 0.01, beta1 = 0.9, beta2 = 0.999, eps = 1e-8, weight_decay = 0)',
      },
    ])
    expect(compare(sgd, recipesOf(spec('dice', 'sgd(lr = 0.01)'))).same).toBe(true)
    expect(compare(sgd, textSide(residual('b'))).recipes).toEqual([])
  })
})

describe('formats', () => {
  const hostile = '</script><img src=x onerror=alert(1)>`|.weft'
  const document = compare(textSide(blocks('Unit'), hostile), textSide(blocks('ConvUnit'), hostile))

  test('HTML is well formed whatever files are called, and says what text says', () => {
    const page = renderDiffPage(document, { depth: 2, provenance: 'weft <test>' })
    const elements = elementsOf(page)
    expect(elements.filter(({ name }) => name === 'script' || name === 'img')).toEqual([])
    expect(page).toContain('&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;')
    expect(page).toContain(
      '<code>encoder.level[0..3].Unit</code> → <code>encoder.level[0..3].ConvUnit</code>',
    )
    expect(renderDiffPage(document, { depth: 2, provenance: 'weft <test>' })).toBe(page)
  })

  test('Markdown keeps names as code', () => {
    const page = renderDiff(document, 'md', { depth: 2, width: 100 })
    expect(page).toContain(`- A: \`\`${hostile}\`\``)
    expect(page).toContain('- renamed: `encoder.level[0..3].Unit` → `encoder.level[0..3].ConvUnit` 4 modules')
    expect(codeSpan('a``b`')).toBe('``` a``b` ```')
  })

  test('totals are the same numbers everywhere', () => {
    const other = compare(
      textSide(blocks('Unit')),
      textSide(blocks('Unit').replace('base: int = 4', 'base: int = 5')),
    )
    const count = other.cost.training.after.parameters.toLocaleString('en')
    const all = [
      text(other),
      renderDiff(other, 'md', { depth: 2, width: 100 }),
      renderDiffPage(other, { depth: 2, provenance: '' }),
    ]
    expect(all.filter((one) => !one.includes(count))).toEqual([])
  })
})
