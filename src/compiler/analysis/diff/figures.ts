// The tables of a comparison: totals of both sides, and what each module changes by.
import type { CostData, DiffDocument, ModuleDelta } from './document.ts'
import { changeText, exact, type Unit } from './phrases.ts'

export interface Figures {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

interface Metric {
  readonly name: string
  readonly unit: Unit
  readonly before: number | null
  readonly after: number | null
}

/** Everything that is counted, exactly. Effective numbers where masks make them others. */
export function totalFigures({ cost }: DiffDocument): Figures {
  const { training, inference } = cost
  const of = <T>(name: string, unit: Unit, pair: Sides<T>, read: (one: T) => number | null): Metric => ({
    name,
    unit,
    before: read(pair.before),
    after: read(pair.after),
  })
  const metrics = [
    of('parameters', 'count', training, (one) => one.parameters),
    of('parameters, effective', 'count', training, (one) => one.effectiveParameters),
    of('MACs, inference', 'count', inference, (one) => one.macs),
    of('MACs, inference, effective', 'count', inference, (one) => one.effectiveMacs),
    of('MACs, every output', 'count', training, (one) => one.macs),
    of('MACs, every output, effective', 'count', training, (one) => one.effectiveMacs),
    of('bytes, inference peak', 'bytes', inference, (one) => one.peakBytes),
    of('bytes, training peak', 'bytes', training, (one) => one.peakBytes),
  ]
  const masked = isMasked(cost.training.before) || isMasked(cost.training.after)
  return {
    head: ['total', 'A', 'B', 'change'],
    rows: metrics
      .filter((one) => masked || !one.name.endsWith('effective'))
      .map(({ name, unit, before, after }) => [
        name,
        exact(before),
        exact(after),
        changeText(before, after, unit),
      ]),
  }
}

interface Sides<T> {
  readonly before: T
  readonly after: T
}

function isMasked(one: CostData): boolean {
  return one.parameters !== one.effectiveParameters
}

export interface ModuleRow {
  readonly depth: number
  readonly path: string
  /** The last part of the path, or all of it at the top. */
  readonly label: string
  readonly cells: readonly string[]
}

export interface ModuleFigures {
  readonly head: readonly string[]
  readonly rows: readonly ModuleRow[]
  /** Modules to this depth whose costs are equal on both sides. */
  readonly equal: number
  /** Whether anything lies deeper. */
  readonly deeper: boolean
}

/** Modules whose costs differ, to a depth; masks counted. */
export function moduleFigures({ cost }: DiffDocument, depth: number): ModuleFigures {
  const rows: ModuleRow[] = []
  let equal = 0
  let deeper = false
  const visit = (module: ModuleDelta, at: number): void => {
    if (isEqual(module)) {
      equal += 1
      return
    }
    const inner = innermost(module)
    const outer = at === 0 ? -1 : module.path.lastIndexOf('.')
    const label = `${inner.path.slice(outer + 1)}${onlySide(module)}`
    rows.push({ depth: at, path: inner.path, label, cells: cellsOf(module) })
    if (at + 1 < depth) for (const part of inner.children) visit(part, at + 1)
    else if (inner.children.length > 0) deeper = true
  }
  for (const module of cost.modules) visit(module, 0)
  const masked = isMasked(cost.training.before) || isMasked(cost.training.after)
  const effective = masked ? 'effective ' : ''
  const head = ['module', `${effective}parameters`, `${effective}MACs`, 'weights and results']
  return { head, rows, equal, deeper }
}

/** A module that holds one other alone costs what that costs: they share a row. */
function innermost(module: ModuleDelta): ModuleDelta {
  const [only, ...others] = module.children
  return only === undefined || others.length > 0 || isEqual(only) ? module : innermost(only)
}

function onlySide({ before, after }: ModuleDelta): string {
  return before === null ? ' (new)' : after === null ? ' (gone)' : ''
}

const metricsShown: readonly (readonly [read: (one: CostData) => number | null, unit: Unit])[] = [
  [(one) => one.effectiveParameters, 'count'],
  [(one) => one.effectiveMacs, 'count'],
  [(one) => one.heldBytes, 'bytes'],
]

function cellsOf({ before, after }: ModuleDelta): string[] {
  return metricsShown.map(([read, unit]) =>
    changeText(before === null ? 0 : read(before), after === null ? 0 : read(after), unit),
  )
}

const counts = ['parameters', 'effectiveParameters', 'macs', 'effectiveMacs', 'heldBytes'] as const

function isEqual({ before, after }: ModuleDelta): boolean {
  return counts.every((name) => (before?.[name] ?? 0) === (after?.[name] ?? 0))
}
