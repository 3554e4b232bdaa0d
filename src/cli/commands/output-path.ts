// Where a command may write: never over what it reads.
import { realpathSync } from 'node:fs'
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

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    // What is not there is not an input either.
    return undefined
  }
}
