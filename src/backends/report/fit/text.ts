// A fit for a terminal: what was asked for, the answer, which limits bind, what one step of each knob would change, how the search went.
import {
  humanBytes,
  humanCount,
  formatBytes,
  formatCount,
  largest,
  withSeparators,
} from '../../../compiler/text/numbers.ts'
import { plainStyle, type Style } from '../../../compiler/text/style.ts'
import { visible } from '../../../compiler/text/visible.ts'
import { align, wrap } from '../text-layout.ts'
import type { FitDocument, FitLimitData, FitStepData } from './model.ts'
import { settingsText } from './settings.ts'

export interface FitTextOptions {
  readonly width: number
  readonly style?: Style
}

type Unit = FitDocument['objective']['unit']

const absent = '–'

export function renderFitText(document: FitDocument, { width, style = plainStyle }: FitTextOptions): string {
  const blocks = [
    facts(asked(document), width, style, style.bold(`${document.network}  ${document.file}`)),
    answer(document, width, style),
    limits(document, width, style),
    wrap(endsText(document), width).filter((line) => line !== ''),
    steps(document, width, style),
    facts(searched(document), width, style),
  ].filter((block) => block.length > 0)
  const lines = blocks.flatMap((block, at) => (at === 0 ? block : ['', ...block]))
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`
}

interface Fact {
  readonly name: string
  readonly value: string
}

function facts(all: readonly Fact[], width: number, style: Style, head?: string): string[] {
  const label = largest(all.map(({ name }) => name.length)) + 2
  const lines = all.flatMap(({ name, value }) =>
    wrap(value, width - label).map((line, at) => style.dim((at === 0 ? name : '').padEnd(label)) + line),
  )
  return head === undefined ? lines : [head, ...lines]
}

/** In one line. */
const lineOf = (text: string): string => visible(text.replaceAll(/\s+/g, ' '))

export const pointText = (given: Readonly<Record<string, string>>): string =>
  Object.entries(given)
    .map(([name, value]) => `${name} = ${lineOf(value)}`)
    .join(', ')

function asked({ objective, limits: all, knobs, set, memory }: FitDocument): Fact[] {
  return [
    { name: objective.sense, value: `${objective.name}: ${objective.rule}` },
    ...all.map(({ name, unit, limit, from }) => ({
      name: from,
      value: `${name} <= ${exact(unit, limit)}`,
    })),
    ...knobs.map(({ name, values }) => ({ name: 'vary', value: `${name}: ${lineOf(shortList(values))}` })),
    ...(Object.keys(set).length === 0 ? [] : [{ name: 'set', value: pointText(set) }]),
    ...(objective.unit === 'bytes'
      ? [{ name: 'memory for', value: `batch ${memory.batch}, ${memory.dtype}, ${memory.optimizer}` }]
      : []),
  ]
}

const valuesShown = 8

function shortList(values: readonly string[]): string {
  if (values.length <= valuesShown) return values.join(', ')
  return `${values.slice(0, 3).join(', ')}, … ${values.at(-1) ?? ''} (${withSeparators(values.length)} values)`
}

function answer(document: FitDocument, width: number, style: Style): string[] {
  const { best, objective } = document
  if (best === null) return wrap(whyNone(document), width).map(style.red)
  const totals = Object.entries(best.totals).flatMap(([name, value]) =>
    name === objective.name || value === null
      ? []
      : [{ name, value: exact(name.startsWith('memory') ? 'bytes' : 'count', value) }],
  )
  return [
    style.bold(`best: ${pointText(best.given)}`),
    ...facts(
      [
        { name: objective.name, value: exact(objective.unit, best.value) },
        ...totals,
        { name: 'as arguments', value: settingsText(best.settings) },
      ],
      width,
      style,
    ),
  ]
}

function whyNone({ search, failures }: FitDocument): string {
  if (search.measured === 0) return 'no point has a figure'
  const failed = failures.reduce((sum, { points }) => sum + points, 0)
  return failed === search.points ? 'no point has a network' : 'no point is within all limits'
}

/** Where no limit stands in the way, the ranges do. */
function endsText({ limits: all, best, knobs }: FitDocument): string {
  if (best === null || all.some(({ binds }) => binds)) return ''
  const ends = knobs.filter(({ name, values }) => {
    const at = values.indexOf(best.given[name] ?? '')
    return values.length > 1 && (at === 0 || at === values.length - 1)
  })
  const where =
    ends.length === 0 ? '' : `; at an end of its values: ${ends.map(({ name }) => name).join(', ')}`
  const what =
    all.length === 0 ? 'no limit was given' : 'no limit binds: without any one of them nothing is better'
  return `${what}${where}`
}

function limits({ limits: all, best, objective }: FitDocument, width: number, style: Style): string[] {
  if (all.length === 0) return []
  const rows = all.map(({ name, unit, limit, actual, slack, least }) => [
    name,
    human(unit, actual ?? least?.actual ?? null),
    human(unit, limit),
    slack === null ? '' : human(unit, slack),
  ])
  const head = best === null ? ['limit', 'at least', 'of', ''] : ['limit', 'spent', 'of', 'left']
  const [top = '', ...lines] = align([head, ...rows])
  return [
    style.dim(top),
    ...all.flatMap((one, at) => [
      lines[at] ?? '',
      ...wrap(limitText(one, objective), width - 4).flatMap((line) => (line === '' ? [] : [`    ${line}`])),
    ]),
  ]
}

function limitText(
  { binds, without, least, from }: FitLimitData,
  objective: FitDocument['objective'],
): string {
  if (least !== null) return `least at ${pointText(least.given)}`
  if (!binds || without === null) return ''
  const which = from === 'spec' ? "without the spec's budgets" : 'without it'
  return `binds: ${which} ${objective.name} would be ${human(objective.unit, without.value)}, at ${pointText(without.given)}`
}

function steps(document: FitDocument, width: number, style: Style): string[] {
  const { steps: all, limits: bounds, objective } = document
  if (all.length === 0) return []
  const names = bounds.filter(({ name }) => name !== objective.name)
  const cells = all.map((step) => [
    `${step.knob} = ${lineOf(step.to)}`,
    ...(step.change === null
      ? []
      : [
          signed(objective.unit, step.change.value),
          ...names.map(({ name, unit }) => signed(unit, step.change?.spent[name] ?? 0)),
        ]),
  ])
  const [top = '', ...lines] = align([
    ['one step to', objective.name, ...names.map(({ name }) => name)],
    ...cells,
  ])
  return [
    style.dim(top.trimEnd()),
    ...all.flatMap((step, at) => {
      const told = stepText(step)
      const line = (lines[at] ?? '').trimEnd()
      if (told === '') return [line]
      return [line, ...wrap(told, width - 4).map((one) => style.yellow(`    ${one}`))]
    }),
  ]
}

function stepText({ breaks, findings }: FitStepData): string {
  const [first] = findings
  if (first !== undefined) return `no network: ${first.code}: ${lineOf(first.message)}`
  return breaks.length === 0 ? '' : `over ${breaks.join(', ')}`
}

function searched({ search, failures, ties, objective }: FitDocument): Fact[] {
  const { points, evaluated, measured, exhaustive, tested, directions } = search
  const failed = failures.reduce((sum, one) => sum + one.points, 0)
  const rest = exhaustive ? 'every one evaluated' : `${withSeparators(evaluated)} evaluated`
  const how =
    exhaustive || tested === 0
      ? ''
      : `, the others settled by bounds of what rises or falls: so it did on the ${withSeparators(tested)} points tested beforehand and on every one since`
  const figures = measured === null ? '' : `, ${withSeparators(measured)} with a figure of ${objective.name}`
  return [
    { name: 'points', value: `${withSeparators(points)}${figures}: ${rest}${how}` },
    ...directions.map(({ quantity, along }) => ({
      name: 'bounds',
      value: `${quantity}: ${Object.entries(along)
        .map(([knob, direction]) => directionText(knob, direction))
        .join(', ')}`,
    })),
    ...(failed === 0 ? [] : [{ name: 'no network', value: `${withSeparators(failed)} of those evaluated` }]),
    ...failures.map(({ finding, points: count, given }) => ({
      name: finding.code,
      value: `${withSeparators(count)} ${count === 1 ? 'point' : 'points'}, such as ${pointText(given)}: ${lineOf(finding.message)}`,
    })),
    { name: 'ties', value: ties },
  ]
}

function directionText(knob: string, direction: string): string {
  if (direction === 'none') return `${knob} either way, so every value is looked at`
  return direction === 'constant' ? `${knob} without effect` : `${direction} with ${knob}`
}

const exact = (unit: Unit, value: number): string => {
  if (unit === 'result') return String(value)
  return unit === 'bytes' ? formatBytes(value) : formatCount(value)
}

function human(unit: Unit, value: number | null): string {
  if (value === null) return absent
  const sign = value < 0 ? '-' : ''
  const size = Math.abs(value)
  if (unit === 'result') return String(value)
  return sign + (unit === 'bytes' ? humanBytes(size) : humanCount(size))
}

function signed(unit: Unit, value: number): string {
  if (value === 0) return '0'
  if (unit === 'result') return `${value > 0 ? '+' : ''}${Number(value.toPrecision(6))}`
  return `${value > 0 ? '+' : ''}${human(unit, value)}`
}
