// Diagnostics of the arguments and operands of operators: 350-399.
import { code, didYouMean } from '../define.ts'
import { foreignArgument, foreignWord } from './foreign-words.ts'

export const attributeCodes = {
  'unknown-attribute': code<{
    operator: string
    name: string
    known: readonly string[]
    suggestion: string | undefined
  }>({
    code: 'WEFT350',
    severity: 'error',
    message: ({ operator, name }) => `\`${operator}\` takes no argument \`${name}\``,
    help: ({ operator, name, known, suggestion }) =>
      foreignArgument(name, known) ??
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
    help: ({ type, value }) =>
      /\bint\b/.test(type) && /^-?\d+\.\d+$/.test(value)
        ? 'use `a div b`, `floor(…)` or `round(…)` for a whole number'
        : undefined,
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
input image: [1, 96, 96, 96]
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
    help: ({ word, known, suggestion }) =>
      foreignWord(word, known) ?? didYouMean(suggestion) ?? `it knows ${known.join(', ')}`,
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
input slice: [1, 96, 96]
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
input image: [1, 96, 96, 96]
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
    help: operandHelp,
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
  'init-shape': code<{ operator: string; attribute: string; given: string; needed: string }>({
    code: 'WEFT365',
    severity: 'error',
    message: ({ operator, attribute, given, needed }) =>
      `\`${attribute}\` of \`${operator}\` has a table of ${given}, for a parameter of ${needed}`,
    help: () => 'give as many numbers as the parameter has, in its shape, or one number for all',
    explanation: `
\`constant(…)\` begins a parameter with one number, or with a table of the parameter's own shape: one number for each channel of a bias or of a
norm, lists within lists for a \`parameter\`.

\`\`\`weft
conv(3, 1, bias_init = constant([0, 1]))         // WEFT365
conv(3, 1, bias_init = constant([0, 1, 2]))
\`\`\`
`,
  }),
  'init-of-nothing': code<{ operator: string; attribute: string; switch: string }>({
    code: 'WEFT366',
    severity: 'error',
    message: ({ operator, attribute, switch: off }) =>
      `\`${attribute}\` of \`${operator}\` says how a parameter begins that \`${off} = false\` leaves out`,
    help: ({ attribute, switch: off }) => `leave out \`${attribute}\`, or \`${off} = false\``,
    explanation: `
\`bias = false\` leaves out the bias of a layer, \`affine = false\` scale and shift of a norm: there is nothing left that could begin as
\`init\` or \`bias_init\` say.
`,
  }),
} as const

const axisWords = (rank: number): readonly string[] => [
  'channel',
  ...['depth', 'height', 'width'].slice(Math.max(0, 4 - rank)),
]

function operandHelp(p: { operator: string; given: number; min: number; max: number }): string | undefined {
  if (p.min === 2 && p.given === 1)
    return `give both in one place: \`${p.operator}(a, b)\` or \`[a, b] -> ${p.operator}\``
  if (p.given <= 2) return undefined
  if (p.operator === 'add') return 'of more than two, write `[a, b, c] -> sum`'
  return p.operator === 'mul' ? 'of more than two, write `mul(mul(a, b), c)`' : undefined
}

function countOf(min: number, max: number): string {
  const tensors = (count: number): string => `${count === 0 ? 'no' : count} tensor${count === 1 ? '' : 's'}`
  if (min === max) return tensors(min)
  return max === Infinity ? `at least ${tensors(min)}` : `${min} to ${tensors(max)}`
}
