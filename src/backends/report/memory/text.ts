// The memory report for people: one list of sections, printed for a terminal or as Markdown.
import { causeTexts } from '../../../compiler/analysis/causes.ts'
import { formatCount, humanBytes, largest, withSeparators } from '../../../compiler/text/numbers.ts'
import { plainStyle, type Style } from '../../../compiler/text/style.ts'
import { escaped } from '../markdown.ts'
import { dataText } from '../plain-data.ts'
import { sectionMarkdown, type Section } from '../section.ts'
import { wrap } from '../text-layout.ts'
import { fittedTable } from './fitted-table.ts'
import type { CauseRow, MemoryDocument, PhaseData, TensorRow } from './model.ts'

export interface MemoryTextOptions {
  readonly width: number
  readonly unicode: boolean
  readonly style?: Style
}

export function renderMemory(
  document: MemoryDocument,
  format: 'table' | 'json' | 'md',
  options: MemoryTextOptions,
): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(document, undefined, 2)}\n`
    case 'md':
      return markdown(document)
    case 'table':
      return table(document, options)
  }
}

/** `NNUNet(classes = 16, …), batch 2, f32, momentum` */
function titleOf({ network, arguments: given, batch, dtype, optimizer }: MemoryDocument): string {
  const args = Object.entries(given).map(([name, value]) => `${name} = ${dataText(value)}`)
  return `${network}${args.length === 0 ? '' : `(${args.join(', ')})`}, batch ${batch}, ${dtype}, ${optimizer}`
}

/** Everything the report says, in order; `spark` draws the schedule in a line, or gives nothing. */
export function memorySections(
  document: MemoryDocument,
  spark: (values: readonly number[]) => string,
): Section[] {
  const { training, inference, saved } = document
  return [
    totals(document),
    causesSection('training: at the peak', training.peakBytes, training.causes, peakNotes(training, spark)),
    causesSection('training: kept for the backward pass', saved.bytes, saved.causes, []),
    tensorsSection('training: largest tensors at the peak', training),
    causesSection(
      'inference: at the peak',
      inference.peakBytes,
      inference.causes,
      peakNotes(inference, spark),
    ),
    tensorsSection('inference: largest tensors at the peak', inference),
    parametersSection(document),
    fieldsSection(document),
  ].filter((one) => one.rows.length > 0)
}

function totals({ training, inference, heldBytes, featureMap }: MemoryDocument): Section {
  const row = (name: string, read: (phase: PhaseData) => number): string[] => [
    name,
    humanBytes(read(training)),
    humanBytes(read(inference)),
  ]
  const rows = [
    row('weights', ({ resident }) => resident.weights),
    row('buffers', ({ resident }) => resident.buffers),
    row('cast weights', ({ resident }) => resident.castWeights),
    row('gradients of weights', ({ resident }) => resident.gradients),
    row('optimiser state', ({ resident }) => resident.optimizer),
    row('sparsity masks', ({ resident }) => resident.masks),
    row('activations at the peak', ({ peakBytes }) => peakBytes),
  ].filter(([, ...cells], at, all) => at === all.length - 1 || cells.some((cell) => cell !== '0 bytes'))
  return {
    title: 'memory',
    header: ['', 'training', 'inference'],
    rows: [...rows, row('total', ({ totalBytes }) => totalBytes)],
    notes: [
      `allocated after the forward pass: ${humanBytes(heldBytes)} (inputs and weights aside)`,
      `nnU-Net's proxy (elements of convolution results, batch 1): ${withSeparators(featureMap)}`,
      'tensors only: no workspaces of kernels, no loss, no allocator, no context of the device',
    ],
  }
}

function causesSection(
  title: string,
  total: number,
  rows: readonly CauseRow[],
  notes: readonly string[],
): Section {
  return {
    title: `${title}, ${humanBytes(total)}`,
    header: ['cause', 'bytes', 'share', ''],
    rows: rows.map(({ cause, bytes }) => [cause, humanBytes(bytes), share(bytes, total), causeTexts[cause]]),
    notes,
  }
}

function peakNotes({ peak, schedule }: PhaseData, spark: (values: readonly number[]) => string): string[] {
  const at = peak.at === null ? '' : ` at ${peak.at.path} (${peak.at.file}:${peak.at.line})`
  return [
    `peak in the ${peak.phase} pass${at}`.replace('loss pass', 'loss'),
    spark(schedule.map((one) => one.bytes)),
  ].filter((one) => one !== '')
}

function tensorsSection(title: string, { tensors, peakBytes }: PhaseData): Section {
  return {
    title,
    header: ['tensor', 'bytes', 'share', 'shape', 'cause', 'line'],
    rows: tensors.map((one) => [
      nameOf(one),
      humanBytes(one.bytes),
      share(one.bytes, peakBytes),
      one.what === 'result' || one.what === 'gradient' ? one.shape.join('×') : '',
      one.cause,
      `${one.file}:${one.line}`,
    ]),
    notes: [],
  }
}

const whatTexts = {
  gradient: 'gradient',
  working: 'working space',
  statistics: 'statistics',
  indices: 'indices',
  mask: 'mask',
  padded: 'padded input',
  weights: 'weights',
  scaled: 'scaled queries',
} as const

/** What a tensor is beside the result of its operator, where the cause beside it does not say so. */
function nameOf({ path, what, cause }: TensorRow): string {
  const isSaid = what === 'result' || cause.includes(whatTexts[what])
  return isSaid ? path : `${whatTexts[what]} of ${path}`
}

function parametersSection({ parameters }: MemoryDocument): Section {
  const { registered, buffers, trained, inference, nonzero, dead } = parameters
  const rows = [
    ['registered', formatCount(registered), 'all that a checkpoint has, buffers aside'],
    ['trained', formatCount(trained), 'reached by some output'],
    ['executed', formatCount(inference), 'reached by an output that is not auxiliary'],
    ['nonzero', formatCount(nonzero), 'of those, kept by masks'],
    ...(buffers === 0 ? [] : [['buffers', formatCount(buffers), 'running statistics']]),
  ]
  const named = dead.map((one) => `dead: ${one.path}, ${formatCount(one.elements)} (${one.file}:${one.line})`)
  const notes = dead.length === 0 ? [] : ['weights that no output reads:', ...named]
  return { title: 'parameters', header: ['', 'count', ''], rows, notes }
}

function fieldsSection({ receptiveFields }: MemoryDocument): Section {
  return {
    title: 'receptive field',
    header: ['output', 'of', 'positions'],
    rows: receptiveFields.map(({ output, input, fields }) => [
      output,
      input,
      fields === null ? 'unknown' : fields.join('×'),
    ]),
    notes: ['through the widest path, norms as pointwise, unclipped by the borders'],
  }
}

const share = (part: number, total: number): string =>
  total === 0 ? '' : `${((100 * part) / total).toFixed(1)} %`

// ---------------------------------------------------------------- ways to print it

function table(document: MemoryDocument, { width, unicode, style = plainStyle }: MemoryTextOptions): string {
  const spark = (values: readonly number[]): string => sparkline(values, Math.min(width, 72), unicode)
  const lines = memorySections(document, spark).flatMap(({ title, header, rows, notes }) => {
    const [head = '', ...body] = fittedTable(header, rows, width)
    return ['', style.bold(title), style.dim(head), ...body, ...notes.map((note) => style.dim(note))]
  })
  return `${[...wrap(titleOf(document), width).map(style.bold), ...lines].map((line) => line.trimEnd()).join('\n')}\n`
}

const bars = { unicode: '▁▂▃▄▅▆▇█', ascii: '.:-=+*#@' } as const

/** One character per share of the steps, as high as the most within it. */
export function sparkline(values: readonly number[], width: number, unicode: boolean): string {
  const levels = bars[unicode ? 'unicode' : 'ascii']
  const most = largest(values, 1)
  const columns = Math.min(width, values.length)
  return Array.from({ length: columns }, (_, column) => {
    const from = Math.floor((column * values.length) / columns)
    const to = Math.max(from + 1, Math.floor(((column + 1) * values.length) / columns))
    const height = largest(values.slice(from, to)) / most
    return levels[Math.min(levels.length - 1, Math.floor(height * levels.length))] ?? ''
  }).join('')
}

function markdown(document: MemoryDocument): string {
  const spark = (values: readonly number[]): string => sparkline(values, 72, true)
  const lines = memorySections(document, spark).flatMap((one) => sectionMarkdown(one, 3))
  return `${[`## ${escaped(titleOf(document))}`, ...lines].join('\n')}\n`
}
