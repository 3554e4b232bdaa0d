// What `weft data` does.
import { isProblem, problem } from '../../compiler/diagnostics/diagnostic.ts'
import { isPhantom, parsePhantom } from '../../data/phantom.ts'
import { writePhantoms } from '../../node/phantom-files.ts'
import { fail } from '../display.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import { progress } from '../progress.ts'
import type { Terminal } from '../terminal.ts'

export interface DataArgs {
  readonly source: string
  readonly out: string
  readonly tests: number
}

export async function runData({ source, out, tests }: DataArgs, terminal: Terminal): Promise<ExitCode> {
  const settings = isPhantom(source)
    ? parsePhantom(source)
    : problem('phantom-setting', {
        setting: source,
        reason: 'only phantoms are made up: `phantom` or `phantom:…`',
      })
  if (isProblem(settings)) return fail(settings, 'weft data', terminal)
  const line = progress('writing cases', terminal)
  const failed = await writePhantoms(settings, {
    folder: out,
    tests,
    onCase: (done, all) => line.show(done, all),
  })
  line.clear()
  if (failed !== undefined) return fail(failed, out, terminal)
  terminal.out(`wrote ${out}: ${settings.cases} cases to train on, ${tests} to predict\n`)
  return exitCodes.clean
}
