// The server on a machine: messages over standard input and output, files from the disk.
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, realpathSync, renameSync, writeFileSync, type Dirent } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node'
import { stdFiles } from '../compiler/std/bundled.ts'
import { nodeHost } from '../node/spec-files.ts'
import type { Place } from './documents.ts'
import { serve } from './server.ts'

/** Serves one editor until it says that it is done. `tool` names the program and its version. */
export function serveStdio(tool: string): void {
  const connection = createConnection(ProposedFeatures.all, process.stdin, process.stdout)
  const kept = keptFolder(tool)
  serve(connection, {
    tool,
    digest: (text) => createHash('sha256').update(text).digest('hex'),
    locate: (uri, folders) => locate(uri, folders, kept),
    keepPage: (title, html) => kept.write(`${title.replaceAll(/[^\w.-]+/g, '-')}.html`, html),
  })
}

/** What the server shows that no project has: pages, and the library's files, for editors that open nothing but files. */
interface KeptFolder {
  /** Where a file of the library is, written when it is first asked for. */
  library(path: string): string
  write(name: string, text: string): string
}

/** A folder of the user's own: what another user wrote there would be shown as ours. */
function keptFolder(tool: string): KeptFolder {
  const { uid } = userInfo()
  const root = join(tmpdir(), `${tool.replaceAll(/[^\w.]+/g, '-')}-${uid}`)
  const write = (path: string, text: string, mode: number): string => {
    const to = join(root, path)
    mkdirSync(dirname(to), { recursive: true, mode: 0o700 })
    // Whole or not at all: an editor may be reading it.
    const beside = `${to}.${process.pid}`
    writeFileSync(beside, text, { mode })
    renameSync(beside, to)
    return pathToFileURL(to).href
  }
  const written = new Map<string, string>()
  return {
    library: (path) => {
      const uri = written.get(path) ?? writeLibrary(path, write)
      written.set(path, uri)
      return uri
    },
    write: (name, text) => write(join('pages', name), text, 0o600),
  }
}

function writeLibrary(path: string, write: (path: string, text: string, mode: number) => string): string {
  const digest = createHash('sha256')
    .update(stdFiles.get(path) ?? '')
    .digest('hex')
    .slice(0, 12)
  // By its text: another version of the program has a file of its own.
  return write(join(digest, path), stdFiles.get(path) ?? '', 0o400)
}

function locate(uri: string, folders: readonly string[], kept: KeptFolder): Place | undefined {
  const path = pathOf(uri)
  if (path === undefined) return undefined
  const home = pathToFileURL(path).href
  const library = [...stdFiles.keys()].find((one) => kept.library(one) === home)
  const project = folders
    .flatMap((one) => pathOf(one) ?? [])
    .filter((folder) => path.startsWith(folder.endsWith(sep) ? folder : folder + sep))
    .sort((a, b) => b.length - a.length)
  const root = existing(project[0] ?? dirname(path))
  if (root === undefined) return undefined
  const given = project[0] ?? dirname(path)
  return {
    entry: library ?? relative(given, path).split(sep).join('/'),
    host: nodeHost(root),
    uriOf: (one) => (stdFiles.has(one) ? kept.library(one) : pathToFileURL(join(given, one)).href),
    specs: () => (project[0] === undefined ? specsIn(given, 'here') : specsIn(given, 'beneath')),
  }
}

/** Undefined for what is no file of this machine. */
function pathOf(uri: string): string | undefined {
  if (!uri.startsWith('file:')) return undefined
  try {
    return fileURLToPath(uri)
  } catch {
    return undefined
  }
}

/** A document may be of a folder that is not there yet: it has no project. */
function existing(folder: string): string | undefined {
  try {
    return realpathSync(folder)
  } catch {
    return undefined
  }
}

/** Specs that are looked through for uses of a name, and folders that are looked through for specs. */
const [mostSpecs, mostFolders] = [500, 5000]
const passedOver = /^(?:\..*|node_modules|dist)$/

function specsIn(root: string, reach: 'here' | 'beneath'): string[] {
  const found: string[] = []
  const folders = ['']
  // Folders are appended while they are gone through: the nearest come first.
  for (const [at, folder] of folders.entries()) {
    if (at >= mostFolders || found.length >= mostSpecs) break
    for (const entry of entriesOf(join(root, folder))) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.isFile() && entry.name.endsWith('.weft')) found.push(path)
      else if (entry.isDirectory() && reach === 'beneath' && !passedOver.test(entry.name)) folders.push(path)
    }
  }
  return found.slice(0, mostSpecs)
}

/** None of a folder that may not be read. */
function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}
