// What `weft import model` does: the folder that nnU-Net has trained into as a folder that `weft predict` takes.
import { isProblem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../../compiler/ir/graph.ts'
import { planImport } from '../../node/models/import-model.ts'
import type { ModelDescription } from '../../node/models/model-folder.ts'
import { openResults, type CheckpointName } from '../../node/models/results-folder.ts'
import { inTurns } from '../../node/writing.ts'
import { weightsKey } from '../../nnunet/trained.ts'
import type { Weights } from '../../weights/weights.ts'
import { commandFindings, fail, showFindings } from '../display.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import { packageVersion } from '../package-root.ts'
import { formatWeft } from '../../format/prettier-plugin.ts'
import { progress } from '../progress.ts'
import type { Terminal } from '../terminal.ts'
import { openCheckpoint } from './checkpoint.ts'

export interface ImportModelArgs {
  readonly file: string
  readonly fold: readonly string[] | undefined
  readonly checkpoint: CheckpointName | undefined
}

export async function runImportModel(
  args: ImportModelArgs,
  out: string,
  terminal: Terminal,
): Promise<ExitCode> {
  const results = openResults(args.file, {
    ...(args.fold === undefined ? {} : { folds: args.fold }),
    ...(args.checkpoint === undefined ? {} : { checkpoint: args.checkpoint }),
  })
  if (isProblem(results)) return fail(results, args.file, terminal)
  const line = progress(`writing ${out}`, terminal)
  const count = results.folds.length
  const show = (found: readonly Problem[]): void =>
    showFindings(found.map((one) => commandFindings(one, args.file)), terminal) // prettier-ignore
  const planned = await planImport(results, {
    out,
    weft: packageVersion(),
    format: formatWeft,
    open: openFold,
    onWarning: (found) => show([found]),
    onProgress: (member, done, all) => line.show(member + done / all, count),
  })
  if (!('write' in planned)) {
    show(planned)
    return exitCodes.error
  }
  const failed = await inTurns(planned.write())
  line.clear()
  if (failed !== undefined) return fail(failed, args.file, terminal)
  terminal.out(`wrote ${out}  ${summary(planned.description)}\n`)
  return exitCodes.clean
}

/** By the map that comes along and fits all names. */
function openFold(path: string, graph: Graph): { readonly weights: Weights; close(): void } | Problem {
  const opened = openCheckpoint(
    { weights: path, rename: undefined, 'state-dict': weightsKey },
    graph,
    () => true,
  )
  if (!('renaming' in opened)) {
    const [first] = opened
    if (first === undefined) throw new Error(`${path} is neither opened nor is anything wrong with it`)
    return first
  }
  const { file, renaming } = opened
  const [wrong] = renaming.problems
  if (wrong === undefined) return { weights: renaming.weights, close: () => file.close() }
  file.close()
  return wrong
}

function summary({ network, members, channels, outputs }: ModelDescription): string {
  const names = outputs.map(({ name }) => name).join(', ')
  return `${network}, ${members.length} fold${members.length === 1 ? '' : 's'}, ${channels.join(', ')} to ${names}`
}
