// Where a command may write: never over what it reads.
import { existsSync, realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'

interface Reading {
  readonly file: string
  readonly weights: string | undefined
  readonly rename: string | undefined
}

/** The problem of an output that is one of the inputs, behind links too. */
export function outputProblem(out: string, { file, weights, rename }: Reading): Problem | undefined {
  const target = realPath(out)
  const inputs = [
    { path: file, what: 'the spec' },
    { path: weights, what: 'the file that the weights come from' },
    { path: rename, what: 'the map' },
  ]
  const same = inputs.find(
    ({ path }) => path !== undefined && target !== undefined && realPath(path) === target,
  )
  return same === undefined ? undefined : problem('output-is-input', { path: out, what: same.what })
}

/** The problem of an output that is one of the files that make up a run. */
export function runFileProblem(out: string, run: string): Problem | undefined {
  const isOfRun = existsSync(join(run, descriptionFile)) && runFiles.has(basename(out))
  if (!isOfRun || realPath(dirname(out)) !== realPath(run)) return undefined
  return problem('output-is-input', { path: out, what: 'a file of the run' })
}

const descriptionFile = 'run.json'
const runFiles: ReadonlySet<string> = new Set([
  descriptionFile,
  'checkpoint.safetensors',
  'best.safetensors',
  'history.jsonl',
  'index.html',
])

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    // What is not there is not an input either.
    return undefined
  }
}
