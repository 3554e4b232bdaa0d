// Words of PyTorch, Keras and Python, and what says the same in Weft: advice for names, arguments and words that are unknown.

const negated = 'a difference is `a - b`, or `sub(a, b)`'
const noGlobalMax = 'a maximum over all of space is `x -> reduce_max`'
const activations =
  'the activations are `relu`, `relu6`, `leaky_relu`, `elu`, `prelu`, `gelu`, `silu`, `hard_swish`, `softplus`, `sigmoid`, `hard_sigmoid`, `tanh` and `softmax`'

/** By the word without its prefix (`nn.`), its axes (`3d`), capitals and `_`. */
const names: ReadonlyMap<string, string> = new Map([
  [
    'conv',
    '`conv(channels, kernel)` is for any number of axes, pads by `half` unless told otherwise, and takes its input channels from its input: `x -> conv(32, 3)`',
  ],
  [
    'convtranspose',
    '`conv_transpose(channels, kernel)` is for any number of axes: `x -> conv_transpose(32, 2, stride = 2)`',
  ],
  ['deconv', '`x -> conv_transpose(32, 2, stride = 2)`'],
  ['depthwiseconv', 'write `conv(channels(x), 3, groups = channels(x))`'],
  ['separableconv', 'import it: `import { SeparableConv } from "std/blocks"`'],
  ['convblock', 'the bundled one is `ConvNormAct`: `import { ConvNormAct } from "std/blocks"`'],
  [
    'batchnorm',
    '`batch_norm` is for any number of axes and takes its channels from its input: `x -> batch_norm`',
  ],
  ['batchnormalization', 'write `batch_norm`'],
  ['syncbatchnorm', 'write `batch_norm`'],
  [
    'instancenorm',
    '`instance_norm` is for any number of axes and takes its channels from its input: `x -> instance_norm`',
  ],
  ['groupnorm', '`group_norm(groups)` takes its channels from its input: `x -> group_norm(8)`'],
  ['layernorm', '`layer_norm` normalises over one axis: `x -> layer_norm(axis = channel)`'],
  ['layernormalization', 'write `layer_norm`'],
  ['relu', 'write `relu`'],
  ['leakyrelu', 'write `leaky_relu(slope)`'],
  ['elu', 'write `elu`'],
  ['prelu', 'write `prelu`'],
  ['gelu', 'write `gelu`'],
  ['sigmoid', 'write `sigmoid`'],
  ['tanh', 'write `tanh`'],
  ['softmax', 'write `softmax`, which is over the channels unless `axis` says otherwise'],
  ['logsoftmax', 'an output holds logits: the loss `cross_entropy` takes them as they are'],
  ['silu', 'write `silu`'],
  ['swish', 'write `silu`'],
  ['mish', activations],
  ['selu', activations],
  ['celu', activations],
  ['relu6', 'write `relu6`'],
  ['hardswish', 'write `hard_swish`'],
  ['hardsigmoid', 'write `hard_sigmoid`'],
  ['hardtanh', 'write `clip(-1, 1)`'],
  ['softplus', 'write `softplus`'],
  ['clamp', 'write `clip(min = 0, max = 1)`'],
  ['activation', activations],
  ['dropout', 'write `dropout(rate)`'],
  ['gaussiannoise', 'write `gaussian_noise(std)`'],
  ['spatialdropout', 'write `dropout(rate)`, which drops single values'],
  ['maxpool', '`max_pool(kernel)` is for any number of axes: `x -> max_pool(2)`'],
  ['maxpooling', 'write `max_pool(kernel)`: `x -> max_pool(2)`'],
  ['maxunpool', 'write `max_unpool(x, image, 2)` with the image that was pooled, in place of its indices'],
  ['avgpool', '`avg_pool(kernel)` is for any number of axes: `x -> avg_pool(2)`'],
  ['averagepooling', 'write `avg_pool(kernel)`: `x -> avg_pool(2)`'],
  ['averagepool', 'write `avg_pool(kernel)`: `x -> avg_pool(2)`'],
  ['adaptiveavgpool', 'write `adaptive_avg_pool(size)`; the mean over all of space is `x -> mean`'],
  ['globalavgpool', 'the mean over all of space is `x -> mean`'],
  ['globalaveragepooling', 'the mean over all of space is `x -> mean`'],
  ['globalaveragepool', 'the mean over all of space is `x -> mean`'],
  ['gap', 'the mean over all of space is `x -> mean`'],
  ['adaptivemaxpool', 'write `adaptive_max_pool(size)`; the maximum over all of space is `x -> reduce_max`'],
  ['globalmaxpool', noGlobalMax],
  ['globalmaxpooling', noGlobalMax],
  [
    'upsample',
    'write `resize`: `x -> resize(scale = 2, mode = linear)`, or learn it: `x -> conv_transpose(32, 2, stride = 2)`',
  ],
  ['upsampling', 'write `resize`: `x -> resize(scale = 2, mode = nearest)`'],
  ['upsamplingnearest', 'write `x -> resize(scale = 2, mode = nearest)`'],
  ['upsamplingbilinear', 'write `x -> resize(scale = 2, mode = linear, align_corners = true)`'],
  [
    'interpolate',
    'write `resize`: `x -> resize(scale = 2, mode = linear)`, or `resize_like(x, ref)` to the extents of another tensor',
  ],
  ['downsample', 'write `x -> max_pool(2)`, `x -> avg_pool(2)` or a `conv` with `stride = 2`'],
  [
    'pixelshuffle',
    'there is no shuffle of channels into space: `x -> conv_transpose(32, 2, stride = 2)` learns the same step',
  ],
  ['cat', 'a list is joined by the pipe: `[a, b] -> concat`'],
  ['concatenate', 'a list is joined by the pipe: `[a, b] -> concat`'],
  ['concat', 'a list is joined by the pipe: `[a, b] -> concat`'],
  ['stack', '`[a, b] -> concat` joins along an axis there is; there is no operator that makes a new one'],
  ['chunk', 'write `split`: `x -> split(parts = 2)` gives a list'],
  ['unbind', 'write `split`: `x -> split(parts = 2)` gives a list'],
  ['narrow', 'write `slice`: `x -> slice(axis = channel, start = 0, end = 8)`'],
  ['multiply', 'write `mul(a, b)`'],
  ['subtract', negated],
  ['plus', 'write `a + b`, or `add(a, b)`'],
  ['residual', 'import it, `import { Residual } from "std/blocks"`, or write `add(x, x -> conv(8, 3))`'],
  ['bmm', 'write `matmul(a, b)`'],
  ['mm', 'write `matmul(a, b)`'],
  ['dot', 'write `matmul(a, b)`'],
  [
    'scaleddotproductattention',
    'write `attention(q, k, v)`; a mask is one more input: `attention(q, k, v, mask)`',
  ],
  ['einsum', 'compose it of `permute`, `reshape` and `matmul(a, b)`'],
  ['linear', '`linear(features)` acts on the last axis and takes its input features from its input'],
  ['dense', 'write `linear(features)`, which acts on the last axis'],
  ['fullyconnected', 'write `linear(features)`, which acts on the last axis'],
  ['sequential', 'blocks are chained by the pipe: `let f = conv(8, 3) -> relu`, then `x -> f`'],
  [
    'modulelist',
    'what repeats is a family, `let step[i] for i in 1..3 = step[i-1] -> conv(8, 3)`, or `Repeat` of "std/blocks"',
  ],
  ['view', 'write `reshape(shape)`'],
  ['flatten', 'write `flatten`'],
  ['squeeze', 'write `reshape(shape)`'],
  ['unsqueeze', 'write `reshape(shape)`'],
  ['expanddims', 'write `reshape(shape)`'],
  ['transpose', 'write `permute(order)`: `x -> permute([1, 0])`'],
  ['swapaxes', 'write `permute(order)`: `x -> permute([1, 0])`'],
  ['movedim', 'write `permute(order)`: `x -> permute([1, 0])`'],
  ['rearrange', 'compose it of `reshape(shape)` and `permute(order)`'],
  ['zeropad', 'write `pad(low = 1, high = 1)`'],
  ['zeropadding', 'write `pad(low = 1, high = 1)`'],
  ['constantpad', 'write `pad(low = 1, high = 1, value = 0)`'],
  ['reflectionpad', 'write `pad(low = 1, high = 1, mode = reflect)`'],
  ['replicationpad', 'write `pad(low = 1, high = 1, mode = replicate)`'],
  ['centercrop', 'write `crop_like(x, ref)`, or `crop(low = 1, high = 1)`'],
  ['cropping', 'write `crop(low = 1, high = 1)`'],
  ['parameter', 'write `parameter(shape)`: `let table = parameter([8, 1, 1], init = ones)`'],
  ['variable', 'write `parameter(shape)`'],
  ['embedding', 'a learned table is `parameter(shape)`'],
  ['multiheadattention', 'compose it of `linear`, `split` and `attention(q, k, v)`'],
  ['identity', 'write `identity`'],
  ['input', 'an input is a statement of a network: `input image: [1, 64, 64]`'],
  ['model', 'a model is declared: `network N { … }`'],
  ['module', 'a part of a network is declared: `block B(c: int) { in x … out … }`'],
  ['range', 'a range is written with dots: `0..<n` without n, `0..n` with it'],
  ['arange', 'a range is written with dots: `0..<n` without n, `0..n` with it'],
  ['enumerate', 'go over the indices: `[list[i] * i for i in 0..<len(list)]`'],
  ['map', 'write a list with `for`: `[f(x) for x in list]`'],
  ['pow', 'a power is written `^`: `2^i`'],
  ['int', 'a whole number comes of `floor(x)`, `round(x)` or `a div b`'],
  ['true', 'write `true`'],
  ['false', 'write `false`'],
  ['none', 'there is no empty value: leave the argument out; a block that does nothing is `identity`'],
  ['null', 'there is no empty value: leave the argument out; a block that does nothing is `identity`'],
  ['nil', 'there is no empty value: leave the argument out; a block that does nothing is `identity`'],
  ['super', 'blocks have no base: a variant of a network is `network Small = N(base = 16)`'],
  ['self', 'names of a body are read as they are, without `self`'],
  ['this', 'names of a body are read as they are, without `this`'],
  ['print', 'remove it: `weft check`, `weft cost` and `weft report` say what there is to say of a network'],
])

/** Modules and objects whose parts are named with a dot elsewhere. */
export const foreignRoots: ReadonlySet<string> = new Set([
  'nn',
  'torch',
  'F',
  'tf',
  'keras',
  'layers',
  'np',
  'numpy',
  'math',
  'self',
  'this',
  'monai',
  'einops',
  'jnp',
  'jax',
])

const rootHelp = 'operators are named alone, without a module: `conv`, `relu`, `concat`'

/** How Weft says what this name says elsewhere. */
export function foreignName(name: string): string | undefined {
  const steps = name.split('.')
  const last = steps.at(-1) ?? name
  const bare = last
    .replace(/_?[123][dD]$/, '')
    .replaceAll('_', '')
    .toLowerCase()
  const known = names.get(bare)
  if (steps.length === 1) return known ?? (foreignRoots.has(name) ? rootHelp : undefined)
  if (steps[0] === 'self' || steps[0] === 'this') return `${names.get('self')}: \`${last}\``
  return known ?? rootHelp
}

/** Arguments: the name that an operator or block may have for the same thing. */
const args: ReadonlyMap<string, readonly string[]> = new Map([
  ['kernel_size', ['kernel']],
  ['pool_size', ['kernel']],
  ['filter_size', ['kernel']],
  ['ksize', ['kernel']],
  ['k', ['kernel']],
  ['out_channels', ['channels', 'c']],
  ['filters', ['channels', 'c']],
  ['features', ['channels', 'c']],
  ['out_features', ['features']],
  ['units', ['features']],
  ['num_filters', ['channels', 'c']],
  ['strides', ['stride']],
  ['dilation_rate', ['dilation']],
  ['pads', ['padding']],
  ['num_groups', ['groups']],
  ['use_bias', ['bias']],
  ['negative_slope', ['slope']],
  ['p', ['rate']],
  ['drop_prob', ['rate']],
  ['scale_factor', ['scale']],
  ['output_size', ['size']],
  ['interpolation', ['mode']],
  ['dim', ['axis', 'axes']],
  ['dims', ['axes', 'order', 'axis']],
  ['axis', ['axes']],
  ['keepdim', ['keep']],
  ['keepdims', ['keep']],
  ['chunks', ['parts']],
  ['sections', ['parts']],
  ['split_size', ['sizes']],
  ['split_size_or_sections', ['sizes']],
  ['epsilon', ['eps']],
  ['elementwise_affine', ['affine']],
  ['kernel_initializer', ['init']],
  ['weight_init', ['init']],
  ['shifts', ['offset', 'offsets']],
  ['start_dim', ['start']],
  ['end_dim', ['end']],
  ['activation', ['act']],
  ['act_fn', ['act']],
  ['act_layer', ['act']],
  ['norm_layer', ['norm']],
  ['normalization', ['norm']],
  ['num_blocks', ['n']],
])

/** Arguments that say what follows from the tensor, or what every operator here does. */
const needless: ReadonlyMap<string, string> = new Map([
  ['in_channels', 'leave it out: the channels follow from the tensor that comes in'],
  ['in_features', 'leave it out: the features follow from the tensor that comes in'],
  ['num_features', 'leave it out: the channels follow from the tensor that comes in'],
  ['num_channels', 'leave it out: the channels follow from the tensor that comes in'],
  ['normalized_shape', 'leave it out: the extent follows from the tensor that comes in, `axis` says which'],
  ['input_shape', 'leave it out: shapes follow from the `input` of the network'],
  ['inplace', 'leave it out: memory is planned without it'],
  ['data_format', 'leave it out: shapes are channels first'],
  ['padding_mode', 'leave it out: padding is with zeros'],
  ['track_running_stats', 'leave it out: `batch_norm` keeps running statistics, `instance_norm` keeps none'],
  ['dim', 'leave it out: the operator acts on all axes alike'],
  ['activation', 'an activation is a step of its own: `conv(32, 3) -> relu`'],
  ['name', 'leave it out: parts are named by where they stand'],
  ['device', 'leave it out: a spec says what a network is, not where it runs'],
  ['dtype', 'leave it out: numbers are float32'],
  ['antialias', 'leave it out: resizing does not smooth'],
  ['return_indices', 'leave it out: pooling gives the pooled tensor alone'],
])

export function foreignArgument(name: string, known: readonly string[]): string | undefined {
  const here = args.get(name)?.find((one) => known.includes(one))
  if (here === undefined) return needless.get(name)
  const counted = /^dims?$/.test(name)
    ? ' and counts without the batch: the channels are 0, or `channel`, the first spatial axis is 1'
    : ''
  return `it is called \`${here}\` here${counted}`
}

/** Words of an argument, by what says the same among those that it knows. */
const words: ReadonlyMap<string, readonly string[]> = new Map([
  ['bilinear', ['linear']],
  ['trilinear', ['linear']],
  ['kaiming', ['he']],
  ['kaiming_normal', ['he']],
  ['he_normal', ['he']],
  ['glorot', ['xavier']],
  ['xavier_normal', ['xavier']],
  ['gaussian', ['normal']],
  ['default', ['torch']],
  ['channels', ['channel']],
  ['C', ['channel']],
  ['ce', ['cross_entropy']],
  ['CE', ['cross_entropy']],
  ['CrossEntropyLoss', ['cross_entropy']],
  ['DiceLoss', ['dice']],
  ['dice_loss', ['dice']],
  ['soft_dice', ['dice']],
  ['dice_ce', ['dice + cross_entropy']],
  ['DiceCE', ['dice + cross_entropy']],
  ['DiceCELoss', ['dice + cross_entropy']],
  ['binary_cross_entropy', ['bce']],
  ['BCEWithLogitsLoss', ['bce']],
  ['dice_bce', ['dice(sigmoid = true) + bce']],
  ['FocalLoss', ['focal']],
  ['DiceFocalLoss', ['dice + focal']],
  ['TverskyLoss', ['tversky']],
  ['TopKLoss', ['topk']],
  ['SGD', ['sgd']],
  ['Adam', ['adam']],
  ['AdamW', ['adamw']],
  ['cosine_annealing', ['cosine']],
  ['CosineAnnealingLR', ['cosine']],
  ['polynomial', ['poly']],
  ['PolyLR', ['poly']],
  ['mirror', ['flip']],
  ['rotation', ['rotate']],
  ['zoom', ['scale']],
  ['gaussian_noise', ['noise']],
  ['D', ['depth']],
  ['H', ['height']],
  ['W', ['width']],
])

/** Settings of a recipe under the names that they have elsewhere. */
const settings: ReadonlyMap<string, string> = new Map([
  ['lr', "the learning rate is the optimizer's: `optimizer = sgd(lr = 1e-2)`"],
  ['learning_rate', "the learning rate is the optimizer's: `optimizer = sgd(lr = 1e-2)`"],
  ['momentum', "momentum is the optimizer's: `optimizer = sgd(lr = 1e-2, momentum = 0.99)`"],
  ['weight_decay', "weight decay is the optimizer's: `optimizer = sgd(lr = 1e-2, weight_decay = 3e-5)`"],
  ['optimiser', 'it is called `optimizer` here'],
  ['batch_size', 'it is called `batch` here'],
  ['scheduler', 'it is called `schedule` here'],
  ['lr_schedule', 'it is called `schedule` here'],
  ['lr_scheduler', 'it is called `schedule` here'],
  ['warmup_steps', 'it is called `warmup` here: `warmup = 500 steps`'],
  ['warmup_epochs', 'it is called `warmup` here: `warmup = 50 epochs`'],
  ['ema_decay', 'it is called `ema` here'],
  ['steps_per_epoch', 'it is called `steps` here'],
  ['iterations', 'a training runs `epochs` of `steps` each'],
  ['max_epochs', 'it is called `epochs` here'],
  ['num_epochs', 'it is called `epochs` here'],
  ['clip_norm', 'it is called `clip` here'],
  ['grad_clip', 'it is called `clip` here'],
  ['gradient_clip', 'it is called `clip` here'],
  ['augmentation', 'it is called `augment` here'],
  ['deep_supervision', 'outputs are weighed by name: `supervise = [NAME: 1, NAME: 1/2]`'],
  ['loss_weights', 'outputs are weighed by name: `supervise = [NAME: 1, NAME: 1/2]`'],
  ['seed', 'a seed is given when the training is begun: `weft train FILE --seed 1`'],
  ['patch_size', "the patch is what the network's `input` declares"],
  ['patch', "the patch is what the network's `input` declares"],
])

/** Advice where it names nothing that this block of settings does not have. */
export function foreignSetting(name: string, known: readonly string[]): string | undefined {
  return known.includes('optimizer') ? settings.get(name) : undefined
}

export function foreignWord(word: string, known: readonly string[]): string | undefined {
  const here = words.get(word)?.find((one) => one.split(' + ').every((part) => known.includes(part)))
  return here === undefined ? undefined : `write \`${here}\``
}

/** For the test that holds every advice to the language. */
export const advice: readonly string[] = [...names.values(), ...needless.values(), ...settings.values()]
