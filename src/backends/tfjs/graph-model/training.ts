// What continues training from an exported model: the spec with its recipes, and of each parameter where it is in the weights, how it began and
// which of its connections are there.
import { isProblem, type Problem } from '../../../compiler/diagnostics/diagnostic.ts'
import { isMasked } from '../../../compiler/ir/connections.ts'
import type { Graph, Mask, Parameter } from '../../../compiler/ir/graph.ts'
import type { Plain } from '../../../compiler/ops/attrs.ts'
import { activeConnections } from '../../../weights/connections.ts'
import type { Weights } from '../../../weights/weights.ts'
import type { EmittedFile } from '../../backend.ts'
import type { TfGraph } from './model.ts'
import { placesByPath } from './metadata.ts'

/** The text that the network was compiled from. */
export interface SpecText {
  readonly entry: string
  /** Texts of all files, by path. */
  readonly files: Readonly<Record<string, string>>
  /** The network alone, everything written out. */
  readonly expanded: string
}

interface TrainingContent {
  readonly graph: Graph
  readonly model: TfGraph
  readonly weights: Weights
  readonly weftVersion: string
  readonly spec: SpecText
}

/** `training.json`. The masks are made while it is written, one parameter at a time. */
export function trainingFile(content: TrainingContent): EmittedFile {
  const { graph, spec, weftVersion } = content
  const head = {
    format: 'weft-training',
    weft: weftVersion,
    network: graph.network,
    arguments: argumentsOf(graph),
    entry: spec.entry,
    files: spec.files,
    expanded: spec.expanded,
    sparsity: graph.fusions.flatMap(({ path, sparsity }) =>
      sparsity === undefined ? [] : [{ fusion: path, ...sparsity }],
    ),
  }
  const opening = encoded(`${JSON.stringify(head).slice(0, -1)},"parameters":[\n`)
  const closing = encoded('\n]}\n')
  const places = placesByPath(graph, content.model)
  const lines = graph.parameters.map((parameter, at) => ({
    parameter,
    begin: `${at === 0 ? '' : ',\n'}${JSON.stringify({ ...facts(parameter), ...places.get(parameter.path) }).slice(0, -1)}`,
  }))
  const lengths = lines.map(
    ({ parameter, begin }) => encoded(begin).length + maskLength(parameter, content.model) + 1,
  )
  return {
    name: 'training.json',
    byteCount: lengths.reduce((sum, one) => sum + one, opening.length + closing.length),
    *chunks() {
      yield opening
      for (const { parameter, begin } of lines) {
        const mask = maskText(parameter, content)
        yield isProblem(mask) ? mask : encoded(`${begin}${mask}}`)
      }
      yield closing
    },
  }
}

const encoder = new TextEncoder()
const encoded = (text: string): Uint8Array => encoder.encode(text)

export function argumentsOf({ arguments: given }: Graph): Readonly<Record<string, Plain>> {
  return Object.fromEntries(given.map(({ name, value }) => [name, value]))
}

function facts({ path, shape, init, buffer }: Parameter): object {
  return { path, shape, init, trained: !buffer }
}

/** `,"mask":{…,"connections":"…"}`; a parameter that only aux outputs need has no numbers in the model, and no connections here. */
function maskText(parameter: Parameter, { weights, model }: TrainingContent): string | Problem {
  if (!isMasked(parameter)) return ''
  const { mask } = parameter
  if (!isThere(parameter, model)) return `${maskOpening(mask)}}`
  const numbers = weights.numbersOf(parameter)
  if (isProblem(numbers)) return numbers
  const bits = new Uint8Array(Math.ceil(mask.total / 8))
  activeConnections(numbers, parameter).forEach((active, connection) => {
    bits[connection >> 3] = (bits[connection >> 3] ?? 0) | (active << (connection & 7))
  })
  return `${maskOpening(mask)},"connections":"${base64(bits)}"}`
}

function isThere({ id }: Parameter, { blocks }: TfGraph): boolean {
  return blocks.some((block) => block.kind === 'parameter' && block.parameter === id)
}

function maskOpening({ granularity, density, kept, total, elements, blocks }: Mask): string {
  return `,"mask":${JSON.stringify({ granularity, density, kept, total, elements, blocks }).slice(0, -1)}`
}

function maskLength(parameter: Parameter, model: TfGraph): number {
  const { mask } = parameter
  if (mask === undefined) return 0
  const text = isThere(parameter, model)
    ? ',"connections":""'.length + 4 * Math.ceil(Math.ceil(mask.total / 8) / 3)
    : 0
  return maskOpening(mask).length + text + 1
}

/** In pieces of a multiple of three bytes: a call takes so many arguments only. */
function base64(bytes: Uint8Array): string {
  const size = 3 * 4096
  let text = ''
  for (let at = 0; at < bytes.length; at += size)
    text += btoa(String.fromCharCode(...bytes.subarray(at, at + size)))
  return text
}
