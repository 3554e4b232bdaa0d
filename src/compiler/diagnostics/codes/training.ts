// Training: what runs the arithmetic, and whether the machine can hold it: 98x.
import { code } from '../define.ts'

const asBytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`

export const trainingCodes = {
  'backend-absent': code<{ backend: string; reason: string }>({
    code: 'WEFT981',
    severity: 'error',
    message: ({ backend, reason }) => `the backend \`${backend}\` cannot be used: ${reason}`,
    help: ({ backend }) =>
      backend === 'tensorflow'
        ? 'set it up with `npm run native`, or let Weft choose a backend'
        : 'let Weft choose a backend',
    explanation: `Training and prediction run on one of three backends, which compute the same: \`tensorflow\` (native code, the fastest),
\`wasm\` (WebAssembly) and \`cpu\` (plain JavaScript, slow). Without a choice Weft takes the first of them that works here. One that
is asked for by name and does not work is an error and never replaced.

The native backend is the optional package \`@tensorflow/tfjs-node\` with its native binding. Weft installs the package without
running its install script, since that downloads from other hosts than the npm registry. In Weft's own folder

    npm run native

sets the binding up: by the official download, or by building it against an installed Python TensorFlow.
`,
  }),
  'memory-exceeded': code<{ backend: string; estimate: number; limit: number; held: string }>({
    code: 'WEFT982',
    severity: 'error',
    message: ({ backend, estimate, limit, held }) =>
      `about ${asBytes(estimate)} are needed at once on the backend \`${backend}\`; ${held} is ${asBytes(limit)}`,
    help: () => 'use a smaller batch, a smaller patch or fewer base channels',
    explanation: `Before anything runs, the memory that one step needs is estimated from the network, the patch and the batch, and held
against what there is. Activations make most of it: it falls in proportion to the batch and to each extent of the patch, and to the
width of the first levels.

On \`wasm\` all tensors share one heap of at most 4 GiB, whatever memory the machine has; a heap that overflows cannot be used again,
so a margin is kept. On \`tensorflow\` and \`cpu\` the bound is the machine's memory, or that of the container, with a margin for
everything else.
`,
  }),
  'case-too-large': code<{
    name: string
    extents: readonly number[]
    needs: readonly { readonly what: string; readonly bytes: number }[]
    limit: number
    held: string
  }>({
    code: 'WEFT983',
    severity: 'error',
    message: ({ name, extents, needs, limit, held }) => {
      const sum = needs.reduce((all, { bytes }) => all + bytes, 0)
      const each = needs.map(({ what, bytes }) => `${what} ${asBytes(bytes)}`)
      return `case \`${name}\` of ${extents.join('x')} voxels needs about ${asBytes(sum)} at once (${each.join(', ')}); ${held} is ${asBytes(limit)}`
    },
    help: () => 'crop or resample the case, give the network a patch of fewer planes, or use more memory',
    explanation: `One case at a time is in memory as a whole, 4 bytes for each voxel of each channel, once as it was read and once normalised. Scores
are not: windows go through a volume from its first plane to its last, and the sums of the scores are held for as many planes as the
patch is deep. Those are turned into labels, one byte a voxel, as soon as no later window reaches them. So scores take

    4 bytes x (classes + 1) x planes of the patch x height x width of the volume

An imported model counts the volume as it is resampled, and all networks of its ensemble; with \`--reference nnunet\` it has scores of each.

The estimate is made from the headers, before the first window or step.
`,
  }),
  'training-diverged': code<{ step: number; loss: number; gradientNorm: number; learningRate: number }>({
    code: 'WEFT985',
    severity: 'error',
    message: ({ step, loss, gradientNorm, learningRate }) =>
      `training diverged at step ${step}: the loss is ${loss}, the norm of its gradient ${gradientNorm}, the learning rate ${learningRate}`,
    help: () =>
      'lower the learning rate or bound the gradient with `clip`, and look for intensities that are not numbers',
    explanation: `A loss or a gradient that is not a finite number ends the training: every weight would become one. The step was not taken,
so the weights are those of the step before, and the last checkpoint is sound.

Most often the learning rate is too high for the batch or the network. Halve it, or bound the norm of the gradient:

    optimizer = sgd(lr = 5e-3, momentum = 0.99, nesterov = true)
    clip = 12

If it happens at the first step, the images hold values that are not numbers or are not normalised.
`,
  }),
}
