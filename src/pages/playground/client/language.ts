// The language server in a worker: messages between threads, documents in memory.
import {
  BrowserMessageReader,
  BrowserMessageWriter,
  createConnection,
  ProposedFeatures,
} from 'vscode-languageserver/browser'
import { inMemory } from '../../../lsp/in-memory.ts'
import { serve } from '../../../lsp/server.ts'

/** A worker has what a port has. */
const port = self as unknown as MessagePort

const connection = createConnection(
  ProposedFeatures.all,
  new BrowserMessageReader(port),
  new BrowserMessageWriter(port),
)
serve(connection, inMemory('weft'))
