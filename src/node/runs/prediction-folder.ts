// Where predictions go: a folder of their own.
import { existsSync, mkdirSync, realpathSync } from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { caseEndings } from '../case-files.ts'
import { outputProblem } from '../inputs.ts'
import { reasonOf } from '../spec-files.ts'

/** Makes the folder of the predictions of cases, or says why it cannot take them. */
export const makeOutput = (cases: readonly string[], input: string, output: string): Problem | undefined =>
  misplacedOutput(input, output) ?? outputProblem(mayBeWritten(cases, output)) ?? makeFolder(output)

/** Images and labels that somebody drew are never written over. */
function misplacedOutput(input: string, output: string): Problem | undefined {
  const [from, to] = [realPath(input), realPath(output)]
  const inside = relative(from, to)
  const refuse = (reason: string): Problem => problem('output-misplaced', { path: output, reason })
  if (inside === '') return refuse('it is the folder of the images')
  if (inside !== '..' && !inside.startsWith(`..${sep}`))
    return refuse(`it lies in ${input}, the folder of the images`)
  const isDataset = basename(to).startsWith('labels') && existsSync(join(dirname(to), 'dataset.json'))
  return isDataset ? refuse('it is where a dataset keeps its own labels') : undefined
}

/** Whatever the ending of a case's image is. */
const mayBeWritten = (cases: readonly string[], output: string): string[] =>
  cases.flatMap((name) => caseEndings.map((ending) => join(output, `${name}${ending}`)))

/** Behind links as far as it exists. */
function realPath(path: string): string {
  const full = resolve(path)
  if (existsSync(full)) return realpathSync(full)
  return dirname(full) === full ? full : join(realPath(dirname(full)), basename(full))
}

function makeFolder(path: string): Problem | undefined {
  try {
    mkdirSync(path, { recursive: true })
    return undefined
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'syscall' in error)) throw error
    return problem('file-unwritable', { path, reason: reasonOf(String(error.code)) })
  }
}
