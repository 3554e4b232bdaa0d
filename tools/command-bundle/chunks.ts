// Which files of the bundle modules go to, where it is not left to the bundler: it would make one of each set of modules that some
// commands share, some seventy for the costs of a network.
import { join } from 'node:path'
import type { ChunkingContext } from 'rolldown'

/** By file, what it is all that is needed for; the first that needs a module has it. */
const starts: ReadonlyMap<string, readonly string[]> = new Map([
  ['command', ['src/cli/command-line.ts', 'src/cli/internal-error.ts']],
  [
    'compiler',
    [
      'src/cli/commands/compile-network.ts',
      'src/compiler/compile.ts',
      'src/compiler/analysis/cost.ts',
      'src/compiler/analysis/budgets.ts',
      'src/compiler/analysis/conventions/conventions.ts',
      'src/compiler/analysis/conventions/reconcile.ts',
      'src/backends/report/index.ts',
      'src/backends/report/model.ts',
    ],
  ],
])

/** The name of the file for a module; null leaves it to the bundler. */
export function chunkNames(root: string): (id: string, context: ChunkingContext) => string | null {
  let names: ReadonlyMap<string, string> | undefined
  return (id, context) => {
    names ??= namesOf(root, context)
    return names.get(id) ?? null
  }
}

function namesOf(root: string, context: ChunkingContext): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const [name, paths] of starts) {
    const left = paths.map((path) => join(root, path))
    for (let id = left.pop(); id !== undefined; id = left.pop()) {
      const info = context.getModuleInfo(id)
      if (info === null || names.has(id)) continue
      names.set(id, name)
      left.push(...info.importedIds)
    }
  }
  return names
}
