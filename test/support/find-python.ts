// Finds a Python that has what a comparison needs.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { repository } from '../examples/compile-example.ts'

/** `WEFT_PYTHON`, else the virtual environment in the checkout that `.ci/run` makes. */
const candidates = [process.env['WEFT_PYTHON'], `${repository}.venv/bin/python`]

/** The first of them that runs this code. */
export function thatRuns(code: string): string | undefined {
  const found = candidates.find((one) => one !== undefined && one !== '' && existsSync(one))
  if (found === undefined) return undefined
  const { status } = spawnSync(found, ['-c', code])
  return status === 0 ? found : undefined
}
