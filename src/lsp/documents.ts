// The open documents: each with its text as it is, what was read of that, and the last that could be elaborated. Knows no protocol.
import { newMemory, type Memory, type SourceHost } from '../compiler/compile.ts'
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts'
import { isLibrary } from '../compiler/semantics/names/modules.ts'
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
  readonly uri: string
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
}

export class Documents {
  readonly #open = new Map<string, OpenDocument>()
  readonly #memory: Memory = newMemory()
  /** The library never changes while the server runs. */
  readonly #library = new Map<Module, NameRecord>()

  open(uri: string, place: Place, text: string): OpenDocument {
    const before = this.#open.get(uri)
    const document: OpenDocument = {
      uri,
      place,
      text,
      revision: 0,
      reading: undefined,
      records: undefined,
      elaborated: undefined,
      late: [],
      choice: before?.choice,
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
    const { place } = document
    const { entry } = place
    const importing = this.all().filter(
      (one) => one !== document && one.place.uriOf(entry) === place.uriOf(entry) && this.#imports(one, entry),
    )
    for (const one of [document, ...importing]) this.forget(one)
    return [document, ...importing]
  }

  /** What was read of it holds no longer: its text or a file that it imports has changed. */
  forget(document: OpenDocument): void {
    document.revision += 1
    document.reading = undefined
    document.records = undefined
  }

  #imports({ reading }: OpenDocument, path: string): boolean {
    return reading === undefined || reading.spec.sources.has(path)
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
    for (const path of new Set([place.entry, ...place.specs()])) {
      if (modules.has(path)) continue
      const { spec } = readDocument(path, host, this.#memory)
      for (const [name, module] of spec.modules) modules.set(name, module)
      for (const [name, file] of spec.sources) sources.set(name, file)
    }
    return { host, modules, sources }
  }

  projectRecords({ modules }: Project): Records {
    return recordsOf(modules.values())
  }

  /** Open documents before files. */
  #hostOf({ place, uri, text }: OpenDocument): SourceHost {
    return {
      read: (path) => {
        const at = place.uriOf(path)
        return at === uri ? text : (this.#open.get(at)?.text ?? place.host.read(path))
      },
    }
  }
}

const keyOf = ({ code, span, message }: Diagnostic): string =>
  `${code} ${span.file} ${span.start} ${span.end} ${message}`
