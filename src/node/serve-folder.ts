// A folder of static files on a port of this machine, for a look. Whatever a path says, nothing outside of the folder is given.
import { createReadStream, statSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { extname, join, normalize, sep } from 'node:path'
import { problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'

export interface ServeOptions {
  /** 0: any that is free. */
  readonly port: number
  /** Sent with every file. */
  readonly headers?: Readonly<Record<string, string>>
  /** Where the folder stands in addresses; `/` unless given, else `/a/b/`. */
  readonly prefix?: string
}

export interface Serving {
  readonly url: string
  close(): Promise<void>
}

/**
 * Pages that are isolated from others may share memory between threads: https://html.spec.whatwg.org/multipage/browsers.html#cross-origin-isolation.
 */
export const isolationHeaders = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
} as const

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
}

/** Listens on the machine's own address alone. */
export async function serveFolder(folder: string, options: ServeOptions): Promise<Serving | Problem> {
  const server = createServer((request, response) => answer(request, response, folder, options))
  const failure = await listening(server, options.port)
  if (failure !== undefined) return problem('port-unusable', { port: options.port, reason: failure })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : options.port
  return {
    url: `http://localhost:${port}${options.prefix ?? '/'}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program does already',
  EACCES: 'it takes the rights of an administrator',
}

/** Resolves to why it does not. */
const listening = (server: Server, port: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      resolve(reasons[error.code ?? ''] ?? error.message),
    )
    server.listen(port, 'localhost', () => resolve(undefined))
  })

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  folder: string,
  { headers = {}, prefix = '/' }: ServeOptions,
): void {
  const path = pathIn(folder, request.url ?? '/', prefix)
  const isAsked = request.method === 'GET' || request.method === 'HEAD'
  const size = path === undefined || !isAsked ? undefined : sizeOf(path)
  if (path === undefined || size === undefined) {
    response.writeHead(isAsked ? 404 : 405).end()
    return
  }
  const type = types[extname(path)] ?? 'application/octet-stream'
  response.writeHead(200, { 'Content-Type': type, 'Content-Length': size, 'Cache-Control': 'no-cache', ...headers }) // prettier-ignore
  if (request.method === 'HEAD') response.end()
  else createReadStream(path).on('error', () => response.destroy()).pipe(response) // prettier-ignore
}

/** The file of an address; undefined beyond the folder. */
function pathIn(folder: string, address: string, prefix: string): string | undefined {
  const [pathname = ''] = address.split(/[?#]/, 1)
  if (!pathname.startsWith(prefix)) return undefined
  const name = decoded(pathname.slice(prefix.length))
  if (name === undefined || name.includes('\0')) return undefined
  const path = normalize(join(folder, name === '' || name.endsWith('/') ? `${name}index.html` : name))
  return path.startsWith(normalize(folder + sep)) ? path : undefined
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

function sizeOf(path: string): number | undefined {
  const stat = statSync(path, { throwIfNoEntry: false })
  return stat?.isFile() === true ? stat.size : undefined
}
