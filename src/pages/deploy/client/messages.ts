// What the page and its worker tell each other.

export type Device = 'auto' | 'wasm'

/** Begins the work; the worker does one case and goes. */
export interface Task {
  /** Where the files of the folder are. */
  readonly base: string
  /** One for each channel. */
  readonly files: readonly File[]
  readonly mirrored: boolean
  readonly device: Device
}

export interface Result {
  /** The label map as the file that is saved. */
  readonly file: Uint8Array<ArrayBuffer>
  /** The same unpacked, for the viewer. */
  readonly unpacked: Uint8Array<ArrayBuffer>
  /** Millilitres, by `structuresOf`. */
  readonly volumes: readonly number[]
  readonly warnings: readonly string[]
  /** What the networks ran on. */
  readonly ranOn: string
  readonly seconds: number
}

export type Report =
  | { readonly kind: 'stage'; readonly text: string }
  | { readonly kind: 'tiles'; readonly done: number; readonly all: number }
  | { readonly kind: 'done'; readonly result: Result }
  /** Nothing comes of it, and why. */
  | { readonly kind: 'refused'; readonly reason: string }
