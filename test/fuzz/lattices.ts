// Random small networks with sparse fusions, as lines of Weft: nodes that read one another's channels, pooled, spread and shifted, so that
// backends find live channels to pick, with other readers and without, and channels that nobody reads.
import type { Lines } from './networks.ts'
import type { Random } from './random.ts'

export function generateLattice(random: Random): Lines {
  const depth = random.pick([2, 4, 6])
  const width = random.pick([4, 6, 8, 16, 20])
  const last = 1 + random.below(2)
  const nodes = Array.from({ length: last + 1 }, (_, at) => node(random, at, width))
  const isRead = random.chance(0.3)
  return [
    `input x0: [${random.pick([1, 3, 8])}, ${depth}, 4, 4]`,
    `let wide = x0 -> conv(${width}, 3)${unit(random)}`,
    `let low = wide -> max_pool(2) -> conv(${width}, ${random.pick([1, 3])})${unit(random)}`,
    'fusion f {',
    ...nodes.flat(),
    `sparsity ${random.pick(['50%', '60%', '75%', '90%'])} {`,
    `granularity = ${random.pick(['channel', 'block(outs = 4)', 'block(outs = 8)', 'block(outs = 16)', 'kernel', 'weight'])}`,
    '}',
    '}',
    `output y = f[${last}] -> conv(2, 1)`,
    ...(isRead ? ['output first = f[0]'] : []),
  ]
}

function unit(random: Random): string {
  const norm = random.pick(['', '', ' -> instance_norm', ' -> batch_norm', ' -> group_norm(2)'])
  return norm + random.pick(['', ' -> relu', ' -> leaky_relu(0.1)', ' -> silu'])
}

/** All nodes have the extents of `wide` and about as many channels. */
function node(random: Random, at: number, width: number): string[] {
  const outputs = random.pick([width, width, 2 * width])
  const before = at === 0 ? 'wide' : `node[${random.below(at)}]`
  return [
    `node[${at}] {`,
    `edge same = ${before}${random.pick(['', '', ' -> relu', ' -> avg_pool(3, stride = 1, padding = 1)'])}`,
    `edge up = low -> conv_transpose(${width}, ${random.pick(['2, stride = 2', '2, stride = 2, groups = 2', '4, stride = 2, padding = 1'])})${unit(random)}`,
    `edge down = ${random.pick(['wide', before])} -> ${pooled(random, width)}${unit(random)} -> resize(scale = 2)`,
    `fuse = concat -> ${random.pick(['', 'shift(depth, offsets = [-1, 0, 2]) -> '])}${convolved(random, outputs)}${unit(random)}`,
    '}',
  ]
}

const pooled = (random: Random, width: number): string =>
  random.pick(['max_pool(2)', 'avg_pool(2)', `max_pool(2) -> conv(${width}, 1)`])

const convolved = (random: Random, outputs: number): string =>
  random.pick([
    `conv(${outputs}, [1, 3, 3])`,
    `conv(${outputs}, 3)`,
    `conv(${outputs}, 1, groups = 2)`,
    `conv(${outputs}, [1, 3, 3]) -> conv(${outputs}, [1, 1, 3])`,
  ])
