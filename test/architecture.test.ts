// The rank table of the architecture: a file imports its own folder or a lower rank, and no files import one another in a circle; type-only
// imports included.
import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')

/**
 * The first entry that a path begins with decides. Files of one rank see each other only within one entry.
 */
const ranks: readonly (readonly [prefix: string, rank: number])[] = [
  ['grammar/', 0],
  // Colours of the language, generated, for pages of others too: JavaScript.
  ['editors/codemirror/', 0],
  ['src/compiler/text/', 0],
  ['src/compiler/diagnostics/', 1],
  // JSON from outside, held against the published schemas: plain data, no diagnostics.
  ['src/json/', 1],
  ['src/compiler/syntax/', 2],
  ['src/compiler/ir/tensor.ts', 2],
  ['src/compiler/ir/bounds.ts', 2.1],
  ['src/compiler/ir/division.ts', 2.1],
  ['src/compiler/ops/primitive/', 4],
  ['src/compiler/ops/registry.ts', 5],
  // What composites are built with names primitives, so it stands between the two registries.
  ['src/compiler/ops/composite.ts', 5.3],
  ['src/compiler/ops/chain.ts', 5.4],
  ['src/compiler/ops/expand.ts', 5.5],
  ['src/compiler/ops/adaptive-pooling.ts', 5.5],
  ['src/compiler/ops/pixel-blocks.ts', 5.5],
  ['src/compiler/ops/composite/', 5.6],
  ['src/compiler/ops/composites.ts', 6],
  ['src/compiler/ops/', 3],
  ['src/compiler/ir/', 7],
  ['src/compiler/std/', 0],
  // The floors of the elaborator; what leads upwards goes through `Elaborator`, which the first declares and the last ties.
  ['src/compiler/semantics/values/', 9],
  ['src/compiler/semantics/expressions/', 9.1],
  ['src/compiler/semantics/calls/', 9.2],
  ['src/compiler/semantics/names/', 9.3],
  ['src/compiler/semantics/declarations/', 9.4],
  ['src/compiler/semantics/elaborator.ts', 9.5],
  ['src/compiler/passes/', 10],
  ['src/compiler/analysis/', 10],
  ['src/compiler/compile.ts', 11],
  ['src/compiler/input-extents.ts', 11.5],
  ['src/compiler/point-arguments.ts', 11.2],
  ['src/compiler/sweep.ts', 11.5],
  ['src/compiler/solve/', 11.6],
  // What `weft explain` says, and the formatter: the command line and the language server have both.
  ['src/explain/', 11.5],
  ['src/format/', 11.5],
  ['src/weights/', 12],
  // Volumes, batches, metrics and the records of a run: plain arrays, no files, no frameworks.
  ['src/data/', 12.5],
  // What nnU-Net keeps in files, read and written: plain data and texts.
  ['src/nnunet/', 12.8],
  // What goes along with a deployed model: pure, for browsers too.
  ['src/deployed/', 13.2],
  ['src/backends/backend.ts', 12],
  ['src/backends/executed.ts', 12],
  // What a backend that runs learns from the tensors it is given.
  ['src/backends/sizes.ts', 12],
  ['src/backends/interpolation.ts', 12],
  ['src/backends/registry.ts', 14],
  ['src/backends/', 13],
  // Self-contained HTML pages from plain data: among it, the documents that `backends/report` makes.
  // Has the language server and the whole compiler in a page.
  ['src/pages/playground/', 14.9],
  ['src/pages/', 13.5],
  // What needs a machine: files, and runtimes that run what was emitted. The library's second entry.
  ['src/node/', 14.5],
  ['src/cli/', 15],
  ['src/lsp/', 14.8],
  // The list of what is public: it may see everything but the command line and the language server.
  ['src/index.ts', 14],
]

interface Place {
  readonly unit: string
  readonly rank: number
}

/** Each backend is a folder of its own. */
function placeOf(path: string): Place {
  const found = ranks.find(([prefix]) => path.startsWith(prefix))
  if (found === undefined) throw new Error(`${path} has no place in the rank table`)
  const [prefix, rank] = found
  return { unit: prefix === 'src/backends/' ? path.split('/').slice(0, 3).join('/') : prefix, rank }
}

const files = ['src', 'grammar'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => posix.join(folder, path.replaceAll('\\', '/'))),
)

const importsOf = (path: string): string[] => specifiersIn(readFileSync(join(root, path), 'utf8'))

/** What a text imports, as values or as types; comments do not. */
function specifiersIn(source: string): string[] {
  const text = source.replaceAll(/^\s*(?:\/\/.*|\/\*[\s\S]*?\*\/)$/gm, '')
  const statements = text.matchAll(/^(?:import|export)\b[^'"]*?\bfrom\s*'([^']+)'/gm)
  const calls = text.matchAll(/\bimport\(\s*'([^']+)'\s*\)/g)
  const bare = text.matchAll(/^import\s+'([^']+)'/gm)
  return [...statements, ...calls, ...bare].map((match) => match[1] ?? '')
}

/** The project's own files that a file imports. */
function neighboursOf(path: string): string[] {
  const own = importsOf(path).filter((specifier) => specifier.startsWith('.'))
  return own.map((specifier) => posix.join(posix.dirname(path), specifier))
}

function violation(from: string, to: string): string | undefined {
  const [here, there] = [placeOf(from), placeOf(to)]
  if (here.unit === there.unit || there.rank < here.rank) return undefined
  return `${from} (${here.rank}) imports ${to} (${there.rank})`
}

/** Circles of a graph, each as `a -> b -> a`: at least one where there is any. */
function circlesIn(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = []
  const done = new Set<string>()
  const trail: string[] = []
  const visit = (at: string): void => {
    const begun = trail.indexOf(at)
    if (begun >= 0) found.push([...trail.slice(begun), at].join(' -> '))
    if (begun >= 0 || done.has(at)) return
    trail.push(at)
    for (const next of graph.get(at) ?? []) visit(next)
    trail.pop()
    done.add(at)
  }
  for (const at of graph.keys()) visit(at)
  return found
}

describe('imports', () => {
  test('point to their own folder or a lower rank', () => {
    expect(files.length).toBeGreaterThan(50)
    const found = files.flatMap((path) => neighboursOf(path).map((to) => violation(path, to)))
    expect(found.filter((one) => one !== undefined)).toEqual([])
  })

  // It opens standard input, which others may share (findings/node-process-import-stdin.sh); the global `process` does not.
  test('do not name node:process', () => {
    const found = files.filter((path) => importsOf(path).includes('node:process'))
    expect(found).toEqual([])
  })

  test('of whole statements are read, whatever their form', () => {
    const text = [
      "import type { A } from './type.ts'",
      "import {\n  b,\n  type C,\n} from './lines.ts'",
      "export type { D } from './again.ts'",
      "export * from './all.ts'",
      "import './bare.ts'",
      "// import { e } from './comment.ts'",
      "const f = (): Promise<unknown> => import('./late.ts')",
      "type G = import('./inline.ts').G",
    ]
    expect(specifiersIn(text.join('\n')).toSorted()).toEqual(
      ['again', 'all', 'bare', 'inline', 'late', 'lines', 'type'].map((name) => `./${name}.ts`),
    )
  })

  test('never lead back to where they began', () => {
    expect(
      circlesIn(
        new Map([
          ['a', ['b']],
          ['b', ['c']],
          ['c', ['b']],
        ]),
      ),
    ).toEqual(['b -> c -> b'])
    expect(circlesIn(new Map(files.map((path) => [path, neighboursOf(path)])))).toEqual([])
  })

  test('carry the .ts extension', () => {
    const relative = files.flatMap((path) =>
      importsOf(path)
        .filter((one) => one.startsWith('.'))
        .map((one) => `${path}: ${one}`),
    )
    expect(relative.filter((one) => !/\.ts$|\/editors\/codemirror\/weft\.js$/.test(one))).toEqual([])
  })

  /** Which parts of the project may use what comes from outside. */
  const allowed: readonly (readonly [name: string, prefixes: readonly string[]])[] = [
    // Helpers of the validators that it has compiled; its compiler stays in tools/.
    ['ajv', ['src/json/generated/']],
    ['chevrotain', ['grammar/', 'src/compiler/syntax/lower-']],
    ['yargs', ['src/cli/']],
    ['prettier', ['src/format/']],
    ['vscode-languageserver', ['src/lsp/', 'src/pages/playground/client/']],
    ['vscode-languageserver-protocol', ['src/pages/playground/client/']],
    ['vscode-languageserver-textdocument', ['src/lsp/']],
    ['pure-rand', ['src/weights/', 'src/data/fingerprint/']],
    ['onnx-buf', ['src/backends/onnx/']],
    ['@bufbuild/protobuf', ['src/backends/onnx/']],
    ['onnxruntime-node', ['src/node/']],
    ['@tensorflow/tfjs-core', ['src/backends/tfjs/', 'src/node/', 'src/pages/playground/client/']],
    ['@tensorflow/tfjs-layers', ['src/backends/tfjs/']],
    ['@tensorflow/tfjs-backend-cpu', ['src/node/']],
    ['@tensorflow/tfjs-backend-wasm', ['src/node/', 'src/pages/playground/client/']],
    ['@tensorflow/tfjs-node', ['src/node/']],
    ['nifti-reader-js', ['src/data/']],
    ['fflate', ['src/pages/deploy/client/']],
    ['@codemirror', ['src/pages/playground/client/']],
    ['@lezer/highlight', ['src/pages/playground/client/']],
    ['csv-parse', ['src/data/']],
    ['echarts', ['src/pages/']],
    ['@dagrejs/dagre', ['src/backends/graph/']],
    ['fast-png', ['src/pages/', 'src/data/']],
    ['tiff', ['src/data/']],
    ['node:', ['src/cli/', 'src/lsp/', 'src/node/']],
  ]

  test('of outside modules stay where they belong', () => {
    const outside = files.flatMap((path) =>
      importsOf(path)
        .filter((one) => !one.startsWith('.'))
        .map((one) => [path, one] as const),
    )
    const wrong = outside.filter(([path, name]) => {
      const prefixes =
        allowed.find(
          ([start]) => name === start || name.startsWith(start.endsWith(':') ? start : `${start}/`),
        )?.[1] ?? []
      return !prefixes.some((prefix) => path.startsWith(prefix))
    })
    expect(wrong).toEqual([])
  })
})

describe('the core', () => {
  test('is pure: no process, console, clock or randomness outside the command line and src/node', () => {
    const impure = /\b(?:process\.|console\.|Date\.now|new Date\b|Math\.random|globalThis\.|fetch\()/
    // A page's programs are the outermost layer where they run.
    const outer = /^src\/(?:cli|lsp|node|pages\/(?:deploy|playground)\/client)\//
    const core = files.filter((path) => !outer.test(path))
    const code = (path: string): string =>
      readFileSync(join(root, path), 'utf8').replaceAll(/\/\/.*|\/\*[\s\S]*?\*\//g, '')
    expect(core.filter((path) => impure.test(code(path)))).toEqual([])
  })

  test('says in its first lines what each file is', () => {
    const silent = files.filter((path) => !/^(?:#!.*\n)?\/[/*]/.test(readFileSync(join(root, path), 'utf8')))
    expect(silent.filter((path) => !path.endsWith('.d.ts'))).toEqual([])
  })
})
