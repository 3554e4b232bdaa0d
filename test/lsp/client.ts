// A language client over standard input and output, as editors are: it starts the real command.
import { spawn, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type ClientCapabilities,
  type Diagnostic,
  type MessageConnection,
  type Position,
  type PublishDiagnosticsParams,
  type RegistrationParams,
} from 'vscode-languageserver-protocol/node'

/** Tests and benchmarks run in the checkout. */
const root = process.cwd()
const command = [join(root, 'dist', 'src', 'cli', 'main.js'), 'lsp', '--stdio']

export interface Client {
  readonly connection: MessageConnection
  /** Opens a text under a path of the folder that is the workspace; `written` is how the editor writes URIs. */
  open(path: string, text: string, written?: (uri: string) => string): Promise<OpenText>
  request<T>(method: string, params: unknown): Promise<T>
  /** The kinds of files that the server wants to be told of. */
  readonly watched: readonly string[]
  /** Of the server's process. */
  readonly pid: number
  close(): Promise<void>
}

export interface OpenText {
  readonly uri: string
  /** Replaces the whole text, or a part of it by offsets. */
  change(text: string, range?: { readonly start: number; readonly end: number }): void
  text(): string
  /** Diagnostics of the text as it is, elaborated. */
  diagnostics(): Promise<readonly Diagnostic[]>
  /** Those that came last, whatever they are of. */
  last(): readonly Diagnostic[]
  close(): Promise<void>
  /** What reading it finds, which comes first. */
  firstDiagnostics(): Promise<readonly Diagnostic[]>
  position(offset: number): Position
  /** Where a piece of the text stands; `|` in it is the place, else its beginning. */
  at(piece: string): { readonly textDocument: { readonly uri: string }; readonly position: Position }
}

export const exampleText = (name: string): string => readFileSync(join(root, 'examples', name), 'utf8')

export async function startClient(
  folder: string,
  options: Readonly<Record<string, unknown>> = {},
  program: readonly string[] = command,
  workspace: ClientCapabilities['workspace'] = {},
): Promise<Client> {
  const server = spawn(process.execPath, [...program], {
    cwd: folder,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const connection = createMessageConnection(
    new StreamMessageReader(server.stdout),
    new StreamMessageWriter(server.stdin),
  )
  const published = new Published()
  connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) =>
    published.add(params),
  )
  const watched: string[] = []
  connection.onRequest('client/registerCapability', ({ registrations }: RegistrationParams) => {
    for (const { registerOptions } of registrations) watched.push(JSON.stringify(registerOptions))
  })
  // As of a client that says it has settings and then has none.
  connection.onRequest('workspace/configuration', () => {
    throw new Error('no settings')
  })
  connection.onRequest('window/showDocument', () => ({ success: true }))
  connection.listen()
  const rootUri = pathToFileURL(folder).href
  await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri,
    workspaceFolders: [{ uri: rootUri, name: 'specs' }],
    capabilities: { workspace },
    initializationOptions: { delay: 0, ...options },
  })
  await connection.sendNotification('initialized', {})
  return {
    connection,
    open: async (path, text, written = (uri) => uri) =>
      openText(connection, published, written(pathToFileURL(join(folder, path)).href), text),
    watched,
    pid: server.pid ?? 0,
    request: async (method, params) => connection.sendRequest(method, params),
    close: async () => closed(connection, server),
  }
}

async function closed(connection: MessageConnection, server: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => server.once('exit', resolve))
  await connection.sendRequest('shutdown')
  await connection.sendNotification('exit')
  await ended
  connection.dispose()
}

/** What was published, and who waits for it. */
class Published {
  readonly #last = new Map<string, PublishDiagnosticsParams[]>()
  readonly #waiting = new Set<() => void>()

  add(params: PublishDiagnosticsParams): void {
    // Older ones are asked for no more.
    this.#last.set(params.uri, [...(this.#last.get(params.uri) ?? []).slice(-3), params])
    for (const one of this.#waiting) one()
  }

  last(uri: string): readonly Diagnostic[] {
    return this.#last.get(uri)?.at(-1)?.diagnostics ?? []
  }

  /** Of one version of a text there are two: what reading it finds, and what elaborating it does. */
  async of(uri: string, version: number, stage: 'read' | 'elaborated'): Promise<readonly Diagnostic[]> {
    for (;;) {
      const found = (this.#last.get(uri) ?? []).filter((one) => one.version === version)
      const last = found[stage === 'read' ? 0 : 1]
      if (last !== undefined) return last.diagnostics
      await new Promise<void>((resolve) => {
        const done = (): void => {
          this.#waiting.delete(done)
          resolve()
        }
        this.#waiting.add(done)
      })
    }
  }
}

async function openText(
  connection: MessageConnection,
  published: Published,
  uri: string,
  begun: string,
): Promise<OpenText> {
  let [text, version] = [begun, 1]
  const textDocument = { uri, languageId: 'weft', version, text }
  await connection.sendNotification('textDocument/didOpen', { textDocument })
  const positionOf = (offset: number): Position => {
    const before = text.slice(0, offset).split('\n')
    return { line: before.length - 1, character: before.at(-1)?.length ?? 0 }
  }
  return {
    uri,
    text: () => text,
    change: (by, range) => {
      version += 1
      const change =
        range === undefined
          ? { text: by }
          : { range: { start: positionOf(range.start), end: positionOf(range.end) }, text: by }
      text = range === undefined ? by : text.slice(0, range.start) + by + text.slice(range.end)
      void connection.sendNotification('textDocument/didChange', {
        textDocument: { uri, version },
        contentChanges: [change],
      })
    },
    diagnostics: async () => published.of(uri, version, 'elaborated'),
    last: () => published.last(uri),
    close: async () => connection.sendNotification('textDocument/didClose', { textDocument: { uri } }),
    position: positionOf,
    firstDiagnostics: async () => published.of(uri, version, 'read'),
    at: (piece) => {
      const plain = piece.replace('|', '')
      const found = text.indexOf(plain)
      if (found < 0) throw new Error(`the text has no ${plain}`)
      return { textDocument: { uri }, position: positionOf(found + Math.max(0, piece.indexOf('|'))) }
    },
  }
}
