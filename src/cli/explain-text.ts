// An entry for people, and lists of entries.
import { shortenEnd, wrap } from '../backends/report/text-layout.ts'
import { cost } from '../compiler/analysis/cost.ts'
import { compile } from '../compiler/compile.ts'
import { formatShape } from '../compiler/ir/tensor.ts'
import { withSeparators } from '../compiler/text/numbers.ts'
import type { Terminal } from './terminal.ts'
import type { Entry } from '../explain/entry.ts'

type Shown = Pick<Terminal, 'width' | 'outStyle'>

export function entryText(entry: Entry, terminal: Shown): string {
  const { outStyle: style } = terminal
  const { heading, text, source, more } = entry
  const sections = [
    [style.bold(heading)],
    entry.kind === 'diagnostic' ? [text] : paragraphs(text, terminal.width),
    argumentLines(entry, terminal),
    source === undefined ? [] : indented(source),
    exampleLines(entry),
    more === undefined ? [] : [style.dim(`more: ${more}`)],
  ]
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

const paragraphs = (text: string, width: number): string[] =>
  text
    .split('\n\n')
    .flatMap((one, at) => [...(at > 0 ? [''] : []), ...wrap(one.replaceAll('\n', ' '), width)])

const indented = (text: string): string[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => `  ${line}`.trimEnd())

function argumentLines({ arguments: args }: Entry, { outStyle: style, width }: Shown): string[] {
  if (args.length === 0) return []
  const rows = args.map(({ name, type, default: value, doc }) => [
    name,
    value ?? 'required',
    doc === '' ? type : `${doc} (${type})`,
  ])
  const [first = 0, second = 0] = [0, 1].map((column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length), 8),
  )
  const indent = ' '.repeat(first + second + 4)
  const lines = rows.flatMap(([name = '', value = '', doc = '']) => {
    const [start = '', ...rest] = wrap(doc, Math.max(20, width - indent.length))
    return [
      `${name.padEnd(first)}  ${value.padEnd(second)}  ${start}`.trimEnd(),
      ...rest.map((line) => indent + line),
    ]
  })
  return [style.dim(`${'argument'.padEnd(first)}  ${'default'.padEnd(second)}`), ...lines]
}

/** What an example gives is computed when it is shown. */
function exampleLines({ kind, example }: Entry): string[] {
  if (example === undefined) return []
  const counted = kind === 'word' ? [] : countedLines(example)
  return ['for example', '', ...indented(example), ...(counted.length === 0 ? [] : ['', ...counted])]
}

export interface ExampleCost {
  readonly input: string
  readonly output: string
  readonly parameters: number
  readonly macs: number
}

export function exampleCost(example: string): ExampleCost | undefined {
  const entry = 'example.weft'
  const { graph, sources } = compile(entry, { read: (path) => (path === entry ? example : undefined) })
  if (graph === undefined) return undefined
  const { report } = cost(graph, { entry, files: sources })
  const shape = (node: number | undefined): string => formatShape(graph.nodes[node ?? -1]?.type.shape ?? [])
  const totals = report?.totals.inference
  return {
    input: shape(graph.inputs[0]?.node),
    output: shape(graph.outputs[0]?.node),
    parameters: totals?.parameters ?? 0,
    macs: totals?.macs ?? 0,
  }
}

function countedLines(example: string): string[] {
  const found = exampleCost(example)
  if (found === undefined) return []
  const { input, output, parameters, macs } = found
  return [
    `x ${input} gives y ${output}: ${withSeparators(parameters)} parameters, ${withSeparators(macs)} MACs`,
  ]
}

/** A line for each. */
export function listText(entries: readonly Entry[], { width }: Shown): string {
  if (entries.every(({ kind }) => kind === 'diagnostic')) return diagnosticLines(entries)
  const room = Math.max(...entries.map(({ name }) => name.length)) + 2
  const lines = entries.map(
    ({ name, text }) => name.padEnd(room) + shortenEnd(firstSentence(text), width - room),
  )
  return `${lines.join('\n')}\n`
}

function diagnosticLines(entries: readonly Entry[]): string {
  const line = ({ heading }: Entry): string => {
    const [code = '', name = '', severity = ''] = heading.split(' ')
    return `${code}  ${severity.slice(1, -1).padEnd('warning'.length)}  ${name}
`
  }
  return entries.map(line).join('')
}

const firstSentence = (text: string): string =>
  /^.*?\.(?=\s|$)/s.exec(text)?.[0].replaceAll('\n', ' ') ?? text
