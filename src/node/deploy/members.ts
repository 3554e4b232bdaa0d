// What every target has: the networks of the ensemble as ONNX files, and `pipeline.json`.
import { emitOnnx } from '../../backends/onnx/emit.ts'
import type { EmittedFile } from '../../backends/backend.ts'
import { inferenceMemory } from '../../compiler/analysis/memory.ts'
import { isProblem, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { Deployment } from '../../deployed/deployment.ts'
import { mainOutput } from '../image-network.ts'
import type { Deployable } from './deployable.ts'

export interface EmittedMembers {
  readonly files: readonly EmittedFile[]
  readonly deployment: Omit<Deployment, 'files'>
  /** Closes the files that the weights come from: when all is written. */
  close(): void
}

/** ONNX files, called as `nameOf` says, of a batch of one; nothing of them is made before it is written. `target` is what they are for. */
export function emitMembers(
  model: Deployable,
  {
    weft,
    target,
    nameOf,
  }: { readonly weft: string; readonly target: string; nameOf(member: string): string },
): EmittedMembers | Problem {
  const { graph, sources, description } = model
  const opened: { close(): void }[] = []
  const close = (): void => {
    for (const one of opened) one.close()
  }
  const giveUp = (found: Problem): Problem => {
    close()
    return found
  }
  const files: EmittedFile[] = []
  for (const member of model.members) {
    const found = member.open()
    if (isProblem(found)) return giveUp(found)
    opened.push(found)
    const fileName = nameOf(member.name)
    const provenance = { weftVersion: weft, weights: member.source }
    const emitted = emitOnnx(graph, sources, { fileName, weights: found.weights, provenance, batch: 1 })
    if (emitted.kind === 'refused') throw new Error(`the network of ${model.folder} cannot be exported: ${emitted.diagnostics[0]?.message}`) // prettier-ignore
    const [file, ...more] = emitted.files
    if (file === undefined || more.length > 0) return giveUp(tooLarge(model.folder, target))
    files.push(file)
  }
  const deployment = {
    ...description,
    format: 1 as const,
    weft,
    // What takes a model along reads and writes NIfTI.
    ending: description.ending === '.nii' ? ('.nii' as const) : ('.nii.gz' as const),
    members: files.map(({ name, byteCount }) => ({ file: name, bytes: byteCount })),
    input: graph.inputs[0]?.name ?? '',
    output: mainOutput(graph),
    networkBytes: inferenceMemory(graph, 1).totalBytes ?? 0,
  }
  return { files, deployment, close }
}

const tooLarge = (path: string, target: string): Problem =>
  problem('deploy-unsupported', {
    path,
    target,
    reason: 'a network has more than 2 GiB of weights, which one ONNX file does not hold',
    advice: 'predict with weft predict',
  })
