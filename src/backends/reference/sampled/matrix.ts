// Products over the last axes, and attention, at some positions: a row times a column each.
import { attention } from '../attention.ts'
import { broadcastShape, repeatingSteps } from '../broadcasting.ts'
import { at, type Tensor } from '../tensor.ts'
import { projected, range } from './coordinates.ts'
import { greatestSummands } from './elementwise.ts'
import { byGroup, inChunks, outside, products, type Samples, type Source } from './source.ts'

/** Bound here, as in multiply.ts: inner loops read by it. */
const read = at

/** At most so many products are laid out at once. */
const chunk = 2 ** 20

/** `weight` is `[features, in]`. */
export function linearAt(
  x: Source,
  weight: Float64Array,
  bias: Float64Array | undefined,
  shape: readonly number[],
): Source {
  const inner = x.shape.at(-1) ?? 1
  const features = shape.at(-1) ?? 1
  const samplesOf = (positions: Int32Array): Samples => {
    const rows = laidOut(positions, inner, (position) => Math.floor(position / features) * inner)
    const weights = new Float64Array(rows.length)
    positions.forEach((position, k) => {
      const start = (position % features) * inner
      weights.set(weight.subarray(start, start + inner), k * inner)
    })
    const found = products(x.at(rows), weights, inner)
    if (bias === undefined) return found
    const own = (k: number): number => read(bias, (positions[k] ?? NaN) % features)
    return {
      values: found.values.map((value, k) => value + own(k)),
      magnitudes: found.magnitudes.map((size, k) => size + Math.abs(own(k))),
    }
  }
  return {
    shape,
    summands: inner + 1 + x.summands,
    at: (positions) => inChunks(positions, Math.max(1, Math.floor(chunk / inner)), samplesOf),
  }
}

function laidOut(
  positions: Int32Array,
  inner: number,
  startOf: (position: number, k: number) => number,
  step = 1,
): Int32Array {
  const places = new Int32Array(positions.length * inner)
  positions.forEach((position, k) => {
    const start = startOf(position, k)
    for (let one = 0; one < inner; one++) places[k * inner + one] = start + one * step
  })
  return places
}

/** The leading axes broadcast. */
export function matmulAt(
  a: Source,
  b: Source,
  transposeB: 'transposed' | 'as it is',
  shape: readonly number[],
): Source {
  const inner = a.shape.at(-1) ?? 1
  const [rows, columns] = [shape.at(-2) ?? 1, shape.at(-1) ?? 1]
  const leading = shape.slice(0, -2)
  const [left, right] = [leadingPlaces(a, leading), leadingPlaces(b, leading)]
  const samplesOf = (positions: Int32Array): Samples => {
    const places = positions.map((position) => Math.floor(position / (rows * columns)))
    const [starts, others] = [left(places), right(places)]
    const first = laidOut(
      positions,
      inner,
      (position, k) => ((starts[k] ?? NaN) * rows + (Math.floor(position / columns) % rows)) * inner,
    )
    const isTurned = transposeB === 'transposed'
    const second = laidOut(
      positions,
      inner,
      (position, k) => (others[k] ?? NaN) * inner * columns + (position % columns) * (isTurned ? inner : 1),
      isTurned ? 1 : columns,
    )
    const weights = b.at(second)
    const found = products(a.at(first), weights.values, inner)
    return {
      values: found.values,
      magnitudes: products(absolute(a.at(first)), weights.magnitudes, inner).values,
    }
  }
  return {
    shape,
    summands: inner + greatestSummands([a, b]),
    at: (positions) => inChunks(positions, Math.max(1, Math.floor(chunk / inner)), samplesOf),
  }
}

const absolute = ({ magnitudes }: Samples): Samples => ({ values: magnitudes, magnitudes })

/** Which matrix of a source meets each leading position. */
function leadingPlaces(source: Source, leading: readonly number[]): (places: Int32Array) => Int32Array {
  const steps = repeatingSteps(source.shape.slice(0, -2), leading)
  return (places) => projected(places, leading, steps)
}

/** Row by row of the queries: the reference's kernel with one query, and all keys and values of its matrix. */
export function attentionAt(
  [q, k, v]: readonly [Source, Source, Source],
  biases: readonly Source[],
  scale: number,
  shape: readonly number[],
): Source {
  const d = q.shape.at(-1) ?? 1
  const [n, e] = [v.shape.at(-2) ?? 1, v.shape.at(-1) ?? 1]
  const rows = shape.at(-2) ?? 1
  const leading = [q, k, v, ...biases]
    .map((one): readonly number[] => one.shape.slice(0, -2))
    .reduce(broadcastShape)
  const placesOf = [q, k, v].map((one) => leadingPlaces(one, leading))
  const biasPlaces = biases.map((one) => leadingPlaces(one, leading))
  const matrix = (source: Source, places: Int32Array, count: number, width: number): Samples =>
    source.at(range((places[0] ?? outside) * count * width, count * width))
  const ofMatrix = (place: number, members: Int32Array): Samples => {
    const at = Int32Array.of(place)
    const [queries, keys, values] = placesOf.map((one) => one(at))
    if (queries === undefined || keys === undefined || values === undefined) throw new Error('no operands')
    const [allKeys, allValues] = [matrix(k, keys, n, d), matrix(v, values, n, e)]
    return byGroup(
      members,
      (position) => Math.floor(position / e) % rows,
      (row, own) => {
        const query = q.at(range(((queries[0] ?? outside) * rows + row) * d, d))
        const tables = biases.map((bias, one) => biasRow(bias, biasPlaces[one]?.(at)[0] ?? outside, row, n))
        const parts = { query, keys: allKeys, values: allValues, tables, scale }
        const found = oneQuery(parts, n)
        const columns = own.map((position) => position % e)
        return {
          values: Float64Array.from(columns, (column) => read(found.values, column)),
          magnitudes: Float64Array.from(columns, (column) => read(found.magnitudes, column)),
        }
      },
    )
  }
  return {
    shape,
    summands: d + n + greatestSummands([q, k, v, ...biases]),
    at: (positions) => byGroup(positions, (position) => Math.floor(position / (rows * e)), ofMatrix),
  }
}

function biasRow(bias: Source, place: number, row: number, n: number): Samples {
  const [rows, columns] = [bias.shape.at(-2) ?? 1, bias.shape.at(-1) ?? 1]
  const start = (place * rows + (rows === 1 ? 0 : row)) * columns
  return bias.at(range(start, n, columns === 1 ? 0 : 1))
}

interface Query {
  readonly query: Samples
  readonly keys: Samples
  readonly values: Samples
  readonly tables: readonly Samples[]
  readonly scale: number
}

function oneQuery({ query, keys, values, tables, scale }: Query, n: number): Samples {
  const tensor = (data: Float64Array, rows: number): Tensor => ({
    shape: [rows, data.length / rows],
    data,
  })
  const own = tables.map((one) => tensor(one.values, 1))
  const found = attention(
    tensor(query.values, 1),
    tensor(keys.values, n),
    tensor(values.values, n),
    own,
    scale,
  )
  // Scores that are off by some share of what they are added up from make weights that much too large.
  const width = query.magnitudes.length
  let greatest = 0
  for (let key = 0; key < n; key++) {
    let size = tables.reduce((sum, one) => sum + finite(read(one.magnitudes, key)), 0)
    for (let one = 0; one < width; one++)
      size += Math.abs(scale) * read(query.magnitudes, one) * read(keys.magnitudes, key * width + one)
    greatest = Math.max(greatest, size)
  }
  const sized = attention(
    tensor(query.values, 1),
    tensor(keys.values, n),
    tensor(values.magnitudes, n),
    own,
    scale,
  )
  return { values: found.data, magnitudes: sized.data.map((size) => size * (1 + greatest)) }
}

/** A mask of minus infinity takes its key away and loses nothing. */
const finite = (size: number): number => (Number.isFinite(size) ? size : 0)
