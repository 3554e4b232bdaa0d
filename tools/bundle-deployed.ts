// Gathers the programs that go along with deployed models in `dist/deployed`: those of the page, bundled, and the one in Python. What they load
// besides, such as ONNX Runtime, is copied from where it is installed when a model is deployed.
import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const programs = {
  'app.js': 'src/pages/deploy/client/app.ts',
  'worker.js': 'src/pages/deploy/client/worker.ts',
} as const

export async function bundleDeployed(root: string, folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true })
  for (const [file, input] of Object.entries(programs)) {
    // The table of all diagnostics is no side effect: only the words that are used go along.
    const bundle = await rolldown({
      cwd: root,
      input,
      platform: 'browser',
      treeshake: { moduleSideEffects: false },
    })
    await bundle.write({ file: join(folder, file), format: 'esm', minify: true })
    await bundle.close()
  }
  copyFileSync(join(root, 'src/deployed/python/segment.py'), join(folder, 'segment.py'))
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await bundleDeployed(process.cwd(), fileURLToPath(new URL('../deployed/', import.meta.url)))
