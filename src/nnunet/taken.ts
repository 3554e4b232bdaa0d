// Arguments of a Python class, taken one by one, each with what it must be. What is wrong is collected, so that all of it is said at once.

/** One argument that has no counterpart. */
export interface Objection {
  readonly key: string
  readonly value: unknown
  readonly reason: string
}

export interface Arguments {
  /** The value of an argument; undefined where it is absent. */
  take(key: string): unknown
  object(key: string, value: unknown, reason: string): void
  /** Those that nobody took. */
  left(): readonly string[]
}

/** `within` is what the arguments belong to: `norm_op_kwargs.` */
export function argumentsOf(
  kwargs: Readonly<Record<string, unknown>>,
  objections: Objection[],
  within = '',
): Arguments {
  const taken = new Set<string>()
  return {
    take(key) {
      taken.add(key)
      return Object.hasOwn(kwargs, key) ? kwargs[key] : undefined
    },
    object(key, value, reason) {
      objections.push({ key: `${within}${key}`, value, reason })
    },
    left: () => Object.keys(kwargs).filter((key) => !taken.has(key)),
  }
}

/** Arguments within an argument; Python's None is none. */
export function nested(args: Arguments, key: string, objections: Objection[]): Arguments {
  const value = args.take(key) ?? {}
  if (isRecord(value)) return argumentsOf(value, objections, `${key}.`)
  args.object(key, value, 'it must be an object')
  return argumentsOf({}, objections)
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export function flag(args: Arguments, key: string, otherwise: boolean): boolean {
  const value = args.take(key)
  if (typeof value === 'boolean' || value === undefined) return value ?? otherwise
  args.object(key, value, 'it must be true or false')
  return otherwise
}

export function real(args: Arguments, key: string, otherwise: number): number {
  const value = args.take(key)
  if (typeof value === 'number' || value === undefined) return value ?? otherwise
  args.object(key, value, 'it must be a number')
  return otherwise
}

const isCount = (value: unknown): value is number => Number.isInteger(value) && Number(value) >= 1

/** A whole number from 1 or more; what is wrong is no number, and so is what follows from it. */
export function count(args: Arguments, key: string, otherwise?: number, least = 1): number {
  const value = args.take(key) ?? otherwise
  if (isCount(value) && value >= least) return value
  args.object(key, value, `it must be a whole number from ${least}`)
  return NaN
}

/** One for each of `stages`; a single one is for all of them. Of no number of stages nothing is said. */
export function perStage(args: Arguments, key: string, stages: number): readonly number[] {
  const value = args.take(key)
  if (Number.isNaN(stages)) return []
  const list: readonly unknown[] = Array.isArray(value) ? value : Array.from({ length: stages }, () => value)
  if (list.length === stages && list.every(isCount)) return list
  args.object(key, value, `it must be a whole number from 1, or a list of ${stages} of them`)
  return Array.from({ length: stages }, () => 1)
}

/** For each of `stages` one for each of `rank` axes; a single one is for all axes, or for all stages. */
export function perAxis(
  args: Arguments,
  key: string,
  stages: number,
  rank: number,
): readonly (readonly number[])[] {
  const value = args.take(key)
  if (Number.isNaN(stages)) return []
  const list: readonly unknown[] = Array.isArray(value) ? value : Array.from({ length: stages }, () => value)
  const spread = list.map((one): readonly unknown[] =>
    Array.isArray(one) ? one : Array.from({ length: rank }, () => one),
  )
  const counts = spread.filter((one): one is readonly number[] => one.length === rank && one.every(isCount))
  if (counts.length === stages && spread.length === stages) return counts
  args.object(
    key,
    value,
    `it must be a list of ${stages} lists of ${rank} whole numbers from 1, or one number for all`,
  )
  return Array.from({ length: stages }, () => Array.from({ length: rank }, () => 1))
}
