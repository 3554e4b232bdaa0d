// The report's renderings of one document: what they say, that it fits, and that it is the same.
import { Ajv } from 'ajv'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { csvText } from '../../../src/backends/report/csv.ts'
import { renderCost, type Format } from '../../../src/backends/report/index.ts'
import { costDocument, type CostDocument, type ModuleRow } from '../../../src/backends/report/model.ts'
import type { Dimension } from '../../../src/backends/report/rows.ts'
import { budgetResults } from '../../../src/compiler/analysis/budgets.ts'
import { reconcile } from '../../../src/compiler/analysis/conventions/reconcile.ts'
import { cost } from '../../../src/compiler/analysis/cost.ts'
import { graphOf } from '../../support/compile-text.ts'

const root = join(import.meta.dirname, '..', '..', '..')

function documentOf(text: string): CostDocument {
  const { graph, sources } = graphOf(text)
  const { report } = cost(graph, sources)
  if (report === undefined) throw new Error('no report')
  return costDocument(graph, report, budgetResults(graph, report), sources)
}

function render(text: string, format: Format, by: Dimension = 'module', width = 100, depth = 9): string {
  return renderCost(documentOf(text), format, { by, depth, width })
}

const small = `network Net(base: int = 4, mode: string = "half") {
  input image: [1, 8, 8]
  let x = image -> conv(base, 3, padding = mode)
  output logits = x -> relu -> conv(2, 1)
  aux output deep = x -> conv(3, 1, bias = false)
  budget params <= 1K
}
`

const sparse = `network Net {
  input image: [4, 64, 64]
  backbone encoder {
    level[0] = image -> conv(32, 3, bias = false)
    level[1] = level[0] -> max_pool(2) -> conv(64, 3, bias = false)
  }
  fusion decoder {
    node[1] = encoder[1]
    node[0] {
      edge skip = encoder[0]
      edge upward = node[1] -> conv_transpose(32, 2, stride = 2, bias = false)
      fuse = concat -> conv(32, 3)
    }
    sparsity 75%
  }
  output logits = decoder[0]
}
`

const example = (name: string): string => readFileSync(join(root, 'examples', `${name}.weft`), 'utf8')

describe('table', () => {
  test('states what is counted, then the rows', () => {
    expect(`\n${render(small, 'table', 'module', 80)}`).toMatchInlineSnapshot(`
      "
      Net(base = 4, mode = half)
      inputs     image N×1×8×8
      outputs    logits N×2×8×8
      auxiliary  deep N×3×8×8 (training only)
      counted    MACs for a batch of 1: convolution = output positions × weights,
                 transposed = input positions × weights, matrix product = m·k·n;
                 nothing else counts

      total      parameters            MACs
      training           62  3.58 K (3,584)
      inference          50  2.82 K (2,816)

      budget params(training) 62 of 1.00 K (1,000): kept

      module       parameters   MACs   share  line
      x.conv               40  2,304  64.3 %     3
      logits.conv          10    512  14.3 %     4
      deep.conv            12    768  21.4 %     5
      rows count training (every output); share is of the MACs
      not shown: 1 without parameters and MACs
      "
    `)
  })

  test('with masks has effective columns, rounded where the width is short', () => {
    expect(`\n${render(sparse, 'table', 'module', 100, 2)}`).toMatchInlineSnapshot(`
      "
      Net
      inputs   image N×4×64×64
      outputs  logits N×32×64×64
      counted  MACs for a batch of 1: convolution = output positions × weights, transposed = input
               positions × weights, matrix product = m·k·n; nothing else counts

      total                       parameters                    MACs
      training              46.24 K (46,240)  107.48 M (107,479,040)
      training, effective   26.27 K (26,272)    44.56 M (44,564,480)
      inference             46.24 K (46,240)  107.48 M (107,479,040)
      inference, effective  26.27 K (26,272)    44.56 M (44,564,480)

      module                   parameters  effective        MACs   effective   share  line
      encoder                      19,584     19,584  23,592,960  23,592,960  52.9 %     4
        level[0].conv               1,152      1,152   4,718,592   4,718,592  10.6 %     4
        level[1].conv              18,432     18,432  18,874,368  18,874,368  42.4 %     5
      decoder.node[0]              26,656      6,688  83,886,080  20,971,520  47.1 %     9
        upward.conv_transpose       8,192      2,048   8,388,608   2,097,152   4.7 %    11
        fuse.conv                  18,464      4,640  75,497,472  18,874,368  42.4 %    12
      rows count training (every output); share is of the effective MACs
      not shown: 1 without parameters and MACs
      "
    `)
    expect(`\n${render(sparse, 'table', 'module', 60, 1)}`).toMatchInlineSnapshot(`
      "
      Net
      inputs   image N×4×64×64
      outputs  logits N×32×64×64
      counted  MACs for a batch of 1: convolution = output
               positions × weights, transposed = input positions ×
               weights, matrix product = m·k·n; nothing else
               counts

      total                 parameters      MACs
      training                 46.24 K  107.48 M
      training, effective      26.27 K   44.56 M
      inference                46.24 K  107.48 M
      inference, effective     26.27 K   44.56 M

      module           effective  effective   share  line
      encoder            19.58 K    23.59 M  52.9 %     4
      decoder.node[0]     6.69 K    20.97 M  47.1 %     9
      rows count training (every output); share is of the
      effective MACs
      not shown: 1 without parameters and MACs
      not shown: 4 deeper; --depth 2 shows all
      "
    `)
  })

  test.each([60, 80, 100, 140])('fits %i columns', (width) => {
    for (const by of ['module', 'operator', 'line'] as const) {
      const lines = render(example('e2enet'), 'table', by, width).split('\n')
      const longest = lines.toSorted((a, b) => b.length - a.length)[0] ?? ''
      expect(longest.length, longest).toBeLessThanOrEqual(width)
    }
  })
})

describe('json', () => {
  const schema: unknown = JSON.parse(readFileSync(join(root, 'schema', 'weft-cost-1.schema.json'), 'utf8'))
  const validate = new Ajv({ allowUnionTypes: true, allErrors: true }).compile(schema as object)

  test.each(['e2enet', 'unet', 'unetpp', 'nnunet'])('of %s follows its schema', (name) => {
    const document: unknown = JSON.parse(render(example(name), 'json'))
    expect(validate(document), JSON.stringify(validate.errors)).toBe(true)
  })

  test('the schema refuses what is not a report', () => {
    const document = documentOf(small)
    for (const wrong of [
      { ...document, schema: 'weft-cost/2' },
      { ...document, totals: { training: document.totals.training } },
      { ...document, modules: [{ ...document.modules[0], parameters: 1.5 }] },
    ]) {
      expect(validate(JSON.parse(JSON.stringify(wrong)))).toBe(false)
    }
  })

  test('has shapes with the batch first, arguments in force, budgets with their outcome', () => {
    const { arguments: args, inputs, outputs, budgets } = documentOf(small)
    expect(args).toEqual({ base: 4, mode: 'half' })
    expect(inputs).toEqual([{ name: 'image', shape: ['N', 1, 8, 8] }])
    expect(outputs).toEqual([
      { name: 'logits', shape: ['N', 2, 8, 8], aux: false },
      { name: 'deep', shape: ['N', 3, 8, 8], aux: true },
    ])
    expect(budgets).toEqual([
      {
        name: 'params(training)',
        metric: 'params',
        mode: 'training',
        dense: false,
        batch: 1,
        limit: 1000,
        actual: 62,
        kept: true,
        file: 'net.weft',
        line: 6,
      },
    ])
  })
})

describe('csv', () => {
  test('a text that a spreadsheet would compute stands behind an apostrophe; numbers stay numbers', () => {
    const row = ['=1+1', '+x', '-2+3', '@SUM(A1)', '\t=1', ' =1', '-0.5', '1e-3', 'a-b', -4, 'say "=1"']
    const cells = [
      `"'=1+1"`,
      `"'+x"`,
      `"'-2+3"`,
      `"'@SUM(A1)"`,
      `"'\t=1"`,
      `"' =1"`,
      '-0.5',
      '1e-3',
      'a-b',
      '-4',
    ]
    expect(csvText([row])).toBe(`${cells.join(',')},"say ""=1"""\n`)
  })

  test('quotes what needs it', () => {
    expect(`\n${render(small.replace('conv(2, 1)', 'conv(2, [1, 1])'), 'csv', 'line')}`)
      .toMatchInlineSnapshot(`
        "
        line,depth,file,line,parameters,effective_parameters,macs,effective_macs,inference_parameters,inference_effective_parameters,inference_macs,inference_effective_macs,convention,counted,effective_counted,inference_counted,inference_effective_counted
        net.weft:2,0,net.weft,2,0,0,0,0,0,0,0,0,mac,0,0,0,0
        net.weft:3,0,net.weft,3,40,40,2304,2304,40,40,2304,2304,mac,2304,2304,2304,2304
        net.weft:4,0,net.weft,4,10,10,512,512,10,10,512,512,mac,512,512,512,512
        net.weft:5,0,net.weft,5,12,12,768,768,0,0,0,0,mac,768,768,0,0
        "
      `)
  })
})

describe('markdown', () => {
  test('is a page with two tables', () => {
    expect(`\n${render(small, 'md', 'operator')}`).toMatchInlineSnapshot(`
      "
      ## Net(base = 4, mode = half)

      - inputs: image N×1×8×8
      - outputs: logits N×2×8×8
      - auxiliary: deep N×3×8×8 (training only)
      - MACs for a batch of 1: convolution = output positions × weights, transposed = input positions × weights, matrix product = m·k·n; nothing else counts
      - budget: params(training) 62 of 1.00 K (1,000): kept

      | total | parameters | MACs |
      | :-- | --: | --: |
      | training | 62 | 3.58 K (3,584) |
      | inference | 50 | 2.82 K (2,816) |

      | operator | parameters | MACs |
      | :-- | --: | --: |
      | conv (3) | 62 | 3,584 |
      "
    `)
  })
})

test('all formats show the same numbers', () => {
  const text = example('nnunet')
  const document = documentOf(text)
  const leaves = (modules: readonly ModuleRow[]): ModuleRow[] =>
    modules.flatMap((one) => (one.children.length === 0 ? [one] : leaves(one.children)))
  const parameters = new Set(
    leaves(document.modules)
      .map((one) => one.parameters)
      .filter((one) => one > 0),
  )
  const digits = (format: Format): Set<number> =>
    new Set(
      [...render(text, format, 'module', 140, 20).matchAll(/\d[\d,]*/g)].map(([number]) =>
        Number(number.replaceAll(',', '')),
      ),
    )
  for (const format of ['table', 'md'] as const) {
    const shown = digits(format)
    expect(
      [...parameters].filter((one) => !shown.has(one)),
      format,
    ).toEqual([])
  }
  const csv = render(text, 'csv', 'module', 140, 20)
  expect([...parameters].filter((one) => !csv.includes(`,${one},`))).toEqual([])
})

describe('reconciliation', () => {
  const { graph, sources } = graphOf(example('e2enet'))
  const { report } = cost(graph, sources)
  if (report === undefined) throw new Error('no report')
  const rows = reconcile(report)
  if ('severity' in rows) throw new Error(rows.message)
  const document = costDocument(graph, report, [], sources, { reconciled: rows })

  test.each([60, 80, 100, 140])('fits %i columns', (width) => {
    const lines = renderCost(document, 'table', { by: 'module', depth: 1, width }).split('\n')
    expect(lines.filter((line) => [...line].length > width)).toEqual([])
  })

  test('says which total is without masks where a tool sees none', () => {
    const text = renderCost(document, 'table', { by: 'module', depth: 1, width: 100 })
    expect(text).toMatch(/^thop@0\.1\.1 +1,538,500,231,168 +1,538,500,231,168/m)
    expect(text).toMatch(/^e2enet +3,068,788,736,000 +777,982,377,984/m)
    expect(text).toContain('= 777,982,377,984  training, effective')
    expect(text).toContain('where a convention ignores masks, its effective count is the dense one')
  })
})

test('the same spec gives the same bytes', () => {
  for (const format of ['table', 'json', 'csv', 'md'] as const) {
    expect(render(example('unetpp'), format)).toBe(render(example('unetpp'), format))
  }
})
