// What symbolic costs are asked over: parameters with their values, or by name alone, where values are chosen around the one in force.
import { axisTarget, numberOf, readAxes, type Axis } from '../analysis/sweep/axes.ts'
import { cost } from '../analysis/cost.ts'
import { argumentsInForce, compileToCount, type ReadSpec } from '../compile.ts'
import { isProblem, problem, type Problem } from '../diagnostics/diagnostic.ts'
import type { Plain } from '../ops/attrs.ts'
import { formatPlain } from '../ops/words.ts'
import { pointArguments, type Given } from '../point-arguments.ts'
import { through } from './polynomial.ts'
import { rational } from './rational.ts'

/** Of all combinations. */
export const mostSymbolicPoints = 4096

/** With values that are chosen here: some seconds. */
const pointsChosen = 1200
/** A second power needs three values, and a fourth that it is held to. */
const [fewestValues, mostValues] = [4, 8]

export interface SymbolicOptions {
  /** `['base', 'patch[0]=64..160:32', 'S,patch']`: names between commas, or one parameter with its values. */
  readonly over: readonly string[]
  readonly network: string
  readonly arguments: Given
}

/** The axes, each with the values that it is evaluated at. Names of lists stand for all of their elements. */
export function symbolicAxes(spec: ReadSpec, options: SymbolicOptions): readonly Axis[] | Problem {
  const { over, network, arguments: given } = options
  const stated = readAxes(
    over.filter((text) => text.includes('=')),
    '--symbolic',
  )
  if (isProblem(stated)) return stated
  const both = stated.find(({ name }) => Object.hasOwn(given, name))
  if (both !== undefined)
    return problem('sweep-parameter-twice', { name: both.name, option: '--symbolic', other: '--set' })
  const inForce = argumentsInForce(spec, network, given) ?? []
  const named = namesIn(over).flatMap((name) => elementsOf(name, valueOf(name, inForce)))
  const twice = named.find(
    (name, at) => named.indexOf(name) !== at || stated.some((axis) => sharesTarget(axis.name, name)),
  )
  if (twice !== undefined)
    return problem('sweep-parameter-twice', {
      name: twice,
      option: '--symbolic',
      other: 'another --symbolic',
    })
  const axes = [...stated]
  const left = stated.reduce((rest, { values }) => rest / values.length, pointsChosen)
  const count = Math.max(
    fewestValues,
    Math.min(mostValues, Math.floor(left ** (1 / Math.max(1, named.length)))),
  )
  for (const name of named) {
    const value = valueOf(name, inForce)
    const values =
      typeof value !== 'number' ? undefined : valuesAround(value, count, countsAt(spec, options, name))
    if (values === undefined)
      return problem('symbolic-values', { name, value: value === undefined ? undefined : formatPlain(value) })
    axes.push({ name, values })
  }
  const wrong = axes.find(({ values }) => values.some((value) => numberOf(value) === undefined))
  if (wrong !== undefined)
    return problem('symbolic-values', { name: wrong.name, value: wrong.values.join(', ') })
  const points = axes.reduce((product, { values }) => product * values.length, 1)
  return points > mostSymbolicPoints
    ? problem('sweep-too-large', { points: String(points), limit: mostSymbolicPoints })
    : axes.map(ascending)
}

const namesIn = (over: readonly string[]): readonly string[] =>
  over
    .filter((text) => !text.includes('='))
    .flatMap((text) => text.split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '')

const ascending = ({ name, values }: Axis): Axis => ({
  name,
  values: values.toSorted((a, b) => (numberOf(a) ?? 0) - (numberOf(b) ?? 0)),
})

function sharesTarget(a: string, b: string): boolean {
  const [one, other] = [axisTarget(a), axisTarget(b)]
  return (
    one.parameter === other.parameter &&
    (one.element === undefined || other.element === undefined || one.element === other.element)
  )
}

function valueOf(
  name: string,
  inForce: readonly { readonly name: string; readonly value: Plain }[],
): Plain | undefined {
  const { parameter, element } = axisTarget(name)
  const value = inForce.find((one) => one.name === parameter)?.value
  if (element === undefined) return value
  return isList(value) ? value[element] : undefined
}

const elementsOf = (name: string, value: Plain | undefined): readonly string[] =>
  isList(value) ? value.map((_, at) => `${name}[${at}]`) : [name]

const isList = (value: Plain | undefined): value is readonly Plain[] => Array.isArray(value)

/** What structure shows in: dense parameters and MACs of the network with another value. Undefined where it is none. */
function countsAt(
  spec: ReadSpec,
  { network, arguments: given }: SymbolicOptions,
  name: string,
): (value: string) => readonly bigint[] | undefined {
  return (value) => {
    const args = pointArguments(spec, network, { ...given, [name]: value })
    if (isProblem(args)) return undefined
    const { graph, sources } = compileToCount(spec, { network, arguments: args })
    const totals =
      graph === undefined ? undefined : cost(graph, { entry: spec.entry, files: sources }).report?.totals
    const macs = totals?.training.macs
    return totals === undefined || macs === undefined
      ? undefined
      : [BigInt(totals.training.parameters), BigInt(macs)]
  }
}

/** Numbers that are tried along one parameter before any grid is. */
const tried = 24

/**
 * Shares go by tenths. Of whole numbers those around the value, up to about twice of it, between which parameters and MACs are one polynomial: other
 * values belong to other pieces, of which there is room for a few values only. Undefined for what has no such numbers.
 */
export function valuesAround(
  value: number,
  count: number,
  countsOf: (value: string) => readonly bigint[] | undefined,
): readonly string[] | undefined {
  if (value > 0 && value < 1) return tenthsAround(value, count)
  if (!Number.isInteger(value) || value < 1) return undefined
  const least = leastStep(value, (other) => countsOf(other) !== undefined)
  if (least === undefined) return undefined
  for (let step = least * Math.max(1, 2 ** Math.floor(Math.log2((2 * value) / least / tried))); ; step /= 2) {
    const run = structureAround(value, step, countsOf)
    if (run.length >= fewestValues) return spreadOver(run, count).map(String)
    // Nothing between neighbours: what there is has no structure around the value.
    if (step / 2 < least) return run.length < 2 ? undefined : run.map(String)
  }
}

/** The longest run of numbers around the value on which each count is one polynomial. */
function structureAround(
  value: number,
  step: number,
  countsOf: (value: string) => readonly bigint[] | undefined,
): readonly number[] {
  const down = Math.min(Math.floor((value - 1) / step), tried / 2)
  const numbers = Array.from({ length: tried }, (_, at) => value + (at - down) * step)
  const counts = numbers.map((one) => countsOf(String(one)))
  for (let length = tried; length > 1; length -= 1)
    for (let start = Math.max(0, down - length + 1); start <= Math.min(down, tried - length); start += 1) {
      const own = counts.slice(start, start + length)
      if (!own.every((one) => one !== undefined)) continue
      const at = [numbers.slice(start, start + length).map((one) => rational(BigInt(one)))]
      const isOne = [0, 1].every(
        (which) => through({ at, values: own.map((one) => one[which] ?? 0n) }) !== undefined,
      )
      if (isOne) return numbers.slice(start, start + length)
    }
  return [value]
}

/** At most `count` of them, evenly, the last one among them. */
function spreadOver(run: readonly number[], count: number): readonly number[] {
  const stride = Math.max(1, Math.floor((run.length - 1) / (count - 1)))
  return run.filter((_, at) => (run.length - 1 - at) % stride === 0).slice(-count)
}

/** The least step upwards, by powers of two, that leads to a network. */
export function leastStep(value: number, isNetwork: (value: string) => boolean): number | undefined {
  for (let step = 1; step <= Math.max(1, value); step *= 2) if (isNetwork(String(value + step))) return step
  return undefined
}

function tenthsAround(value: number, count: number): readonly string[] {
  const middle = Math.round(value * 10)
  const first = Math.max(1, Math.min(middle - Math.floor(count / 2), 10 - count))
  return Array.from({ length: Math.min(count, 9) }, (_, at) => `0.${first + at}`)
}
