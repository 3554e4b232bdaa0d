// The editor: CodeMirror, with the language server in a worker as any editor has it.
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { bracketMatching, HighlightStyle, StreamLanguage, syntaxHighlighting } from '@codemirror/language'
import { lintGutter, lintKeymap } from '@codemirror/lint'
import { languageServerExtensions, LSPClient, type Transport } from '@codemirror/lsp-client'
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search'
import { EditorState, type Extension } from '@codemirror/state'
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view'
import { tags } from '@lezer/highlight'
import type { Diagnostic } from 'vscode-languageserver-protocol'
import { weft } from '../../../../editors/codemirror/weft.js'
import { memoryUri } from '../../../lsp/in-memory.ts'
import type { Opened } from '../asked.ts'
import { sanitised } from './sanitised.ts'
import { startWorker } from './workers.ts'

export interface EditorOptions {
  readonly parent: HTMLElement
  /** Names the text for who does not see it. */
  readonly labelledBy: string
  onChange(text: string): void
  /** Of the text as it is. */
  onDiagnostics(found: readonly Diagnostic[]): void
}

export interface Editor {
  /** Starts the language server, once. */
  connect(): void
  /** Replaces what is open, with its history. */
  open(opened: Opened): void
  goTo(line: number, column: number): void
  /** The network and the arguments that hovers tell the numbers of. */
  choose(network: string, args: Readonly<Record<string, string>>): void
}

/** After the last answer, in milliseconds: a slider that is dragged gives many. */
const rest = 300

export function createEditor(options: EditorOptions): Editor {
  const client = clientOf(options)
  const view = new EditorView({ parent: options.parent })
  /** Files that the text imports: open for the server, though not shown. */
  let besides: readonly string[] = []
  let uri = ''
  let choosing: ReturnType<typeof setTimeout> | undefined
  const notify = (method: string, params: unknown): void => client.notification(method, params)
  return {
    connect: () => {
      if (!client.connected) client.connect(transportTo(startWorker('language.js')))
    },
    open: ({ entry, files }) => {
      for (const one of besides) notify('textDocument/didClose', { textDocument: { uri: one } })
      const others = Object.entries(files).filter(([path]) => path !== entry)
      besides = others.map(([path]) => memoryUri(path))
      uri = memoryUri(entry)
      void client.initializing.then(() => {
        for (const [path, text] of others)
          notify('textDocument/didOpen', {
            textDocument: { uri: memoryUri(path), languageId: 'weft', version: 1, text },
          })
      })
      view.setState(stateOf(files[entry] ?? '', [client.plugin(uri, 'weft'), behaviour(options)]))
    },
    goTo: (line, column) => {
      const at = view.state.doc.line(Math.min(Math.max(1, line), view.state.doc.lines))
      const anchor = Math.min(at.from + column - 1, at.to)
      view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: 'center' }) })
      view.focus()
    },
    choose: (network, given) => {
      const argument = { uri, network, arguments: given }
      clearTimeout(choosing)
      choosing = setTimeout(() => {
        client.sync()
        // Arguments that make no network are told beside what they were set by.
        client
          .request('workspace/executeCommand', { command: 'weft.choose', arguments: [argument] })
          .catch(() => undefined)
      }, rest)
    },
  }
}

function clientOf({ onDiagnostics }: EditorOptions): LSPClient {
  return new LSPClient({
    extensions: languageServerExtensions(),
    sanitizeHTML: sanitised,
    // The first answer waits for the worker to load.
    timeout: 30_000,
    notificationHandlers: {
      'textDocument/publishDiagnostics': (_, { diagnostics }: { diagnostics: readonly Diagnostic[] }) => {
        onDiagnostics(diagnostics)
        // The editor's own marks are for the handler that comes next.
        return false
      },
    },
  })
}

/** The client has messages as texts, the server as objects. */
function transportTo(worker: Worker): Transport {
  const handlers = new Map<(message: string) => void, (event: MessageEvent<unknown>) => void>()
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
    send: (message) => worker.postMessage(JSON.parse(message)),
    subscribe: (handler) => {
      const listener = ({ data }: MessageEvent<unknown>): void => handler(JSON.stringify(data))
      handlers.set(handler, listener)
      worker.addEventListener('message', listener)
    },
    unsubscribe: (handler) => {
      const listener = handlers.get(handler)
      if (listener !== undefined) worker.removeEventListener('message', listener)
    },
  }
}

const stateOf = (text: string, extensions: readonly Extension[]): EditorState =>
  EditorState.create({ doc: text, extensions })

function behaviour({ labelledBy, onChange }: EditorOptions): Extension {
  return [
    lineNumbers(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    history(),
    drawSelection(),
    bracketMatching(),
    closeBrackets(),
    autocompletion(),
    highlightSelectionMatches(),
    lintGutter(),
    language,
    // Tab leaves the editor, as it does everywhere on a page.
    keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap]), // prettier-ignore
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ 'aria-labelledby': labelledBy }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) onChange(update.state.doc.toString())
    }),
  ]
}

// ---------------------------------------------------------------- how the language looks

const language: Extension = [
  StreamLanguage.define<{ declares: boolean }>({
    ...weft,
    tokenTable: { docComment: tags.docComment },
  }),
  syntaxHighlighting(
    HighlightStyle.define([
      { tag: [tags.comment, tags.docComment], color: 'var(--muted)', fontStyle: 'italic' },
      { tag: [tags.keyword, tags.definitionKeyword], color: 'var(--accent)', fontWeight: '600' },
      { tag: tags.function(tags.variableName), color: 'var(--busy)' },
      { tag: tags.typeName, fontWeight: '600' },
      { tag: [tags.number, tags.string, tags.bool, tags.literal], color: 'var(--good)' },
    ]),
  ),
]
