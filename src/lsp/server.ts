// The language server over a connection, whatever carries it: besides `offered.ts` and the transports, the only file that knows the protocol library.
import {
  CodeActionKind,
  LSPErrorCodes,
  ResponseError,
  TextDocuments,
  DidChangeWatchedFilesNotification,
  type CodeAction,
  type CodeActionParams,
  type Connection,
  type InitializeParams,
  type InitializeResult,
  type Location,
  type TextDocumentPositionParams,
  type WorkspaceEdit,
} from 'vscode-languageserver'
import { TextDocument } from 'vscode-languageserver-textdocument'
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts'
import type { Remedy } from '../compiler/diagnostics/define.ts'
import type { Span } from '../compiler/text/source.ts'
import { formatWeft, WeftSyntaxError } from '../format/prettier-plugin.ts'
import { choosingActions } from './choosing.ts'
import { codeLenses } from './code-lens.ts'
import { completions } from './completion.ts'
import { fixOf, shownDiagnostics } from './diagnostics.ts'
import { Documents, type OpenDocument, type Place } from './documents.ts'
import { hover } from './hover.ts'
import { inlayHints } from './inlay-hints.ts'
import { declarationAt, nameAt, usesOf } from './links.ts'
import { offered } from './offered.ts'
import type { Maker } from './pages.ts'
import { offsetOf, rangeOf } from './protocol.ts'
import { earlierOffset, elaborate, laterOffset, refusedChoice, type Choice } from './reading.ts'
import { renamable, rename, wordAt, type Project } from './rename.ts'
import { semanticTokens } from './semantic-tokens.ts'
import { argumentTexts, defaultSettings, pauseBefore, sectionOf, settingsOf } from './settings.ts'
import { numbersAt } from './shown-numbers.ts'
import { signatureHelp } from './signature-help.ts'
import { documentSymbols, foldingRanges } from './symbols.ts'

/** What a transport knows of where the server runs. */
export interface Surroundings extends Maker {
  /** Undefined for documents that lie in no project, such as those of a version control view. */
  locate(uri: string, folders: readonly string[]): Place | undefined
  /** Keeps a page where an editor can open it, and says where; absent where editors show pages themselves. */
  keepPage?(title: string, html: string): string
}

export function serve(connection: Connection, surroundings: Surroundings): void {
  new Server(connection, surroundings).listen()
}

class Server {
  readonly #connection: Connection
  readonly #surroundings: Surroundings
  readonly #texts = new TextDocuments(TextDocument)
  readonly #documents = new Documents()
  readonly #waiting = new Map<string, ReturnType<typeof setTimeout>>()
  #folders: readonly string[] = []
  #settings = defaultSettings
  #asks = { configuration: false, hints: false, lenses: false, tokens: false, watches: false }

  constructor(connection: Connection, surroundings: Surroundings) {
    this.#connection = connection
    this.#surroundings = surroundings
  }

  listen(): void {
    const connection = this.#connection
    connection.onInitialize((params) => this.#initialize(params))
    connection.onInitialized(() => {
      this.#safely(async () => this.#readSettings())
      if (this.#asks.watches) this.#safely(async () => this.#watch())
    })
    connection.onDidChangeConfiguration(({ settings }) =>
      this.#safely(async () => this.#readSettings(settings)),
    )
    connection.onDidChangeWatchedFiles(() => {
      for (const one of this.#documents.all()) {
        this.#documents.forget(one)
        this.#lookAt(one)
      }
    })
    // Of a text that is opened too.
    this.#texts.onDidChangeContent(({ document }) => this.#changed(document))
    this.#texts.onDidClose(({ document }) => this.#closed(document.uri))
    this.#answerPlaces()
    this.#answerDocuments()
    this.#answerChanges()
    this.#texts.listen(connection)
    connection.listen()
  }

  #initialize({
    workspaceFolders,
    rootUri,
    capabilities,
    initializationOptions,
  }: InitializeParams): InitializeResult {
    this.#folders = workspaceFolders?.map(({ uri }) => uri) ?? (rootUri === null ? [] : [rootUri])
    this.#settings = settingsOf(initializationOptions)
    const { workspace } = capabilities
    this.#asks = {
      configuration: workspace?.configuration === true,
      hints: workspace?.inlayHint?.refreshSupport === true,
      lenses: workspace?.codeLens?.refreshSupport === true,
      tokens: workspace?.semanticTokens?.refreshSupport === true,
      watches: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    }
    return {
      serverInfo: { name: 'weft', version: this.#surroundings.tool.replace(/^weft /, '') },
      capabilities: offered,
    }
  }

  /** What is imported may change on the disk: a branch that is checked out, another editor. */
  async #watch(): Promise<void> {
    await this.#connection.client.register(DidChangeWatchedFilesNotification.type, {
      watchers: [{ globPattern: '**/*.weft' }],
    })
  }

  /** The client's `weft` section, where it can be asked for one. */
  async #readSettings(pushed?: unknown): Promise<void> {
    if (this.#asks.configuration)
      this.#settings = settingsOf(await this.#connection.workspace.getConfiguration('weft'))
    else if (pushed !== undefined) this.#settings = settingsOf(sectionOf(pushed))
    this.#lookAtAll(this.#documents.all())
  }

  // -------------------------------------------------------------- texts

  #opened(document: TextDocument): void {
    const place = this.#surroundings.locate(document.uri, this.#folders)
    if (place === undefined) this.#connection.console.warn(`${document.uri} is no file of this machine`)
    else {
      const open = this.#documents.open(document.uri, place, document.getText())
      this.#lookAtAll([open, ...this.#documents.forgetImporting(open)])
    }
  }

  #changed(document: TextDocument): void {
    const open = this.#documents.get(document.uri)
    if (open === undefined) this.#opened(document)
    else this.#lookAtAll(this.#documents.change(open, document.getText()))
  }

  #closed(uri: string): void {
    clearTimeout(this.#waiting.get(uri))
    this.#waiting.delete(uri)
    const document = this.#documents.get(uri)
    this.#documents.close(uri)
    if (document !== undefined) this.#lookAtAll(this.#documents.forgetImporting(document))
    void this.#connection.sendDiagnostics({ uri, diagnostics: [] })
  }

  #lookAtAll(documents: readonly OpenDocument[]): void {
    for (const one of documents) this.#lookAt(one)
  }

  /** Says at once what reading the text finds, and after a pause in typing what elaborating it does. */
  #lookAt(document: OpenDocument): void {
    clearTimeout(this.#waiting.get(document.uri))
    const timer = setTimeout(() => {
      this.#safely(() => this.#publish(document, this.#expected(document)))
      const again = setTimeout(
        () => this.#safely(async () => this.#elaborate(document)),
        pauseBefore(this.#settings.delay, document.heldUp),
      )
      this.#waiting.set(document.uri, again)
    }, 0)
    this.#waiting.set(document.uri, timer)
  }

  /** What no request waits for: a mistake of ours, or a client that refuses, must not end the service of all texts. */
  #safely(work: () => void | Promise<void>): void {
    const told = (error: unknown): void =>
      this.#connection.console.error(error instanceof Error ? (error.stack ?? error.message) : String(error))
    try {
      work()?.catch(told)
    } catch (error) {
      told(error)
    }
  }

  /** What was found in the text before stands where it still can, until the text is elaborated. */
  #expected(document: OpenDocument): readonly Diagnostic[] {
    const { spec, file } = this.#documents.read(document)
    const before = document.elaborated?.file
    const found = spec.bag.list()
    if (!spec.sound || before === undefined) return found
    const kept = document.late.flatMap((one) => {
      if (one.span.file !== document.place.entry) return [one]
      const [start, end] = [one.span.start, one.span.end].map((offset) => laterOffset(before, file, offset))
      return start === undefined || end === undefined ? [] : [{ ...one, span: { ...one.span, start, end } }]
    })
    return [...found, ...kept]
  }

  /** Step by step, so that whatever is asked meanwhile is answered; a change of the text ends it. */
  async #elaborate(document: OpenDocument): Promise<void> {
    const { revision } = document
    const steps = elaborate(this.#documents.read(document), this.#choiceFor(document))
    document.heldUp = 0
    for (;;) {
      const begun = performance.now()
      const { done, value } = steps.next()
      document.heldUp = Math.max(document.heldUp, performance.now() - begun)
      if (done === true) {
        this.#documents.settle(document, value)
        this.#publish(document, value.diagnostics)
        this.#refresh()
        return
      }
      await pause()
      if (document.revision !== revision || this.#documents.get(document.uri) !== document) return
    }
  }

  #choiceFor(document: OpenDocument): Choice | undefined {
    const { network, arguments: given } = this.#settings
    return document.choice ?? (network === undefined ? undefined : { network, arguments: given })
  }

  #publish(document: OpenDocument, diagnostics: readonly Diagnostic[]): void {
    const reading = this.#documents.read(document)
    const version = this.#texts.get(document.uri)?.version
    void this.#connection.sendDiagnostics({
      uri: document.uri,
      ...(version === undefined ? {} : { version }),
      diagnostics: shownDiagnostics(reading, diagnostics, (path) => this.#documents.uriOf(document, path)),
    })
  }

  #refresh(): void {
    const { languages } = this.#connection
    if (this.#asks.hints) languages.inlayHint.refresh().catch(ignore)
    if (this.#asks.lenses) void this.#connection.sendRequest('workspace/codeLens/refresh').catch(ignore)
    if (this.#asks.tokens) void languages.semanticTokens.refresh().catch(ignore)
  }

  // -------------------------------------------------------------- answers

  #answerPlaces(): void {
    const connection = this.#connection
    const documents = this.#documents
    connection.onHover((params) =>
      this.#at(params, (one, offset) =>
        hover(documents.read(one), one.elaborated, documents.records(one), offset),
      ),
    )
    connection.onCompletion((params) =>
      this.#at(params, (one, offset) =>
        completions(documents.read(one), documents.records(one), offset, () => documents.importable(one)),
      ),
    )
    connection.onSignatureHelp((params) =>
      this.#at(params, (one, offset) => signatureHelp(documents.read(one), documents.records(one), offset)),
    )
    connection.onDefinition((params) =>
      this.#at(params, (one, offset) => {
        const found = declarationAt(one.place.entry, offset, documents.records(one))
        return found === undefined ? this.#importedFile(one, offset) : this.#location(one, found)
      }),
    )
    connection.onReferences((params) =>
      this.#at(params, (one, offset) => {
        const project = documents.project(one)
        const records = documents.projectRecords(project)
        const declared = nameAt(one.place.entry, offset, records)
        const places = declared === undefined ? [] : usesOf(declared, records)
        const wanted = params.context.includeDeclaration ? places : places.slice(1)
        return wanted.map((span) => this.#location(one, span, project))
      }),
    )
  }

  #answerDocuments(): void {
    const connection = this.#connection
    const documents = this.#documents
    connection.onDocumentSymbol(({ textDocument }) =>
      this.#of(textDocument, (one) => documentSymbols(documents.read(one))),
    )
    connection.onFoldingRanges(({ textDocument }) =>
      this.#of(textDocument, (one) => foldingRanges(documents.read(one))),
    )
    connection.languages.semanticTokens.on(({ textDocument }) => ({
      data:
        this.#of(textDocument, (one) => semanticTokens(documents.read(one), documents.records(one))) ?? [],
    }))
    connection.languages.inlayHint.on(({ textDocument, range }) =>
      this.#of(textDocument, (one) =>
        inlayHints(documents.read(one), one.elaborated, range, this.#settings.inlayHints),
      ),
    )
    connection.onCodeLens(({ textDocument }) =>
      this.#of(textDocument, (one) =>
        this.#settings.codeLens ? codeLenses(documents.read(one), one.uri, one.elaborated) : [],
      ),
    )
    connection.onDocumentFormatting(({ textDocument }) => this.#of(textDocument, (one) => this.#format(one)))
  }

  #answerChanges(): void {
    const connection = this.#connection
    connection.onCodeAction((params) =>
      this.#of(params.textDocument, (one) => {
        const { only } = params.context
        const fixes =
          only === undefined || only.includes(CodeActionKind.QuickFix) ? this.#fixes(one, params) : []
        // Choosing changes no text: it is of no kind that could be asked for.
        return [...fixes, ...(only === undefined ? this.#choices(one, params) : [])]
      }),
    )
    // Nothing would say that nothing can be renamed.
    connection.onPrepareRename((params) =>
      this.#at(params, (one, offset) => {
        const { module, file } = this.#documents.read(one)
        if (module === undefined) return null
        const found = renamable(module, offset, this.#documents.records(one))
        if ('refused' in found) throw failure(found.refused)
        const word = wordAt(file.text, offset)
        return { range: rangeOf(file, word), placeholder: file.text.slice(word.start, word.end) }
      }),
    )
    connection.onRenameRequest((params) =>
      this.#at(params, (one, offset) => this.#rename(one, offset, params.newName)),
    )
    connection.onExecuteCommand(({ command, arguments: given }) => this.#execute(command, given?.[0]))
  }

  #of<T>({ uri }: { readonly uri: string }, answer: (document: OpenDocument) => T): T | null {
    const document = this.#documents.get(uri)
    return document === undefined ? null : answer(document)
  }

  #at<T>(
    { textDocument, position }: TextDocumentPositionParams,
    answer: (document: OpenDocument, offset: number) => T,
  ): NonNullable<T> | null {
    return (
      this.#of(textDocument, (one) => answer(one, offsetOf(this.#documents.read(one).file, position))) ?? null
    )
  }

  #location(
    document: OpenDocument,
    span: Span,
    { sources }: Pick<Project, 'sources'> = this.#documents.read(document).spec,
  ): Location {
    const file = sources.get(span.file)
    if (file === undefined) throw new Error(`no text of ${span.file} among the sources`)
    return { uri: this.#documents.uriOf(document, span.file), range: rangeOf(file, span) }
  }

  /** From the path of an import to the file. */
  #importedFile(document: OpenDocument, offset: number): Location | null {
    const { module } = this.#documents.read(document)
    const around = module?.syntax.imports.find(
      ({ from }) => from.span.start <= offset && offset <= from.span.end,
    )
    const [name] = around?.names ?? []
    const target = name === undefined ? undefined : module?.imports.get((name.alias ?? name.name).name)
    if (target === undefined) return null
    const start = { line: 0, character: 0 }
    return { uri: this.#documents.uriOf(document, target.module.path), range: { start, end: start } }
  }

  async #format(document: OpenDocument): Promise<{ range: ReturnType<typeof rangeOf>; newText: string }[]> {
    const { file } = this.#documents.read(document)
    try {
      const formatted = await formatWeft(file.text)
      if (formatted === file.text) return []
      return [{ range: rangeOf(file, { start: 0, end: file.text.length }), newText: formatted }]
    } catch (error) {
      // Only a text without syntax errors has a canonical form; the diagnostics say what is wrong.
      if (error instanceof WeftSyntaxError) return []
      throw error
    }
  }

  #fixes(document: OpenDocument, { context }: CodeActionParams): CodeAction[] {
    return context.diagnostics.flatMap((diagnostic) => {
      const data = diagnostic.data as Remedy | undefined // As `shownDiagnostics` gave it.
      const fix = fixOf(this.#documents.read(document), {
        range: diagnostic.range,
        ...(data === undefined ? {} : { data }),
      })
      if (fix === undefined) return []
      const { title } = fix
      const edit = { changes: { [document.uri]: [fix.edit] } }
      return [{ title, kind: CodeActionKind.QuickFix, diagnostics: [diagnostic], isPreferred: true, edit }]
    })
  }

  #choices(document: OpenDocument, { range }: CodeActionParams): CodeAction[] {
    const { elaborated, uri } = document
    if (elaborated === undefined) return []
    const { file } = this.#documents.read(document)
    const offset = earlierOffset(elaborated.file, file, offsetOf(file, range.start))
    if (offset === undefined) return []
    return choosingActions(elaborated, uri, offset).map((command) => ({ title: command.title, command }))
  }

  #rename(document: OpenDocument, offset: number, to: string): WorkspaceEdit {
    const project = this.#documents.project(document)
    const found = rename(document.place.entry, offset, to, project)
    if ('refused' in found) throw failure(found.refused)
    const changes: Record<string, { range: ReturnType<typeof rangeOf>; newText: string }[]> = {}
    for (const span of found.places) {
      const { uri, range } = this.#location(document, span, project)
      const edits = changes[uri] ?? []
      edits.push({ range, newText: to })
      changes[uri] = edits
    }
    return { changes }
  }

  async #execute(command: string, given: unknown): Promise<unknown> {
    const asked = askedFor(given)
    const document = asked === undefined ? undefined : this.#documents.get(asked.uri)
    if (asked === undefined || document === undefined)
      throw failure(`${command} needs the URI of an open document`)
    switch (command) {
      case 'weft.choose':
        return this.#choose(document, asked)
      case 'weft.graph':
      case 'weft.report':
        return this.#page(document, asked, command === 'weft.graph' ? 'graph' : 'report')
      default:
        throw failure(`there is no command ${command}`)
    }
  }

  async #choose(document: OpenDocument, { network, arguments: given }: Asked): Promise<null> {
    const choice = network === undefined ? undefined : { network, arguments: given }
    const wrong = choice === undefined ? undefined : refusedChoice(this.#documents.read(document), choice)
    if (wrong !== undefined)
      throw failure(wrong.help === undefined ? wrong.message : `${wrong.message}; ${wrong.help}`)
    document.choice = choice
    document.revision += 1
    await this.#elaborate(document)
    return null
  }

  async #page(document: OpenDocument, { network }: Asked, kind: 'graph' | 'report'): Promise<unknown> {
    const { elaborated } = document
    const numbers =
      elaborated === undefined
        ? undefined
        : elaborated.chosen !== undefined && [undefined, elaborated.chosen.graph.network].includes(network)
          ? elaborated.chosen
          : network === undefined
            ? numbersAt(elaborated, undefined)
            : elaborated.networks.find(({ graph }) => graph.network === network)
    if (elaborated === undefined || numbers === undefined)
      throw failure(
        network === undefined
          ? 'no network of the document compiles'
          : `no network \`${network}\` of the document compiles`,
      )
    const { pageOf } = await import('./pages.ts')
    const page = pageOf(kind, numbers, elaborated, document.place.entry, this.#surroundings)
    if (page === undefined) throw failure(`there is no ${kind} of ${numbers.graph.network}: it is too large`)
    if (this.#settings.pages === 'returned' || this.#surroundings.keepPage === undefined) return page
    const uri = this.#surroundings.keepPage(page.title, page.html)
    await this.#connection.window.showDocument({ uri, external: true })
    return { uri }
  }
}

interface Asked {
  readonly uri: string
  readonly network: string | undefined
  readonly arguments: Readonly<Record<string, string>>
}

/** What a command was given, as lenses give it and as editors do. */
function askedFor(given: unknown): Asked | undefined {
  if (typeof given !== 'object' || given === null || !('uri' in given)) return undefined
  const { uri, network, arguments: args } = given as { uri: unknown; network?: unknown; arguments?: unknown }
  return {
    uri: String(uri),
    network: typeof network === 'string' && network !== '' ? network : undefined,
    arguments: argumentTexts(args),
  }
}

const failure = (message: string): ResponseError => new ResponseError(LSPErrorCodes.RequestFailed, message)

/** A client that was asked to look again and has gone, or has no view that would. */
const ignore = (): void => undefined

/** Lets what waits be answered. */
const pause = async (): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, 0)
  })
