// The functions of the language: on numbers, lists and the shapes of tensors. Pure and total.
import { isProblem, problem, type Problem } from '../../diagnostics/diagnostic.ts'
import { orderOf } from '../../ir/bounds.ts'
import { addDims, multiplyDims, symbolDim, type Dim, type DimSymbol } from '../../ir/tensor.ts'
import { roundHalfEven } from '../../text/numbers.ts'
import type { Span } from '../../text/source.ts'
import { dimOf, dimValue, sameness } from '../expressions/arithmetic.ts'
import { noProduct, undecided } from '../expressions/extent-arithmetic.ts'
import { bounded, charge, report } from '../values/session.ts'
import { showValue, typeName } from '../values/show.ts'
import {
  bool,
  float,
  hasUnseen,
  int,
  invalid,
  list,
  type Builtin,
  type Env,
  type GivenArgument,
  type Value,
} from '../values/values.ts'

type NumberValue = Extract<Value, { kind: 'int' | 'float' }>

const isNumber = (value: Value | undefined): value is NumberValue =>
  value?.kind === 'int' || value?.kind === 'float'

const same = (whole: boolean, value: number): Value => (whole ? int(value) : float(value))

function numbersOf(args: readonly Value[]): readonly NumberValue[] | undefined {
  const items = itemsOf(args)
  return items.every(isNumber) ? items : undefined
}

/** Several values, or a list of them. */
function itemsOf(args: readonly Value[]): readonly Value[] {
  const [first] = args
  return args.length === 1 && first?.kind === 'list' ? first.items : args
}

/** min and max: an int when all are ints. */
function extreme(name: 'min' | 'max'): Builtin {
  return {
    name,
    usage: `${name}(a, b, …) or ${name}(list)`,
    doc: `The ${name === 'min' ? 'least' : 'greatest'} of the numbers.`,
    min: 1,
    max: Infinity,
    run: (args) => {
      const numbers = numbersOf(args)
      if (numbers === undefined) return extremeExtent(name, args)
      if (numbers.length === 0) return undefined
      const best = numbers.map((one) => one.value).reduce((a, b) => Math[name](a, b))
      return same(
        numbers.every((one) => one.kind === 'int'),
        best,
      )
    },
  }
}

/** Of extents with symbols: exact where one is the greater whatever they are. */
function extremeExtent(name: 'min' | 'max', args: readonly Value[]): Value | Problem | undefined {
  const [first, ...others] = itemsOf(args).map(dimOf)
  if (first === undefined || others.includes(undefined)) return undefined
  let best: Dim = first
  for (const one of others) {
    if (one === undefined) continue
    const order = orderOf(best, one)
    if (order === undefined) return undecided(best, one)
    const isGreater = order === 'b' || order === 'b or equal'
    if (isGreater === (name === 'max')) best = one
  }
  return dimValue(best)
}

const steps = {
  sum: { start: 0, ofNumbers: (a: number, b: number) => a + b, ofExtents: addDims },
  product: { start: 1, ofNumbers: (a: number, b: number) => a * b, ofExtents: multiplyDims },
}

/** sum and product: exact on ints. */
function fold(name: 'sum' | 'product', doc: string): Builtin {
  const { start, ofNumbers } = steps[name]
  return {
    name,
    usage: `${name}(list)`,
    doc,
    min: 1,
    max: 1,
    run: (args) => {
      const numbers = args[0]?.kind === 'list' ? numbersOf(args) : undefined
      if (numbers === undefined) return foldedExtents(name, args)
      const whole = numbers.every((one) => one.kind === 'int')
      const value = numbers.reduce((total, one) => ofNumbers(total, one.value), start)
      if (whole && !Number.isSafeInteger(value))
        return problem('integer-overflow', { what: `${name} of ${numbers.length} numbers` })
      return same(whole, value)
    },
  }
}

/** Of extents with symbols. */
function foldedExtents(name: 'sum' | 'product', args: readonly Value[]): Value | Problem | undefined {
  const items = args[0]?.kind === 'list' ? args[0].items : []
  const extents = items.flatMap((one) => dimOf(one) ?? [])
  if (items.length === 0 || extents.length < items.length) return undefined
  const { start, ofExtents } = steps[name]
  const total = extents.reduce<Dim | undefined>(
    (sum, one) => (sum === undefined ? undefined : ofExtents(sum, one)),
    start,
  )
  return total === undefined ? noProduct(name, extents) : dimValue(total)
}

/** floor, ceil, round (half to even): to an int. */
function rounding(name: string, round: (x: number) => number, doc: string): Builtin {
  const run = ([x]: readonly Value[]): Value | Problem | undefined => {
    if (!isNumber(x)) return undefined
    const value = round(x.value)
    return Number.isSafeInteger(value)
      ? int(value)
      : problem('integer-overflow', { what: `${name}(${showValue(x)})` })
  }
  return { name, usage: `${name}(x)`, doc, min: 1, max: 1, run }
}

function real(name: string, compute: (x: number) => number, doc: string): Builtin {
  const run = ([x]: readonly Value[]): Value | Problem | undefined => {
    if (!isNumber(x)) return undefined
    const value = compute(x.value)
    return Number.isFinite(value)
      ? float(value)
      : problem('not-a-number', { what: `${name}(${showValue(x)})` })
  }
  return { name, usage: `${name}(x)`, doc, min: 1, max: 1, run }
}

function onList(name: string, doc: string, run: (items: readonly Value[]) => Value): Builtin {
  return {
    name,
    usage: `${name}(list)`,
    doc,
    min: 1,
    max: 1,
    run: ([x]) => (x?.kind === 'list' ? run(x.items) : undefined),
  }
}

function onTensor(name: string, doc: string, read: (shape: readonly Value[]) => Value | undefined): Builtin {
  const run = ([x]: readonly Value[], env: Env): Value | undefined =>
    x?.kind === 'tensor' ? read(env.session.builder.shapeOf(x.node).map(dimValue)) : undefined
  return { name, usage: `${name}(tensor)`, doc, min: 1, max: 1, run }
}

const sizeOf = onTensor('size', 'The spatial extents: the shape without its channels.', (shape) =>
  list(shape.slice(1)),
)

const countOf = (value: Value | undefined): number | undefined =>
  value?.kind === 'int' && value.value > 0 ? value.value : undefined

const sameSymbol = (a: DimSymbol, b: DimSymbol): boolean => a.multiple === b.multiple && a.least === b.least

export const builtins: readonly Builtin[] = [
  extreme('min'),
  extreme('max'),
  fold('sum', 'The sum of a list of numbers. (Sent tensors, `sum` is the operator that adds them.)'),
  fold('product', 'The product of a list of numbers; 1 for an empty list.'),
  {
    name: 'abs',
    usage: 'abs(x)',
    doc: 'The absolute value.',
    min: 1,
    max: 1,
    run: ([x]) => (isNumber(x) ? same(x.kind === 'int', Math.abs(x.value)) : undefined),
  },
  rounding('floor', Math.floor, 'The greatest int not above x.'),
  rounding('ceil', Math.ceil, 'The least int not below x.'),
  rounding('round', roundHalfEven, 'The nearest int; halves go to the even one.'),
  real('sqrt', Math.sqrt, 'The square root.'),
  real('log', Math.log, 'The natural logarithm.'),
  real('log2', Math.log2, 'The logarithm to base 2.'),
  real('exp', Math.exp, 'e to the power x.'),
  real('sin', Math.sin, 'The sine of an angle in radians.'),
  real('cos', Math.cos, 'The cosine of an angle in radians.'),
  onList('len', 'The number of items.', (items) => int(items.length)),
  onList('reverse', 'The items in reverse order.', (items) => list([...items].reverse())),
  {
    name: 'repeat',
    usage: 'repeat(x, count)',
    doc: 'A list of `count` times the same value.',
    min: 2,
    max: 2,
    run: ([x, count], env) => {
      if (x === undefined || count?.kind !== 'int' || count.value < 0) return undefined
      const limit = env.session.limits.listLength
      if (count.value > limit)
        return problem('value-too-large', { what: `a list of ${count.value} items`, limit })
      return list(Array.from({ length: count.value }, () => x))
    },
  },
  {
    name: 'zip',
    usage: 'zip(a, b, …)',
    doc: 'Lists of corresponding items; the lists have equal lengths.',
    min: 1,
    max: Infinity,
    run: (args) => {
      const lists = args.flatMap((one) => (one.kind === 'list' ? [one.items] : []))
      const length = lists[0]?.length ?? 0
      if (lists.length !== args.length || lists.some((items) => items.length !== length)) return undefined
      return list(Array.from({ length }, (_, k) => list(lists.map((items) => items[k] ?? invalid))))
    },
  },
  {
    name: 'contains',
    usage: 'contains(list, x)',
    doc: 'Whether an item equals x.',
    min: 2,
    max: 2,
    run: ([items, x]) => {
      if (items?.kind !== 'list' || x === undefined) return undefined
      const found = items.items.map((item) => sameness(item, x))
      if (found.includes(true)) return bool(true)
      return found.find(isProblem) ?? bool(false)
    },
  },
  {
    name: 'known',
    usage: 'known(x)',
    doc: 'Whether x, an int or an extent, is a number: no free extent is in it.',
    min: 1,
    max: 1,
    run: ([x]) => (x?.kind === 'int' || x?.kind === 'dim' ? bool(x.kind === 'int') : undefined),
  },
  onTensor('channels', 'The channels: the first extent.', (shape) => shape[0]),
  sizeOf,
  onTensor('shape', 'All extents, channels first, without the batch.', (shape) => list(shape)),
  onTensor('rank', 'The number of spatial axes.', (shape) => int(shape.length - 1)),
  {
    name: 'dim',
    usage: 'dim("D", multiple = 32, least = 64)',
    doc: 'A symbolic spatial extent, known to be a positive multiple of `multiple`, and no less than `least` where that is given.',
    min: 1,
    max: 3,
    named: [
      ['multiple', int(1)],
      ['least', int(1)],
    ],
    run: ([name, multiple, least], env) => {
      const [step, from] = [countOf(multiple), countOf(least)]
      if (name?.kind !== 'string' || !/^[A-Za-z_]\w*$/.test(name.value)) return undefined
      if (step === undefined || from === undefined) return undefined
      const multiples = Math.ceil(from / step)
      const symbol: DimSymbol = {
        name: name.value,
        multiple: step,
        ...(multiples > 1 ? { least: multiples } : {}),
      }
      const { symbols } = env.session
      const before = symbols.get(symbol.name) ?? symbol
      symbols.set(symbol.name, before)
      return sameSymbol(before, symbol)
        ? { kind: 'dim', dim: symbolDim(symbol) }
        : problem('symbol-differs', { before, now: symbol })
    },
  },
]

/** The arguments by position, those with names at their places; undefined where a name is none of the builtin's. */
function inOrder(
  { named = [], min }: Builtin,
  given: readonly GivenArgument[],
): readonly Value[] | undefined {
  const positional = given.filter(({ name }) => name === undefined)
  const open = named.slice(Math.max(0, positional.length - min))
  const byName = given.filter(({ name }) => open.some(([one]) => one === name))
  if (positional.length + byName.length < given.length) return undefined
  const rest = open.map(([name, missing]) => byName.find((one) => one.name === name)?.value ?? missing)
  return [...positional.map(({ value }) => value), ...rest]
}

export function callBuiltin(builtin: Builtin, given: readonly GivenArgument[], env: Env, span: Span): Value {
  const values = given.map((one) => one.value)
  if (values.some((value) => value.kind === 'invalid' || hasUnseen(value))) return invalid
  const args = inOrder(builtin, given)
  const counted = values.length >= builtin.min && values.length <= builtin.max
  const size = values.reduce((total, one) => total + (one.kind === 'list' ? one.size : 0), 0)
  if (!charge(env, span, size)) return invalid
  const found = counted && args !== undefined ? builtin.run(args, env) : undefined
  if (found === undefined) {
    report(
      env,
      span,
      problem('wrong-builtin-call', {
        name: builtin.name,
        usage: builtin.usage,
        actual: values.map(typeName).join(', '),
      }),
    )
    return invalid
  }
  if (found.kind !== 'problem') return bounded(found, env, span)
  report(env, span, found)
  return invalid
}
