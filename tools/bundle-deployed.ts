// Gathers the programs that go along with deployed models in `dist/deployed`: those of the page and the one for Node, bundled, and those in Python. What they load
// besides, such as ONNX Runtime, is copied from where it is installed when a model is deployed.
import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown, type InputOptions } from 'rolldown'

const browser = {
  'app.js': 'src/pages/deploy/client/app.ts',
  'worker.js': 'src/pages/deploy/client/worker.ts',
} as const
/** People read it. */
const node = { 'segment.js': 'src/node/deploy/program/main.ts' } as const
const python = ['segment.py', 'model.py'] as const

export async function bundleDeployed(root: string, folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true })
  for (const [file, input] of Object.entries(browser))
    await bundleProgram({ cwd: root, input, platform: 'browser' }, join(folder, file), true)
  for (const [file, input] of Object.entries(node))
    await bundleProgram({ cwd: root, input, platform: 'node', external: /^node:/ }, join(folder, file), false)
  for (const file of python) copyFileSync(join(root, 'src/deployed/python', file), join(folder, file))
}

async function bundleProgram(input: InputOptions, file: string, minify: boolean): Promise<void> {
  // The table of all diagnostics is no side effect: only the words that are used go along.
  const bundle = await rolldown({ ...input, treeshake: { moduleSideEffects: false } })
  await bundle.write({ file, format: 'esm', minify })
  await bundle.close()
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await bundleDeployed(process.cwd(), fileURLToPath(new URL('../deployed/', import.meta.url)))
