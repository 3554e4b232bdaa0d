// What `weft playground` does: the page as a folder, or shown to a browser of this machine.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readSpec } from '../../compiler/compile.ts'
import { isProblem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { isLibrary } from '../../compiler/semantics/names/modules.ts'
import { withSeparators } from '../../compiler/text/numbers.ts'
import { packageVersion } from '../../node/package-root.ts'
import { playgroundFiles, writingPlayground } from '../../node/playground-folder.ts'
import { locate } from '../../node/spec-files.ts'
import { temporaryFolder } from '../../node/temporary-folder.ts'
import { inTurns } from '../../node/writing.ts'
import type { Opened } from '../../pages/playground/asked.ts'
import { policy } from '../../pages/playground/page.ts'
import { fail } from '../display.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import { served } from '../served.ts'
import type { Terminal } from '../terminal.ts'

export interface PlaygroundArgs {
  readonly file: string | undefined
  readonly project: string | undefined
  readonly output: string | undefined
  readonly port: number
}

/** What `npm run build` bundles; as far from this file as from what it is bundled into. */
const built = fileURLToPath(new URL('../../../playground', import.meta.url))

export async function runPlayground(args: PlaygroundArgs, terminal: Terminal): Promise<ExitCode> {
  const { file = 'the playground', output, port } = args
  const start = args.file === undefined ? undefined : openedFrom(args.file, args.project)
  if (isProblem(start)) return fail(start, file, terminal)
  const files = playgroundFiles(built, packageVersion(), start)
  if (output !== undefined) {
    const failed = await inTurns(writingPlayground(files, output))
    if (failed !== undefined) return fail(failed, file, terminal)
    const bytes = files.reduce((sum, { byteCount }) => sum + byteCount, 0)
    terminal.out(`wrote ${output}  ${files.length} files, ${withSeparators(bytes)} bytes\n`)
    return exitCodes.clean
  }
  const folder = temporaryFolder('weft-playground-')
  if (isProblem(folder)) return fail(folder, file, terminal)
  try {
    const page = join(folder.path, 'page')
    const failed = await inTurns(writingPlayground(files, page))
    if (failed !== undefined) return fail(failed, file, terminal)
    return await served(page, { port, headers: { 'Content-Security-Policy': policy } }, terminal)
  } finally {
    folder.remove()
  }
}

/** With all that it imports, as far as there is such; mistakes are for the page to show. */
function openedFrom(file: string, project: string | undefined): Opened | Problem {
  const located = locate(file, project)
  if (isProblem(located)) return located
  const { entry, host } = located
  const { sources } = readSpec(entry, host)
  const own = [...sources]
    .filter(([path]) => !isLibrary(path))
    .map(([path, { text }]) => [path, text] as const)
  return { entry, files: Object.fromEntries(own), arguments: {} }
}
