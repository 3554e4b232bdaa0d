// What `weft import model` does: what nnU-Net has trained, a folder or an exported zip, as a folder that `weft predict` takes.
import type { Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { importModel } from '../../node/models/import-model.ts'
import type { ModelDescription } from '../../node/models/model-folder.ts'
import type { CheckpointName } from '../../node/models/results-folder.ts'
import { packageVersion } from '../../node/package-root.ts'
import { commandFindings, showFindings } from '../display.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import { progress } from '../progress.ts'
import type { Terminal } from '../terminal.ts'

export interface ImportModelArgs {
  readonly file: string
  readonly fold: readonly string[] | undefined
  readonly checkpoint: CheckpointName | undefined
  readonly model: string | undefined
}

export async function runImportModel(
  { file, fold, checkpoint, model }: ImportModelArgs,
  out: string,
  terminal: Terminal,
): Promise<ExitCode> {
  const line = progress(`writing ${out}`, terminal)
  const show = (found: readonly Problem[]): void =>
    showFindings(found.map((one) => commandFindings(one, file)), terminal) // prettier-ignore
  const imported = await importModel(file, {
    output: out,
    weft: packageVersion(),
    ...(fold === undefined ? {} : { folds: fold }),
    ...(checkpoint === undefined ? {} : { checkpoint }),
    ...(model === undefined ? {} : { model }),
    onWarning: (found) => show([found]),
    onProgress: (done, all) => line.show(done, all),
  })
  line.clear()
  if (!('members' in imported)) {
    show(imported)
    return exitCodes.error
  }
  terminal.out(`wrote ${out}  ${summary(imported)}\n`)
  return exitCodes.clean
}

function summary({ network, members, channels, outputs }: ModelDescription): string {
  const names = outputs.map(({ name }) => name).join(', ')
  return `${network}, ${members.length} fold${members.length === 1 ? '' : 's'}, ${channels.join(', ')} to ${names}`
}
