// Builds the sources once before the tests, into a directory of this run's own: tests that start the command run what is shipped.
import { execFileSync, spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** Directory of the compiled sources. */
    readonly built: string
  }
}

export function setup(project: TestProject): () => void {
  const root = join(import.meta.dirname, '..', '..')
  const built = join(root, 'dist', `.test-${process.pid}`)
  const args = ['tsc', '-p', 'tsconfig.build.json', '--outDir', built]
  const { stdout, status } = spawnSync('npx', args, { encoding: 'utf8', cwd: root })
  // Type errors are the `types` step's business; files are emitted all the same.
  if (status !== 0 && status !== 1 && status !== 2) throw new Error(`tsc failed: ${stdout}`)
  for (const tool of ['command-bundle/bundle.js', 'bundle-deployed.js', 'bundle-playground.js'])
    execFileSync(process.execPath, [join(built, 'tools', tool)], { cwd: root })
  project.provide('built', built)
  return () => rmSync(built, { recursive: true, force: true })
}
