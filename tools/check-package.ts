// Packs the package, installs it into an empty project and uses it as a newcomer would: the command, the library, its types.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const project = process.cwd()

const consumer = `import { architecturePicture, compile, cost, emitOnnx, evaluate, initialise, renderReportPage, review, type Compilation } from 'weft'
import { loadOnnxRuntime, locate, nodeHost } from 'weft/node'
import { readFileSync } from 'node:fs'

const text = readFileSync('net.weft', 'utf8')
const found: Compilation = compile('net.weft', { read: (path) => (path === 'net.weft' ? text : undefined) })
if (found.graph === undefined) throw new Error(JSON.stringify(found.diagnostics))
const { report } = cost(found.graph, { entry: 'net.weft', files: found.sources })
const parameters: number | undefined = report?.totals.training.parameters
if (parameters === undefined || parameters <= 0) throw new Error('no parameters')
if (compile('net.weft', nodeHost('.')).graph === undefined || !('entry' in locate('net.weft'))) throw new Error('nothing read from the disk')
const sources = { entry: 'net.weft', files: found.sources }
const reviewed = review({ name: 'net.weft', graph: found.graph, sources }, { tool: 'a review' })
if (reviewed.document === undefined || reviewed.report === undefined) throw new Error('no review')
const picture = architecturePicture(found.graph, reviewed.report, sources)
if (!renderReportPage(reviewed.document, { picture }).includes('</svg>')) throw new Error('no picture')
const weights = initialise(found.graph, 1)
const emitted = emitOnnx(found.graph, { entry: 'net.weft', files: found.sources }, { fileName: 'x.onnx', weights, provenance: { weftVersion: '0', weights: 'seed 1' } })
if (emitted.kind !== 'emitted' || typeof evaluate !== 'function' || 'open' in (await loadOnnxRuntime())) throw new Error('no export')
console.log(parameters)
`

/** TensorFlow.js declares its types for the browser and for older compilers: its own declarations are not checked. */
const trainer = `import { compile, initialise } from 'weft'
import { nodeHost } from 'weft/node'
import { chooseBackend, train } from 'weft/runs'
import { createModel, layersModel, type TfjsModel } from 'weft/tfjs'

const backend = await chooseBackend('wasm')
if (!('description' in backend) || typeof train !== 'function') throw new Error('no backend')
const { graph } = compile('net.weft', nodeHost('.'), { arguments: { base: '2' } })
if (graph === undefined) throw new Error('no graph')
const model: TfjsModel | { readonly name: string } = createModel(graph, initialise(graph, 1), { backend: backend.name })
if (!('variables' in model) || model.variables.size === 0 || layersModel(model).countParams() === 0) throw new Error('no model')
console.log(model.variables.size)
`

const consumerConfig = {
  compilerOptions: {
    target: 'ES2022',
    module: 'NodeNext',
    moduleResolution: 'NodeNext',
    strict: true,
    outDir: 'out',
    types: ['node'],
    typeRoots: [join(project, 'node_modules', '@types')],
  },
  files: ['consumer.ts'],
}

const trainerConfig = {
  compilerOptions: { ...consumerConfig.compilerOptions, skipLibCheck: true },
  files: ['trainer.ts'],
}

function run(command: string, args: readonly string[], cwd: string): string {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
}

function expect(what: string, holds: boolean): void {
  if (!holds) throw new Error(`the installed package fails: ${what}`)
  console.log(`ok  ${what}`)
}

function install(directory: string): void {
  // The build has just been made; packing must not make another. Without the runtime, which is large and optional.
  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', directory]
  const packed = JSON.parse(run('npm', pack, project)) as { readonly filename: string }[]
  const tarball = packed[0]?.filename ?? ''
  writeFileSync(
    join(directory, 'package.json'),
    JSON.stringify({ name: 'consumer', private: true, type: 'module' }),
  )
  const quiet = ['--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts', '--omit=optional']
  run('npm', ['install', ...quiet, join(directory, tarball)], directory)
}

function checkCommand(directory: string): void {
  const weft = join(directory, 'node_modules', '.bin', 'weft')
  expect('weft --version', /^\d+\.\d+\.\d+\n$/.test(run(weft, ['--version'], directory)))
  run(weft, ['init', 'unet', '--out', 'net.weft'], directory)
  const document: unknown = JSON.parse(run(weft, ['cost', 'net.weft', '--json'], directory))
  expect(
    'weft init, weft cost --json',
    typeof document === 'object' && document !== null && 'totals' in document,
  )
  const swept = run(
    weft,
    ['sweep', 'net.weft', '--over', 'base=2,4', '--format', 'csv', '--jobs', '2'],
    directory,
  )
  expect('weft sweep, in threads', swept.split('\n').length === 4 && !swept.includes('failed'))
  run(weft, ['report', 'net.weft', '--against', '#UNet(base = 4)'], directory)
  const page = readFileSync(join(directory, 'report.html'), 'utf8')
  expect('weft report', page.startsWith('<!doctype html>') && page.endsWith('</html>\n'))
  run(weft, ['graph', 'net.weft', '-o', 'net.svg'], directory)
  expect('weft graph', readFileSync(join(directory, 'net.svg'), 'utf8').includes('<svg'))
  run(weft, ['fmt', 'net.weft'], directory)
  run(weft, ['fmt', '--check', 'net.weft'], directory)
  expect('weft fmt', true)
  run(weft, ['compile', 'net.weft', '--target', 'onnx', '-o', 'net.onnx', '--set', 'base=4'], directory)
  expect('weft compile', readFileSync(join(directory, 'net.onnx')).length > 100_000)
  run(weft, ['playground', 'net.weft', '-o', 'playground'], directory)
  expect(
    'weft playground',
    readFileSync(join(directory, 'playground', 'start.json'), 'utf8').includes('UNet'),
  )
  const verified = spawnSync(weft, ['verify', 'net.weft'], { cwd: directory, encoding: 'utf8' })
  expect('weft verify without the runtime', verified.status === 1 && verified.stderr.includes('WEFT971'))
  const help = run(weft, ['--help'], directory)
  const docs = /documentation is in\s+(\S+)/.exec(help)?.[1] ?? ''
  expect(
    'the documentation that --help names',
    readFileSync(join(docs, 'language.md'), 'utf8').includes('# '),
  )
  expect('weft explain', run(weft, ['explain', 'conv'], directory).includes('conv(channels, kernel'))
  expect('weft expand', run(weft, ['expand', 'net.weft'], directory).includes('network'))
}

function checkLibrary(directory: string): void {
  writeFileSync(join(directory, 'consumer.ts'), consumer)
  writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify(consumerConfig))
  run(join(project, 'node_modules', '.bin', 'tsc'), ['-p', '.'], directory)
  expect('types of the library', true)
  expect('import from the library', Number(run(process.execPath, ['out/consumer.js'], directory)) > 0)
}

/** In a folder of its own, so that the consumer above is compiled with every declaration checked. */
function checkTraining(directory: string): void {
  writeFileSync(join(directory, 'trainer.ts'), trainer)
  writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify(trainerConfig))
  run(join(project, 'node_modules', '.bin', 'tsc'), ['-p', '.'], directory)
  expect('types of training', true)
  expect('a model on WebAssembly', Number(run(process.execPath, ['out/trainer.js'], directory)) > 0)
  const data = 'phantom:cases=3,extents=16x16x16,classes=1'
  const weft = join(directory, 'node_modules', '.bin', 'weft')
  writeFileSync(join(directory, 'tiny.weft'), tiny)
  run(weft, ['train', 'tiny.weft', '--data', data, '--out', 'run', '--backend', 'wasm'], directory)
  expect('weft train', readFileSync(join(directory, 'run', 'index.html'), 'utf8').includes('Finished'))
}

const tiny = `network Tiny {
  input image: [1, 16, 16, 16]
  output logits = image -> conv(4, 3) -> relu -> conv(2, 1)
}
train quick for Tiny {
  loss = dice + cross_entropy
  optimizer = adam(lr = 1e-2)
  steps = 2
}
`

function checkContents(directory: string): void {
  const installed = join(directory, 'node_modules', 'weft')
  const manifest = readFileSync(join(installed, 'package.json'), 'utf8')
  expect(
    'no development files',
    !manifest.includes('/tmp/') && !run('find', [installed, '-name', '*.test.*'], directory).includes('test'),
  )
}

const directory = mkdtempSync(join(tmpdir(), 'weft-package-'))
try {
  install(directory)
  checkCommand(directory)
  checkLibrary(directory)
  checkTraining(directory)
  checkContents(directory)
} finally {
  rmSync(directory, { recursive: true, force: true })
}
