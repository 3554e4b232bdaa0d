// Scaled dot-product attention, one head of one window at a time: all scores at once would be the largest tensor of a network.
import { broadcastShape, sourcesOf } from './broadcasting.ts'
import { addProduct, transposed } from './multiply.ts'
import { at, countOf, zeros, type Tensor } from './tensor.ts'

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
    addProduct(
      { data: scores, start: 0, step: n },
      { data: v.data, start: source(values, n * e), step: e },
      { data: result.data, start: place * m * e, step: e },
      { rows: m, inner: n, columns: e },
    )
  }
  return result
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
  for (let key = start; key < start + n; key++) scores[key] = at(scores, key) * scale
  for (const { data, starts, size, rowStep, step } of tables) {
    const first = (starts[place] ?? NaN) * size + row * rowStep
    for (let key = 0; key < n; key++)
      scores[start + key] = at(scores, start + key) + at(data, first + key * step)
  }
  let greatest = -Infinity
  for (let key = start; key < start + n; key++) greatest = Math.max(greatest, at(scores, key))
  let sum = 0
  for (let key = start; key < start + n; key++) {
    scores[key] = Math.exp(at(scores, key) - greatest)
    sum += at(scores, key)
  }
  for (let key = start; key < start + n; key++) scores[key] = at(scores, key) / sum
}
