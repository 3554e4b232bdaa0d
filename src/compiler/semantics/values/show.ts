// Values in words, for messages: their types and their texts.
import { formatDim } from '../../ir/tensor.ts'
import type { BlockValue, Callee, Value } from './values.ts'

export function calleeName(callee: Callee): string {
  return callee.kind === 'declared' ? callee.declaration.name.name : callee.name
}

/** Of a long list, only the first items are looked at for a message. */
const shownItems = 12

/** The word for a value's type in messages: `int`, `[int]`, `block conv`, `tensor`. */
export function typeName(value: Value): string {
  switch (value.kind) {
    case 'list': {
      const kinds = [...new Set(value.items.slice(0, shownItems).map(typeName))]
      return kinds.length === 1 ? `[${kinds[0]}]` : kinds.length === 0 ? 'empty list' : 'list'
    }
    case 'dim':
      return 'symbolic extent'
    case 'term':
      return `word ${value.word}`
    case 'builtin':
      return `function ${value.builtin.name}`
    case 'function':
      return `function ${value.declaration.name.name}`
    case 'block':
      return value.form === 'configured' ? `block ${calleeName(value.callee)}` : 'block'
    case 'family':
      return `family ${value.family.name}`
    default:
      return value.kind
  }
}

/** The value as source text, as far as it has one, shortened: for messages. */
export function showValue(value: Value): string {
  return showWithin(value, { left: 200 })
}

/** How much may still be shown. */
interface Room {
  left: number
}

function showWithin(value: Value, room: Room): string {
  if (room.left <= 0) return '…'
  room.left -= 1
  switch (value.kind) {
    case 'int':
    case 'bool':
      return String(value.value)
    case 'float':
      return Number.isInteger(value.value) ? value.value.toFixed(1) : String(value.value)
    case 'string':
      return JSON.stringify(value.value.length > 60 ? `${value.value.slice(0, 60)}…` : value.value)
    case 'list':
      return `[${showItems(value.items, room).join(', ')}]`
    case 'dim':
      return formatDim(value.dim)
    case 'term':
      return showTerm(value, room)
    case 'block':
      return showBlock(value, room)
    default:
      return typeName(value)
  }
}

function showItems(items: readonly Value[], room: Room): string[] {
  const shown = items.slice(0, shownItems).map((item) => showWithin(item, room))
  return items.length > shown.length ? [...shown, `… ${items.length} in all`] : shown
}

function showTerm(term: Extract<Value, { kind: 'term' }>, room: Room): string {
  const named = [...term.named].map(([name, value]) => `${name} = ${showWithin(value, room)}`)
  const args = [...showItems(term.positional, room), ...named]
  return args.length === 0 ? term.word : `${term.word}(${args.join(', ')})`
}

function showBlock(block: BlockValue, room: Room): string {
  if (block.form === 'shared') return showWithin(block.inner, room)
  if (block.form === 'composed') return showItems(block.stages, room).join(' -> ')
  const args = block.args.map(
    (one) => (one.name === undefined ? '' : `${one.name} = `) + showWithin(one.value, room),
  )
  return args.length === 0 ? calleeName(block.callee) : `${calleeName(block.callee)}(${args.join(', ')})`
}
