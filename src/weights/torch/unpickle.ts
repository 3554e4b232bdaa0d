// Pickles as data: the machine that they are programs of, protocols 2 to 5, without what makes it dangerous. No name is ever looked up:
// what a global or a call stands for is asked of a `PickleWorld`, which knows a short list.
// The operations are those of Python's own `pickletools`.
import { opaque, type PickleValue } from './pickle-values.ts'

/** What stands behind the names in a pickle. */
export interface PickleWorld {
  /** What a class or function of this full name makes of arguments. */
  call(name: string, args: readonly PickleValue[]): PickleValue
  /** Gives an object what it is said to hold; most have nothing that is understood. */
  build(object: PickleValue, state: PickleValue): void
  /** What the program keeps outside of the pickle under this name for it. */
  persistent(id: PickleValue): PickleValue
}

/** More than any checkpoint has: memory grows with them. A dict takes most of it, and each tensor has one of its own. */
const operationLimit = 2 ** 22
const dictLimit = 2 ** 18

const decoder = new TextDecoder()

/** What the pickle holds, or what is wrong with it. Memory is bounded by its length, whatever it says. */
export function unpickle(bytes: Uint8Array, world: PickleWorld): { readonly value: PickleValue } | string {
  const machine = new Machine(bytes, world)
  try {
    for (let count = 0; count < operationLimit; count++) {
      const code = machine.uint(1)
      if (code === stop) return { value: machine.pop() }
      const operation = operations.get(code)
      if (operation === undefined)
        return `it has an operation 0x${code.toString(16)}, which plain data have no need of`
      operation(machine)
    }
    return `it has more than ${operationLimit} operations`
  } catch (error) {
    if (error instanceof Malformed) return error.message
    throw error
  }
}

class Malformed extends Error {}

class Machine {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #world: PickleWorld
  readonly #stack: PickleValue[] = []
  /** Heights of the stack. */
  readonly #marks: number[] = []
  readonly #memo = new Map<number, PickleValue>()
  #at = 0
  #dicts = 0

  constructor(bytes: Uint8Array, world: PickleWorld) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#world = world
  }

  // -------------------------------------------------------------- bytes

  take(count: number): Uint8Array {
    const end = this.#at + count
    if (end > this.#bytes.length) throw new Malformed('it ends in the middle of an operation')
    const taken = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return taken
  }

  /** Little-endian. */
  uint(size: 1 | 2 | 4 | 8): number {
    const at = this.#at
    this.take(size)
    switch (size) {
      case 1:
        return this.#view.getUint8(at)
      case 2:
        return this.#view.getUint16(at, true)
      case 4:
        return this.#view.getUint32(at, true)
      case 8:
        return Number(this.#view.getBigUint64(at, true))
    }
  }

  int32(): number {
    return this.uint(4) | 0
  }

  /** Big-endian, unlike everything else. */
  double(): number {
    const at = this.#at
    this.take(8)
    return this.#view.getFloat64(at, false)
  }

  text(count: number): string {
    return decoder.decode(this.take(count))
  }

  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at)
    if (end === -1) throw new Malformed('it ends in the middle of a name')
    const text = this.text(end - this.#at)
    this.#at = end + 1
    return text
  }

  /** Two's complement. What no number here holds exactly is left opaque. */
  long(count: number): PickleValue {
    const bytes = this.take(count)
    if (count > 8) return opaque('int')
    let value = 0n
    for (let at = count - 1; at >= 0; at--) value = (value << 8n) | BigInt(bytes[at] ?? 0)
    const number = Number(BigInt.asIntN(8 * count, value))
    return Number.isSafeInteger(number) ? number : opaque('int')
  }

  // -------------------------------------------------------------- the stack

  push(value: PickleValue): void {
    this.#stack.push(value)
  }

  pop(): PickleValue {
    this.#needOne()
    return this.#stack.pop() ?? null
  }

  top(): PickleValue {
    this.#needOne()
    return this.#stack.at(-1) ?? null
  }

  /** What stands below the last mark is not for anybody until the mark is gone. */
  #needOne(): void {
    if (this.#stack.length <= (this.#marks.at(-1) ?? 0))
      throw new Malformed('it takes more than it has put there')
  }

  mark(): void {
    this.#marks.push(this.#stack.length)
  }

  popToMark(): PickleValue[] {
    const height = this.#marks.pop()
    if (height === undefined) throw new Malformed('it takes up to a mark, and there is none')
    return this.#stack.splice(height)
  }

  popSome(count: number): PickleValue[] {
    return Array.from({ length: count }, () => this.pop()).reverse()
  }

  remember(place: number): void {
    this.#memo.set(place, this.top())
  }

  memoize(): void {
    this.remember(this.#memo.size)
  }

  recall(place: number): void {
    const value = this.#memo.get(place)
    if (value === undefined) throw new Malformed(`it asks for value ${place}, which it has not kept`)
    this.push(value)
  }

  // -------------------------------------------------------------- objects

  pushDict(): void {
    if (++this.#dicts > dictLimit) throw new Malformed(`it has more than ${dictLimit} dicts`)
    this.push({ kind: 'dict', entries: new Map() })
  }

  append(items: readonly PickleValue[]): void {
    const list = this.top()
    if (isKind(list, 'opaque')) return
    if (!isKind(list, 'list')) throw new Malformed('it adds items to what is no list')
    for (const item of items) list.items.push(item)
  }

  setItems(items: readonly PickleValue[]): void {
    const dict = this.top()
    if (isKind(dict, 'opaque')) return
    if (!isKind(dict, 'dict')) throw new Malformed('it sets entries of what is no dict')
    if (items.length % 2 === 1) throw new Malformed('it sets a key without a value')
    for (let at = 0; at < items.length; at += 2) dict.entries.set(items[at] ?? null, items[at + 1] ?? null)
  }

  /** What a class or function makes of arguments; nothing is known of those that are opaque themselves. */
  call(): void {
    const args = this.pop()
    const callee = this.pop()
    if (isKind(callee, 'opaque')) return this.push(callee)
    if (!isKind(callee, 'global')) throw new Malformed('it calls what is neither a class nor a function')
    this.push(isKind(args, 'tuple') ? this.#world.call(callee.name, args.items) : opaque(callee.name))
  }

  build(): void {
    const state = this.pop()
    this.#world.build(this.top(), state)
  }

  persistent(): void {
    this.push(this.#world.persistent(this.pop()))
  }

  stackGlobal(): void {
    const name = this.pop()
    const module = this.pop()
    if (typeof name !== 'string' || typeof module !== 'string')
      throw new Malformed('it names a global by what is no text')
    this.push({ kind: 'global', name: `${module}.${name}` })
  }
}

type Kinds = Exclude<PickleValue, null | boolean | number | string>

/** Whether a value is an object of this kind. */
export function isKind<K extends Kinds['kind']>(
  value: PickleValue,
  kind: K,
): value is Extract<Kinds, { kind: K }> {
  return typeof value === 'object' && value !== null && value.kind === kind
}

const stop = 0x2e

type Operation = (machine: Machine) => void

const newList = (items: PickleValue[] = []): PickleValue => ({ kind: 'list', items })
const newTuple = (items: readonly PickleValue[]): PickleValue => ({ kind: 'tuple', items })

/** By their code, in its order. */
const operations: ReadonlyMap<number, Operation> = new Map<number, Operation>([
  [0x28, (m) => m.mark()], // MARK
  [0x29, (m) => m.push(newTuple([]))], // EMPTY_TUPLE
  [0x30, (m) => void m.pop()], // POP
  [0x31, (m) => void m.popToMark()], // POP_MARK
  [0x32, (m) => m.push(m.top())], // DUP
  [0x42, (m) => bytes(m, m.uint(4))], // BINBYTES
  [0x43, (m) => bytes(m, m.uint(1))], // SHORT_BINBYTES
  [0x47, (m) => m.push(m.double())], // BINFLOAT
  [0x4a, (m) => m.push(m.int32())], // BININT
  [0x4b, (m) => m.push(m.uint(1))], // BININT1
  [0x4d, (m) => m.push(m.uint(2))], // BININT2
  [0x4e, (m) => m.push(null)], // NONE
  [0x51, (m) => m.persistent()], // BINPERSID
  [0x52, (m) => m.call()], // REDUCE
  [0x58, (m) => m.push(m.text(m.uint(4)))], // BINUNICODE
  [0x5d, (m) => m.push(newList())], // EMPTY_LIST
  [0x61, (m) => appendOne(m)], // APPEND
  [0x62, (m) => m.build()], // BUILD
  [0x63, (m) => m.push({ kind: 'global', name: `${m.line()}.${m.line()}` })], // GLOBAL
  [0x64, (m) => dictOf(m, m.popToMark())], // DICT
  [0x65, (m) => m.append(m.popToMark())], // APPENDS
  [0x68, (m) => m.recall(m.uint(1))], // BINGET
  [0x6a, (m) => m.recall(m.uint(4))], // LONG_BINGET
  [0x6c, (m) => m.push(newList(m.popToMark()))], // LIST
  [0x71, (m) => m.remember(m.uint(1))], // BINPUT
  [0x72, (m) => m.remember(m.uint(4))], // LONG_BINPUT
  [0x73, (m) => m.setItems(m.popSome(2))], // SETITEM
  [0x74, (m) => m.push(newTuple(m.popToMark()))], // TUPLE
  [0x75, (m) => m.setItems(m.popToMark())], // SETITEMS
  [0x7d, (m) => dictOf(m, [])], // EMPTY_DICT
  [0x80, (m) => void m.uint(1)], // PROTO
  [0x81, (m) => m.call()], // NEWOBJ
  [0x85, (m) => m.push(newTuple(m.popSome(1)))], // TUPLE1
  [0x86, (m) => m.push(newTuple(m.popSome(2)))], // TUPLE2
  [0x87, (m) => m.push(newTuple(m.popSome(3)))], // TUPLE3
  [0x88, (m) => m.push(true)], // NEWTRUE
  [0x89, (m) => m.push(false)], // NEWFALSE
  [0x8a, (m) => m.push(m.long(m.uint(1)))], // LONG1
  [0x8b, (m) => m.push(m.long(m.uint(4)))], // LONG4
  [0x8c, (m) => m.push(m.text(m.uint(1)))], // SHORT_BINUNICODE
  [0x8d, (m) => m.push(m.text(m.uint(8)))], // BINUNICODE8
  [0x8e, (m) => bytes(m, m.uint(8))], // BINBYTES8
  [0x8f, (m) => m.push(newList())], // EMPTY_SET
  [0x90, (m) => m.append(m.popToMark())], // ADDITEMS
  [0x91, (m) => m.push(newList(m.popToMark()))], // FROZENSET
  [0x92, (m) => newWithNames(m)], // NEWOBJ_EX
  [0x93, (m) => m.stackGlobal()], // STACK_GLOBAL
  [0x94, (m) => m.memoize()], // MEMOIZE
  [0x95, (m) => void m.uint(8)], // FRAME: the length of what follows
  [0x96, (m) => bytes(m, m.uint(8))], // BYTEARRAY8
])

function bytes(machine: Machine, count: number): void {
  machine.push({ kind: 'bytes', bytes: machine.take(count) })
}

function appendOne(machine: Machine): void {
  const item = machine.pop()
  machine.append([item])
}

function dictOf(machine: Machine, items: readonly PickleValue[]): void {
  machine.pushDict()
  machine.setItems(items)
}

/** Named arguments come last, and are nothing to plain data. */
function newWithNames(machine: Machine): void {
  machine.pop()
  machine.call()
}
