// The operator reference as Markdown, from what the operators declare of themselves.
import type { AttributeSpec } from '../src/compiler/ops/attrs.ts'
import { composites } from '../src/compiler/ops/composites.ts'
import { defaultText, inputsText, signature, type Documented } from '../src/compiler/ops/documented.ts'
import { primitives } from '../src/compiler/ops/registry.ts'

const introduction = `# Operators

Generated from the operators' declarations by \`tools/generate-operators.ts\`.

Shapes leave the batch out, channels first: \`[C, D, H, W]\`, \`[C, H, W]\`, \`[C, W]\`, or \`[L, C]\` for tokens. Conventions are
PyTorch's, so that official weights give the official output; parameters have PyTorch's layouts.

- **int per axis**: one int for all spatial axes, or a list with one entry per spatial axis.
- **axis**: \`channel\`, \`depth\`, \`height\`, \`width\`, or an index into the shape without the batch (0 is the channel axis, negatives count
  from the end). \`width\` is the last spatial axis, \`height\` the one before, \`depth\` the one before that.
- **extent**: an int, or an expression in free sizes such as \`D / 2\`.
- Words such as \`half\` or \`linear\` are written bare, and mean the word even where a variable has that name; a string means the same.
- **Initialisers** give weights; the bias begins at zero, with \`torch\` as in PyTorch. \`torch\` is uniform within 1/√fan_in, the default of
  PyTorch's layers; \`he(slope)\` normal with standard deviation √(2 / (1 + slope²) / fan_in); \`xavier(gain)\` uniform within
  gain · √(6 / (fan_in + fan_out)); \`trunc_normal(std)\` normal, cut at ±2 as PyTorch does; \`uniform(bound)\` within ±bound.
- **Cost** counts multiply-accumulates of convolutions (output positions × weights), transposed convolutions (input positions × weights),
  linear layers and matrix products. Everything else counts 0.`

/** The whole page. */
export function operatorsPage(): string {
  return [
    introduction,
    '## Primitives\n\nEach is one node of the graph, and known to every backend.',
    ...Object.values(primitives).map((op) => section(op)),
    '## Composites\n\nExpanded into primitives when the graph is built. More of them are blocks of the standard library.',
    ...Object.values(composites).map((op) => section(op)),
  ].join('\n\n')
}

function section(op: Documented): string {
  const table = Object.entries(op.attributes).map(([name, spec]) => row(name, spec))
  const head = '| argument | type | default | |\n| --- | --- | --- | --- |'
  return [
    `### ${op.name}`,
    `\`${signature(op)}\` takes ${inputsText(op.arity)}.`,
    op.doc,
    ...(table.length === 0 ? [] : [[head, ...table].join('\n')]),
  ].join('\n\n')
}

function row(name: string, spec: AttributeSpec<unknown>): string {
  const value = defaultText(spec)
  const cells = [`\`${name}\``, spec.type, value === undefined ? 'required' : `\`${value}\``, spec.doc]
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}
