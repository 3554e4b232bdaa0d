// Bundles the programs that go along with deployed models: those of the page, one file each, into `dist/deployed`. What they load besides, such
// as ONNX Runtime, is copied from where it is installed when a model is deployed.
import { rmSync } from 'node:fs'
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
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await bundleDeployed(process.cwd(), fileURLToPath(new URL('../deployed/', import.meta.url)))
