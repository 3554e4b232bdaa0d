// Reads operator calls written as text, for tests: `conv(8, 3, stride = [1, 2, 2]) on 4x10x12x14, ~8x1x1`.
// `~` marks a tensor without a batch; `D:16` is a free extent declared a multiple of 16, `D:16/2` half of it.
import type { Plain } from '../../src/compiler/ops/attrs.ts'
import { floorDivide } from '../../src/compiler/ir/division.ts'
import { symbolDim, type Dim, type TensorType } from '../../src/compiler/ir/tensor.ts'
import type { CallArguments } from '../../src/compiler/ops/call.ts'

export interface CallText {
  readonly operator: string
  readonly args: CallArguments
  readonly inputs: readonly TensorType[]
}

export function readCall(text: string): CallText {
  const [call = '', tensors = ''] = text.split(' on ')
  const reader = new Reader(call)
  const operator = reader.name()
  const args = reader.peek() === '(' ? reader.arguments() : { positional: [], named: {} }
  const inputs = tensors.split(',').filter((one) => one.trim() !== '')
  return { operator, args, inputs: inputs.map((one) => readTensor(one.trim())) }
}

function readTensor(text: string): TensorType {
  const batched = !text.startsWith('~')
  const shape = text.replace('~', '').split('x')
  return { dtype: 'float32', batched, shape: shape.map(readDim) }
}

function readDim(text: string): Dim {
  const [, name, multiple, under] = /^([A-Z]):(\d+)(?:\/(\d+))?$/.exec(text) ?? []
  if (name === undefined) return Number(text)
  const dim = floorDivide(symbolDim({ name, multiple: Number(multiple) }), Number(under ?? 1))
  if (dim === undefined) throw new Error(`${text} is not whole`)
  return dim
}

/** A reader of argument data: numbers, bools, strings, words, terms, lists and free extents. */
class Reader {
  readonly #tokens: readonly string[]
  #at = 0

  constructor(text: string) {
    this.#tokens =
      text.match(/[A-Z]:\d+(?:\/\d+)?|[a-z_]\w*|-?\d+(?:\.\d+)?(?:e-?\d+)?|"[^"]*"|[()[\],=]/gi) ?? []
  }

  peek(offset = 0): string {
    return this.#tokens[this.#at + offset] ?? ''
  }

  name(): string {
    return this.#tokens[this.#at++] ?? ''
  }

  arguments(): CallArguments {
    const positional: Plain[] = []
    const named: Record<string, Plain> = {}
    for (this.#at++; this.peek() !== ')';) {
      if (this.peek(1) === '=') {
        const name = this.name()
        this.#at++
        named[name] = this.value()
      } else positional.push(this.value())
      if (this.peek() === ',') this.#at++
    }
    this.#at++
    return { positional, named }
  }

  value(): Plain {
    const token = this.name()
    if (token === '[') return this.list()
    if (token === 'true' || token === 'false') return token === 'true'
    if (token.startsWith('"')) return token.slice(1, -1)
    if (token.includes(':')) return readDim(token)
    if (/^-?\d/.test(token)) return Number(token)
    return this.peek() === '(' ? { kind: 'term', word: token, ...this.arguments() } : token
  }

  list(): readonly Plain[] {
    const entries: Plain[] = []
    while (this.peek() !== ']') {
      entries.push(this.value())
      if (this.peek() === ',') this.#at++
    }
    this.#at++
    return entries
  }
}
