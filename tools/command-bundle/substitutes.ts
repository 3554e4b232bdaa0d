// Modules that the bundled command has in another form than the library.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Plugin } from 'rolldown'
import { DiagnosticBag } from '../../src/compiler/diagnostics/diagnostic.ts'
import { stdFiles } from '../../src/compiler/std/bundled.ts'
import { packTree } from '../../src/compiler/syntax/packed-tree.ts'
import { parse } from '../../src/compiler/syntax/parse.ts'
import { sourceFile } from '../../src/compiler/text/source.ts'

export function substitutes(root: string): Plugin {
  const texts = new Map([
    [join(root, 'grammar/chevrotain.ts'), bundledChevrotain],
    [join(root, 'src/compiler/std/trees.ts'), stdTreesModule],
  ])
  return {
    name: 'substitutes',
    // Filters spare a call for each of a thousand modules.
    resolveId: {
      filter: { id: /^string-width$/ },
      handler: () => join(root, 'tools/command-bundle/string-width.ts'),
    },
    load: {
      filter: { id: /\/(?:chevrotain|trees)\.ts$/ },
      handler: (id) => {
        const code = texts.get(id)?.()
        return code === undefined ? null : { code, moduleType: 'js' }
      },
    },
    transform: {
      filter: { id: /\/yargs\/.*\/esm\.mjs$/ },
      handler: (code, id) => (id.endsWith(yargsOfNode) ? withoutDirectory(code) : null),
    },
  }
}

const yargsOfNode = 'node_modules/yargs/lib/platform-shims/esm.mjs'

/** Outside `node_modules` yargs takes the current directory for the program's when it is loaded, and there may be none. */
function withoutDirectory(code: string): string {
  const changed = code.replace('mainFilename || process.cwd()', 'mainFilename')
  if (changed === code) throw new Error('yargs asks for the current directory in another way')
  return changed
}

/** It is looked up when the bundle is made, and only what the grammar takes of it is there. */
function bundledChevrotain(): string {
  const entry = createRequire(import.meta.url).resolve('chevrotain')
  return `export * from ${JSON.stringify(entry)}`
}

function stdTreesModule(): string {
  return `export const stdTrees = new Map(${JSON.stringify([...packedStd()])})`
}

/** The trees of the library's files, by path. */
export function packedStd(): ReadonlyMap<string, string> {
  return new Map([...stdFiles].map(([path, text]) => [path, packedTree(path, text)]))
}

function packedTree(path: string, text: string): string {
  const bag = new DiagnosticBag()
  const tree = parse(sourceFile(path, text), bag)
  if (bag.list().length > 0) throw new Error(`${path} has mistakes`)
  return packTree(tree)
}
