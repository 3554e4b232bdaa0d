// Bundles the command: `npm run build` replaces the compiled `main.js` by one that loads a few files instead of hundreds. What only some
// commands need stays in files of its own, loaded where it is used. Names are kept, so that the stack of an internal error can be read.
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown, type InputOptions, type OutputOptions } from 'rolldown'
import { chunkNames } from './chunks.ts'
import { substitutes } from './substitutes.ts'

/** Packages that every command needs. The others of `package.json` are loaded from where they are installed. */
const inlined: ReadonlySet<string> = new Set(['chevrotain', 'yargs'])

function installedPackages(root: string): readonly string[] {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest // Our own.
  const names = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })
  return names.filter((name) => !inlined.has(name))
}

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>
  readonly optionalDependencies: Readonly<Record<string, string>>
}

/** `main.js` goes to `folder`, all that it loads into `bundle/` beneath. */
export async function bundleCommand(root: string, folder: string): Promise<void> {
  const installed = installedPackages(root)
  const input: InputOptions = {
    cwd: root,
    input: { main: 'src/cli/main.ts', worker: 'src/node/sweep/worker.ts' },
    platform: 'node',
    external: (specifier) =>
      specifier.startsWith('node:') ||
      installed.some((name) => specifier === name || specifier.startsWith(`${name}/`)),
    plugins: [substitutes(root)],
    checks: { ineffectiveDynamicImport: false },
  }
  const output: OutputOptions = {
    dir: folder,
    format: 'esm',
    // Where it is asked for by its name, beside the file that does.
    entryFileNames: ({ name }) => (name === 'main' ? '[name].js' : 'bundle/[name].js'),
    chunkFileNames: 'bundle/[name].js',
    codeSplitting: { groups: [{ name: chunkNames(root), debugName: 'common' }] },
  }
  rmSync(join(folder, 'bundle'), { recursive: true, force: true })
  const bundle = await rolldown(input)
  await bundle.write(output)
  await bundle.close()
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const built = fileURLToPath(new URL('../../', import.meta.url))
  await bundleCommand(process.cwd(), join(built, 'src', 'cli'))
}
