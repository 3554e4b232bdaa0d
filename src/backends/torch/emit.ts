// The PyTorch backend's entry: a graph as a Python package that needs nothing but torch.
import type { Sources } from '../../compiler/analysis/charge.ts'
import { diagnose, problem, type Diagnostic } from '../../compiler/diagnostics/diagnostic.ts'
import { unsettledExtent } from '../../compiler/input-extents.ts'
import type { Graph } from '../../compiler/ir/graph.ts'
import { formatDim } from '../../compiler/ir/tensor.ts'
import { formatPlain } from '../../compiler/ops/words.ts'
import type { Weights } from '../../weights/weights.ts'
import type { EmittedFile } from '../backend.ts'
import { classesOf } from './classes.ts'
import type { ModuleClass } from './model.ts'
import { SharedOverSizes } from './steps.ts'
import { helperNames, helpers, type HelperName } from './helpers.ts'
import { sparsityText } from './sparsity.ts'
import { namesText, type OfficialNames } from './state-names.ts'
import { Tables } from './tables.ts'
import { loaderText, weightsFile } from './weights.ts'
import { docstring } from './docstring.ts'
import { classText, type Supervised } from './write.ts'

export interface TorchOptions {
  /** Says which version of Weft wrote the package. */
  readonly version: string
  /** Keys of state dicts by the path of their parameter; paths where none are given. */
  readonly names?: OfficialNames | undefined
  /** Trained weights that go along; without them the package begins as the spec says. */
  readonly weights?: Weights | undefined
}

export type TorchEmission =
  | { readonly kind: 'emitted'; readonly files: readonly EmittedFile[] }
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[] }

/** The files of the package. Free extents, and weights that are shared by computations of other extents, are refused. */
export function emitTorch(graph: Graph, sources: Sources, options: TorchOptions): TorchEmission {
  const free = unsettledExtent(graph)
  if (free !== undefined) return { kind: 'refused', diagnostics: [free] }
  const tables = new Tables()
  try {
    const classes = classesOf(graph, tables, helperNames)
    return { kind: 'emitted', files: packageFiles(graph, classes, tables, options) }
  } catch (error) {
    if (!(error instanceof SharedOverSizes)) throw error
    const span = graph.outputs[0]?.span ?? { file: sources.entry, start: 0, end: 0 }
    return {
      kind: 'refused',
      diagnostics: [diagnose(problem('torch-shared-sizes', { path: error.path }), span)],
    }
  }
}

function packageFiles(
  graph: Graph,
  classes: readonly ModuleClass[],
  tables: Tables,
  options: TorchOptions,
): readonly EmittedFile[] {
  const { names, weights } = options
  const sparsity = sparsityText(graph)
  const numbers = tables.text()
  const used = helpersOf(classes, numbers !== undefined)
  return [
    file(
      '__init__.py',
      packageText(graph, { isSparse: sparsity !== undefined, hasWeights: weights !== undefined }),
    ),
    file('network.py', networkText(graph, classes, used, options)),
    file('names.py', namesText(graph, names)),
    file('layers.py', layersText(used)),
    ...(sparsity === undefined ? [] : [file('sparsity.py', sparsity)]),
    ...(numbers === undefined ? [] : [file('tables.json', numbers)]),
    ...(weights === undefined ? [] : [file('weights.py', loaderText), weightsFile(graph, weights, names)]),
  ]
}

function file(name: string, text: string): EmittedFile {
  const bytes = new TextEncoder().encode(text)
  return { name, byteCount: bytes.length, chunks: () => [bytes] }
}

interface Contents {
  readonly isSparse: boolean
  readonly hasWeights: boolean
}

function packageText({ network }: Graph, { isSparse, hasWeights }: Contents): string {
  const names = [network, ...(isSparse ? ['Topology'] : []), ...(hasWeights ? ['trained'] : [])]
  const about = hasWeights
    ? `${network}, a network for torch; \`trained()\` has its weights.`
    : `${network}, a network for torch.`
  return [
    ...docstring([about], 0),
    '',
    `from .network import ${network}`,
    ...(isSparse ? ['from .sparsity import Topology'] : []),
    ...(hasWeights ? ['from .weights import load'] : []),
    '',
    `__all__ = [${names.map((name) => `"${name}"`).join(', ')}]`,
    ...(hasWeights ? trainedLines(network) : []),
    '',
  ].join('\n')
}

const trainedLines = (network: string): string[] => [
  '',
  '',
  `def trained(**arguments) -> ${network}:`,
  '    """The network with the weights that came with it, in evaluation mode."""',
  `    network = ${network}(**arguments)`,
  '    network.load_state_dict(load())',
  '    return network.eval()',
]

// ---------------------------------------------------------------- the network

function networkText(
  graph: Graph,
  classes: readonly ModuleClass[],
  used: readonly HelperName[],
  { version }: TorchOptions,
): string {
  const supervised = supervisionOf(graph)
  const own = classes.at(-1)
  const texts = classes.map((cls) =>
    classText(cls, docOf(cls, graph, cls === own), cls === own ? { supervised } : undefined),
  )
  const all = texts.join('\n\n\n')
  const imported = helperNames.filter((name) => used.includes(name) && new RegExp(`\\b${name}[(,]`).test(all))
  const imports = [
    ...(/\btorch\./.test(all) ? ['import torch'] : []),
    ...(/\bF\./.test(all) ? ['import torch.nn.functional as F'] : []),
    'from torch import Tensor, nn',
    '',
    ...(imported.length === 0 ? [] : [importLine(imported)]),
    'from .names import use_names',
  ]
  const head = docstring([`${graph.network}, written by Weft ${version}.`], 0)
  return `${[...head, '', ...imports].join('\n')}\n\n\n${all}\n`
}

function importLine(names: readonly string[]): string {
  const sorted = [...names].sort((a, b) => (a < b ? -1 : 1))
  const line = `from .layers import ${sorted.join(', ')}`
  return line.length <= 88 ? line : `from .layers import (\n${sorted.map((one) => `    ${one},\n`).join('')})`
}

function docOf({ doc, draft }: ModuleClass, graph: Graph, isNetwork: boolean): readonly string[] {
  const own = doc === undefined ? [] : [doc]
  if (!isNetwork) return own
  const given = graph.arguments.map(({ name, value }) => `${name} = ${formatPlain(value)}`)
  const shapes = draft.inputs.map((id, k) => {
    const extents = (graph.nodes[id]?.type.shape ?? []).map(formatDim).join(', ')
    return `${draft.inputNames[k] ?? 'x'} is [N, ${extents}]`
  })
  return [
    ...own,
    ...(given.length === 0 ? [] : [`Elaborated with ${given.join(', ')}.`]),
    `Here ${shapes.join(', ')}.`,
  ]
}

/** Outputs in training and without; undefined where both are the same. */
function supervisionOf({ outputs }: Graph): Supervised | undefined {
  const primary = outputs.filter(({ aux }) => !aux)
  return primary.length === outputs.length
    ? undefined
    : { primary: primary.map(({ node }) => node), all: outputs.map(({ node }) => node) }
}

// ---------------------------------------------------------------- what torch lacks

function helpersOf(classes: readonly ModuleClass[], hasTables: boolean): readonly HelperName[] {
  const used = new Set<HelperName>(['Group', 'Supervision', ...(hasTables ? (['table'] as const) : [])])
  for (const { draft } of classes)
    for (const step of draft.steps) for (const one of step.helpers) used.add(one)
  return helperNames.filter((name) => used.has(name))
}

function layersText(names: readonly HelperName[]): string {
  const texts = names.map((name) => helpers[name].text).join('\n\n\n')
  const typing = ['Callable', 'Sequence'].filter((name) => new RegExp(`\\b${name}\\b`).test(texts))
  const standard = [
    ...(/\bjson\./.test(texts) ? ['import json'] : []),
    ...(typing.length === 0 ? [] : [`from collections.abc import ${typing.join(', ')}`]),
    ...(/@cache\b/.test(texts) ? ['from functools import cache'] : []),
    ...(/\bPath\(/.test(texts) ? ['from pathlib import Path'] : []),
  ]
  const imports = [
    ...(standard.length === 0 ? [] : [...standard, '']),
    ...(/\btorch\./.test(texts) ? ['import torch'] : []),
    ...(/\bF\./.test(texts) ? ['import torch.nn.functional as F'] : []),
    `from torch import ${/\bTensor\b/.test(texts) ? 'Tensor, ' : ''}nn`,
  ]
  return `"""What torch lacks."""\n\n${imports.join('\n')}\n\n\n${texts}\n`
}
