// What `weft verify` says: each output, the value that is farthest off with its source line, and what has the wrong extents.
import { chargedSpan, lineOf, type Sources } from '../../compiler/analysis/charge.ts'
import { blindNodes, statisticOf } from '../../compiler/analysis/blind.ts'
import type { Graph, NodeId } from '../../compiler/ir/graph.ts'
import { humanCount } from '../../compiler/text/numbers.ts'
import { outputDistance } from '../../node/comparison.ts'
import { valueAllowance } from '../../node/tolerances.ts'
import type {
  Deviation,
  Doubt,
  Magnification,
  OutputDeviation,
  Verification,
} from '../../node/verification.ts'

interface VerificationPlace {
  readonly heading: string
  readonly input: string
  /** What became of the names and numbers of a checkpoint. */
  readonly notes: readonly string[]
  readonly graph: Graph
  readonly sources: Sources
}

const shownFaults = 10

export function verificationText(result: Verification, place: VerificationPlace): string {
  const { values, shapeFaults, merged, magnified } = result
  const excess = (one: Deviation): number => one.relative / limitOf(one, result)
  const worst = values.toSorted((a, b) => excess(b) - excess(a))
  const far = worst.filter((one) => excess(one) > 1)
  const mergedText = merged === 0 ? '' : `; ${merged} are computed together with others`
  return [
    place.heading,
    ...place.notes,
    `input    ${place.input}`,
    `runtime  ONNX Runtime ${result.runtime}`,
    `values   ${values.length + shapeFaults.length} compared${mergedText}`,
    ...checkedText(result),
    ...result.outputs.map((one) => `output   ${one.name}: ${outputText(one, result)}`),
    ...worst.slice(0, 1).map((one) => `farthest ${described(one, place)}`),
    ...far.slice(1, shownFaults).map((one) => `far      ${described(one, place)}`),
    ...shapeFaults
      .slice(0, shownFaults)
      .map(
        ({ path, expected, given }) => `extents  ${path}: ${given.join('×')}, inferred ${expected.join('×')}`,
      ),
    ...hidingTexts(result, place),
    ...magnified.slice(0, shownNorms).map((one) => magnifiedText(one, place)),
    verdict(result, far.length, place),
    '',
  ].join('\n')
}

const shownNorms = 3

/** How far a value may be. */
function limitOf({ rounding = Infinity }: Deviation, { tolerance }: Verification): number {
  return Math.min(rounding, valueAllowance * tolerance)
}

/** In less than single precision the typical difference counts, from what the same file gives in it or from the reference. */
function outputText(one: OutputDeviation, { stored, mode }: Verification): string {
  if (stored === 'f32') return distance(one)
  const from = mode === 'sampled' ? 'the same file in single precision' : 'the reference'
  return `${one.typical.toExponential(1)} of its standard deviation from ${from} on average, ${one.relative.toExponential(1)} at most`
}

function checkedText({ mode, values }: Verification): string[] {
  if (mode === 'exhaustive') return []
  const counts = values.map(({ compared }) => compared)
  const all = counts.reduce((sum, count) => sum + count, 0)
  const most = Math.max(0, ...counts)
  return [
    `checked  ${grouped(all)} positions, up to ${grouped(most)} of each value with all of its borders: every operator by itself, from the runtime’s own inputs`,
  ]
}

const grouped = (count: number): string => count.toLocaleString('en-US')

/** Norms whose result is the same whatever comes in: an output that is right says nothing of what leads to them. */
function hidingTexts({ values }: Verification, place: VerificationPlace): string[] {
  const compared = new Set(values.map(({ node }) => node))
  const norms = blindNodes(place.graph).filter(({ kind, node }) => kind === 'norm' && compared.has(node.id))
  return norms
    .slice(0, shownNorms)
    .map(
      ({ node }) =>
        `hides    ${node.origin.path}${placed(node.id, place)} normalises a single value: no output depends through it on the weights before it`,
    )
}

function magnifiedText({ node, path, factor, values }: Magnification, place: VerificationPlace): string {
  return `unstable ${path}${placed(node, place)} normalises ${values} nearly equal values somewhere: what rounding has moved there comes out ${humanCount(Math.round(factor))} times as large`
}

function verdict(result: Verification, far: number, place: VerificationPlace): string {
  const { mode, outcome, reason, stored, tolerance, values, outputs, shapeFaults } = result
  const explained = stored === 'f32' ? 'rounding' : 'rounding and its bits'
  const own =
    mode === 'sampled'
      ? `, and every operator as near as ${explained} explain${stored === 'f32' ? 's' : ''}`
      : ''
  const onAverage = stored === 'f32' ? '' : ' on average'
  const limits = `${tolerance} standard deviations${onAverage} (values on the way ${valueAllowance * tolerance})`
  if (outcome === 'verified') return `verified: everything is within ${limits}${own}`
  if (reason !== undefined) return `not decided: ${doubtText(reason, limits, place)}`
  const farOutputs = outputs.filter((one) => outputDistance(one, stored) > tolerance).length
  const what = mode === 'sampled' ? `${limits} or as near as rounding explains` : limits
  return `NOT verified: of ${outputs.length} outputs ${farOutputs}, of ${values.length} values ${far} are not within ${what}; ${shapeFaults.length} have other extents`
}

function doubtText(doubt: Doubt, limits: string, place: VerificationPlace): string {
  const where = doubt.node === undefined ? '' : `${doubt.path ?? ''}${placed(doubt.node, place)}`
  switch (doubt.kind) {
    case 'rounding':
      return `rounding in single precision alone may move ${where} by ${doubt.reach.toExponential(1)} standard deviations${normedText(doubt.node, place)}, and all that is not within ${limits} is as near as that`
    case 'not-finite':
      return `the reference itself has values that are no finite numbers, the first at ${where}`
    case 'unresponsive':
      return `the output ${doubt.output} is the same for another image and would not show what is wrong: ${where === '' ? 'masks, zeros or saturation hide what leads to it' : `${where} normalises a single value and hides every weight before it`}`
  }
}

/** `; it normalises 2 values per channel` */
function normedText(id: NodeId, { graph }: VerificationPlace): string {
  const node = graph.nodes[id]
  const found = node === undefined ? undefined : statisticOf(graph, node)
  return found === undefined ? '' : `, where it normalises ${found.values} values per ${found.of}`
}

function distance({ relative, absolute }: Deviation): string {
  return `${relative.toExponential(1)} of its standard deviation (${absolute.toExponential(1)})`
}

function described(one: Deviation, place: VerificationPlace): string {
  const { rounding } = one
  const explained = rounding === undefined ? '' : `, rounding explains ${rounding.toExponential(1)}`
  return `${one.path} at [${one.at.join(', ')}]: ${distance(one)}${explained}, ${lineText(one.node, place)}`
}

const placed = (id: NodeId, place: VerificationPlace): string => ` (${lineText(id, place)})`

/** `net.weft:5` */
function lineText(id: NodeId, { graph, sources }: VerificationPlace): string {
  const node = graph.nodes[id]
  if (node === undefined) throw new Error(`there is no node ${id}`)
  const { file, line } = lineOf(sources, chargedSpan(node.origin, sources.entry))
  return `${file}:${line}`
}
