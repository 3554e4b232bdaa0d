// One line to paste into a paper or a pull request: which network, at which extents, counted how, by what, from which text.
import { withSeparators } from '../../../compiler/text/numbers.ts'
import { titleOf } from '../facts.ts'
import { hasMasks } from '../rows.ts'
import { exact, shapeText } from './sections.ts'
import type { ReviewDocument } from './model.ts'

/** Exact numbers; the digest is of the sources that are printed in the report. */
export function provenanceLine(document: ReviewDocument): string {
  const { cost, memory, tool: counter, sources } = document
  const { training, inference } = cost.totals
  const masked = hasMasks(cost)
  const inputs = cost.inputs.map(({ name, shape }) => `${name} ${shapeText(shape)}`).join(', ')
  const heads = cost.outputs.some((one) => one.aux)
    ? `; with the auxiliary outputs ${exact(training.effectiveMacs)}`
    : ''
  const { name, tool } = cost.convention
  const other =
    name === 'mac'
      ? ''
      : `; ${exact(training.effectiveCounted)} by convention ${name} (${tool}), every output`
  const memoryText =
    memory === null
      ? ''
      : ` Memory of tensors at batch ${memory.batch}, ${memory.dtype}: training ${withSeparators(memory.training.totalBytes)} bytes (optimiser ${memory.optimizer}), inference ${withSeparators(memory.inference.totalBytes)} bytes.`
  const [spec] = sources
  const digest = spec?.sha256 === null || spec === undefined ? '' : ` (SHA-256 ${spec.sha256.slice(0, 16)})`
  return (
    `${titleOf(cost)}, inputs ${inputs}, batch 1: ` +
    `${withSeparators(training.effectiveParameters)} parameters${masked ? ` of ${withSeparators(training.parameters)} before sparsity` : ''}, ` +
    `${exact(inference.effectiveMacs)} MACs at inference${masked ? ` of ${exact(inference.macs)} before sparsity` : ''}${heads} ` +
    `(products only, transposed convolution on its input)${other}.${memoryText} ` +
    `Counted statically by ${counter} from ${spec?.file ?? 'text'}${digest}.`
  )
}
