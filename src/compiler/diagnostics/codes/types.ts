// Diagnostics of types, calls and attributes (3xx).
import { code, didYouMean } from '../define.ts'

export const typeCodes = {
  // 300-349: values, calls and blocks.
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
    help: (p) =>
      p.left === 'tensor' || p.right === 'tensor'
        ? 'tensors are combined by operators: `add(a, b)`, `mul(a, b)`'
        : undefined,
    explanation: `
Arithmetic is for numbers and extents, \`+\` also joins two lists or two strings. Tensors are combined by operators: \`add(a, b)\`, \`mul(a, b)\`.
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
    readonly divisor: number
    readonly symbol: string
    readonly multiple: number
  }>({
    code: 'WEFT325',
    severity: 'error',
    message: (p) => `${p.extent} is not known to divide by ${p.divisor}`,
    help: (p) => `declare the extent as \`dim("${p.symbol}", multiple = ${p.multiple})\``,
    explanation: `
A symbolic extent is known to be a multiple of what its declaration says, and of nothing more. Quotients and remainders of it are exact only
where the divisor divides that multiple:

\`\`\`weft
let d = dim("D", multiple = 16)
let rest = d % 32                  // WEFT325: D may be 16 or 32; declare multiple = 32
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
  'not-a-block': code<{ readonly actual: string }>({
    code: 'WEFT310',
    severity: 'error',
    message: (p) => `\`->\` sends into a block, this is ${p.actual}`,
    help: (p) =>
      p.actual === 'tensor'
        ? 'the block was applied already: write `x -> conv(32, 3)`, not `x -> conv(x, 32, 3)`'
        : undefined,
    explanation: `
\`x -> f\` sends a tensor into a block; \`f -> g\` makes one block of two. The right side must be a block: an operator or block with its
arguments, but without its tensors.
`,
  }),
  'not-a-tensor': code<{ readonly actual: string }>({
    code: 'WEFT311',
    severity: 'error',
    message: (p) => `\`->\` sends a tensor, a list of tensors or a block; this is ${p.actual}`,
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
  'wrong-input-count': code<{ readonly name: string; readonly expected: number; readonly actual: number }>({
    code: 'WEFT317',
    severity: 'error',
    message: (p) =>
      `\`${p.name}\` takes ${p.expected === 1 ? 'one tensor' : `${p.expected} tensors`}, got ${p.actual}`,
    help: (p) => (p.expected > 1 ? `send a list: \`[a, b] -> ${p.name}\`` : undefined),
    explanation: `
A block takes as many tensors as its \`in\` names. Several are sent as a list or given as arguments: \`[x, gate] -> Gate(32)\` or
\`Gate(x, gate, 32)\`.
`,
  }),
  'block-body-not-a-block': code<{ readonly name: string; readonly actual: string }>({
    code: 'WEFT318',
    severity: 'error',
    message: (p) => `the body of \`${p.name}\` must be a block, it is ${p.actual}`,
    help: () => 'write `block B(c: int) = conv(c, 3) -> relu`, or a body `{ in x … out … }`',
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
    help: () => 'write `network Small = UNet(base = 16)`',
    explanation: `
A variant is another network with new defaults; every parameter of that network can still be set from outside.
`,
  }),
  'wrong-input-shape': code<{ readonly name: string; readonly value: string }>({
    code: 'WEFT322',
    severity: 'error',
    message: (p) => `input \`${p.name}\` needs positive extents, channels first; this is ${p.value}`,
    help: () =>
      'write `input image: [in_channels, ...patch]`; a symbolic extent is `dim("D", multiple = 32)`',
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
  'symbol-differs': code<{ readonly name: string; readonly before: number; readonly now: number }>({
    code: 'WEFT326',
    severity: 'error',
    message: (p) => `the extent \`${p.name}\` is a multiple of ${p.now} here and of ${p.before} elsewhere`,
    help: (p) => `give it one multiple, or another name if \`${p.name}\` is not the same extent`,
    explanation: `
\`dim("D", multiple = 32)\` names an extent that stays open. The name stands for one number, so all uses of it agree on what is known of it.

\`\`\`weft
input a: [1, dim("D", multiple = 2)]
input b: [1, dim("D", multiple = 4)]     // WEFT326
\`\`\`
`,
  }),
  // 350-399: attributes of operators.
  'unknown-attribute': code<{
    operator: string
    name: string
    known: readonly string[]
    suggestion: string | undefined
  }>({
    code: 'WEFT350',
    severity: 'error',
    message: ({ operator, name }) => `\`${operator}\` takes no argument \`${name}\``,
    help: ({ operator, known, suggestion }) =>
      didYouMean(suggestion) ??
      (known.length === 0
        ? `\`${operator}\` takes no arguments`
        : `\`${operator}\` takes ${known.join(', ')}`),
    explanation: `An operator takes only the arguments that its page in the operator reference names.
A misspelt one would otherwise be ignored, and the network would quietly be another one.

\`\`\`weft
conv(32, 3, strides = 2)     // WEFT350: the argument is called stride
conv(32, 3, stride = 2)
\`\`\``,
  }),
  'missing-attribute': code<{ operator: string; name: string; type: string }>({
    code: 'WEFT351',
    severity: 'error',
    message: ({ operator, name, type }) => `\`${operator}\` needs \`${name}\` (${type})`,
    help: ({ operator, name }) => `write \`${operator}(${name} = …)\``,
    explanation: `An argument without a default has to be given: there is no value that would be right for most networks.

\`\`\`weft
conv(kernel = 3)             // WEFT351: how many channels?
conv(32, kernel = 3)
\`\`\``,
  }),
  'attribute-given-twice': code<{ operator: string; name: string }>({
    code: 'WEFT352',
    severity: 'error',
    message: ({ operator, name }) => `\`${name}\` of \`${operator}\` is given twice, by position and by name`,
    help: () => 'keep one of the two',
    explanation: `Arguments by position fill the declared arguments in order; naming one of those again leaves two values.

\`\`\`weft
conv(32, 3, kernel = 5)      // WEFT352: 3 is the kernel already
conv(32, kernel = 5)
\`\`\``,
  }),
  'too-many-attributes': code<{ operator: string; given: number; known: readonly string[] }>({
    code: 'WEFT353',
    severity: 'error',
    message: ({ operator, given, known }) =>
      `\`${operator}\` takes ${known.length} argument${known.length === 1 ? '' : 's'}, not ${given}`,
    help: ({ operator, known }) =>
      known.length === 0 ? `\`${operator}\` takes no arguments` : `in order: ${known.join(', ')}`,
    explanation: `More arguments by position than the operator declares. Tensors come first in a call; everything after them
fills the operator's arguments in order.

\`\`\`weft
x -> leaky_relu(0.01, 1)     // WEFT353: only the slope
x -> leaky_relu(0.01)
\`\`\``,
  }),
  'attribute-type': code<{ operator: string; attribute: string; type: string; value: string }>({
    code: 'WEFT354',
    severity: 'error',
    message: ({ operator, attribute, type, value }) =>
      `\`${attribute}\` of \`${operator}\` must be ${type}, not ${value}`,
    explanation: `Each argument of an operator has a type, named in the operator reference. A value is never converted:
\`1.5\` does not become an int, nor \`0\` a bool.

\`\`\`weft
conv(32, kernel = "3")       // WEFT354
conv(32, kernel = 3)
\`\`\``,
  }),
  'attribute-range': code<{ operator: string; attribute: string; value: string; bound: string }>({
    code: 'WEFT355',
    severity: 'error',
    message: ({ operator, attribute, value, bound }) =>
      `\`${attribute}\` of \`${operator}\` must be ${bound}, not ${value}`,
    explanation: `The value has the right type but is out of the range that gives the operator a meaning:
a stride of 0 never moves, a dropout rate of 2 drops more than there is.

\`\`\`weft
conv(32, 3, stride = 0)      // WEFT355: must be at least 1
conv(32, 3, stride = 1)
\`\`\``,
  }),
  'attribute-entries': code<{ operator: string; attribute: string; entries: number; axes: number }>({
    code: 'WEFT356',
    severity: 'error',
    message: ({ attribute, entries, axes }) =>
      `\`${attribute}\` has ${entries} ${entries === 1 ? 'entry' : 'entries'}, the tensor has ${axes} spatial ${axes === 1 ? 'axis' : 'axes'}`,
    help: ({ attribute, axes }) =>
      `give \`${attribute}\` one int for all axes, or a list of ${axes} ${axes === 1 ? 'entry' : 'entries'}`,
    explanation: `An argument per axis is one int, meant for every spatial axis, or a list with exactly one entry per spatial axis
of the tensor it is applied to, in the order of its axes (depth, height, width).

\`\`\`weft
input image: tensor[1, 96, 96, 96]
image -> conv(32, kernel = [3, 3])       // WEFT356: three spatial axes
image -> conv(32, kernel = [1, 3, 3])
image -> conv(32, kernel = 3)            // the same as [3, 3, 3]
\`\`\``,
  }),
  'unknown-word': code<{
    operator: string
    attribute: string
    word: string
    known: readonly string[]
    suggestion: string | undefined
  }>({
    code: 'WEFT357',
    severity: 'error',
    message: ({ operator, attribute, word }) => `\`${attribute}\` of \`${operator}\` cannot be \`${word}\``,
    help: ({ known, suggestion }) => didYouMean(suggestion) ?? `it knows ${known.join(', ')}`,
    explanation: `Some arguments are chosen from a fixed set of words.

\`\`\`weft
resize(scale = 2, mode = trilinear)      // WEFT357: nearest or linear, whatever the number of axes
resize(scale = 2, mode = linear)
\`\`\``,
  }),
  'word-arguments': code<{
    operator: string
    attribute: string
    word: string
    takes: readonly string[]
    problem: string
  }>({
    code: 'WEFT358',
    severity: 'error',
    message: ({ attribute, word, problem }) => `\`${word}\` in \`${attribute}\` ${problem}`,
    help: ({ word, takes }) =>
      takes.length === 0
        ? `write \`${word}\` alone`
        : `write \`${word}(${takes.map((one) => `${one} = …`).join(', ')})\``,
    explanation: `A word such as \`he\` or \`normal\` may take numbers of its own, as the operator reference lists.

\`\`\`weft
conv(32, 3, init = normal)               // WEFT358: of which standard deviation?
conv(32, 3, init = normal(std = 0.02))
\`\`\``,
  }),
  'axis-word': code<{ operator: string; attribute: string; word: string; rank: number }>({
    code: 'WEFT359',
    severity: 'error',
    message: ({ operator, attribute, word, rank }) =>
      `\`${attribute} = ${word}\` of \`${operator}\` names no axis of a tensor with ${Math.max(0, rank - 1)} spatial ${rank === 2 ? 'axis' : 'axes'}`,
    help: ({ rank }) => `its axes are ${axisWords(rank).join(', ')}, or ints from 0 (channel) to ${rank - 1}`,
    explanation: `\`channel\` is the first axis. The last spatial axis is \`width\`, the one before it \`height\`, the one before that
\`depth\`: an image of two dimensions has no depth.

\`\`\`weft
input slice: tensor[1, 96, 96]
slice -> shift(axis = depth, offsets = [-1, 0, 1])      // WEFT359
slice -> shift(axis = height, offsets = [-1, 0, 1])
\`\`\``,
  }),
  'axis-index': code<{ operator: string; attribute: string; index: number; rank: number }>({
    code: 'WEFT360',
    severity: 'error',
    message: ({ operator, attribute, index, rank }) =>
      `axis ${index} in \`${attribute}\` of \`${operator}\` does not exist: the tensor has ${rank} ${rank === 1 ? 'axis' : 'axes'} without the batch`,
    help: ({ rank }) =>
      rank === 0 ? undefined : `axes go from 0 to ${rank - 1}, or from -${rank} to -1 counted from the end`,
    explanation: `An axis as an int counts the axes of the shape without its batch: 0 is the channel axis; negatives count from the end.

\`\`\`weft
input image: tensor[1, 96, 96, 96]
image -> softmax(axis = 4)               // WEFT360: axes are 0, 1, 2, 3
image -> softmax(axis = -1)
\`\`\``,
  }),
  'attribute-choice': code<{ operator: string; names: readonly string[]; given: readonly string[] }>({
    code: 'WEFT361',
    severity: 'error',
    message: ({ operator, names, given }) =>
      `\`${operator}\` needs exactly one of ${names.map((one) => `\`${one}\``).join(' and ')}: ${given.length === 0 ? 'neither is given' : 'both are given'}`,
    explanation: `The arguments are two ways to say the same thing, so exactly one of them is given.

\`\`\`weft
resize(size = [64, 64], scale = 2)       // WEFT361
resize(scale = 2)
\`\`\``,
  }),
  'operand-count': code<{ operator: string; given: number; min: number; max: number }>({
    code: 'WEFT362',
    severity: 'error',
    message: ({ operator, given, min, max }) => `\`${operator}\` takes ${countOf(min, max)}, not ${given}`,
    explanation: `Every operator takes a fixed number of tensors, or any number from one on (\`concat\`, \`sum\`).

\`\`\`weft
add(a, b, c)                 // WEFT362: add takes two
sum(a, b, c)
\`\`\``,
  }),
  'repeated-axis': code<{ operator: string; attribute: string; axis: number }>({
    code: 'WEFT363',
    severity: 'error',
    message: ({ operator, attribute, axis }) =>
      `\`${attribute}\` of \`${operator}\` names axis ${axis} twice`,
    help: ({ attribute }) => `name each axis once in \`${attribute}\``,
    explanation: `A list of axes names each axis at most once.

\`\`\`weft
x -> mean(axes = [1, -3])    // WEFT363 on a tensor with four axes: both are axis 1
x -> mean(axes = [1, 2])
\`\`\``,
  }),
  'too-few-entries': code<{ operator: string; attribute: string; least: number }>({
    code: 'WEFT364',
    severity: 'error',
    message: ({ operator, attribute, least }) =>
      `\`${attribute}\` of \`${operator}\` needs at least ${least} ${least === 1 ? 'entry' : 'entries'}`,
    explanation: `The list is too short to mean anything: a shift without offsets, a shape without extents.

\`\`\`weft
x -> shift(axis = depth, offsets = [])   // WEFT364
x -> shift(axis = depth, offsets = [-1, 0, 1])
\`\`\``,
  }),
} as const

const axisWords = (rank: number): readonly string[] => [
  'channel',
  ...['depth', 'height', 'width'].slice(Math.max(0, 4 - rank)),
]

function countOf(min: number, max: number): string {
  const tensors = (count: number): string => `${count === 0 ? 'no' : count} tensor${count === 1 ? '' : 's'}`
  if (min === max) return tensors(min)
  return max === Infinity ? `at least ${tensors(min)}` : `${min} to ${tensors(max)}`
}
