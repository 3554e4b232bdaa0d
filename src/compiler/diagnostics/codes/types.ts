// Diagnostics of values, calls and blocks: 300-349.
import { code, didYouMean } from '../define.ts'
import { foreignArgument } from './foreign-words.ts'

/** Parts that values have in other languages, and what gives them here. */
const partsElsewhere: ReadonlyMap<string, string> = new Map([
  ['shape', 'write `shape(x)`, `size(x)` for the spatial extents, `channels(x)` for the channels'],
  ['size', 'write `size(x)` for the spatial extents, `shape(x)` with the channels'],
  ['channels', 'write `channels(x)`'],
  ['ndim', 'write `rank(x)` for the number of spatial axes'],
  ['dim', 'write `rank(x)` for the number of spatial axes'],
  ['length', 'write `len(list)`'],
  ['append', 'lists are joined: `[...list, x]` or `a + b`'],
  ['T', 'write `x -> permute([0, 2, 1])`'],
  ['weight', 'weights have no names in a spec; blocks share theirs by `share let`'],
])

function stepHelp(p: {
  readonly actual: string
  readonly step: string
  readonly landmark: 'level' | 'node' | undefined
  readonly name: string | undefined
  readonly applies: boolean
}): string | undefined {
  if (p.landmark !== undefined) {
    const name = p.name === p.landmark || p.name === undefined ? p.landmark : `${p.name}.${p.landmark}`
    return `its members are \`${name}[…]\``
  }
  const known = partsElsewhere.get(p.step)
  if (known !== undefined) return known
  if (p.applies) return `what is applied to a tensor stands in a pipe: \`x -> ${p.step}\``
  if (p.step === 'fuse')
    return 'what is inside a node is its own; the node is what its fuse gives: `lattice[1, 2]`'
  return 'only levels and nodes are read by a path: `encoder.level[0]`, `lattice.node[1, 2]`'
}

function tensorArithmetic(p: { operator: string; left: string; right: string }): string | undefined {
  if (p.left !== 'tensor' && p.right !== 'tensor') return undefined
  return 'tensors are combined with tensors and numbers by `+ - * /`, a list of numbers is made a tensor by `constant(list)`'
}

const lettersFor = (count: number): string => ['a', 'b', 'c', 'd', 'e', 'f'].slice(0, count).join(', ')

/** What stands right of a pipe has its tensor already. */
function appliedHelp(callee: string | undefined): string {
  if (callee === 'parameter')
    return 'a parameter has no input: it stands beside a tensor, `add(x, parameter([8, 1, 1]))`'
  if (callee === 'concat' || callee === 'sum') return `a list is sent as one: \`[a, b] -> ${callee}\``
  return 'the block was applied already: write `x -> conv(32, 3)`, not `x -> conv(x, 32, 3)`'
}

/** A free extent as it is declared: a multiple, at least so many times. */
export interface DeclaredExtent {
  readonly name: string
  readonly multiple: number
  readonly least?: number
}

const leastOf = ({ multiple, least = 1 }: DeclaredExtent): number => multiple * least

export const typeCodes = {
  'wrong-type': code<{
    readonly what: string
    readonly expected: string
    readonly actual: string
    readonly value: string
  }>({
    code: 'WEFT301',
    severity: 'error',
    message: (p) =>
      `${p.what} must be ${p.expected}, got ${p.actual === p.value ? p.actual : `${p.value} (${p.actual})`}`,
    help: (p) =>
      p.expected === 'int' && p.actual === 'float'
        ? 'use `a div b`, `floor(…)` or `round(…)` for a whole number'
        : undefined,
    explanation: `
Values keep the type that the place declares: an \`int\` may stand for a \`float\`, nothing else converts. \`/\` on two ints gives an int when
the division is exact and a float otherwise, so \`c / 2\` for an odd \`c\` is caught here.
`,
  }),
  'wrong-operands': code<{ readonly operator: string; readonly left: string; readonly right: string }>({
    code: 'WEFT302',
    severity: 'error',
    message: (p) => `\`${p.operator}\` has no meaning between ${p.left} and ${p.right}`,
    help: tensorArithmetic,
    explanation: `
Arithmetic is for numbers and extents; \`+\` also joins two lists or two strings. Of tensors, or a tensor and a number, \`+ - * /\` are the operators
\`add\`, \`sub\`, \`mul\` and \`divide\`.
`,
  }),
  'division-by-zero': code<{ readonly left: string }>({
    code: 'WEFT303',
    severity: 'error',
    message: (p) => `${p.left} divided by zero`,
    explanation: `
\`/\`, \`div\` and \`%\` need a divisor that is not zero.
`,
  }),
  'symbol-not-divisible': code<{
    readonly extent: string
    readonly divisor: string
    /** Undefined where no multiple of a single symbol would do. */
    readonly symbol: { readonly name: string; readonly multiple: number } | undefined
  }>({
    code: 'WEFT325',
    severity: 'error',
    message: (p) => `${p.extent} is not known to divide by ${p.divisor}`,
    help: (p) =>
      p.symbol === undefined
        ? 'round down with `div`'
        : `declare the extent as \`dim("${p.symbol.name}", multiple = ${p.symbol.multiple})\`, or round down with \`div\``,
    explanation: `
A symbolic extent is known to be a multiple of what its declaration says, and of nothing more. \`/\` gives an extent only where the divisor
divides that multiple; \`div\` rounds down:

\`\`\`weft
let d = dim("D", multiple = 16)
let half = d / 32                  // WEFT325: D may be 16 or 32; declare multiple = 32
let half = d div 32                // ⌊D/32⌋
\`\`\`
`,
  }),
  'extent-undecided': code<{
    readonly a: string
    readonly b: string
    readonly symbol: { readonly name: string; readonly multiple: number } | undefined
  }>({
    code: 'WEFT330',
    severity: 'error',
    message: (p) => `which of ${p.a} and ${p.b} is greater depends on the extents that stay open`,
    help: (p) =>
      p.symbol === undefined
        ? undefined
        : `declare the extent as \`dim("${p.symbol.name}", multiple = ${p.symbol.multiple})\`, which is at least that`,
    explanation: `
\`min\`, \`max\` and comparisons of a symbolic extent are exact where the answer is the same for all that it may be: a positive multiple of what its
declaration says.

\`\`\`weft
let d = dim("D", multiple = 16)
let window = min(7, d div 2)       // 7: d div 2 is 8 at least
let short = min(7, d div 4)        // WEFT330: 4 or more; declare multiple = 32
\`\`\`
`,
  }),
  'extents-incomparable': code<{ readonly a: string; readonly b: string }>({
    code: 'WEFT331',
    severity: 'error',
    message: (p) =>
      `whether ${p.a} equals ${p.b}, or which is greater, depends on the extents that stay open`,
    help: () => 'write what is right in either case, or give the extents as numbers',
    explanation: `
However large the extents are, the answer is not the same for all of them: they are those of two axes, or differ by what a division leaves.
\`known(x)\` tells whether an extent is a number, so that a block can take a shorter way where it is, and one that is right for every extent
where it is not:

\`\`\`weft
let d = dim("D", multiple = 4)
let rest = (-d) % 7                                       // 0 to 6
let y = rest == 0 ? x : x -> pad(high = rest)                  // WEFT331
let y = known(rest) and rest == 0 ? x : x -> pad(high = rest)
\`\`\`
`,
  }),
  'not-a-number': code<{ readonly what: string }>({
    code: 'WEFT304',
    severity: 'error',
    message: (p) => `${p.what} is not a finite number`,
    explanation: `
A function was called outside its domain: the square root of a negative number, the logarithm of zero.
`,
  }),
  'wrong-builtin-call': code<{ readonly name: string; readonly usage: string; readonly actual: string }>({
    code: 'WEFT305',
    severity: 'error',
    message: (p) => `\`${p.name}\` cannot take (${p.actual})`,
    help: (p) => `it is called as ${p.usage}`,
    explanation: `
A function of the language was given arguments of other types, or too few, or too many.
`,
  }),
  'not-callable': code<{ readonly actual: string }>({
    code: 'WEFT306',
    severity: 'error',
    message: (p) => `${p.actual} cannot be called`,
    help: () => 'functions, blocks, networks and operators can be called',
    explanation: `
Only functions, blocks, networks and operators take arguments in parentheses. A list or a family is indexed with brackets: \`pool[i]\`.
`,
  }),
  'not-indexable': code<{ readonly actual: string }>({
    code: 'WEFT307',
    severity: 'error',
    message: (p) => `${p.actual} cannot be indexed`,
    help: (p) => (p.actual === 'tensor' ? 'take a part of a tensor with `slice` or `split`' : undefined),
    explanation: `
Lists and families are indexed. Parts of a tensor come from the operators \`slice\` and \`split\`.
`,
  }),
  'index-out-of-list': code<{ readonly index: number; readonly length: number }>({
    code: 'WEFT308',
    severity: 'error',
    message: (p) => `index ${p.index} of a list of ${p.length} ${p.length === 1 ? 'item' : 'items'}`,
    help: (p) => (p.length === 0 ? 'the list is empty' : `the indices are 0..${p.length - 1}`),
    explanation: `
Lists are indexed from 0. A parameter such as \`pools\` often has one entry per level boundary, one fewer than there are levels.
`,
  }),
  'entry-outside-settings': code<Record<string, never>>({
    code: 'WEFT309',
    severity: 'error',
    message: () => '`key: value` entries have no meaning here',
    help: () => 'only settings such as `supervise = [logits: 1]` take them',
    explanation: `
A list of \`key: value\` entries weights outputs in a \`train\` block. Elsewhere lists hold plain values.
`,
  }),
  'not-a-block': code<{ readonly actual: string; readonly callee?: string | undefined }>({
    code: 'WEFT310',
    severity: 'error',
    message: (p) => `\`->\` sends into a block, this is ${p.actual}`,
    help: (p) => (p.actual === 'tensor' ? appliedHelp(p.callee) : undefined),
    explanation: `
\`x -> f\` sends a tensor into a block; \`f -> g\` makes one block of two. The right side must be a block: an operator or block with its
arguments, but without its tensors.
`,
  }),
  'not-a-tensor': code<{ readonly actual: string; readonly block?: string | undefined }>({
    code: 'WEFT311',
    severity: 'error',
    message: (p) => `\`->\` sends a tensor, a list of tensors or a block; this is ${p.actual}`,
    help: (p) =>
      p.block === undefined
        ? undefined
        : `\`${p.block}\` in it is a block: send a tensor into it, \`x -> ${p.block}\``,
    explanation: `
The left of \`->\` is a tensor (\`x -> relu\`), a list of nothing but tensors (\`[a, b] -> concat\`) or a block (\`conv(8, 3) -> relu\`).
`,
  }),
  'unknown-parameter': code<{
    readonly owner: string
    readonly name: string
    readonly known: readonly string[]
    readonly suggestion: string | undefined
  }>({
    code: 'WEFT312',
    severity: 'error',
    message: (p) => `\`${p.owner}\` has no parameter \`${p.name}\``,
    help: (p) =>
      foreignArgument(p.name, p.known) ??
      didYouMean(p.suggestion) ??
      (p.known.length === 0 ? 'it has no parameters' : `its parameters are ${p.known.join(', ')}`),
    explanation: `
Arguments are given by position or by name, and every name must be a parameter of what is called.
`,
  }),
  'too-many-arguments': code<{ readonly owner: string; readonly accepted: number; readonly actual: number }>({
    code: 'WEFT313',
    severity: 'error',
    message: (p) =>
      `\`${p.owner}\` takes ${p.accepted === 0 ? 'no arguments' : p.accepted === 1 ? 'one argument' : `at most ${p.accepted} arguments`} by position, got ${p.actual}`,
    explanation: `
Arguments by position fill the parameters in their order. Tensors come before them: \`conv(x, 32, 3)\` is \`x -> conv(32, 3)\`.
`,
  }),
  'argument-given-twice': code<{ readonly owner: string; readonly name: string }>({
    code: 'WEFT314',
    severity: 'error',
    message: (p) => `\`${p.name}\` of \`${p.owner}\` is given twice`,
    help: () => 'it is given by position and by name, or named twice: keep one',
    explanation: `
An argument by position fills the parameter at that position; naming the same parameter again would leave two values for it.
`,
  }),
  'missing-argument': code<{ readonly owner: string; readonly name: string }>({
    code: 'WEFT315',
    severity: 'error',
    message: (p) => `\`${p.owner}\` needs \`${p.name}\``,
    help: (p) => `give it: \`${p.owner}(${p.name} = …)\``,
    explanation: `
A parameter without a default must be given. A block may be named first and configured later (\`unit(32)\` where \`unit\` is a parameter);
what is still missing when a tensor is sent into it is reported here.
`,
  }),
  'cannot-configure': code<{ readonly actual: string }>({
    code: 'WEFT316',
    severity: 'error',
    message: (p) => `${p.actual} takes no more arguments`,
    help: () => 'configure its parts where they are written',
    explanation: `
A composition (\`conv(8, 3) -> relu\`) and a shared block are complete: they can only be applied.
`,
  }),
  'wrong-input-count': code<{
    readonly name: string
    readonly expected: number
    /** Whether it takes more as well. */
    readonly open: boolean
    readonly actual: number
  }>({
    code: 'WEFT317',
    severity: 'error',
    message: (p) => {
      const count = p.expected === 0 ? 'no tensor' : p.expected === 1 ? 'one tensor' : `${p.expected} tensors`
      return `\`${p.name}\` takes ${count}${p.open ? ' or more' : ''}, got ${p.actual}`
    },
    help: (p) =>
      p.expected === 0
        ? `it has no \`in\`: a call makes its tensor, \`${p.name}(…)\`; to send one into it, give it \`in x\``
        : p.expected > 1
          ? `give them all in one place: \`[${lettersFor(p.expected)}] -> ${p.name}\` or \`${p.name}(${lettersFor(p.expected)})\``
          : undefined,
    explanation: `
A block takes as many tensors as its \`in\` names, any number where the last of them is a list, \`in ...xs\`, and none without an \`in\`. Several are sent as a list or given as arguments: \`[x, gate] -> Gate(32)\` or
\`Gate(x, gate, 32)\`.
`,
  }),
  'block-body-not-a-block': code<{ readonly name: string; readonly actual: string }>({
    code: 'WEFT318',
    severity: 'error',
    message: (p) => `the body of \`${p.name}\` must be a block, it is ${p.actual}`,
    help: (p) =>
      p.actual === 'tensor'
        ? `what takes no tensor has a body without \`in\`: \`block ${p.name}(…) { out parameter(…) }\`; a body that names its input is \`{ in x … out … }\``
        : 'write `block B(c: int) = conv(c, 3) -> relu`, or a body `{ in x … out … }`',
    explanation: `
\`block B(…) = expr\` names a block made of other blocks. A body that handles tensors itself is written with \`{ in x … out … }\`.
`,
  }),
  'share-needs-block': code<{ readonly actual: string }>({
    code: 'WEFT319',
    severity: 'error',
    message: (p) => `\`share let\` shares the weights of a block, this is ${p.actual}`,
    help: () => 'write `share let tower = Tower(64)` and apply it several times',
    explanation: `
Each application of a block owns fresh weights; \`share let\` states the exception. What is shared is the block, before it is applied.
`,
  }),
  'shared-weights-differ': code<{
    readonly parameter: string
    readonly before: string
    readonly now: string
  }>({
    code: 'WEFT320',
    severity: 'error',
    message: (p) =>
      `the shared block needs \`${p.parameter}\` of ${p.now} here, its first application made it ${p.before}`,
    help: () => 'apply a shared block to tensors with the same channels',
    explanation: `
The first application of a shared block makes its weights, the others use them: their input channels must agree.
`,
  }),
  'variant-needs-network': code<{ readonly name: string; readonly actual: string }>({
    code: 'WEFT321',
    severity: 'error',
    message: (p) => `\`network ${p.name} = …\` must name a network with arguments, this is ${p.actual}`,
    help: (p) =>
      `name a network of the file or an imported one, with new defaults: \`network ${p.name} = NETWORK(NAME = VALUE)\``,
    explanation: `
A variant is another network with new defaults; every parameter of that network can still be set from outside.
`,
  }),
  'wrong-input-shape': code<{ readonly name: string; readonly value: string }>({
    code: 'WEFT322',
    severity: 'error',
    message: (p) => `input \`${p.name}\` needs positive extents, channels first; this is ${p.value}`,
    help: () =>
      'write the channels, then the extents: `input image: [1, 64, 64]`; a symbolic extent is `dim("D", multiple = 32)`',
    explanation: `
An input's shape lists the channels and the spatial extents, without the batch, each a positive int or a symbolic extent.
`,
  }),
  'network-input-shape': code<{ readonly name: string; readonly expected: string; readonly actual: string }>({
    code: 'WEFT323',
    severity: 'error',
    message: (p) => `input \`${p.name}\` is declared ${p.expected}, the tensor sent is ${p.actual}`,
    help: () => 'give the inner network the arguments that make its input this shape',
    explanation: `
A network can be used as a block inside another one; the tensors sent into it must have exactly the shapes that its inputs declare.
`,
  }),
  'not-plain-data': code<{ readonly operator: string; readonly argument: string; readonly actual: string }>({
    code: 'WEFT324',
    severity: 'error',
    message: (p) => `\`${p.argument}\` of \`${p.operator}\` must be data, this is ${p.actual}`,
    help: (p) => (p.actual === 'tensor' ? 'tensors come before the other arguments' : undefined),
    explanation: `
An operator's arguments are numbers, words and lists of them; its tensors come first or through \`->\`.
`,
  }),
  'symbol-differs': code<{ readonly before: DeclaredExtent; readonly now: DeclaredExtent }>({
    code: 'WEFT326',
    severity: 'error',
    message: ({ now, before }) =>
      now.multiple === before.multiple
        ? `the extent \`${now.name}\` is at least ${leastOf(now)} here and at least ${leastOf(before)} elsewhere`
        : `the extent \`${now.name}\` is a multiple of ${now.multiple} here and of ${before.multiple} elsewhere`,
    help: ({ now }) => `declare it alike, or give it another name if \`${now.name}\` is not the same extent`,
    explanation: `
\`dim("D", multiple = 32)\` names an extent that stays open. The name stands for one number, so all uses of it agree on what is known of it.

\`\`\`weft
input a: [1, dim("D", multiple = 2)]
input b: [1, dim("D", multiple = 4)]     // WEFT326
\`\`\`
`,
  }),
  'block-for-tensor': code<{
    readonly operator: string
    readonly block: string
    /** The block's name, where its body takes no tensor; whether it is called then. */
    readonly inputless: { readonly name: string; readonly isExpression: boolean } | undefined
    /** Whether no tensor is given beside it. */
    readonly alone: boolean
  }>({
    code: 'WEFT328',
    severity: 'error',
    message: (p) => `\`${p.operator}\` takes tensors; \`${p.block}\` is a block that nothing was sent into`,
    help: (p) =>
      p.inputless === undefined
        ? `send a tensor into it, \`x -> ${p.block}\`${p.alone ? `, or chain the two, \`${p.block} -> ${p.operator}\`` : ''}`
        : p.inputless.isExpression
          ? `\`${p.inputless.name}\` takes no tensor: give it a body without \`in\`, \`block ${p.inputless.name}(…) { out parameter(…) }\``
          : `\`${p.inputless.name}\` takes no tensor: call it, \`${p.inputless.name}(…)\``,
    explanation: `
A block becomes a tensor when one is sent into it: \`conv(8, 3)\` is a block, \`x -> conv(8, 3)\` and \`conv(x, 8, 3)\` are tensors. An operator that
combines tensors cannot combine blocks.

What takes no tensor, such as a learned table, is a block with a body without \`in\`: its call is a tensor.

\`\`\`weft
block Pos(c: int) = parameter([c, 1, 1])
let y = add(x, Pos(8))                     // WEFT328
block Table(c: int) { out parameter([c, 1, 1]) }
let y = add(x, Table(8))
\`\`\`
`,
  }),
  'unknown-step': code<{
    readonly actual: string
    readonly step: string
    readonly landmark: 'level' | 'node' | undefined
    readonly name: string | undefined
    readonly applies: boolean
  }>({
    code: 'WEFT327',
    severity: 'error',
    message: (p) => `${p.actual} has no part \`${p.step}\``,
    help: stepHelp,
    explanation: `
A dot stands in the paths of levels and nodes, as reports write them: \`encoder.level[1]\` is \`encoder[1]\`, \`lattice.node[2, 3]\` is
\`lattice[2, 3]\`. Nothing else has parts that are read by name. What lies deeper in a path, such as \`lattice.node[2, 3].fuse\`, belongs to
its node alone: a node's tensor is what its fuse gives. Functions and operators are no parts of what they are used on.

\`\`\`weft
let c = x.shape[0]           // WEFT327
let c = channels(x)          // or shape(x)[0]
let y = x.conv(8, 3)         // WEFT327
let y = x -> conv(8, 3)
\`\`\`
`,
  }),
  'wrong-item-count': code<{ readonly names: number; readonly items: number }>({
    code: 'WEFT329',
    severity: 'error',
    message: (p) => {
      const items = p.items === 1 ? 'one item' : `${p.items} items`
      return `${p.names === 1 ? 'one name stands' : `${p.names} names stand`} for a list of ${items}`
    },
    help: (p) =>
      p.items > p.names
        ? 'name every item, `_` those that nothing reads; or name the list, `let all = …`, and read `all[0]`'
        : 'name as many as there are, or name the list, `let all = …`, and read `all[0]`',
    explanation: `
\`let [a, b] = …\` gives names to the items of a list, all of them: \`let [q, k, v] = x -> linear(3 * c) -> split(parts = 3, axis = -1)\`. The
name \`_\` may stand for any item that nothing reads.
`,
  }),
} as const
