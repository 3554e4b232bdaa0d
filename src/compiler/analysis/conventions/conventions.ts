// The conventions by which papers and tools count: each a linear form on the terms of an operator, with the tool that prints that
// number. Coefficients were measured by running each tool on single layers (test/analysis/conventions/tools.json), in evaluation mode.
import { problem, type Problem } from '../../diagnostics/diagnostic.ts'
import { suggest } from '../../text/suggest.ts'
import type { Term, Terms } from './terms.ts'

/** A term that has no coefficient counts 0: the tool passes over it, or gives it a rule that says 0. */
export type Coefficients = Readonly<Partial<Record<Term, number>>>

export interface Convention {
  readonly name: string
  /** The head of its column. */
  readonly column: string
  /** What is counted, for a batch of one; the rest counts 0. */
  readonly rule: string
  /** The tool that prints this number, with its version. */
  readonly tool: string
  /** `counted`: masked weights are left out of the effective count. `ignored`: the tool sees no masks, and both counts are the dense one. */
  readonly sparsity: 'counted' | 'ignored'
  /** Where the tool and this number part. */
  readonly note?: string
  readonly coefficients: Coefficients
  /** What changes where the counted code writes attention in another way than `matmul`. */
  readonly attention?: Readonly<Partial<Record<AttentionForm, Coefficients>>>
}

/** How code writes attention: what a tool counts of it depends on that. */
export const attentionForms = {
  matmul: 'torch.matmul and nn.Softmax',
  operator: '@ and nn.Softmax',
  einsum: 'torch.einsum and the method softmax',
  sdpa: 'scaled_dot_product_attention',
} as const

export type AttentionForm = keyof typeof attentionForms

const products = (each: number): Coefficients => ({
  conv: each,
  transposed: each,
  linear: each,
  matmul: each,
  attention: each,
})

const onOutputs = (each: number): Coefficients => ({ 'transposed.outputs': each })

const biases: Coefficients = { 'conv.bias': 1, 'transposed.bias': 1, 'linear.bias': 1 }

type Norm = 'batch_norm' | 'instance_norm' | 'group_norm' | 'layer_norm'

/** So much per element, with weights and without. */
function norms(names: readonly Norm[], affine: number, plain: number): Coefficients {
  const entries = names.flatMap((name) => [
    [`${name}.affine`, affine] as const,
    [`${name}.plain`, plain] as const,
  ])
  return Object.fromEntries(entries)
}

function each(terms: readonly Term[], coefficient: number): Coefficients {
  return Object.fromEntries(terms.map((term) => [term, coefficient] as const))
}

const channelNorms: readonly Norm[] = ['batch_norm', 'instance_norm', 'group_norm']
const sampleNorms: readonly Norm[] = ['instance_norm', 'group_norm', 'layer_norm']
const rectifiers: readonly Term[] = ['relu', 'elu', 'prelu', 'gelu']
const pools: readonly Term[] = ['max_pool.inputs', 'avg_pool.inputs', 'global_pool.inputs']
const nearest: readonly Term[] = ['nearest.1d', 'nearest.2d', 'nearest.3d']
const resizes: readonly Term[] = [...nearest, 'linear.1d', 'linear.2d', 'linear.3d', 'cubic.2d']

/** ptflops counts what a module's hook and a patched function both see twice. */
const ptflopsPython: Coefficients = {
  ...products(1),
  ...biases,
  ...norms(channelNorms, 2, 1),
  ...norms(['layer_norm'], 1, 1),
  ...each([...rectifiers, ...pools, ...resizes], 2),
  leaky_relu: 1,
  relu6: 1,
  silu: 1,
  softmax: 1,
  'attention.weights': 1,
}

/** Its rules look at modules and at functions of torch: methods and operators pass by. */
const ptflopsPythonAttention: Convention['attention'] = {
  operator: { attention: 0 },
  einsum: { attention: 0, 'attention.weights': 0 },
  sdpa: { attention: 0, 'attention.weights': 0 },
}

const fvcore: Coefficients = {
  ...products(1),
  ...norms(sampleNorms, 5, 4),
  ...norms(['batch_norm'], 2, 1),
  'linear.2d': 4,
  'nearest.2d': 1,
  grid_sample: 4,
  'global_pool.inputs.2d': 1,
}

/** What every version of DeepSpeed agrees on. */
const deepspeed: Coefficients = {
  ...products(2),
  'conv.bias': 1,
  ...norms(sampleNorms, 5, 4),
  ...norms(['batch_norm'], 2, 1),
  ...each(
    [
      ...rectifiers,
      'leaky_relu',
      'silu',
      'softmax',
      'attention.weights',
      ...pools,
      'resize.scale',
      'resize.size',
    ],
    1,
  ),
}

/** Its function for fused attention is the products alone. */
const deepspeedAttention: Convention['attention'] = {
  einsum: { 'attention.weights': 0 },
  sdpa: { 'attention.weights': 0 },
}

/** The fused operator has no rule. */
const uncountedFused: Convention['attention'] = { sdpa: { attention: 0 } }

/** Its rules look at modules: no product has one, and of the softmaxes only those that are modules. */
const ofModules: Convention['attention'] = {
  einsum: { 'attention.weights': 0, 'attention.rows': 0 },
  sdpa: { 'attention.weights': 0, 'attention.rows': 0 },
}

const asTorchMatmul = 'matrix products are taken as torch.matmul'

export const conventions = {
  mac: {
    name: 'mac',
    column: 'MACs',
    rule: 'MACs for a batch of 1: convolution = output positions × weights, transposed = input positions × weights, matrix product = m·k·n; nothing else counts',
    tool: 'half of what torch.utils.flop_counter.FlopCounterMode counts forward (PyTorch 2.13.0)',
    sparsity: 'counted',
    note: 'PyTorch ignores masks; its fused attention counts 0 on a CPU',
    coefficients: products(1),
  },
  flop: {
    name: 'flop',
    column: 'FLOPs',
    rule: 'FLOPs for a batch of 1: twice the MACs, transposed convolutions on input positions; nothing else counts',
    tool: 'torch.utils.flop_counter.FlopCounterMode, forward (PyTorch 2.13.0)',
    sparsity: 'counted',
    note: 'PyTorch ignores masks; its fused attention counts 0 on a CPU',
    coefficients: products(2),
  },
  'flop.train': {
    name: 'flop.train',
    column: 'FLOPs to train',
    rule: 'FLOPs of a forward and a backward pass for a batch of 1: six times the MACs, less two for each gradient that no learned operand needs (that of the image)',
    tool: 'torch.utils.flop_counter.FlopCounterMode, forward and backward (PyTorch 2.13.0)',
    sparsity: 'counted',
    note: 'PyTorch ignores masks, and counts the weight gradient of a grouped convolution once per group',
    coefficients: { ...products(6), 'gradients.unneeded': -2 },
  },
  fvcore: {
    name: 'fvcore',
    column: 'fvcore',
    rule: 'MACs (fvcore says flops) for a batch of 1, + 5 per element of instance, group and layer norms with weights (4 without), + 2 of batch norms (1 without), + 4 of bilinear and 1 of nearest resizing in 2D, + 4 per output element of grid sampling, + 1 per input element of 2D global pools',
    tool: 'fvcore.nn.FlopCountAnalysis of fvcore 3378afe',
    sparsity: 'ignored',
    note: `${asTorchMatmul}; fused attention counts 0, and einsum may be rounded to four digits`,
    coefficients: fvcore,
    attention: uncountedFused,
  },
  'fvcore.scan': {
    name: 'fvcore.scan',
    column: 'fvcore, scans',
    rule: 'as fvcore, + 9 per state element of a scan: 9·L·D·N for L tokens of D features with N states each',
    tool: 'fvcore with the handler that papers on state-space models give it for their CUDA kernel (flops_selective_scan_fn of VMamba)',
    sparsity: 'ignored',
    note: 'the handler adds L·D for the skip and, in some papers, L·D for the gate, which are products of their own here and count 0',
    coefficients: { ...fvcore, scan: 9 },
    attention: uncountedFused,
  },
  'ptflops-aten': {
    name: 'ptflops-aten',
    column: 'ptflops-aten',
    rule: 'MACs for a batch of 1, + 1 per output element of a layer with bias',
    tool: "ptflops 0.7.5 with backend='aten' (since 0.7.3)",
    sparsity: 'ignored',
    note: 'fused attention counts 0',
    coefficients: { ...products(1), ...biases },
    attention: uncountedFused,
  },
  'ptflops-py@0.7.5': {
    name: 'ptflops-py@0.7.5',
    column: 'ptflops 0.7.5',
    rule: 'MACs for a batch of 1, + 1 per output element of a layer with bias, + 2 per element of norms with weights (1 without, layer norms 1), of ReLU, ELU, PReLU, GELU, of pool inputs and of resizing, + 1 of leaky ReLU, ReLU6, SiLU and softmax',
    tool: "ptflops 0.7.5 with backend='pytorch', its default",
    sparsity: 'ignored',
    note: `layers are taken as modules, ${asTorchMatmul}, sums and products as operators (torch.add and torch.mul would count 1 per element); einsum, @ and fused attention count 0; models that hold a module under two names are counted too high`,
    coefficients: ptflopsPython,
    attention: ptflopsPythonAttention,
  },
  'ptflops-py@0.7.4': {
    name: 'ptflops-py@0.7.4',
    column: 'ptflops 0.7.4',
    rule: 'as ptflops-py@0.7.5, with transposed convolutions on output positions',
    tool: "ptflops 0.7.4 with backend='pytorch', its default",
    sparsity: 'ignored',
    note: `layers are taken as modules, ${asTorchMatmul}, sums and products as operators; einsum, @ and fused attention count 0; models that hold a module under two names are counted too high`,
    coefficients: { ...ptflopsPython, ...onOutputs(1) },
    attention: ptflopsPythonAttention,
  },
  'ptflops-py@0.6.9': {
    name: 'ptflops-py@0.6.9',
    column: 'ptflops 0.6.9',
    rule: 'MACs for a batch of 1 without matrix products, transposed convolutions on output positions, + 1 per output element of a convolution with bias, the bias of a linear layer once, + 2 per element of batch, instance and group norms with weights (1 without), + 1 of ReLU, ReLU6, leaky ReLU, ELU, PReLU, GELU, of pool inputs and of resizing',
    tool: 'ptflops 0.6.9',
    sparsity: 'ignored',
    note: 'layers are taken as modules; models that hold a module under two names are counted too high',
    coefficients: {
      ...products(1),
      matmul: 0,
      attention: 0,
      ...onOutputs(1),
      'conv.bias': 1,
      'transposed.bias': 1,
      'linear.bias.once': 1,
      ...norms(channelNorms, 2, 1),
      ...each([...rectifiers, 'leaky_relu', 'relu6', ...pools, ...resizes], 1),
    },
  },
  'thop@0.1.1': {
    name: 'thop@0.1.1',
    column: 'thop 0.1.1',
    rule: 'MACs for a batch of 1 without matrix products, transposed convolutions on output positions, + 4 per element of batch, instance and layer norms with weights (2 without), + 1 of PReLU, 3n - 1 per softmax row of n, + 1 per output element of average pools, + 1 per input and output element of global pools, + 1 per element of nearest, 5 of linear, 11 of bilinear and 259 of bicubic resizing',
    tool: 'thop 0.1.1 (Lyken17/pytorch-OpCounter 43c064a)',
    sparsity: 'ignored',
    note: 'layers are taken as modules; trilinear resizing, group norms and GELU count 0; models that hold a module under two names are counted too high',
    coefficients: {
      ...products(1),
      matmul: 0,
      attention: 0,
      ...onOutputs(1),
      ...norms(['batch_norm', 'instance_norm', 'layer_norm'], 4, 2),
      prelu: 1,
      softmax: 3,
      'softmax.rows': -1,
      'attention.weights': 3,
      'attention.rows': -1,
      'avg_pool.outputs': 1,
      'global_pool.inputs': 1,
      'global_pool.outputs': 1,
      ...each(nearest, 1),
      'linear.1d': 5,
      'linear.2d': 11,
      'cubic.2d': 259,
    },
    attention: ofModules,
  },
  torchinfo: {
    name: 'torchinfo',
    column: 'torchinfo',
    rule: 'mult-adds for a batch of 1: weights and biases × output positions for convolutions, transposed ones too, × rows for linear layers; the parameters of norms and PReLUs once per call; matrix products 0',
    tool: 'torchinfo 1.8.0 (5c4164f), total mult-adds',
    sparsity: 'counted',
    note: 'masks count where they are those of torch.nn.utils.prune; the 1.8.0 on PyPI, older than that commit, counts linear layers for one row only',
    coefficients: {
      ...products(1),
      matmul: 0,
      attention: 0,
      ...onOutputs(1),
      ...biases,
      'parameters.small': 1,
    },
  },
  deepspeed: {
    name: 'deepspeed',
    column: 'DeepSpeed FLOPs',
    rule: 'FLOPs for a batch of 1: twice the MACs, + 1 per output element of a convolution with bias (of a transposed one at the extents of a convolution), + 5 per element of instance, group and layer norms with weights (4 without), + 2 of batch norms (1 without), + 1 of ReLU, leaky ReLU, ELU, PReLU, GELU, SiLU, softmax, of pool inputs and of resizing by a scale; resizing to a size counts positions only',
    tool: 'DeepSpeed 0.17.2 to 0.19.6, get_model_profile, its FLOPs; its MACs are those of `mac` but for grouped transposed convolutions',
    sparsity: 'ignored',
    note: `${asTorchMatmul}, sums and products as operators (torch.add and torch.mul would count 1 per element); einsum counts no MACs there; MACs and biases of grouped transposed convolutions are divided by the groups once more, as there, so that a depthwise one has no MACs`,
    coefficients: { ...deepspeed, 'transposed.grouped': -2, 'transposed.bias.window': 1 },
    attention: deepspeedAttention,
  },
  'deepspeed@0.19.7': {
    name: 'deepspeed@0.19.7',
    column: 'DeepSpeed 0.19.7',
    rule: 'as deepspeed, with the biases of transposed convolutions at their own output elements, and with groups that divide once',
    tool: 'DeepSpeed 0.19.7 and 0.19.8, get_model_profile, its FLOPs; its MACs are those of `mac`',
    sparsity: 'ignored',
    note: `${asTorchMatmul}, sums and products as operators (torch.add and torch.mul would count 1 per element); einsum counts no MACs there`,
    coefficients: { ...deepspeed, 'transposed.bias': 1 },
    attention: deepspeedAttention,
  },
  e2enet: {
    name: 'e2enet',
    column: 'FLOPs (E2ENet)',
    rule: 'FLOPs for a batch of 1: twice the MACs, transposed convolutions on output positions, without what masks remove (the effective count); nothing else counts',
    tool: 'the published figures of E2ENet (arXiv 2312.04727), as inferred from them: no released script prints them',
    sparsity: 'counted',
    coefficients: { ...products(2), ...onOutputs(2) },
  },
  'nnunet.fmap': {
    name: 'nnunet.fmap',
    column: 'feature map elements',
    rule: 'output elements of convolutions and transposed convolutions, heads included, for a batch of 1: a proxy of memory, not of work',
    tool: "nnU-Net v2's planner, compute_conv_feature_map_size (dynamic-network-architectures d35f85c)",
    sparsity: 'ignored',
    note: 'the planner rounds an extent down where a stride does not divide it',
    coefficients: { 'conv.elements': 1, 'transposed.elements': 1 },
  },
} as const satisfies Readonly<Record<string, Convention>>

export type ConventionName = keyof typeof conventions

export const conventionNames = Object.keys(conventions) as readonly ConventionName[]

export function conventionOf(name: ConventionName): Convention {
  return conventions[name]
}

/** The convention for code that writes attention in that way. */
export function forAttention(convention: Convention, form: AttentionForm): Convention {
  const changed = convention.attention?.[form]
  if (changed === undefined) return convention
  const taken = `attention is taken as ${attentionForms[form]}`
  const note = convention.note === undefined ? taken : `${convention.note}; ${taken}`
  return { ...convention, note, coefficients: { ...convention.coefficients, ...changed } }
}

/** The convention of a name that was given from outside. */
export function conventionNamed(name: string): Convention | Problem {
  const found = conventionNames.find((one) => one === name)
  if (found !== undefined) return conventions[found]
  // A shortened name means the first that begins with it: the newest version of its tool.
  const suggestion =
    suggest(name, conventionNames) ?? conventionNames.find((one) => name !== '' && one.startsWith(name))
  return problem('unknown-convention', { convention: name, known: conventionNames, suggestion })
}

/** What a convention makes of a vector. */
export function countOf({ coefficients }: Convention, terms: Terms): number {
  let sum = 0
  // An operator has few terms, a convention up to thirty.
  for (const term in terms) sum += (coefficients[term as Term] ?? 0) * (terms[term as Term] ?? 0)
  return sum
}
