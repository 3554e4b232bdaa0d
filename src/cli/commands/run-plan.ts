// What `weft plan` does.
import { isProblem } from '../../compiler/diagnostics/diagnostic.ts'
import { planDataset, type DatasetPlan } from '../../node/planning/plan-dataset.ts'
import type { PresetName } from '../../nnunet/planner/presets.ts'
import { readByteSize } from '../byte-size.ts'
import { commandFindings, fail, showFindings } from '../display.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import { progress } from '../progress.ts'
import type { Terminal } from '../terminal.ts'
import { emit, fileTerminal, formatFor, outputFile } from './document-output.ts'
import { planText } from './plan-text.ts'

type PlanFormat = 'text' | 'json' | 'plans' | 'weft'

export interface PlanArgs {
  readonly data: string
  readonly within: string | undefined
  readonly preset: PresetName
  readonly reference: 'nnunet' | undefined
  readonly dtype: 'f32' | 'f16' | 'bf16'
  readonly orientation: 'strict' | 'nearest' | 'as-stored' | undefined
  readonly format: PlanFormat | undefined
  readonly json: boolean
  readonly out: string | undefined
}

const formatOfEnding: Readonly<Record<string, PlanFormat>> = {
  '.json': 'json',
  '.txt': 'text',
  '.weft': 'weft',
}
const policies = { strict: 'strict', nearest: 'nearest', 'as-stored': 'as_stored' } as const

export async function runPlan(args: PlanArgs, terminal: Terminal): Promise<ExitCode> {
  const { data, preset, reference, dtype, orientation } = args
  const format = formatFor(args, formatOfEnding, 'text')
  if (isProblem(format)) return fail(format, data, terminal)
  const within = args.within === undefined ? undefined : readByteSize(args.within)
  const line = progress('reading cases', terminal)
  const planned = await planDataset(data, {
    preset,
    dtype,
    rules: reference ?? 'weft',
    ...(within === undefined ? {} : { within }),
    ...(orientation === undefined ? {} : { orientation: policies[orientation] }),
    onCase: (done, all) => line.show(done, all),
    onWarning: (found) => showFindings([commandFindings(found, data)], terminal),
  })
  line.clear()
  if (!('document' in planned)) {
    showFindings(
      planned.map((one) => commandFindings(one, data)),
      terminal,
    )
    return exitCodes.error
  }
  const failed = emit(
    await textOf(planned, format, outputFile(args.out), terminal),
    { out: args.out, format },
    terminal,
  )
  return failed === undefined ? exitCodes.clean : fail(failed, data, terminal)
}

async function textOf(
  { document, plans, spec }: DatasetPlan,
  format: PlanFormat,
  file: string | undefined,
  terminal: Terminal,
): Promise<string> {
  switch (format) {
    case 'text':
      return planText(document, file === undefined ? terminal : fileTerminal)
    case 'json':
      return `${JSON.stringify(document, undefined, 2)}\n`
    case 'plans':
      return `${JSON.stringify(plans, undefined, 4)}\n`
    case 'weft':
      return (await import('../../format/prettier-plugin.ts')).formatWeft(spec)
  }
}
