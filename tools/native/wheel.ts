// The binding compiled from its sources in the package against the TensorFlow libraries that a Python package brings along. Their C
// interface is the one that the binding was written for; Python itself is only asked where the package is.
import { existsSync, mkdirSync, realpathSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { run } from './command.ts'
import type { PackageFolder } from './package-folder.ts'
import type { Outcome } from './set-up.ts'

const libraries = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'] as const

type Found<T> = { readonly found: T } | { readonly why: string }

/** Does not import TensorFlow: what it depends on in Python need not be installed. */
const whereIsTensorFlow =
  "import importlib.util as u; s = u.find_spec('tensorflow'); print(s.submodule_search_locations[0] if s else '')"

/** The folder of an installed Python package `tensorflow`, with its libraries and headers. */
export function findWheel(pythons: readonly string[]): Found<string> {
  const failures: string[] = []
  for (const python of pythons) {
    const { ok, stdout, why } = run(python, ['-c', whereIsTensorFlow], { seconds: 60 })
    const folder = stdout.trim()
    const missing = folder === '' ? undefined : missingIn(folder)
    if (ok && folder !== '' && missing === undefined) return { found: folder }
    const has = missing === undefined ? 'has no package tensorflow' : `has ${folder} without ${missing}`
    failures.push(ok ? `${python} ${has}` : why)
  }
  const get = 'python3 -m pip install --no-deps tensorflow-cpu'
  return { why: `no TensorFlow was found: ${failures.join('; ')}. To get one: ${get}` }
}

function missingIn(folder: string): string | undefined {
  return [...libraries, 'include/tensorflow/c/eager/c_api.h'].find((one) => !existsSync(join(folder, one)))
}

/** Where the headers of Node's C interface may be. Its version does not matter: that interface is kept stable. */
export function headerFolders(project: string): readonly string[] {
  const beside = join(dirname(dirname(realpathSync(process.execPath))), 'include', 'node')
  const given = process.env['npm_config_nodedir']
  return [
    ...(given === undefined ? [] : [join(given, 'include', 'node')]),
    beside,
    join(homedir(), '.cache', 'node-gyp', process.versions.node, 'include', 'node'),
    '/usr/include/node',
    '/usr/include/nodejs/src',
    join(project, 'node_modules', 'node-api-headers', 'include'),
  ]
}

export function findHeaders(folders: readonly string[]): Found<string> {
  const found = folders.find((folder) => existsSync(join(folder, 'node_api.h')))
  if (found !== undefined) return { found }
  const get = 'npm install --no-save node-api-headers (or, on Debian: apt install libnode-dev)'
  return { why: `Node's header node_api.h is in none of ${folders.join(', ')}. To get it: ${get}` }
}

export function findCompiler(names: readonly string[]): Found<string> {
  const found = names.find((name) => run(name, ['--version'], { seconds: 30 }).ok)
  if (found !== undefined) return { found }
  return { why: `there is no C++ compiler: tried ${names.join(', ')}. On Debian: apt install g++` }
}

export interface BuildFrom {
  readonly pythons: readonly string[]
  readonly project: string
}

export async function build(folder: PackageFolder, { pythons, project }: BuildFrom): Promise<Outcome> {
  if (process.platform !== 'linux')
    return { done: false, why: `the build is written for Linux, and this is ${process.platform}` }
  const wheel = findWheel(pythons)
  const headers = findHeaders(headerFolders(project))
  const given = process.env['CXX']
  const compiler = findCompiler([...(given === undefined ? [] : [given]), 'g++', 'c++', 'clang++'])
  if ('why' in wheel || 'why' in headers || 'why' in compiler) {
    const lacking = [wheel, headers, compiler].flatMap((one) => ('why' in one ? [one.why] : []))
    return { done: false, why: lacking.join('; ') }
  }
  const [tensorflow, node] = [wheel.found, headers.found]
  const sources = (copy: string): readonly string[] =>
    ['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => join(copy, 'binding', name))
  return folder.replaceParts((copy) => {
    // Where the package looks for a binding that serves every Node since 12.22.
    const target = join(copy, 'lib', 'napi-v8')
    mkdirSync(target, { recursive: true })
    const links = [...libraries.map((name) => `-l:${name}`), '-Xlinker', '-rpath', '-Xlinker', tensorflow]
    const common = ['-std=c++17', '-O2', '-shared', '-fPIC', '-DNAPI_VERSION=8', '-w', '-I', node]
    const inner = ['-I', join(tensorflow, 'include'), ...sources(copy), '-L', tensorflow, ...links]
    const outer = [join(project, 'tools', 'native', 'outer.cc'), '-ldl']
    const commands = [
      [...common, ...inner, '-o', join(target, 'tfjs_binding_inner.node')],
      [...common, ...outer, '-o', join(target, 'tfjs_binding.node')],
    ]
    return compiled(compiler.found, commands)
  })
}

function compiled(compiler: string, commands: readonly (readonly string[])[]): Outcome {
  for (const args of commands) {
    const { ok, why } = run(compiler, args, { seconds: 900 })
    if (!ok) return { done: false, why: `the compiler fails: ${why}` }
  }
  return { done: true }
}
