// Budgets, assertions, sparsity and training recipes: 6xx.
import { code, defaultRemedy, didYouMean } from '../define.ts'
import { foreignSetting } from './foreign-words.ts'

export const checkCodes = {
  'budget-exceeded': code<{
    readonly what: string
    readonly actual: string
    readonly limit: string
    readonly excess: string
  }>({
    code: 'WEFT601',
    severity: 'error',
    message: (p) => `${p.what} is ${p.actual}, over the budget of ${p.limit} by ${p.excess}`,
    help: () => 'make the modules that spend most cheaper, or raise the budget',
    explanation: `
A \`budget\` is a promise that a network keeps for its arguments. A broken one is an error that lists the modules that spend most;
\`weft check\` and \`weft cost\` then exit with 2 when nothing else is wrong.

Budgets read the effective counts, where masked weights are left out; \`params.dense\` and \`macs.dense\` read the dense ones. \`params\`
counts every parameter (training), \`macs\` what the outputs without \`aux\` need (inference), for a batch of one; \`params(inference)\` and
\`macs(training)\` say otherwise. \`memory\` is that of float32 tensors as \`weft memory\` counts them: at inference the weights and the largest sum of live
activations, in training the weights three times (gradient, momentum) and the largest sum of what the backward pass needs with the gradients
on their way. A broken one lists the largest tensors at the peak.

    network Net {
      input image: [1, 64, 64]
      output logits = image -> conv(64, 3) -> conv(2, 1)
      budget params <= 500       // has 770: 9*64 + 64, and 64*2 + 2
    }

Within the budget: \`budget params <= 1K\`.
`,
  }),
  'budget-needs-extents': code<{ readonly what: string; readonly symbols: readonly string[] }>({
    code: 'WEFT651',
    severity: 'error',
    message: (p) => `${p.what} cannot be compared with the budget: ${p.symbols.join(', ')} is symbolic`,
    help: () => "set the parameter that holds the input's extents, or state the budget in params",
    explanation: `
MACs and memory depend on the input's extents. A budget on them needs extents that are numbers: an unknown extent is never guessed, and an
unchecked budget never passes for a kept one.
`,
  }),
  'assertion-failed': code<{
    readonly message: string | undefined
    /** The condition, or the part of it that fails, with its values. */
    readonly shown: string | undefined
  }>({
    code: 'WEFT602',
    severity: 'error',
    message: (p) => `assertion failed${p.message === undefined ? '' : `: ${p.message}`}`,
    help: (p) => (p.shown === undefined ? undefined : `here ${p.shown} is false`),
    explanation: `
\`assert condition, "why"\` states what the author knows must hold for the arguments: that the patch divides by the total stride, that two
lists have one length. Nothing more of the network is elaborated after a failed assertion.
`,
  }),
  'sparsity-out-of-range': code<{ readonly value: string }>({
    code: 'WEFT603',
    severity: 'error',
    message: (p) => `a sparsity is a share from 0 up to but not including 1, this is ${p.value}`,
    help: (p) =>
      Number(p.value) > 1
        ? `did you mean ${p.value}%?`
        : '`80%` removes four of five connections; `0` is dense',
    explanation: `
\`sparsity S\` is the share of connections that are absent: at \`80%\` one connection in five is kept. The density is 1 - S.
`,
  }),
  'unknown-metric': code<{
    readonly metric: string
    readonly known: readonly string[]
    readonly suggestion: string | undefined
  }>({
    code: 'WEFT604',
    severity: 'error',
    message: (p) => `no budget can be set on \`${p.metric}\``,
    help: (p) => didYouMean(p.suggestion) ?? `the metrics are ${p.known.join(', ')}`,
    explanation: `
A budget limits \`params\` (all registered parameters), \`macs\` (one inference, batch 1) or \`memory(training | inference, batch = n)\`.
\`params.dense\` and \`macs.dense\` read the counts without sparsity.
`,
  }),
  'wrong-limit': code<{ readonly value: string }>({
    code: 'WEFT605',
    severity: 'error',
    message: (p) => `a budget's limit is a number, this is ${p.value}`,
    help: () => 'write `<= 12M`, `<= 800G` or `<= 24GiB`',
    explanation: `
Limits are numbers: \`12M\` is 12 000 000, \`24GiB\` is 24 · 2^30 bytes.
`,
  }),
  'wrong-budget-argument': code<{ readonly value: string; readonly suggestion: string | undefined }>({
    code: 'WEFT606',
    severity: 'error',
    message: (p) => `a budget cannot take \`${p.value}\``,
    help: (p) =>
      didYouMean(p.suggestion) ??
      'write `params(inference)`, `macs(training)` or `memory(training, batch = 2)`',
    explanation: `
A budget takes which totals it reads (\`training\` with every output, \`inference\` without \`aux\`) and, for memory, a batch size.
`,
  }),
  'unknown-setting': code<{
    readonly owner: string
    readonly name: string
    readonly known: readonly string[]
    readonly suggestion: string | undefined
  }>({
    code: 'WEFT607',
    severity: 'error',
    message: (p) => `${p.owner} has no setting \`${p.name}\``,
    help: (p) =>
      foreignSetting(p.name, p.known) ?? didYouMean(p.suggestion) ?? `the settings are ${p.known.join(', ')}`,
    explanation: `
The settings of \`sparsity\` are granularity, init, drop, grow and every; those of \`train\` are listed in the language reference.
`,
  }),
  'setting-given-twice': code<{ readonly owner: string; readonly name: string }>({
    code: 'WEFT608',
    severity: 'error',
    message: (p) => `${p.owner} sets \`${p.name}\` twice`,
    help: () => 'keep one of the two',
    explanation: `
Each setting is given once. The \`sparsity\` clauses of one fusion share their settings, so only one of them carries a block.
`,
  }),
  'wrong-setting': code<{ readonly name: string; readonly expected: string; readonly value: string }>({
    code: 'WEFT609',
    severity: 'error',
    message: (p) => `\`${p.name}\` cannot be ${p.value}`,
    help: (p) => `expected ${p.expected}`,
    explanation: `
A setting's value is a number or a word with arguments, as its entry in the language reference says.
`,
  }),
  'wrong-unit': code<{
    readonly name: string
    readonly unit: string
    readonly units: readonly string[]
    /** The same in a unit that fits. */
    readonly suggestion?: string
  }>({
    code: 'WEFT610',
    severity: 'error',
    message: (p) => `\`${p.name}\` is not counted in ${p.unit}`,
    help: (p) => {
      if (p.units.length === 0) return 'it has no unit'
      const units = `it is counted in ${[...p.units.slice(0, -2), p.units.slice(-2).join(' or ')].join(', ')}`
      return p.suggestion === undefined ? units : `${units}: write \`${p.suggestion}\``
    },
    explanation: `
Some settings name a unit: \`every = 1200 steps\`.

Limits of budgets have the units of what they limit: memory is in bytes, KiB, MiB, GiB or TiB (powers of 1024); \`params\` and \`macs\` are
numbers, with K, M, G or T for thousands. \`budget params <= 12GiB\` would let through a thousand times what \`12M\` does.

    budget params <= 12M
    budget memory(training) <= 24GiB
`,
  }),
  'missing-setting': code<{ readonly owner: string; readonly name: string }>({
    code: 'WEFT611',
    severity: 'error',
    message: (p) => `${p.owner} does not say its \`${p.name}\``,
    help: (p) => `add \`${p.name} = …\``,
    explanation: `
A recipe needs at least a loss and an optimizer; the other settings have defaults.
`,
  }),
  'unknown-output': code<{
    readonly name: string
    readonly known: readonly string[]
    readonly suggestion: string | undefined
  }>({
    code: 'WEFT612',
    severity: 'error',
    message: (p) => `the network has no output \`${p.name}\``,
    help: (p) => didYouMean(p.suggestion) ?? `its outputs are ${p.known.join(', ')}`,
    explanation: `
\`supervise = [logits: 1, ds[1]: 1/2]\` weights the loss of each output; every key is an output of the network with these arguments.
`,
  }),
  'train-needs-network': code<{ readonly name: string; readonly actual: string }>({
    code: 'WEFT613',
    severity: 'error',
    message: (p) => `a recipe trains a network, \`${p.name}\` is ${p.actual}`,
    help: () => 'write `train NAME for NETWORK(arguments) { … }`',
    explanation: `
\`train recipe for E2ENet(classes = 16) { … }\` names a network of the file or an imported one, with the arguments to train it with.
`,
  }),
  'network-not-checked': code<{ readonly name: string; readonly missing: readonly string[] }>({
    code: 'WEFT614',
    severity: 'warning',
    message: (p) =>
      `network \`${p.name}\` is not elaborated: ${p.missing.map((one) => `\`${one}\``).join(', ')} ${p.missing.length === 1 ? 'has' : 'have'} no default`,
    help: () => 'give every parameter of a network a default, the published configuration for instance',
    explanation: `
\`weft check\` elaborates every network of a file with its defaults. A network with a parameter that has none can only be looked at name by
name, so shape mistakes in it stay unseen until a tool gives the argument.
`,
  }),
  'results-need-network': code<{ readonly name: string; readonly actual: string }>({
    code: 'WEFT615',
    severity: 'error',
    message: (p) => `results are those of a network, \`${p.name}\` is ${p.actual}`,
    help: () => 'write `results NAME for NETWORK(arguments) { … }`',
    explanation: `
\`results amos for E2ENet(classes = 16) { dice = 90.2% at S = 70% }\` names a network of the file or an imported one, with the arguments
that all its figures have in common.
`,
  }),
  'wrong-result': code<{ readonly metric: string; readonly value: string }>({
    code: 'WEFT616',
    severity: 'error',
    message: (p) => `a result is a number, \`${p.metric}\` is ${p.value}`,
    help: () => 'write `dice = 90.2%`, or `hd95 = 4.2`',
    explanation: `
A figure of a \`results\` block is one number. Percent are shares: \`90.2%\` is 0.902. Where it comes from, its unit and what it is a mean
of belong in the doc comment above the block.
`,
  }),
  'result-given-twice': code<{ readonly results: string; readonly metric: string }>({
    code: 'WEFT617',
    severity: 'error',
    message: (p) => `${p.results} gives \`${p.metric}\` twice for the same arguments`,
    help: () => 'keep one of the two, or say with `at` what tells them apart',
    explanation: `
Two figures are told apart by the metric and by the network's arguments with their defaults: \`at S = 80%\` says nothing new where 80 %
is the default of \`S\`. Figures of another source, or of another run, have a \`results\` block of their own.
`,
  }),
  'unknown-results': code<{
    readonly results: string
    readonly file: string
    readonly known: readonly string[]
    readonly suggestion: string | undefined
  }>({
    code: 'WEFT618',
    severity: 'error',
    message: (p) => `${p.file} declares no results \`${p.results}\``,
    help: (p) =>
      didYouMean(p.suggestion) ??
      (p.known.length === 0 ? 'it has no `results` block' : `its results are ${p.known.join(', ')}`),
    explanation: `
\`weft sweep --results A,B\` names \`results\` blocks that the file itself declares; \`--results none\` takes none of them.
`,
  }),
  'norm-over-one-value': code<{
    readonly operator: string
    /** What has a mean of its own: `channel`, `group`, `position`. */
    readonly of: string
    readonly path: string
    readonly shape: string
    /** `patch = [16, 16, 16]`, where a parameter holds the input's extents. */
    readonly extents: string | undefined
    /** Of training, where the samples of a batch share their means. */
    readonly batch: number | undefined
    readonly affine: boolean
    /** Extents with which every norm has several values. */
    readonly remedy: string | undefined
  }>({
    code: 'WEFT619',
    severity: 'warning',
    message: (p) => {
      const place = [p.shape, ...(p.extents === undefined ? [] : [`with ${p.extents}`])].join(' ')
      const when = p.batch === undefined ? '' : ` when trained with batch = ${p.batch}`
      const result = p.affine ? 'its bias' : 'zero'
      return `\`${p.operator}\` has one value per ${p.of}${when} (${p.path}, ${place}): its result is ${result}, whatever the image`
    },
    help: (p) => {
      const ways = [
        p.remedy,
        p.of === 'position' ? 'another axis' : undefined,
        p.of === 'group' ? 'fewer groups' : undefined,
        p.of === 'channel' && p.extents === undefined ? 'larger extents' : undefined,
        p.batch === undefined ? undefined : 'a larger batch',
        p.remedy === undefined ? undefined : 'a level less',
      ].filter((one) => one !== undefined)
      return ways.length === 0 ? 'leave out the norm' : `use ${ways.join(', ')}, or leave out the norm`
    },
    remedy: (p) => defaultRemedy(p.remedy),
    explanation: `
A norm takes the mean of the values that it normalises away. Of a single value nothing is left: the result is the norm's bias (zero without
\`affine\`), the same for every image, and what comes before it is never trained. That happens where strides leave one voxel to an
\`instance_norm\`, one voxel of one channel to a group of a \`group_norm\`, one position to the axis of a \`layer_norm\`. A \`batch_norm\` is like that in
training only, over one voxel in a batch of 1; at inference it takes its running statistics. PyTorch refuses to train such a network.

    network Net(patch: [int] = [8, 8]) {
      input image: [1, ...patch]
      let deep = image -> conv(8, 3, stride = 8) -> instance_norm -> relu     // 1x1: with patch = [16, 16] it is 2x2
      output logits = deep -> conv_transpose(2, 8, stride = 8)
    }

A network has one such warning, at the first of its norms; the others are noted below it. An export with free extents
(\`weft compile --dynamic spatial\`) states from which extents on none of its norms has a single value.
`,
  }),
  'pool-of-padding': code<{
    readonly operator: string
    readonly path: string
    readonly shape: string
    readonly axis: string
    /** Of the window, from 0. */
    readonly position: number
    readonly extents: string | undefined
    readonly remedy: string | undefined
  }>({
    code: 'WEFT620',
    severity: 'warning',
    message: (p) => {
      const place = [p.shape, ...(p.extents === undefined ? [] : [`with ${p.extents}`])].join(' ')
      return `\`${p.operator}\` has windows that lie in the padding only (${p.path} of ${place}, ${p.axis}, window ${p.position}): they give minus infinity`
    },
    help: (p) => `use ${p.remedy ?? 'larger extents'}, or a smaller dilation`,
    remedy: (p) => defaultRemedy(p.remedy),
    explanation: `
Padding never wins a \`max_pool\`. Where the elements of a window are further apart than the input is long, all of them can lie in the
padding, and the greatest of no value is minus infinity. What comes after it is seldom a number.

    network Net(size: [int] = [2, 2]) {
      input image: [1, ...size]
      output y = image -> max_pool(2, stride = 1, padding = 2, dilation = 4)     // at -2 and 2 of an axis that has 0 and 1
    }
`,
  }),
  'keep-in-vain': code<{ readonly path: string; readonly parameters: number }>({
    code: 'WEFT621',
    severity: 'warning',
    message: (p) =>
      p.parameters === 0
        ? `\`keep\` keeps nothing: ${p.path} has no parameters`
        : `\`keep\` keeps nothing: outputs read all parameters of ${p.path}`,
    help: () => 'leave it out, or give it an `if` for the arguments where outputs read it',
    explanation: `
\`keep NAME = …\` builds what nothing needs for the sake of its parameters: they count, and checkpoints have them. What an output reads is
built anyway.

    network Net(deep: bool = false) {
      input image: [1, 32, 32]
      let features = image -> conv(8, 3)
      let head = features -> conv(2, 1)
      output logits = features -> conv(2, 1)
      aux output ds = head if deep
      keep ds = head if not deep        // without its \`if\`, a warning where deep = true
    }
`,
  }),
} as const
