// The playground as a folder of static files, in `dist/playground`: its page, its programs, the examples.
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { templates } from '../src/cli/templates.ts'
import { readSpec } from '../src/compiler/compile.ts'
import { isProblem } from '../src/compiler/diagnostics/diagnostic.ts'
import { licencesText } from '../src/node/deploy/licences.ts'
import { packageVersion } from '../src/node/package-root.ts'
import type { Example, Opened } from '../src/pages/playground/asked.ts'
import { playgroundStyleSheet, renderPlaygroundPage } from '../src/pages/playground/page.ts'
import { files, wasmFolder } from '../src/pages/playground/parts.ts'
import { substitutes } from './command-bundle/substitutes.ts'

/** What is part of the programs. */
const packages = [
  '@codemirror/autocomplete',
  '@codemirror/commands',
  '@codemirror/language',
  '@codemirror/lint',
  '@codemirror/lsp-client',
  '@codemirror/search',
  '@codemirror/state',
  '@codemirror/view',
  '@lezer/common',
  '@lezer/highlight',
  '@marijn/find-cluster-break',
  'crelt',
  'marked',
  'style-mod',
  'w3c-keyname',
  'vscode-jsonrpc',
  'vscode-languageserver',
  'vscode-languageserver-protocol',
  'vscode-languageserver-textdocument',
  'vscode-languageserver-types',
  '@tensorflow/tfjs-backend-wasm',
  '@tensorflow/tfjs-core',
  '@bufbuild/protobuf',
  '@dagrejs/dagre',
  'chevrotain',
  'echarts',
  'onnx-buf',
  'prettier',
  'pure-rand',
] as const

export async function bundlePlayground(root: string, folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  await bundlePrograms(root, folder)
  copyWasm(root, join(folder, wasmFolder))
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text)
  const examples = exampleList()
  const [first] = examples
  if (first === undefined) throw new Error('there is no example to begin with')
  const start: Opened = {
    entry: `${first.name}.weft`,
    files: { [`${first.name}.weft`]: first.text },
    arguments: {},
  }
  const licences = licencesText(root, packages)
  if (isProblem(licences)) throw new Error(`no licence: ${JSON.stringify(licences)}`)
  write('index.html', renderPlaygroundPage({ tool: `weft ${packageVersion()}`, examples }))
  write('style.css', playgroundStyleSheet)
  write('licences.txt', licences)
  write(files.start, JSON.stringify(start))
  write(files.examples, JSON.stringify(examples))
}

async function bundlePrograms(root: string, folder: string): Promise<void> {
  const client = (name: string): string => join('src/pages/playground/client', `${name}.ts`)
  const bundle = await rolldown({
    cwd: root,
    input: {
      app: client('app'),
      counter: client('counter'),
      language: client('language'),
      trainer: client('trainer'),
    },
    platform: 'browser',
    plugins: [substitutes(root)],
    // Parsing the library takes longer than anything else.
    checks: { ineffectiveDynamicImport: false, pluginTimings: false },
  })
  await bundle.write({
    dir: folder,
    format: 'esm',
    minify: true,
    entryFileNames: '[name].js',
    chunkFileNames: 'parts/[name].js',
  })
  await bundle.close()
}

/** Without threads: they would need headers that a plain host does not send. */
function copyWasm(root: string, folder: string): void {
  mkdirSync(folder, { recursive: true })
  for (const name of ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm'])
    copyFileSync(join(root, 'node_modules/@tensorflow/tfjs-backend-wasm/wasm-out', name), join(folder, name))
}

function exampleList(): readonly Example[] {
  const all = templates()
  const texts = new Map(all.map(({ name, text }) => [`${name}.weft`, text]))
  return all.map(({ name, summary, text }) => {
    const { module, sources } = readSpec(`${name}.weft`, { read: (path) => texts.get(path) })
    const networks = (module?.syntax.declarations ?? []).flatMap((one) =>
      one.kind === 'NetworkDecl' ? [one.name.name] : [],
    )
    const imports = [...sources.keys()].filter((path) => texts.has(path) && path !== `${name}.weft`)
    return { name, summary, text, imports: imports.map((path) => path.replace(/\.weft$/, '')), networks }
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await bundlePlayground(process.cwd(), fileURLToPath(new URL('../playground/', import.meta.url)))
