// The language server with nothing but open documents, as it is in a page's worker.
import { PassThrough } from 'node:stream'
import { expect, onTestFinished, test } from 'vitest'
import { createConnection } from 'vscode-languageserver/node'
import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type Definition,
  type Hover,
  type Location,
  type MessageConnection,
  type PublishDiagnosticsParams,
} from 'vscode-languageserver-protocol/node'
import { inMemory, memoryUri } from '../../src/lsp/in-memory.ts'
import { serve } from '../../src/lsp/server.ts'

const parts = 'block Pair(c: int) = conv(c, 3) -> relu -> conv(c, 3)\n'
const net = `import { Pair } from "./parts"
import { DoubleConv } from "std/blocks"

network Net(base: int = 8) {
  input image: [1, 16, 16]
  output logits = image -> Pair(base) -> DoubleConv(base)
}
`

async function started(): Promise<MessageConnection> {
  const [toServer, toClient] = [new PassThrough(), new PassThrough()]
  serve(createConnection(toServer, toClient), inMemory('weft 0'))
  const client = createMessageConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer))
  onTestFinished(() => client.dispose())
  client.listen()
  await client.sendRequest('initialize', { processId: null, rootUri: null, capabilities: {} })
  await client.sendNotification('initialized', {})
  return client
}

/** Resolves to the diagnostics of a document once they are as `holds` says. */
const published = async (
  client: MessageConnection,
  uri: string,
  holds: (codes: readonly unknown[]) => boolean,
): Promise<void> =>
  new Promise((resolve) => {
    client.onNotification('textDocument/publishDiagnostics', (found: PublishDiagnosticsParams) => {
      if (found.uri === uri && holds(found.diagnostics.map(({ code }) => code))) resolve()
    })
  })

const open = async (client: MessageConnection, path: string, text: string): Promise<void> =>
  client.sendNotification('textDocument/didOpen', {
    textDocument: { uri: memoryUri(path), languageId: 'weft', version: 1, text },
  })

test('what is open can be imported, and the library; nothing else is there', async () => {
  const client = await started()
  const uri = memoryUri('my net.weft')
  const missing = published(client, uri, (codes) => codes.includes('WEFT204'))
  await open(client, 'my net.weft', net)
  await missing
  const clean = published(client, uri, (codes) => codes.length === 0)
  await open(client, 'parts.weft', parts)
  await clean
  const at = (line: number, character: number): object => ({
    textDocument: { uri },
    position: { line, character },
  })
  const hover = await client.sendRequest<Hover>('textDocument/hover', at(5, 28))
  expect(JSON.stringify(hover.contents)).toContain('block Pair')
  const pair = await client.sendRequest<Definition>('textDocument/definition', at(5, 28))
  expect((pair as Location).uri).toBe(memoryUri('parts.weft'))
  const library = await client.sendRequest<Definition>('textDocument/definition', at(5, 45))
  expect((library as Location).uri).toBe(memoryUri('std/blocks.weft'))
})

test('a page of a network is given to whoever shows it', async () => {
  const client = await started()
  const uri = memoryUri('net.weft')
  const clean = published(client, uri, (codes) => codes.length === 0)
  await open(client, 'parts.weft', parts)
  await open(client, 'net.weft', net)
  await clean
  const report = async (): Promise<{ readonly title: string; readonly html: string } | undefined> =>
    client.sendRequest<{ title: string; html: string }>('workspace/executeCommand', { command: 'weft.report', arguments: [{ uri }] }).catch(() => undefined) // prettier-ignore
  let found = await report()
  // Elaborated after what reading it finds is told.
  while (found === undefined) found = await report()
  expect(found.title).toBe('Net: report')
  expect(found.html).toContain('</html>')
})
