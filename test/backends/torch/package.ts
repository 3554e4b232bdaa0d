// Packages in folders, for the tests that run them, and the Python that does.
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { emitTorch, type TorchOptions } from '../../../src/backends/torch/emit.ts'
import { isProblem } from '../../../src/compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../../../src/compiler/ir/graph.ts'
import { repository } from '../../examples/compile-example.ts'
import { torchPython } from '../../support/python.ts'

export const nowhere = { entry: 'net.weft', files: new Map() }

/** The files of a package, by name. */
export function packageOf(graph: Graph, options: Partial<TorchOptions> = {}): ReadonlyMap<string, Buffer> {
  const emission = emitTorch(graph, nowhere, { version: 'test', ...options })
  if (emission.kind === 'refused') throw new Error(JSON.stringify(emission.diagnostics))
  return new Map(
    emission.files.map((file) => {
      const chunks = [...file.chunks()].map((chunk) => {
        if (isProblem(chunk)) throw new Error(JSON.stringify(chunk))
        return chunk
      })
      return [file.name, Buffer.concat(chunks)]
    }),
  )
}

/** Writes the package into a new folder. */
export function writePackage(graph: Graph, folder: string, options: Partial<TorchOptions> = {}): void {
  mkdirSync(folder)
  for (const [name, bytes] of packageOf(graph, options)) writeFileSync(join(folder, name), bytes)
}

/** What a script of `peers/` prints: a JSON object per line. */
export function runPeer(script: string, ...args: readonly string[]): readonly unknown[] {
  const path = join(repository, 'test/backends/torch/peers', script)
  const { stdout, stderr, status } = spawnSync(torchPython ?? '', [path, ...args], { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return stdout
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line))
}
