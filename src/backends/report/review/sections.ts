// The tables of a review, as text: Markdown prints them, the page shows them. Numbers are written here once for both.
import type { Contender } from './contender.ts'
import type { PartRow, ReviewDocument, SparsityData } from './model.ts'
import { formatCount, humanBytes, humanCount, withSeparators } from '../../../compiler/text/numbers.ts'
import type { BudgetRow, CostDocument, Numbers, ShapeData } from '../model.ts'
import { hasMasks } from '../rows.ts'
import type { Section } from '../section.ts'

export const unknown = 'unknown'

export const exact = (value: number | null): string => (value === null ? unknown : withSeparators(value))
export const rounded = (value: number | null): string => (value === null ? unknown : humanCount(value))
const counted = (value: number | null): string => (value === null ? unknown : formatCount(value))
const bytes = (value: number | null): string => (value === null ? unknown : humanBytes(value))

export function share(part: number | null, total: number | null): string {
  return part === null || total === null || total === 0 ? '' : `${((100 * part) / total).toFixed(1)} %`
}

export const shapeText = (shape: ShapeData): string => shape.join('×')

// ---------------------------------------------------------------- what goes in and comes out

export function interfaceSection({ cost, memory }: ReviewDocument): Section {
  const field = (output: string): string => {
    const found = memory?.receptiveFields.filter((one) => one.output === output) ?? []
    return found.map(({ fields }) => (fields === null ? unknown : fields.join('×'))).join(', ')
  }
  return {
    title: 'inputs and outputs',
    header: ['tensor', 'what', 'shape', 'receptive field'],
    rows: [
      ...cost.inputs.map(({ name, shape }) => [name, 'input', shapeText(shape), '']),
      ...cost.outputs.map(({ name, shape, aux }) => [
        name,
        aux ? 'auxiliary output (training only)' : 'output',
        shapeText(shape),
        field(name),
      ]),
    ],
    words: 'all',
    notes: [],
  }
}

// ---------------------------------------------------------------- totals and budgets

export function totalsSection({ cost, memory }: ReviewDocument): Section {
  const { training, inference } = cost.totals
  const row = (name: string, read: (one: Numbers) => number | null): string[] => [
    name,
    counted(read(training)),
    counted(read(inference)),
  ]
  const masked = hasMasks(cost)
  const { name, column } = cost.convention
  const effective = (title: string, read: (one: Numbers) => number | null): string[][] =>
    masked ? [row(`${title}, effective`, read)] : []
  return {
    title: 'totals',
    header: ['', 'training (every output)', 'inference'],
    rows: [
      row('parameters', (one) => one.parameters),
      ...effective('parameters', (one) => one.effectiveParameters),
      ...(cost.unreadParameters === 0 ? [] : [['never read', counted(cost.unreadParameters), '0']]),
      row('MACs', (one) => one.macs),
      ...effective('MACs', (one) => one.effectiveMacs),
      ...executedRows(cost),
      ...(cost.unreadMacs === 0 ? [] : [['for nothing', counted(cost.unreadMacs), '0']]),
      ...(name === 'mac' ? [] : [row(column, (one) => one.counted)]),
      ...(name === 'mac' ? [] : effective(column, (one) => one.effectiveCounted)),
      ...(memory === null
        ? []
        : [['memory', bytes(memory.training.totalBytes), bytes(memory.inference.totalBytes)]]),
    ],
    notes: conventionNotes(cost, memory),
  }
}

/** Exports are of inference. */
const executedRows = ({ executed, totals }: CostDocument): string[][] =>
  executed === undefined
    ? []
    : [[`MACs, executed by ${executed.target}`, '–', counted(totals.inference.executedMacs ?? null)]]

function conventionNotes({ convention }: CostDocument, memory: ReviewDocument['memory']): string[] {
  const { name, rule, tool, note } = convention
  return [
    `convention ${name}: ${rule}`,
    ...(name === 'mac' ? [] : [`as printed by ${tool}`]),
    ...(note === null ? [] : [note]),
    'counts are for a batch of one',
    ...(memory === null
      ? ['memory needs extents that are numbers']
      : [
          `memory: tensors at batch ${memory.batch}, activations in ${memory.dtype}, optimiser ${memory.optimizer}; no workspaces of kernels, no allocator`,
        ]),
  ]
}

/** Slack is what is left; negative where the budget is broken. */
export function budgetSection({ cost }: ReviewDocument): Section {
  return {
    title: 'budgets',
    header: ['budget', 'spent', 'limit', 'slack', 'verdict', 'line'],
    rows: cost.budgets.map((one) => [
      one.name,
      amountText(one, one.actual),
      amountText(one, one.limit),
      slackText(one),
      one.kept ? 'kept' : one.actual === null ? unknown : 'broken',
      `${one.file}:${one.line}`,
    ]),
    words: 'last-two',
    notes: cost.budgets.length === 0 ? ['the network declares none'] : [],
  }
}

export function amountText({ metric }: BudgetRow, value: number | null): string {
  return metric === 'memory' ? bytes(value) : rounded(value)
}

export function slackText(budget: BudgetRow): string {
  const { actual, limit } = budget
  if (actual === null) return unknown
  const left = limit - actual
  const size = amountText(budget, Math.abs(left))
  const sign = left < 0 ? '-' : ''
  return limit === 0 ? `${sign}${size}` : `${sign}${size} (${sign}${share(Math.abs(left), limit)})`
}

// ---------------------------------------------------------------- sparsity

export function sparsitySection(fusion: SparsityData): Section {
  const total = fusion.parts.reduce(sumOfParts)
  const parts = fusion.parts.length > 1 ? [...fusion.parts, { ...total, part: 'all' }] : fusion.parts
  return {
    title: `sparsity of ${fusion.path}`,
    header: [
      'part',
      'masked weights',
      'kept connections',
      'density',
      'parameters',
      'effective',
      'MACs',
      'effective',
    ],
    rows: parts.map(partCells),
    notes: [
      `connections are ${connectionsText(fusion)}, chosen ${fusion.init === 'erk' ? 'by the ERK rule' : 'uniformly'}; counts are of training`,
    ],
  }
}

function connectionsText({ granularity, outs }: SparsityData): string {
  switch (granularity) {
    case 'weight':
      return 'single weights'
    case 'kernel':
      return 'kernels (one input channel to one output channel)'
    case 'block':
      return `blocks (the kernels from one input channel to ${outs} output channels; all blocks keep equally many inputs)`
    case 'channel':
      return 'input channels (all kernels that read one)'
  }
}

/** By edge direction: what the edges bring, and how dense what they pass through is. */
export function directionSection({ path, directions }: SparsityData): Section {
  return {
    title: `edges of ${path}`,
    header: ['direction', 'edges', 'channels brought', 'weights passed through', 'kept', 'density'],
    rows: directions.map(({ direction, edges, channels, weights, keptWeights }) => [
      direction,
      withSeparators(edges),
      withSeparators(channels),
      rounded(weights),
      rounded(keptWeights),
      share(keptWeights, weights),
    ]),
    notes: [
      "weights of the edges' own operators, and the columns of the fuse's first weight that read their channels; what a mask over several edges keeps is shared by channels",
    ],
  }
}

function partCells(one: PartRow): string[] {
  return [
    one.part,
    `${one.maskedWeights} of ${one.weights}`,
    one.connections === 0 ? 'no mask' : `${withSeparators(one.kept)} of ${withSeparators(one.connections)}`,
    one.connections === 0 ? '' : share(one.kept, one.connections),
    rounded(one.parameters),
    rounded(one.effectiveParameters),
    rounded(one.macs),
    rounded(one.effectiveMacs),
  ]
}

function sumOfParts(a: PartRow, b: PartRow): PartRow {
  const plus = (x: number | null, y: number | null): number | null =>
    x === null || y === null ? null : x + y
  return {
    part: a.part,
    maskedWeights: a.maskedWeights + b.maskedWeights,
    weights: a.weights + b.weights,
    kept: a.kept + b.kept,
    connections: a.connections + b.connections,
    parameters: a.parameters + b.parameters,
    effectiveParameters: a.effectiveParameters + b.effectiveParameters,
    macs: plus(a.macs, b.macs),
    effectiveMacs: plus(a.effectiveMacs, b.effectiveMacs),
  }
}

// ---------------------------------------------------------------- side by side

interface Measure {
  readonly name: string
  read(one: Contender): number | null
  show(value: number | null): string
}

const count = (name: string, read: Measure['read']): Measure => ({ name, read, show: rounded })
const size = (name: string, read: Measure['read']): Measure => ({ name, read, show: bytes })

/** What networks are held against each other by; effective counts where any of them has masks. */
export function measuresOf({ contenders, cost }: ReviewDocument): readonly Measure[] {
  const masked = contenders.some((one) => one.effectiveParameters !== one.parameters)
  const { name, column } = cost.convention
  const asked = name !== 'mac'
  const measures: readonly (Measure | false)[] = [
    count('parameters', (one) => one.parameters),
    masked && count('parameters, effective', (one) => one.effectiveParameters),
    count('MACs, inference', (one) => one.inferenceMacs),
    masked && count('MACs, inference, effective', (one) => one.effectiveInferenceMacs),
    count('MACs, every output', (one) => one.trainingMacs),
    masked && count('MACs, every output, effective', (one) => one.effectiveTrainingMacs),
    asked && count(column, (one) => one.counted),
    asked && masked && count(`${column}, effective`, (one) => one.effectiveCounted),
    size('memory, inference', (one) => one.inferenceBytes),
    size('memory, training', (one) => one.trainingBytes),
    size('kept for the backward pass', (one) => one.savedBytes),
    count("nnU-Net's feature map proxy", (one) => one.featureMap),
  ]
  return measures.filter((one) => one !== false)
}

/** `3.30×`, `0.00017×` */
export function timesText(ratio: number): string {
  return `${ratio > 0 && ratio < 0.01 ? Number(ratio.toPrecision(2)) : ratio.toFixed(2)}×`
}

/** A column for each network; beside the numbers of the others, how many times this network's they are. */
export function comparisonSection(document: ReviewDocument): Section {
  const { contenders } = document
  const [own] = contenders
  const cell = (measure: Measure, other: Contender): string => {
    const [value, base] = [measure.read(other), own === undefined ? null : measure.read(own)]
    const shown = measure.show(value)
    return other === own || value === null || base === null || base === 0
      ? shown
      : `${shown} (${timesText(value / base)})`
  }
  return {
    title: 'side by side',
    header: ['', ...contenders.map((one) => one.label)],
    rows: [
      ['compared', ...contenders.map((one) => one.name)],
      [
        'inputs',
        ...contenders.map(({ inputs }) =>
          inputs.map(({ name, shape }) => `${name} ${shapeText(shape)}`).join(', '),
        ),
      ],
      ...measuresOf(document).map((one) => [one.name, ...contenders.map((other) => cell(one, other))]),
    ],
    notes: [`in brackets: times the number of ${own?.label ?? 'this network'}`],
  }
}
