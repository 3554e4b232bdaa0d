// What a pickle is read into: plain data, tensors as places in storages, arrays of numpy's, and of everything else its name. Nothing here
// can run.

export type PickleValue =
  | null
  | boolean
  | number
  | string
  | PickleList
  | PickleTuple
  | PickleDict
  | Bytes
  | Global
  | Opaque
  | Storage
  | Tensor
  | ArrayType
  | NumpyArray

/** A set as well. */
export interface PickleList {
  readonly kind: 'list'
  readonly items: PickleValue[]
}

export interface PickleTuple {
  readonly kind: 'tuple'
  readonly items: readonly PickleValue[]
}

export interface PickleDict {
  readonly kind: 'dict'
  readonly entries: Map<PickleValue, PickleValue>
}

/** A part of the pickle itself, not a copy. */
export interface Bytes {
  readonly kind: 'bytes'
  readonly bytes: Uint8Array
}

/** A class or function, by its full name; it is never looked up. */
export interface Global {
  readonly kind: 'global'
  readonly name: string
}

/** What is not built, with the name of what would have built it. */
export interface Opaque {
  readonly kind: 'opaque'
  readonly of: string
}

/** A record of numbers. */
export interface Storage {
  readonly kind: 'storage'
  readonly key: string
  /** As safetensors calls it; undefined where each tensor says what the bytes are. */
  readonly dtype: string | undefined
}

/** A view of a storage, counted in elements: axis `k` moves on by `strides[k]`. */
export interface Tensor {
  readonly kind: 'tensor'
  readonly key: string
  readonly dtype: string
  readonly offset: number
  readonly shape: readonly number[]
  readonly strides: readonly number[]
}

/** What numpy's numbers are: `f8`, and in which order their bytes are. The order follows when the type is there already. */
export interface ArrayType {
  readonly kind: 'array-type'
  readonly code: string
  isBigEndian: boolean
}

/** An array of numpy's, the last axis moving fastest. It is empty until its state follows. */
export interface NumpyArray {
  readonly kind: 'array'
  shape: readonly number[]
  type: ArrayType | Opaque
  bytes: Uint8Array
}

export const opaque = (of: string): Opaque => ({ kind: 'opaque', of })
