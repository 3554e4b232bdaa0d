// A Python with the peers that some comparisons need; tests that need it are skipped where there is none.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { repository } from '../examples/compile-example.ts'

/** `WEFT_PYTHON`, else the virtual environment in the checkout that `.ci/run` makes. */
const candidates = [process.env['WEFT_PYTHON'], `${repository}.venv/bin/python`]

function withPeers(modules: readonly string[]): string | undefined {
  const found = candidates.find((one) => one !== undefined && one !== '' && existsSync(one))
  if (found === undefined) return undefined
  const { status } = spawnSync(found, ['-c', `import ${modules.join(', ')}`])
  return status === 0 ? found : undefined
}

/** A Python that has torch, or a word on why what needs it is skipped. */
export const torchPython = withPeers(['torch'])

if (torchPython === undefined)
  process.stderr.write(
    'no Python with torch (WEFT_PYTHON, or .venv in the checkout): the comparison with PyTorch is skipped\n',
  )
