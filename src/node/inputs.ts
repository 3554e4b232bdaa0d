// What a command reads, told by whatever reads it, so that nothing that the command writes takes the place of it. Outside of a guarded
// action nothing is kept: a library's caller may replace what it has read.
import { AsyncLocalStorage } from 'node:async_hooks'
import { realpathSync, statSync } from 'node:fs'
import { resolve, sep } from 'node:path'
import { problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'

interface Inputs {
  /** What was read, by its absolute path. */
  readonly read: Map<string, string>
  /** Files and folders whose content is the action's own to replace. */
  readonly owned: Set<string>
}

const guarded = new AsyncLocalStorage<Inputs>()

/** Runs an action; what it reads is then safe from what it writes. */
export function guardingInputs<T>(action: () => T): T {
  return guarded.run({ read: new Map(), owned: new Set() }, action)
}

/** Remembers a file that is read; `what` it is to the command is said when an output would replace it. The first word on a file stays. */
export function noteInput(path: string, what: string): void {
  const read = guarded.getStore()?.read
  const full = resolve(path)
  if (read?.has(full) === false) read.set(full, what)
}

/** A file, or a folder with all in it, that is read to be written anew: a text that is formatted, a run that goes on. */
export function ownOutput(path: string): void {
  guarded.getStore()?.owned.add(resolve(path))
}

/** The problem of outputs one of which is a file that was read, or another one of them: under any name, behind links of both kinds. */
export function outputProblem(paths: readonly string[]): Problem | undefined {
  const { read, owned } = guarded.getStore() ?? { read: new Map<string, string>(), owned: new Set<string>() }
  const inputs = [...read].filter(([path]) => !isIn(owned, path))
  const taken = new Map(inputs.flatMap(([path, what]) => identities(path).map((one) => [one, what] as const)))
  for (const path of paths) {
    const own = [resolve(path), ...identities(path)]
    const what = own.map((one) => taken.get(one)).find((one) => one !== undefined)
    if (what !== undefined) return problem('output-is-input', { path, what })
    for (const one of own) taken.set(one, 'the file of another output')
  }
  return undefined
}

const isIn = (places: ReadonlySet<string>, path: string): boolean =>
  [...places].some((place) => path === place || path.startsWith(place + sep))

/** What a regular file that exists is known by: its real path, and its place in the file system, which is one for all hard links and spellings. */
function identities(path: string): readonly string[] {
  try {
    const stat = statSync(path, { bigint: true })
    return stat.isFile() ? [realpathSync(path), `inode ${stat.dev}:${stat.ino}`] : []
  } catch {
    // What is not there, or cannot be looked at, is not replaced either.
    return []
  }
}
