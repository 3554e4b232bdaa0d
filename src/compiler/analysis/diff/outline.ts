// What changed in the architecture, in words: like changes of many modules are told once, with the pattern of their paths.
import { formatBytes, withSeparators } from '../../text/numbers.ts'
import type {
  Architecture,
  BackboneChange,
  BudgetData,
  Change,
  FusionChange,
  LoneModule,
  NamedChange,
  OperatorChange,
  OutputData,
  RenamedModule,
  WiringChange,
} from './document.ts'
import { foldPaths, groupBy, skeletonOf } from './path-patterns.ts'
import { code, counted, countText, item, type Chapter, type Item, type Phrase, type Sign } from './phrases.ts'

/** Chapters without items are left out. */
export function outlineOf(changes: Architecture): Chapter[] {
  const chapters: readonly (readonly [title: string, items: readonly Item[]])[] = [
    ['arguments', changes.arguments.map(namedItem)],
    ['inputs', changes.inputs.map(namedItem)],
    ['outputs', changes.outputs.map(outputItem)],
    [
      'modules',
      [
        ...(changes.renamed.length === 0 ? [] : renamedItems(changes.renamed)),
        ...loneItems('-', changes.removed),
        ...loneItems('+', changes.added),
      ],
    ],
    ['operators', operatorItems(changes.operators)],
    ['wiring', wiringItems(changes.wiring)],
    ['backbones', changes.backbones.flatMap(backboneItems)],
    ['fusions', changes.fusions.flatMap(fusionItems)],
    ['budgets', changes.budgets.map(budgetItem)],
  ]
  return chapters.flatMap(([title, items]) => (items.length === 0 ? [] : [{ title, items }]))
}

function signOf({ before, after }: Change<unknown>): Sign {
  return before === null ? '+' : after === null ? '-' : '~'
}

/** `32 → 48`; the value alone where the other side has none. */
function valuePhrase({ before, after }: Change): Phrase {
  if (before === null || after === null) return [code(before ?? after ?? '')]
  return [code(before), ' → ', code(after)]
}

export function namedItem(change: NamedChange): Item {
  return item(signOf(change), [code(change.name), '  ', ...valuePhrase(change)])
}

function outputItem(change: NamedChange<OutputData>): Item {
  const { name, before, after } = change
  const whole = (one: OutputData): string => `${one.aux ? 'auxiliary, ' : ''}${one.shape}, from ${one.from}`
  if (before === null || after === null) {
    const only = before ?? after
    return item(signOf(change), [code(name), only === null ? '' : `  ${whole(only)}`])
  }
  const details: Phrase[] = []
  if (before.shape !== after.shape) details.push([`${before.shape} → ${after.shape}`])
  if (before.aux !== after.aux)
    details.push([after.aux ? 'auxiliary now: trained, no part of inference' : 'part of inference now'])
  if (before.from !== after.from) details.push(['from ', code(before.from), ' → ', code(after.from)])
  return item('~', [code(name)], details.length === 0 ? [['from another operator']] : details)
}

// ---------------------------------------------------------------- modules

function loneItems(sign: Sign, modules: readonly LoneModule[]): Item[] {
  return [...groupBy(modules, (one) => skeletonOf(one.path)).values()].map((group) => {
    const paths = foldPaths(group.map((one) => one.path)).map((one) => one.text)
    const operators = group.reduce((sum, one) => sum + one.operators, 0)
    const parameters = group.reduce((sum, one) => sum + one.parameters, 0)
    const many = group.length === 1 ? '' : `${counted(group.length, 'module')}, `
    const size = parameters === 0 ? 'no parameters' : `${countText(parameters)} parameters`
    return item(sign, [code(paths.join(', ')), `  ${many}${counted(operators, 'operator')}, ${size}`])
  })
}

function renamedItems(modules: readonly RenamedModule[]): Item[] {
  const groups = groupBy(modules, (one) => `${skeletonOf(one.before)} > ${skeletonOf(one.after)}`)
  return [...groups.values()].map((group) => {
    const text = (paths: readonly string[]): string =>
      foldPaths(paths)
        .map((one) => one.text)
        .join(', ')
    const many = group.length === 1 ? '' : `  ${counted(group.length, 'module')}`
    const [before, after] = [text(group.map((one) => one.before)), text(group.map((one) => one.after))]
    return item('>', [code(before), ' → ', code(after), many])
  })
}

// ---------------------------------------------------------------- operators

interface OperatorGroup {
  readonly operator: string
  readonly text: Phrase
  readonly paths: readonly string[]
}

function operatorItems(changes: readonly OperatorChange[]): Item[] {
  const byPattern = groupBy(changes, (one) => {
    const attributes = one.changes.map(({ name }) => name).join()
    return `${one.operator} ${attributes} ${skeletonOf(one.path)}`
  })
  const groups = [...byPattern.values()].map((group): OperatorGroup => ({
    operator: group[0]?.operator ?? '',
    text: attributePhrase(group),
    paths: group.map((one) => one.path),
  }))
  // The same change under several patterns is one change.
  return [...groupBy(groups, (one) => `${one.operator} ${JSON.stringify(one.text)}`).values()].map((same) => {
    const [first] = same
    const paths = same.flatMap((one) => one.paths)
    const places = foldPaths(paths).map((one): Phrase => [
      code(one.text),
      one.paths.length === 1 ? '' : `  ${one.paths.length}`,
    ])
    const count = paths.length === 1 ? '' : `  (${counted(paths.length, 'operator')})`
    return item('~', [code(first?.operator ?? ''), '  ', ...(first?.text ?? []), count], places)
  })
}

/** `channels 32 → 48, 64 → 96; bias false → true` */
function attributePhrase(group: readonly OperatorChange[]): Phrase {
  const [first] = group
  return (first?.changes ?? []).flatMap(({ name }, at): Phrase => {
    const values = group.flatMap((one) => one.changes.filter((change) => change.name === name))
    return [at === 0 ? '' : '; ', `${name} `, ...distinctValues(values)]
  })
}

const valuesShown = 5

function distinctValues(changes: readonly Change[]): Phrase {
  const texts = [...new Set(changes.map(({ before, after }) => `${before ?? 'none'} → ${after ?? 'none'}`))]
  const sorted = texts.toSorted(byNumber)
  if (sorted.length <= valuesShown) return [code(sorted.join(', '))]
  const shown = [...sorted.slice(0, valuesShown - 2), '…', ...sorted.slice(-1)].join(', ')
  return [code(shown), ` (${sorted.length} different)`]
}

/** By the first number in them, as widths are read; texts without one stay as they come. */
function byNumber(a: string, b: string): number {
  const number = (text: string): number => Number(/-?\d+(?:\.\d+)?/.exec(text)?.[0] ?? 0)
  return number(a) - number(b)
}

function wiringItems(changes: readonly WiringChange[]): Item[] {
  const key = ({ path, lost, gained }: WiringChange): string =>
    [path, '<', ...lost, '>', ...gained].map(skeletonOf).join(' ')
  return [...groupBy(changes, key).values()].map((group) => {
    const text = (paths: readonly string[]): string =>
      foldPaths(paths)
        .map((one) => one.text)
        .join(', ')
    const [lost, gained] = [group.flatMap((one) => one.lost), group.flatMap((one) => one.gained)]
    const details: Phrase[] = []
    if (lost.length > 0) details.push(['no longer reads ', code(text(lost))])
    if (gained.length > 0) details.push(['now reads ', code(text(gained))])
    const many = group.length === 1 ? '' : `  (${counted(group.length, 'operator')})`
    return item('~', [code(text(group.map((one) => one.path))), many], details)
  })
}

// ---------------------------------------------------------------- backbones and fusions

function backboneItems({ path, removed, added, strides }: BackboneChange): Item[] {
  const changed = strides.map((one): Phrase => [code(one.name), '  stride ', ...valuePhrase(one)])
  const lone = (sign: Sign, levels: readonly string[]): Item[] =>
    foldPaths(levels).map((one) => item(sign, [code(`${path}.${one.text}`)]))
  return [
    ...lone('-', removed),
    ...lone('+', added),
    ...(changed.length === 0 ? [] : [item('~', [code(path)], changed)]),
  ]
}

function fusionItems({ path, removedNodes, addedNodes, edges, sparsity, kept }: FusionChange): Item[] {
  const nodes = (sign: Sign, names: readonly string[]): Item[] =>
    foldPaths(names).map((one) =>
      item(sign, [code(`${path}.${one.text}`), `  ${counted(one.paths.length, 'node')}`]),
    )
  const edgeGroups = groupBy(edges, (one) => `${signOf(one)} ${skeletonOf(one.edge)}`)
  const edgeItems = [...edgeGroups.values()].map((group) => {
    const [first] = group
    const names = foldPaths(group.map((one) => one.edge)).map((one) => one.text)
    const where = foldPaths(group.map((one) => `${path}.${one.node}`)).map((one) => one.text)
    const reads = group.length === 1 && first !== undefined ? [['reads ', ...valuePhrase(first)]] : []
    const count = counted(group.length, 'edge')
    const sign = first === undefined ? '~' : signOf(first)
    return item(sign, [`edge `, code(names.join(', ')), ' of ', code(where.join(', ')), `  ${count}`], reads)
  })
  const settings = sparsity.map((one): Phrase => [code(one.name), '  ', ...settingPhrase(one)])
  const masks: Phrase[] = kept.before === kept.after ? [] : [['connections kept  ', ...keptPhrase(kept)]]
  const masked = [...settings, ...masks]
  return [
    ...nodes('-', removedNodes),
    ...nodes('+', addedNodes),
    ...edgeItems,
    ...(masked.length === 0 ? [] : [item('~', ['sparsity of ', code(path)], masked)]),
  ]
}

function settingPhrase({ before, after }: Change): Phrase {
  return [code(before ?? 'none'), ' → ', code(after ?? 'none')]
}

/** `414,569 of 2,072,832 (20.0 %) → all`. */
function keptPhrase({ before, after }: Change): Phrase {
  const text = (one: string | null): string => {
    if (one === null) return 'all'
    const [kept = 0, total = 0] = one.split('/').map(Number)
    const share = total === 0 ? 0 : (100 * kept) / total
    return `${withSeparators(kept)} of ${withSeparators(total)} (${share.toFixed(1)} %)`
  }
  return [`${text(before)} → ${text(after)}`]
}

// ---------------------------------------------------------------- budgets

function budgetItem(change: NamedChange<BudgetData>): Item {
  const text = (one: BudgetData): string => {
    const show = one.metric === 'memory' ? formatBytes : countText
    const spent = one.actual === null ? 'unknown' : show(one.actual)
    return `${spent} of ${show(one.limit)}: ${one.kept ? 'kept' : 'broken'}`
  }
  const { name, before, after } = change
  if (before === null || after === null) {
    const only = before ?? after
    return item(signOf(change), [code(name), only === null ? '' : `  ${text(only)}`])
  }
  return item('~', [code(name)], [[text(before)], [`→ ${text(after)}`]])
}
