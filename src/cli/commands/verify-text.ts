// What `weft verify` says: each output, the value that is farthest off with its source line, and what has the wrong extents.
import { chargedSpan, lineOf, type Sources } from '../../compiler/analysis/charge.ts'
import type { Graph } from '../../compiler/ir/graph.ts'
import { valueAllowance } from '../../node/tolerances.ts'
import type { Deviation, Verification } from '../../node/verify-onnx.ts'

interface VerificationPlace {
  readonly heading: string
  readonly input: string
  readonly graph: Graph
  readonly sources: Sources
}

const shownFaults = 10

export function verificationText(result: Verification, place: VerificationPlace): string {
  const { values, shapeFaults, merged } = result
  const worst = values.toSorted((a, b) => b.relative - a.relative)
  const far = worst.filter(({ relative }) => relative > valueAllowance * result.tolerance)
  const mergedText = merged === 0 ? '' : `; ${merged} are computed together with others`
  return [
    place.heading,
    `input    ${place.input}`,
    `runtime  ONNX Runtime ${result.runtime}`,
    `values   ${values.length + shapeFaults.length} compared${mergedText}`,
    ...result.outputs.map((one) => `output   ${one.name}: ${distance(one)}`),
    ...worst.slice(0, 1).map((one) => `farthest ${described(one, place)}`),
    ...far.slice(1, shownFaults).map((one) => `far      ${described(one, place)}`),
    ...shapeFaults
      .slice(0, shownFaults)
      .map(
        ({ path, expected, given }) => `extents  ${path}: ${given.join('×')}, inferred ${expected.join('×')}`,
      ),
    verdict(result, far.length),
    '',
  ].join('\n')
}

function verdict({ holds, tolerance, values, outputs, shapeFaults }: Verification, far: number): string {
  const limits = `${tolerance} standard deviations (values on the way ${valueAllowance * tolerance})`
  if (holds) return `verified: everything is within ${limits}`
  const farOutputs = outputs.filter(({ relative }) => relative > tolerance).length
  return `NOT verified: of ${outputs.length} outputs ${farOutputs}, of ${values.length} values ${far} are not within ${limits}; ${shapeFaults.length} have other extents`
}

function distance({ relative, absolute }: Deviation): string {
  return `${relative.toExponential(1)} of its standard deviation (${absolute.toExponential(1)})`
}

function described(one: Deviation, { graph, sources }: VerificationPlace): string {
  const node = graph.nodes[one.node]
  const line = node === undefined ? undefined : lineOf(sources, chargedSpan(node.origin, sources.entry))
  const place = line === undefined ? '' : `, ${line.file}:${line.line}`
  return `${one.path} at [${one.at.join(', ')}]: ${distance(one)}${place}`
}
