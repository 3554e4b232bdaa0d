// What a report says before its rows: which network, at which extents, counted how. One wording for the terminal and for Markdown.
import { formatBytes, formatCount } from '../../compiler/text/numbers.ts'
import type { BudgetRow, CostDocument, Numbers, ShapeData } from './model.ts'
import { dataText } from './plain-data.ts'

/** `E2ENet(classes = 16, patch = [64, 160, 192])` */
export function titleOf(document: CostDocument): string {
  const args = Object.entries(document.arguments).map(([name, value]) => `${name} = ${dataText(value)}`)
  return args.length === 0 ? document.network : `${document.network}(${args.join(', ')})`
}

export interface Fact {
  readonly name: string
  readonly value: string
}

export function factsOf(document: CostDocument): Fact[] {
  const shown = ({ name, shape }: { name: string; shape: ShapeData }): string => `${name} ${shape.join('×')}`
  const main = document.outputs.filter((output) => !output.aux)
  const aux = document.outputs.filter((output) => output.aux)
  return [
    { name: 'inputs', value: document.inputs.map(shown).join(', ') },
    { name: 'outputs', value: main.map(shown).join(', ') },
    ...(aux.length === 0
      ? []
      : [{ name: 'auxiliary', value: `${aux.map(shown).join(', ')} (training only)` }]),
  ]
}

/** Where a convention was asked for: who counts so, where that parts from this number, and what it does with masks. */
export function conventionFacts({ convention }: CostDocument): Fact[] {
  if (convention.name === 'mac') return []
  const { tool, note, sparsity } = convention
  const masks = sparsity === 'ignored' ? ['ignores masks: effective counts are the dense ones'] : []
  return [
    { name: 'tool', value: tool },
    ...[...(note === null ? [] : [note]), ...masks].map((value) => ({ name: 'note', value })),
  ]
}

export interface TotalRow {
  readonly name: string
  readonly parameters: number
  /** In the unit of the document's convention. */
  readonly counted: number | null
}

/** Training and inference, dense and (where masks are) effective; then what of the former no output reads, where there is such. */
export function totalRows(document: CostDocument, masked: boolean): TotalRow[] {
  const rows = (name: string, total: Numbers): TotalRow[] => [
    { name, parameters: total.parameters, counted: total.counted },
    ...(masked
      ? [
          {
            name: `${name}, effective`,
            parameters: total.effectiveParameters,
            counted: total.effectiveCounted,
          },
        ]
      : []),
  ]
  const { totals, unreadParameters, unreadCounted, executed } = document
  const run = {
    name: `inference, executed by ${executed?.target}`,
    counted: totals.inference.executedMacs ?? null,
  }
  const unread = { name: 'never read', parameters: unreadParameters, counted: unreadCounted }
  return [
    ...rows('training', totals.training),
    ...rows('inference', totals.inference),
    ...(executed === undefined ? [] : [{ ...run, parameters: executed.weights }]),
    ...(unreadParameters === 0 && unreadCounted === 0 ? [] : [unread]),
  ]
}

/** `params(training) 23.81 M (23,806,928) of 12.00 M (12,000,000): broken` */
export function budgetText({ name, metric, actual, limit, kept }: BudgetRow): string {
  const show = metric === 'memory' ? formatBytes : formatCount
  return `${name} ${actual === null ? 'unknown' : show(actual)} of ${show(limit)}: ${kept ? 'kept' : 'broken'}`
}
