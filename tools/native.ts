// Sets the native binding of TensorFlow.js up: `npm run native [-- --way download|build] [--python PATH]`. Says which way was taken;
// exits with 1 where none works. With --way a binding that works already is replaced.
import { join } from 'node:path'
import process from 'node:process'
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { pathToFileURL } from 'node:url'
import { run } from './native/command.ts'
import { download } from './native/official.ts'
import { packageFolder, type PackageFolder } from './native/package-folder.ts'
import { setUp, type Checked, type Outcome, type SetUp, type Steps, type Way } from './native/set-up.ts'
import { build } from './native/wheel.ts'

const project = process.cwd()
const packageName = '@tensorflow/tfjs-node'

const { values } = parseArgs({ options: { way: { type: 'string' }, python: { type: 'string' } } })

/** By the code that chooses a backend for training, in a process of its own: a library that does not fit may end it. */
function check(): Checked {
  const chooser = pathToFileURL(join(project, 'dist', 'src', 'node', 'tfjs-backend.js')).href
  const program = `import { chooseBackend } from ${JSON.stringify(chooser)}
const found = await chooseBackend('tensorflow')
process.stdout.write(JSON.stringify(found.kind === 'problem' ? { works: false, why: found.parts.reason } : { works: true, description: found.description }))`
  const { ok, stdout, why } = run(process.execPath, ['--input-type=module', '-e', program], {
    cwd: project,
    seconds: 120,
  })
  return ok ? (JSON.parse(stdout) as Checked) : { works: false, why }
}

function installPackage(): Outcome {
  const manifest = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as {
    readonly optionalDependencies: Readonly<Record<string, string>>
  }
  const wanted = `${packageName}@${manifest.optionalDependencies[packageName]}`
  const args = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', wanted]
  const { ok, why } = run('npm', args, { cwd: project, seconds: 600 })
  return ok ? { done: true } : { done: false, why: `npm ${args.join(' ')} fails: ${why}` }
}

function stepsFor(folder: PackageFolder): Steps {
  const pythons = values.python === undefined ? ['python3', 'python'] : [values.python]
  return {
    check,
    hasPackage: () => folder.isThere(),
    installPackage,
    download: () => download(folder, join(project, 'node_modules', '.bin')),
    build: () => build(folder, { pythons, project }),
    undo: () => folder.undo(),
  }
}

const ways: Readonly<Record<'already' | Way, string>> = {
  already: 'it was set up already',
  download: 'by the official download',
  build: 'built against the TensorFlow of a Python package, which must stay where it is',
}

function report(outcome: SetUp): void {
  if (outcome.kind === 'ready') {
    console.log(`${outcome.description} works: ${ways[outcome.way]}`)
    return
  }
  console.error('The native binding could not be set up. Without it training runs on WebAssembly.')
  for (const { way, why } of outcome.reasons) console.error(`  ${way}: ${why}`)
  process.exitCode = 1
}

const isWay = (text: string | undefined): text is Way | undefined =>
  text === undefined || text === 'download' || text === 'build'

async function main(): Promise<void> {
  if (!isWay(values.way)) throw new Error('--way is download or build')
  const folder = packageFolder(join(project, 'node_modules', packageName))
  report(await setUp(stepsFor(folder), (line) => console.log(line), values.way))
  folder.settle()
}

await main()
