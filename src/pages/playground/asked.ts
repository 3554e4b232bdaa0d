// What a page says to the workers that count, and what they answer. Plain data, that passes between threads.
import type { Given } from '../../compiler/point-arguments.ts'

/** A spec with all that it imports of its own: what is opened, shared and counted. */
export interface Opened {
  readonly entry: string
  /** Texts by path; the library's are known. */
  readonly files: Readonly<Record<string, string>>
  /** By default the first that the file declares. */
  readonly network?: string
  /** As Weft expressions; `patch[0]` is an element of what is in force. */
  readonly arguments: Given
}

export interface Example {
  /** `e2enet`: the file without its ending. */
  readonly name: string
  /** First line of its doc comment. */
  readonly summary: string
  readonly text: string
  /** Names of other examples, directly or not. */
  readonly imports: readonly string[]
  readonly networks: readonly string[]
}

export interface Counted {
  readonly spec: Opened
  /** What memory is counted for. */
  readonly batch: number
}

/** `tool`: `weft 0.1.0`. */
export type Question = { readonly id: number; readonly tool: string } & (
  | { readonly kind: 'count'; readonly counted: Counted }
  | { readonly kind: 'compare'; readonly counted: Counted; readonly against: Opened }
  /** `over`: `base=16..64:8`, as `weft sweep --over` has it. */
  | { readonly kind: 'sweep'; readonly counted: Counted; readonly over: string }
  | { readonly kind: 'onnx'; readonly counted: Counted; readonly name: string }
  | { readonly kind: 'report'; readonly counted: Counted }
)

export interface Finding {
  readonly code: string
  readonly severity: 'error' | 'warning'
  readonly message: string
  readonly help: string | undefined
  /** As people count. */
  readonly place: { readonly file: string; readonly line: number; readonly column: number }
}

/** A parameter of the network that is shown. */
export interface Knob {
  /** `base`, `patch[0]`. */
  readonly name: string
  /** As Weft expressions. */
  readonly value: string
  readonly initial: string
  /** What a slider covers; absent for what is no number. */
  readonly range?: Range
}

export interface Range {
  readonly min: number
  readonly max: number
  readonly step: number
}

export interface SavedFile {
  readonly name: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** What the worker that trains is asked, once. */
export interface TrainingQuestion {
  readonly tool: string
  readonly spec: Opened
  /** How long about. */
  readonly seconds: number
  /** Address of the folder with the WebAssembly of TensorFlow.js. */
  readonly wasm: string
}

export type TrainingAnswer =
  /** The run as it stands, every second or so. */
  | {
      readonly kind: 'run'
      readonly html: string
      readonly step: number
      readonly steps: number
      readonly finished: boolean
    }
  | { readonly kind: 'refused'; readonly findings: readonly Finding[] }
  /** A mistake of ours, or more than the browser has memory for. */
  | { readonly kind: 'failed'; readonly reason: string }

export type Answer = { readonly id: number } & (
  | {
      readonly kind: 'numbers'
      readonly network: string
      readonly networks: readonly string[]
      readonly knobs: readonly Knob[]
      /** What the network was compiled with: whole lists where elements were given. */
      readonly arguments: Given
      readonly headline: string
      readonly totals: string
    }
  /** The second answer to `count`: what takes longer than numbers. */
  | { readonly kind: 'pictures'; readonly architecture: string; readonly memory: string }
  | { readonly kind: 'section'; readonly html: string }
  | { readonly kind: 'files'; readonly files: readonly SavedFile[] }
  | { readonly kind: 'refused'; readonly findings: readonly Finding[]; readonly networks: readonly string[] }
  /** A mistake of ours, or more than the browser has memory for. */
  | { readonly kind: 'failed'; readonly reason: string }
)
