// Random programs that the grammar accepts, biased towards ones that mean something: names that are declared, plausible types and
// shapes, and now and then something wrong.
import type { Random } from './random.ts'

interface Names {
  readonly ints: string[]
  readonly lists: string[]
  readonly tensors: string[]
  /** Blocks with a channel parameter. */
  readonly blocks: string[]
  readonly functions: string[]
  readonly families: string[]
}

interface Cx {
  readonly random: Random
  readonly names: Names
}

const nested = ({ random, names }: Cx): Cx => ({
  random,
  names: {
    ints: [...names.ints],
    lists: [...names.lists],
    tensors: [...names.tensors],
    blocks: [...names.blocks],
    functions: [...names.functions],
    families: [...names.families],
  },
})

/** A random item, or the fallback of an empty list. */
function oneOf(random: Random, items: readonly string[], fallback: string): string {
  return items[random.below(Math.max(1, items.length))] ?? fallback
}

type Make = (cx: Cx, depth: number) => string

function choose(cx: Cx, depth: number, makers: readonly [Make, ...Make[]]): string {
  return cx.random.pick(makers)(cx, depth)
}

// ---------------------------------------------------------------- values

const numbers: readonly [string, ...string[]] = [
  '0', '1', '2', '3', '4', '8', '16', '1.5', '1e-5', '80%', '12K', '24MiB', '9007199254740991', '1T', '-1',
] // prettier-ignore
const arithmetic: readonly [string, ...string[]] = ['+', '-', '*', '/', 'div', '%', '^']
const comparisons: readonly [string, ...string[]] = ['==', '!=', '<', '<=', '>', '>=']
const listFunctions: readonly [string, ...string[]] = ['len', 'sum', 'product', 'min', 'max']
const numberFunctions: readonly [string, ...string[]] = [
  'abs',
  'floor',
  'ceil',
  'round',
  'sqrt',
  'log2',
  'exp',
]

function int(cx: Cx, depth: number): string {
  const { random, names } = cx
  if (depth <= 0 || random.chance(0.4)) {
    return random.chance(0.5) ? oneOf(random, names.ints, '2') : random.pick(numbers)
  }
  return choose(cx, depth - 1, [
    (at, d) => `(${int(at, d)} ${random.pick(arithmetic)} ${int(at, d)})`,
    (at, d) => `(${bool(at, d)} ? ${int(at, d)} : ${int(at, d)})`,
    (at, d) => `${random.pick(listFunctions)}(${intList(at, d)})`,
    (at, d) => `${random.pick(numberFunctions)}(${int(at, d)})`,
    (at, d) => `${oneOf(random, at.names.functions, 'abs')}(${int(at, d)})`,
    (at, d) => `${intList(at, d)}[${random.chance(0.9) ? '0' : int(at, d)}]`,
    (at, d) => `-${int(at, d)}`,
    (at) =>
      at.names.tensors.length === 0 && random.chance(0.9)
        ? '3'
        : `${random.pick(['channels', 'rank'])}(${oneOf(random, at.names.tensors, '1')})`,
  ])
}

function bool(cx: Cx, depth: number): string {
  const { random } = cx
  if (depth <= 0) return random.pick(['true', 'false'])
  return choose(cx, depth - 1, [
    (at, d) => `${int(at, d)} ${random.pick(comparisons)} ${int(at, d)}`,
    (at, d) => `(${bool(at, d)} ${random.pick(['and', 'or'])} ${bool(at, d)})`,
    (at, d) => `not (${bool(at, d)})`,
    (at, d) => `contains(${intList(at, d)}, ${int(at, d)})`,
    () => random.pick(['true', 'false']),
  ])
}

function intList(cx: Cx, depth: number): string {
  const { random, names } = cx
  if (depth <= 0) return random.chance(0.5) ? oneOf(random, names.lists, '[1, 2]') : '[2, 2]'
  return choose(cx, depth - 1, [
    (at, d) => `[${int(at, d)}, ${int(at, d)}]`,
    (at, d) => `[${int(at, d)}, ...${intList(at, d)}]`,
    (at, d) => `(${int(at, d)}${random.pick(['..', '..<'])}${int(at, d)})`,
    comprehension,
    (at, d) => `reverse(${intList(at, d)})`,
    (at, d) => `repeat(${int(at, d)}, ${random.below(5)})`,
    (at, d) => `(${intList(at, d)} + ${intList(at, d)})`,
    (at) =>
      at.names.tensors.length === 0 && random.chance(0.9)
        ? '[3, 5]'
        : `${random.pick(['size', 'shape'])}(${oneOf(random, at.names.tensors, '[]')})`,
    () => oneOf(random, names.lists, '[1, 2]'),
  ])
}

function comprehension(cx: Cx, depth: number): string {
  const inner = nested(cx)
  const clause = forClause(inner, depth)
  return `[${int(inner, depth)} ${clause}]`
}

const indexNames: readonly [string, ...string[]] = ['i', 'j', 'k']

/** Binds its names in `cx`. */
function forClause(cx: Cx, depth: number): string {
  const { random } = cx
  const bindings = Array.from({ length: 1 + random.below(2) }, () => {
    const range = random.chance(0.8)
      ? `${random.below(3)}..${random.chance(0.7) ? random.below(5) : int(cx, depth - 1)}`
      : intList(cx, depth - 1)
    const name = random.pick(indexNames)
    cx.names.ints.push(name)
    return `${name} in ${range}`
  })
  return `for ${bindings.join(', ')}${random.chance(0.2) ? ` if ${bool(cx, 1)}` : ''}`
}

// ---------------------------------------------------------------- blocks and tensors

const plainBlocks: readonly [string, ...string[]] = [
  'relu', 'identity', 'instance_norm', 'batch_norm', 'leaky_relu(0.01)', 'sigmoid', 'tanh', 'gelu', 'softmax', 'prelu', 'dropout(0.1)',
  'max_pool(2)', 'avg_pool(2)', 'resize(scale = 2)', 'mean', 'group_norm(2)', 'layer_norm', 'tokens', 'flatten', 'linear(4)',
  'permute([1, 0, 2])', 'reshape([-1])', 'pad(1, 1)', 'crop(1, 1)', 'roll(axis = 1, offset = 1)', 'scale(0.5)', 'concat', 'sum', 'add',
  'slice(axis = channel, start = 0, end = 2)', 'shift(axis = height, offsets = [-1, 0, 1])', 'split(parts = 2)', 'flip(1)',
  'tile(2)', 'pixel_shuffle(2)', 'adaptive_avg_pool(3)', 'adaptive_max_pool([2, 1])', 'reduce_max', 'reduce_sum(axes = channel)', 'variance',
  'gather([0, 0])', 'silu', 'clip(0, 1)', 'pad(1, 1, mode = reflect)', 'resize(scale = 2, mode = cubic)',
] // prettier-ignore

function block(cx: Cx, depth: number): string {
  const { random, names } = cx
  if (depth <= 0) return random.pick(plainBlocks)
  return choose(cx, depth - 1, [
    () => random.pick(plainBlocks),
    (at, d) =>
      `conv(${int(at, Math.min(d, 1))}, ${random.pick(['1', '3', '[1, 3]', intList(at, 1)])}${convExtras(at)})`,
    (at, d) => `conv(${random.pick(['4', '8'])}, 3) -> ${block(at, d)}`,
    (at, d) => `(${bool(at, d)} ? ${block(at, d)} : ${block(at, d)})`,
    (at) => `${oneOf(random, at.names.blocks, 'conv')}(${random.chance(0.8) ? '8' : int(at, 2)})`,
    () => oneOf(random, names.blocks, 'relu'),
    (at, d) => `(${block(at, d)} -> ${block(at, d)})`,
  ])
}

function convExtras(cx: Cx): string {
  const { random } = cx
  return random.pick([
    '',
    '',
    ', stride = 2',
    ', padding = same',
    ', padding = "valid"',
    ', bias = false',
    ', init = he(0.01)',
    ', groups = 2',
  ])
}

function tensor(cx: Cx, depth: number): string {
  const { random, names } = cx
  if (depth <= 0) return oneOf(random, names.tensors, 'image')
  return choose(cx, depth - 1, [
    (at, d) => `${tensor(at, d)} -> ${block(at, d)}`,
    (at, d) => `(${tensor(at, d)} -> ${block(at, d)})`,
    (at, d) => `[${tensor(at, d)}, ${tensor(at, d)}] -> ${random.pick(['concat', 'sum', 'add', 'mul'])}`,
    (at, d) =>
      `${random.pick(['add', 'mul', 'concat', 'crop_like', 'resize_like', 'maximum', 'grid_sample', 'conv_with', 'attention'])}(${tensor(at, d)}, ${tensor(at, d)})`,
    (at, d) => `scan(${tensor(at, d)}, ${tensor(at, d)}, axis = ${random.below(3)})`,
    (at, d) => `max_unpool(${tensor(at, d)} -> max_pool(2), ${tensor(at, d)}, 2)`,
    (at, d) => `(${bool(at, d)} ? ${tensor(at, d)} : ${tensor(at, d)})`,
    (at) => {
      const family = oneOf(random, at.names.families, '')
      return family === '' ? tensor(at, 0) : `${family}[${random.chance(0.8) ? 0 : int(at, 1)}]`
    },
    () => oneOf(random, names.tensors, 'image'),
  ])
}

// ---------------------------------------------------------------- statements

function letStatement(cx: Cx, at: number): string {
  const { random, names } = cx
  switch (random.below(7)) {
    case 0:
      names.ints.push(`n${at}`)
      return `let n${at} = ${int(cx, 3)}`
    case 1:
      names.lists.push(`l${at}`)
      return `let l${at} = ${intList(cx, 3)}`
    case 2:
      names.blocks.push(`b${at}`)
      return `${random.chance(0.3) ? 'share ' : ''}let b${at} = ${block(cx, 3)}`
    case 3:
    case 4:
      return family(cx, `f${at}`)
    default: {
      const made = `let t${at} = ${tensor(cx, 3)}`
      names.tensors.push(`t${at}`)
      return made
    }
  }
}

function family(cx: Cx, name: string): string {
  const { random } = cx
  const start = tensor(cx, 1)
  cx.names.families.push(name)
  const inner = nested(cx)
  inner.names.tensors.push(random.chance(0.8) ? `${name}[i-1]` : `${name}[i+1]`)
  inner.names.ints.push('i')
  return `let ${name}[0] = ${start}\n  let ${name}[i] for i in ${random.chance(0.9) ? 1 : 0}..${random.below(5)} = ${tensor(inner, 2)}`
}

function backbone(cx: Cx, name: string): string {
  const { random } = cx
  const inner = nested(cx)
  inner.names.tensors.push('level[i-1]')
  inner.names.ints.push('i')
  const levels = random.below(4)
  const text = `backbone ${name} {\n    level[0] = ${tensor(cx, 2)}\n    level[i] for i in 1..${levels} = ${random.chance(0.7) ? `level[i-1] -> ${block(inner, 2)}` : tensor(inner, 2)}\n  }`
  cx.names.families.push(name)
  return text
}

function fusion(cx: Cx, name: string): string {
  const { random } = cx
  const inner = nested(cx)
  inner.names.ints.push('i', 'j')
  const source = oneOf(random, cx.names.families, '')
  const start = source === '' ? tensor(cx, 1) : `${source}[i]`
  inner.names.tensors.splice(
    0,
    Infinity,
    'node[i, j-1]',
    'node[i, j-1]',
    'node[i, 0]',
    random.chance(0.7) ? 'node[i, j-1]' : random.pick(['node[i+1, j-1]', 'node[i-1, j-1]', 'image']),
  )
  const edges = Array.from({ length: 1 + random.below(3) }, (_, k) => edge(inner, `e${k}`))
  const fuse = random.chance(0.7)
    ? `concat -> ${block(inner, 2)}`
    : random.pick(['sum', 'concat', tensor(inner, 2)])
  const clause = random.chance(0.5) ? `\n    sparsity ${sparsity(inner)}` : ''
  const text = `fusion ${name} {
    node[i, 0] for i in 0..${random.below(4)} = ${start}
    node[i, j] for j in 1..${random.below(3)}, i in 0..${random.chance(0.6) ? '2-j' : int(inner, 1)} {
      ${edges.join('\n      ')}
      fuse = ${fuse}
    }${clause}
  }`
  cx.names.tensors.push(`${name}[0, ${random.below(3)}]`)
  return text
}

function edge(cx: Cx, name: string): string {
  const { random } = cx
  const condition = random.chance(0.3)
    ? ` if ${random.chance(0.3) ? 'exists(node[i-1, j])' : bool(cx, 2)}`
    : ''
  if (random.chance(0.2)) return `edge ${name}[k] for k in 0..j-1 = node[i, k]${condition}`
  return `edge ${name} = ${tensor(cx, 2)}${condition}`
}

function sparsity(cx: Cx): string {
  const { random } = cx
  const value = random.pick(['80%', '0.5', '0', int(cx, 2)])
  const on = random.pick(['', '', ' on fuse', ' on edge', ' on edge e0'])
  const settings = random.chance(0.4)
    ? ' { granularity = kernel  init = erk  every = 100 steps  grow = random  drop = l1(rate = 0.5) }'
    : ''
  return `${value}${on}${settings}`
}

// ---------------------------------------------------------------- declarations

function functionDeclaration(cx: Cx, at: number): string {
  const inner = nested(cx)
  inner.names.ints.push('p')
  if (cx.random.chance(0.1)) inner.names.functions.push(`w${at}`)
  const text = `fn w${at}(p: int${cx.random.chance(0.3) ? ', q: int = p' : ''}) = ${int(inner, 4)}`
  cx.names.functions.push(`w${at}`)
  return text
}

function blockDeclaration(cx: Cx, at: number): string {
  const { random } = cx
  const inner = nested(cx)
  inner.names.ints.push('c')
  if (random.chance(0.05)) inner.names.blocks.push(`B${at}`)
  const head = `block B${at}(c: int, norm: block = ${random.pick(['relu', 'batch_norm', 'identity'])})`
  const text = random.chance(0.5)
    ? `${head} = ${block(inner, 3)} -> norm`
    : `${head} {\n  in x\n  ${statements(withTensor(inner, 'x'), at * 100, 1 + random.below(3))}\n  out ${tensor(withTensor(inner, 'x'), 3)} -> norm\n}`
  cx.names.blocks.push(`B${at}`)
  return text
}

function withTensor(cx: Cx, name: string): Cx {
  cx.names.tensors.push(name)
  return cx
}

function statements(cx: Cx, start: number, count: number): string {
  return Array.from({ length: count }, (_, k) => {
    const at = start + k
    const kind = cx.random.below(10)
    if (kind === 0) return backbone(cx, `bb${at}`)
    return kind <= 2 ? fusion(cx, `fu${at}`) : letStatement(cx, at)
  }).join('\n  ')
}

function network(cx: Cx, at: number): string {
  const { random } = cx
  const inner = nested(cx)
  inner.names.ints.push('base', 'depth')
  inner.names.lists.push('patch')
  inner.names.tensors.push('image')
  const patch = random.pick([
    '[32, 32]',
    '[32, 32]',
    '[16, 16, 16]',
    '[64]',
    '[dim("D", multiple = 16), 32]',
    random.chance(0.2) ? intList(cx, 2) : '[64, 64]',
  ])
  const outputs = Array.from({ length: 1 + random.below(2) }, (_, k) =>
    random.chance(0.2)
      ? `aux output y${k}[i] for i in 0..${random.below(3)} = ${tensor(inner, 2)}`
      : `output y${k} = ${tensor(inner, 3)}${random.chance(0.1) ? ` if ${bool(inner, 2)}` : ''}`,
  )
  // Outputs come last, so that they may use what the statements declare.
  const body = statements(inner, 0, 1 + random.below(5))
  const more = random.chance(0.2)
    ? `\n  budget ${random.pick(['params', 'macs', 'macs.dense', 'memory(training, batch = 2)'])} <= ${random.pick(['1000000', '10', int(inner, 1)])}`
    : ''
  const assertion = random.chance(0.2)
    ? `\n  assert ${random.chance(0.8) ? 'base > 0' : bool(inner, 2)}, "must hold"`
    : ''
  return `network N${at}(base: int = ${random.pick(['4', '8', '16'])}, depth: int = 2, patch: [int] = ${patch}) {
  input image: [${random.pick(['1', '3', 'base'])}, ...patch]
  ${body}
  ${outputs.join('\n  ')}${more}${assertion}
}`
}

/** One file. */
export function generateProgram(random: Random): string {
  const cx: Cx = {
    random,
    names: { ints: [], lists: [], tensors: [], blocks: [], functions: [], families: [] },
  }
  const parts: string[] = []
  if (random.chance(0.4)) {
    parts.push('import { DoubleConv, ConvNormAct, UpConv as Up } from "std/blocks"')
    cx.names.blocks.push('DoubleConv', 'ConvNormAct', 'Up')
  }
  for (let k = random.below(3); k > 0; k--) parts.push(functionDeclaration(cx, k))
  for (let k = random.below(3); k > 0; k--) parts.push(blockDeclaration(cx, k))
  if (random.chance(0.3)) {
    parts.push(`let width = ${intList(cx, 3)}`)
    cx.names.lists.push('width')
  }
  parts.push(network(cx, 0))
  if (random.chance(0.2)) parts.push(`network V = N0(base = ${int(cx, 2)})`)
  if (random.chance(0.2))
    parts.push(
      'train r for N0 {\n  loss = dice + 0.5 * cross_entropy\n  optimizer = sgd(lr = 0.1)\n  epochs = 10\n}',
    )
  if (random.chance(0.2)) parts.push(results(cx))
  return `${parts.join('\n\n')}\n`
}

function results(cx: Cx): string {
  const entries = Array.from({ length: 1 + cx.random.below(3) }, () => {
    const at = cx.random.chance(0.7) ? ` at ${cx.random.pick(['base', 'depth'])} = ${int(cx, 1)}` : ''
    return `  ${cx.random.pick(['dice', 'hd95', 'at'])} = ${cx.random.pick(['90.2%', '4.2', int(cx, 1)])}${at}`
  })
  return ['results r for N0 {', ...entries, '}'].join('\n')
}
