// The open documents: each with its text as it is, what was read of that, and the last that could be elaborated. Knows no protocol.
import { newMemory, type Memory, type SourceHost } from '../compiler/compile.ts'
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts'
import { isLibrary, relativePath } from '../compiler/semantics/names/modules.ts'
import type { Module } from '../compiler/semantics/names/module.ts'
import type { SourceFile } from '../compiler/text/source.ts'
import {
  namesOf,
  readDocument,
  type Choice,
  type Elaborated,
  type Findings,
  type Reading,
} from './reading.ts'
import { recordsOf, type Records } from './links.ts'
import type { NameRecord } from '../compiler/semantics/names/name-table.ts'
import type { Project } from './rename.ts'

/** Where a document lies. */
export interface Place {
  /** Path in its project, with `/`. */
  readonly entry: string
  readonly host: SourceHost
  uriOf(path: string): string
  /** Paths of all specs of the project, as far as they can be listed. */
  specs(): readonly string[]
}

export interface OpenDocument {
  /** As the editor writes it: `%40` may stand for `@`. */
  readonly uri: string
  /** The same file's as `uriOf` writes it. */
  readonly home: string
  readonly place: Place
  text: string
  /** Counts changes of the text and of what it imports. */
  revision: number
  /** Of the text as it is. */
  reading: Reading | undefined
  records: Records | undefined
  /** Of the last text that could be elaborated. */
  elaborated: Elaborated | undefined
  /** What elaborating the last text found, besides what reading it did. */
  late: readonly Diagnostic[]
  choice: Choice | undefined
  /** In milliseconds: the longest that a step of the last elaboration kept everything else waiting. */
  heldUp: number
}

export class Documents {
  readonly #open = new Map<string, OpenDocument>()
  readonly #memory: Memory = newMemory()
  /** The library never changes while the server runs. */
  readonly #library = new Map<Module, NameRecord>()

  open(uri: string, place: Place, text: string): OpenDocument {
    const document: OpenDocument = {
      uri,
      home: place.uriOf(place.entry),
      place,
      text,
      revision: 0,
      reading: undefined,
      records: undefined,
      elaborated: undefined,
      late: [],
      choice: undefined,
      heldUp: 0,
    }
    this.#open.set(uri, document)
    return document
  }

  close(uri: string): void {
    this.#open.delete(uri)
  }

  get(uri: string): OpenDocument | undefined {
    return this.#open.get(uri)
  }

  all(): readonly OpenDocument[] {
    return [...this.#open.values()]
  }

  /** Gives a document another text; the documents that have to be looked at again, itself first. */
  change(document: OpenDocument, text: string): readonly OpenDocument[] {
    document.text = text
    this.forget(document)
    return [document, ...this.forgetImporting(document)]
  }

  /** What imports it has to be looked at again: it has another text, or was opened, or is as the disk has it again. */
  forgetImporting(document: OpenDocument): readonly OpenDocument[] {
    const importing = this.all().filter((one) => one !== document && imports(one, document.home))
    for (const one of importing) this.forget(one)
    return importing
  }

  /** What was read of it holds no longer: its text or a file that it imports has changed. */
  forget(document: OpenDocument): void {
    document.revision += 1
    document.reading = undefined
    document.records = undefined
  }

  /** Of a file of the document's project, as the editor writes it where it is open. */
  uriOf({ place }: OpenDocument, path: string): string {
    const home = place.uriOf(path)
    return this.#at(home)?.uri ?? home
  }

  #at(home: string): OpenDocument | undefined {
    return this.all().find((one) => one.home === home)
  }

  read(document: OpenDocument): Reading {
    document.reading ??= readDocument(document.place.entry, this.#hostOf(document), this.#memory)
    return document.reading
  }

  /** What names lead to, in the document and in all that it imports. */
  records(document: OpenDocument): Records {
    document.records ??= new Map(
      [...this.read(document).spec.modules].map(([path, module]) => [path, this.#recordOf(module)]),
    )
    return document.records
  }

  #recordOf(module: Module): NameRecord {
    if (!isLibrary(module.path)) return namesOf(module)
    const known = this.#library.get(module) ?? namesOf(module)
    this.#library.set(module, known)
    return known
  }

  /** Keeps what was found for the text that the document still has. */
  settle(document: OpenDocument, { diagnostics, elaborated }: Findings): void {
    const early = new Set(this.read(document).spec.bag.list().map(keyOf))
    document.late = diagnostics.filter((one) => !early.has(keyOf(one)))
    if (elaborated !== undefined) document.elaborated = elaborated
  }

  /** All specs of the document's project as they are now: the open ones, and those that only the disk has. */
  project(document: OpenDocument): Project {
    const { place } = document
    const host = this.#hostOf(document)
    const modules = new Map<string, Module>()
    const sources = new Map<string, SourceFile>()
    for (const path of new Set([...this.#openSpecs(place), ...place.specs()])) {
      if (modules.has(path)) continue
      const { spec } = readDocument(path, host, this.#memory)
      for (const [name, module] of spec.modules) modules.set(name, module)
      for (const [name, file] of spec.sources) sources.set(name, file)
    }
    return { host, modules, sources }
  }

  /** Paths of the open documents that lie in a place's project. */
  #openSpecs(place: Place): string[] {
    const here = this.all().filter(({ home, place: { entry } }) => place.uriOf(entry) === home)
    return here.map((one) => one.place.entry)
  }

  /** Paths of the specs that a document may import: those on the disk and those that are open. */
  importable(document: OpenDocument): readonly string[] {
    const { entry, specs } = document.place
    const found = new Set([...this.#openSpecs(document.place), ...specs()])
    return [...found].filter((one) => one !== entry && !isLibrary(one)).toSorted()
  }

  projectRecords({ modules }: Project): Records {
    return recordsOf(modules.values())
  }

  /** Open documents before files. */
  #hostOf({ place, home, text }: OpenDocument): SourceHost {
    return {
      read: (path) => {
        const at = place.uriOf(path)
        return at === home ? text : (this.#at(at)?.text ?? place.host.read(path))
      },
    }
  }
}

/** Whether a document or what it imports names the file, be it there or not. */
function imports({ place, reading }: OpenDocument, home: string): boolean {
  if (reading === undefined) return true
  for (const { path, syntax } of reading.spec.modules.values())
    for (const { from } of syntax.imports) {
      const target = isLibrary(from.value) ? undefined : relativePath(path, from.value)
      if (target !== undefined && place.uriOf(target) === home) return true
    }
  return false
}

const keyOf = ({ code, span, message }: Diagnostic): string =>
  `${code} ${span.file} ${span.start} ${span.end} ${message}`
