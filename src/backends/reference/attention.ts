// Scaled dot-product attention, one head of one window at a time: all scores at once would be the largest tensor of a network.
import { broadcastShape, sourcesOf } from './broadcasting.ts'
import { addProduct, transposed, type ProductExtents } from './multiply.ts'
import { at, countOf, zeros, type Tensor } from './tensor.ts'

/** Bound here, as in multiply.ts: inner loops read by it. */
const read = at

/** `softmax(scale · q · kᵀ + biases) · v`. */
export function attention(q: Tensor, k: Tensor, v: Tensor, biases: readonly Tensor[], scale: number): Tensor {
  const [m = 1, d = 1] = q.shape.slice(-2)
  const [n = 1, e = 1] = v.shape.slice(-2)
  const leading = [q, k, v, ...biases].map(leadingOf).reduce(broadcastShape)
  const [queries, keys, values] = [q, k, v].map((one) => sourcesOf(leadingOf(one), leading))
  const tables = biases.map((bias) => tableOf(bias, leading))
  const result = zeros([...leading, m, e])
  for (let place = 0; place < countOf(leading); place++) {
    const source = (places: Int32Array | undefined, size: number): number => (places?.[place] ?? NaN) * size
    const scores = new Float64Array(m * n)
    const flipped = transposed(k.data, source(keys, n * d), n, d)
    addProduct(
      { data: q.data, start: source(queries, m * d), step: d },
      { data: flipped, start: 0, step: n },
      { data: scores, start: 0, step: n },
      { rows: m, inner: d, columns: n },
    )
    for (let row = 0; row < m; row++) weigh(scores, row, n, scale, tables, place)
    result.data.set(
      weighted(scores, v.data, source(values, n * e), { rows: m, inner: n, columns: e }),
      place * m * e,
    )
  }
  return result
}

/** `weights · values`, both turned round: rows of queries are long where those of a head's features are short, and long rows are fast. */
function weighted(
  weights: Float64Array,
  values: Float64Array,
  start: number,
  { rows, inner, columns }: ProductExtents,
): Float64Array {
  const turned = new Float64Array(columns * rows)
  addProduct(
    { data: transposed(values, start, inner, columns), start: 0, step: inner },
    { data: transposed(weights, 0, rows, inner), start: 0, step: rows },
    { data: turned, start: 0, step: rows },
    { rows: columns, inner, columns: rows },
  )
  return transposed(turned, 0, columns, rows)
}

const leadingOf = ({ shape }: Tensor): readonly number[] => shape.slice(0, -2)

/** A bias: where the matrix of each leading position begins, and how far apart its rows and columns are; 0 where it repeats. */
interface Table {
  readonly data: Float64Array
  readonly starts: Int32Array
  readonly size: number
  readonly rowStep: number
  readonly step: number
}

function tableOf(bias: Tensor, leading: readonly number[]): Table {
  const [rows, columns] = [bias.shape.at(-2) ?? 1, bias.shape.at(-1) ?? 1]
  const starts = sourcesOf(leadingOf(bias), leading)
  const steps = { rowStep: rows === 1 ? 0 : columns, step: columns === 1 ? 0 : 1 }
  return { data: bias.data, starts, size: rows * columns, ...steps }
}

/** Products of one query become weights that add up to one; less the greatest, which keeps `exp` finite. */
function weigh(
  scores: Float64Array,
  row: number,
  n: number,
  scale: number,
  tables: readonly Table[],
  place: number,
): void {
  const start = row * n
  for (let key = start; key < start + n; key++) scores[key] = read(scores, key) * scale
  for (const { data, starts, size, rowStep, step } of tables) {
    const first = (starts[place] ?? NaN) * size + row * rowStep
    for (let key = 0; key < n; key++)
      scores[start + key] = read(scores, start + key) + read(data, first + key * step)
  }
  let greatest = -Infinity
  for (let key = start; key < start + n; key++) greatest = Math.max(greatest, read(scores, key))
  let sum = 0
  for (let key = start; key < start + n; key++) {
    scores[key] = Math.exp(read(scores, key) - greatest)
    sum += read(scores, key)
  }
  for (let key = start; key < start + n; key++) scores[key] = read(scores, key) / sum
}
