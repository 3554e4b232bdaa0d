// Words of recipes and of reports that are no operators: what each means, and where the documentation says more.

export interface Word {
  /** As it is written; the first is what it is listed under. */
  readonly names: readonly [string, ...(readonly string[])]
  readonly text: string
  /** Of the documentation that comes with the package. */
  readonly more: string
  /** Lines that show it. */
  readonly example?: string
}

const recipes = 'docs/language.md, section 10'
const costs = 'docs/costs.md'

export const words: readonly Word[] = [
  {
    names: ['train', 'recipe'],
    text: 'A `train` block is a recipe for a network: loss, optimizer, schedule and how much of each. `weft train FILE` follows the first one, or the one that `--recipe` names.',
    example:
      'train demo for Net {\n  loss = dice + cross_entropy\n  optimizer = adamw(lr = 1e-3)\n  steps = 40\n  epochs = 5\n}',
    more: recipes,
  },
  {
    names: ['loss'],
    text: 'Of a recipe, required: `dice`, `cross_entropy`, `bce`, `focal`, `tversky`, `topk`, or a sum of them with weights.',
    example: 'loss = dice(batch = true) + 0.5 * cross_entropy',
    more: recipes,
  },
  {
    names: ['dice'],
    text: 'A loss: minus the mean of (2 Σ p·y + 1e-5) / (Σ p + Σ y + 1e-5) over the foreground classes, the sums over the voxels of an item; with `batch = true` over those of the whole batch; p by softmax, with `sigmoid = true` by sigmoid. As a score it is of labels: 2 |A ∩ B| / (|A| + |B|).',
    example: 'loss = dice(batch = true) + cross_entropy',
    more: `${recipes}; scores: docs/training.md`,
  },
  {
    names: ['cross_entropy'],
    text: 'A loss: the mean of -log p(label) over all voxels, p by softmax; `weights` of each class, and `label_smoothing`, as in PyTorch.',
    example: 'loss = dice + cross_entropy(weights = [1, 2, 2])',
    more: recipes,
  },
  {
    names: ['topk'],
    text: 'A loss: the mean cross-entropy of the share `k` of voxels that have the greatest, as in nnU-Net.',
    example: 'loss = dice(batch = true) + topk(k = 10%)',
    more: recipes,
  },
  {
    names: ['bce'],
    text: 'A loss: binary cross-entropy of each channel, p by sigmoid; the output has no channel for the background.',
    example: 'loss = dice(sigmoid = true) + bce',
    more: recipes,
  },
  {
    names: ['focal'],
    text: 'A loss: the mean of -(1 - p)^gamma log p, which counts hard voxels most; with `alpha` the foreground counts alpha, the background 1 - alpha. As in MONAI.',
    example: 'loss = dice + focal(gamma = 2)',
    more: recipes,
  },
  {
    names: ['tversky'],
    text: 'A loss: 1 minus tp / (tp + alpha fp + beta fn) of each foreground class: a greater beta finds more, a greater alpha less that is not there. As in MONAI.',
    example: 'loss = tversky(alpha = 0.3, beta = 0.7)',
    more: recipes,
  },
  {
    names: ['supervise'],
    text: 'Of a recipe: the weight of the loss of each output; by default 1 for those that are not `aux`. Deep supervision is more than one.',
    example: 'supervise = [logits: 1, deep: 1/2]',
    more: recipes,
  },
  {
    names: ['optimizer', 'sgd', 'adam', 'adamw'],
    text: 'Of a recipe, required: `sgd(lr = 1e-2, momentum = 0, nesterov = false, weight_decay = 0)`, or `adam` or `adamw(lr = 1e-3, beta1 = 0.9, beta2 = 0.999, eps = 1e-8, weight_decay)`, which is 1e-2 for adamw and 0 for adam. As in PyTorch.',
    example: 'optimizer = sgd(lr = 1e-2, momentum = 0.99, nesterov = true, weight_decay = 3e-5)',
    more: recipes,
  },
  {
    names: ['schedule', 'poly', 'cosine', 'constant'],
    text: 'Of a recipe: how the learning rate falls over all steps. `poly(power = 0.9)`: lr · (1 - t)^power, t from 0 to 1; `cosine(to = 0)`: down to that rate along half a cosine; `constant`.',
    example: 'schedule = poly(power = 0.9)',
    more: recipes,
  },
  {
    names: ['warmup'],
    text: 'Of a recipe: so many steps or epochs while the learning rate rises along a line; the schedule takes the rest of the run.',
    example: 'warmup = 50 epochs',
    more: recipes,
  },
  {
    names: ['ema', 'validate'],
    text: 'Of a recipe: an exponential moving average of the weights is kept, of which each step keeps this share. `validate = ema` validates by it; `weft predict RUN --ema` predicts by it.',
    example: 'ema = 0.999\nvalidate = ema',
    more: `${recipes}; docs/training.md`,
  },
  {
    names: ['batch'],
    text: 'Patches per step. In a recipe it is what is trained with; `--batch` of `weft memory` counts the memory of as many. Parameters and MACs are of one.',
    example: 'batch = 2',
    more: `${recipes}; ${costs}`,
  },
  {
    names: ['steps'],
    text: 'Of a recipe: optimizer steps per epoch.',
    example: 'steps = 250',
    more: recipes,
  },
  {
    names: ['epochs'],
    text: 'Of a recipe: how often its steps are done; after each the run is validated.',
    example: 'epochs = 1000',
    more: recipes,
  },
  {
    names: ['clip'],
    text: 'Of a recipe: the greatest norm of the gradient of all weights together; a longer one is shortened to it. Absent: no clipping.',
    example: 'clip = 12',
    more: recipes,
  },
  {
    names: ['foreground'],
    text: 'Of a recipe: the share of patches that are centred on a voxel of a foreground class.',
    example: 'foreground = 1/3',
    more: recipes,
  },
  {
    names: ['augment'],
    text: 'Of a recipe: what is done to patches at random, as a list: flip, rotate, scale, noise, brightness, contrast and gamma, each with its chance; `none` for nothing. Without it all of them.',
    example: 'augment = [flip, rotate(degrees = 30), noise(std = 0.05, chance = 0.2)]',
    more: recipes,
  },
  {
    names: ['orientation'],
    text: 'Of a recipe: how volumes are turned so that those of a dataset lie alike. `strict` (the default) takes the nearest of the scanner’s axes and refuses what lies more than 40 degrees off them, `nearest` takes the nearest always, `as_stored` leaves the order of the file.',
    example: 'orientation = nearest',
    more: recipes,
  },
  {
    names: ['spacing', 'resample'],
    text: 'Of a recipe: the sizes of voxels that cases are resampled to by nnU-Net’s pipeline, cropped and normalised before: those given, or the `median` of the training cases; `as_stored`, or nothing, leaves cases as they are. `resample` is `cubic` (the default) or `linear`. Predictions have the voxels of their images again.',
    example: 'spacing = [1, 0.8, 0.8]',
    more: recipes,
  },
  {
    names: ['normalise'],
    text: 'Of a recipe with a `spacing`: how intensities are brought to a common scale, one of ct, zscore, zscore_nonzero, rescale, rgb and none for each channel. Without it by the names of the channels, as nnU-Net chooses.',
    example: 'normalise = [ct]',
    more: recipes,
  },
  {
    names: ['MACs', 'mac', 'flops', 'GMACs', 'GFLOPs'],
    text: 'Multiply-accumulates of convolutions, linear layers and matrix products, for one input: the unit of all costs and budgets. "FLOPs" mean several things in papers and tools; `--convention` counts as one of them does, and `--reconcile` says what separates them.',
    example: 'weft cost unet.weft --reconcile',
    more: costs,
  },
  {
    names: ['parameters', 'params', 'effective'],
    text: 'Trained numbers. Effective ones leave out what masks of a sparse fusion hold at 0; running statistics of norms are buffers, and no parameters.',
    example: 'weft cost e2enet.weft',
    more: costs,
  },
  {
    names: ['executed'],
    text: 'Of `weft cost --executed onnx`: the multiply-accumulates that the exported file makes at inference. Kernels that a mask holds at 0 are among them where they are still in the file, and a pass may need fewer than the network asks for.',
    example: 'weft cost e2enet.weft --network E2ENetBlock --executed onnx',
    more: costs,
  },
  {
    names: ['dim', 'known', 'free extent', 'symbolic'],
    text: 'An extent that stays open: `dim("D", multiple = 32, least = 64)` stands for every multiple of 32 from 64 on, and `known(x)` tells whether an extent is a number. An export has such extents by `--dynamic spatial`.',
    example: 'weft compile unet.weft --target onnx -o unet.onnx --dynamic spatial',
    more: 'docs/language.md; docs/onnx.md; `weft explain WEFT331`',
  },
  {
    names: ['convention'],
    text: 'A way of counting that a tool or a paper has, such as thop, fvcore, ptflops or DeepSpeed: `weft cost --convention NAME` counts as it does, to the last digit.',
    example: 'weft cost nnunet.weft --convention fvcore',
    more: costs,
  },
  {
    names: ['memory', 'peak'],
    text: 'Bytes at the worst moment of a training step, or of inference: weights, gradients, the state of the optimiser, and the activations that the schedule keeps then.',
    example: 'weft memory unet.weft --batch 2',
    more: costs,
  },
  {
    names: ['budget'],
    text: 'A limit that is checked whenever the network is compiled: `params`, `macs` or `memory`. A broken one makes the exit status 2.',
    example: 'budget params <= 40M',
    more: 'docs/language.md; `weft explain WEFT601`',
  },
  {
    names: ['sparsity', 'mask', 'density', 'granularity'],
    text: 'Of a fusion: the share of its connections that are held at 0: single weights, kernels, blocks of outputs or input channels. Masks begin at random, and training moves connections to where gradients are.',
    example: 'sparsity 80% { granularity = block(outs = 16) }',
    more: 'docs/language.md; docs/training.md',
  },
  {
    names: ['backbone', 'level'],
    text: 'A column of levels, each computed of others by a recurrence: an encoder.',
    example:
      'backbone encoder {\n  level[0] = image -> conv(32, 3)\n  level[i] for i in 1..4 = level[i-1] -> max_pool(2) -> conv(32, 3)\n}',
    more: 'docs/language.md',
  },
  {
    names: ['fusion', 'node', 'edge', 'fuse'],
    text: 'A lattice of nodes with named edges between them: a decoder, or what brings levels together. Each node computes each edge apart, then `fuse` of them.',
    example:
      'node[i] for i in 0..3 {\n  edge skip = encoder[i]\n  edge upward = node[i+1] -> conv_transpose(32, 2, stride = 2)\n  fuse = concat -> conv(32, 3)\n}',
    more: 'docs/language.md',
  },
  {
    names: ['aux'],
    text: 'An output for training only, such as one of deep supervision: inference leaves it out, with all that only it needs.',
    example: 'aux output deep = decoder[1] -> conv(classes, 1)',
    more: 'docs/language.md',
  },
  {
    names: ['phantom'],
    text: 'Made-up cases, to train before there are data: `--data phantom:cases=24,extents=32x32x32,classes=2,channels=1,noise=0.1,nested=0,unlabelled=0,seed=1`, each with a default. Two extents make pictures. `weft data phantom` writes them as files.',
    example: 'weft train net.weft --data phantom: -o runs/demo',
    more: 'docs/training.md',
  },
]
