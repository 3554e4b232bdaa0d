// Exporting: what a target cannot say, and what was asked of an export: 96x.
import { code } from '../define.ts'

export const exportCodes = {
  'opset-too-low': code<{ operator: string; onnx: string; needs: number; opset: number }>({
    code: 'WEFT961',
    severity: 'error',
    message: ({ operator, onnx, needs, opset }) =>
      `\`${operator}\` is ONNX's ${onnx} of operator set ${needs}, which operator set ${opset} does not have`,
    help: ({ needs }) => `use --opset ${needs} or higher, or leave --opset out`,
    explanation: `An ONNX file names the operator set (opset) whose operators it uses. Weft writes 17 unless asked for another one. A
lower one lets older runtimes read the file, but lacks operators: what it cannot say is an error, never an approximation.

    weft compile net.weft --target onnx --opset 16 -o net.onnx     // layer_norm needs 17
    weft compile net.weft --target onnx -o net.onnx
`,
  }),
  'opset-unsupported': code<{ opset: number; least: number; greatest: number }>({
    code: 'WEFT962',
    severity: 'error',
    message: ({ opset, least, greatest }) =>
      `operator set ${opset} cannot be written; ${least} to ${greatest} can`,
    help: () => 'leave --opset out for 17, which every current runtime reads',
    explanation: `Before operator set 13 several operators had other forms; beyond 26 no runtime that Weft is tested with reads the file.
`,
  }),
  'no-extents-parameter': code<{ network: string; shape: string }>({
    code: 'WEFT963',
    severity: 'error',
    message: ({ network, shape }) =>
      `\`${network}\` has no single parameter that holds the spatial extents of its input ${shape}`,
    help: () => 'declare one, for example `patch: [int]` with `input image: [1, ...patch]`',
    explanation: `Free extents and smaller ones are put where the spec keeps its extents: in a list parameter whose value is the spatial
extents of the only input. Extents that are written into the input, or held by several parameters, cannot be changed from outside.

    network Net { input image: [1, 64, 64] … }                               // no parameter
    network Net(patch: [int] = [64, 64]) { input image: [1, ...patch] … }
`,
  }),
  'extents-not-free': code<{ parameter: string; reason: string }>({
    code: 'WEFT964',
    severity: 'error',
    message: ({ parameter, reason }) => `the extents in \`${parameter}\` cannot be left free: ${reason}`,
    help: () =>
      'export with fixed extents, which larger images are taken through in windows, or change what needs to know them',
    explanation: `\`--dynamic spatial\` leaves the spatial extents free, as multiples of the least number that every stride of the network
divides. Where something needs a number (the shape of a learned table, a kernel, the end of a range), the network only exists for fixed ones. So it is
with transformers that learn what they add to each position: the table has a row for each. Windows and tokens may be as many as the
extents say. \`weft predict\` takes an image of any size through windows of the fixed extents.
`,
  }),
  'extent-free': code<{ extent: string }>({
    code: 'WEFT965',
    severity: 'error',
    message: ({ extent }) => `the input's extent ${extent} is free, and a number is needed here`,
    help: () => "give the parameter that holds it numbers, for example --set 'patch=[64, 64]'",
    explanation: `What runs a network, and a file with fixed extents, needs an input of a definite size. A spec that declares a free extent
itself, with \`dim("H", multiple = 16)\`, is given numbers where the extent comes from.

    weft verify net.weft --set 'size=[dim("H", multiple = 16), 64]'     // free
    weft verify net.weft --set 'size=[64, 64]'
`,
  }),
  'resize-too-long': code<{ longest: number }>({
    code: 'WEFT978',
    severity: 'error',
    message: ({ longest }) =>
      `an axis is resized to ${longest} positions by nearest neighbours, more than a file can say exactly`,
    help: () => 'resize to fewer positions, or with mode = linear',
    explanation: `Runtimes find the nearest neighbour by a quotient in single precision, which misses for some sizes; there the file has a
table of the neighbours instead, and whether it needs one is found by computing every position. That is done for up to 4,194,304
positions along one axis.
`,
  }),
  'patch-axes': code<{ patch: string; name: string; extents: readonly number[] }>({
    code: 'WEFT966',
    severity: 'error',
    message: ({ patch, name, extents }) =>
      `--patch ${patch} does not have ${extents.length} extents, as \`${name}\` has: ${extents.join('x')}`,
    help: () => 'give an extent for each spatial axis',
    explanation: `\`--patch\` takes one extent for each spatial axis of the input.

    weft bench unet.weft --patch 64          // 2D: two are needed
    weft bench unet.weft --patch 64x64
`,
  }),
  'tfjs-unsayable': code<{ operator: string; reason: string }>({
    code: 'WEFT967',
    severity: 'error',
    message: ({ operator, reason }) =>
      `\`${operator}\` cannot be said in a TensorFlow.js graph model: ${reason}`,
    help: () => 'bring the operands to fewer axes with `reshape`',
    explanation: `A graph model is made of TensorFlow's own operations, so that it runs wherever TensorFlow.js does. What they cannot say on all of
its backends is an error, never an approximation. Kernels of two operands take six axes; neighbours that broadcast alike count as one.
`,
  }),
  'folder-not-export': code<{ path: string; found: string }>({
    code: 'WEFT968',
    severity: 'error',
    message: ({ path, found }) => `${path} is not a folder that an export wrote: it holds ${found}`,
    help: () =>
      'give -o a new folder, an empty one, or one that `weft compile` wrote for the same target before',
    explanation: `A TensorFlow.js model is several files: model.json, weights.bin and training.json; so is a PyTorch package, and a trainer for nnU-Net. They go into a folder of their own, which is
replaced when it holds an export of Weft's, and left alone when it holds anything else.

    weft compile net.weft --target tfjs -o .           // the folder of the spec
    weft compile net.weft --target tfjs -o net-tfjs
`,
  }),
  'torch-names-turned': code<{ tensor: string }>({
    code: 'WEFT989',
    severity: 'error',
    message: ({ tensor }) =>
      `the map reorders the axes of ${tensor}: a state dict cannot have it under that name`,
    help: () =>
      'leave --rename out: `--weights` with a map of Weft paths, or none, gives a package under its own names',
    explanation: `With --rename a PyTorch package has the names of the checkpoint, and its tensors as they are. A rule with \`permute\` belongs to another
framework's checkpoint, whose tensors are no parameters of a torch module.
`,
  }),
  'torch-folder-name': code<{ name: string; suggestion: string }>({
    code: 'WEFT987',
    severity: 'error',
    message: ({ name }) => `Python cannot import a package that is called ${name}`,
    help: ({ suggestion }) => `end -o with a Python name, such as ${suggestion}`,
    explanation: `A PyTorch package is a folder, and its name is what Python imports: letters, digits and _, no digit first, no keyword.

    weft compile unet3plus.weft --target torch -o unet-3-plus     // WEFT987
    weft compile unet3plus.weft --target torch -o unet_3_plus
`,
  }),
  'torch-shared-sizes': code<{ path: string }>({
    code: 'WEFT988',
    severity: 'error',
    message: ({ path }) =>
      `${path} is shared by computations that differ in more than their input: one module cannot do both`,
    help: () =>
      'give the shared block inputs of equal extents, or write the parts that depend on extents outside it',
    explanation: `\`share let\` becomes one module that is called more than once. Where its operators depend on extents (a reshape, a
crop, a resize to a size), calls with other extents would need other numbers in the same module.

    share let tower = conv(8, 3) -> reshape([8, 64 * 64])
    output a = large -> tower            // 64×64
    output b = small -> tower            // 32×32: WEFT988 with --target torch
`,
  }),
  'nnunet-network': code<{ network: string; reason: string }>({
    code: 'WEFT997',
    severity: 'error',
    message: ({ network, reason }) => `\`${network}\` cannot be trained inside nnU-Net: ${reason}`,
    help: () =>
      'give the network one input of all channels and one output that is not `aux`, of the same extents',
    explanation: `nnU-Net gives a network one image with all of its channels, predicts by one output of the image's extents, and trains on further
outputs (deep supervision) that are maps of the same classes.

    network Net(classes: int = 3) {
      input image: [2, 32, 32]                           // not: input t1: [1, 32, 32], input t2: [1, 32, 32]
      let coarse = image -> conv(8, 3, stride = 2)
      output logits = coarse -> resize(scale = 2) -> conv(classes, 1)
      aux output ds = coarse -> conv(classes, 1)
    }
`,
  }),
  'network-of-recipe': code<{ network: string; recipe: string; trained: string }>({
    code: 'WEFT998',
    severity: 'error',
    message: ({ network, recipe, trained }) =>
      `--network ${network} is not the network of --recipe ${recipe}, which trains ${trained}`,
    help: () => 'leave one of them out',
    explanation: `A \`train\` block names the network that it trains, with its arguments.

    weft compile net.weft --target nnunet -o trainer --recipe amos            // the network of \`train amos for …\`
    weft compile net.weft --target nnunet -o trainer --network Small          // nnU-Net's own training of \`Small\`
`,
  }),
  'option-of-target': code<{ option: string; target: string; given: string }>({
    code: 'WEFT969',
    severity: 'error',
    message: ({ option, target, given }) => `${option} is an option of --target ${target}, not of ${given}`,
    help: ({ option }) => `leave ${option} out`,
    explanation: `Operator sets, passes and external data belong to ONNX files. A TensorFlow.js graph model has its own layout of weights, always
leaves the batch free and needs numbers for the other extents; its weights are cut into files with --shard. A PyTorch package has all outputs
and any batch, and begins its weights by torch's own generator. Recipes are for nnU-Net's trainers.

    weft compile net.weft --target tfjs -o net-tfjs --opset 17     // WEFT969
`,
  }),
  'runtime-absent': code<{ runtime: string; reason: string }>({
    code: 'WEFT971',
    severity: 'error',
    message: ({ runtime, reason }) => `${runtime} cannot be loaded: ${reason}`,
    help: ({ runtime }) =>
      `install it: npm install ${runtime}${runtime === 'onnxruntime-node' ? `; where its download of GPU files is blocked: ONNXRUNTIME_NODE_INSTALL=skip npm install ${runtime}` : ''}`,
    explanation: `Running exported files needs ONNX Runtime, an optional dependency: costs, checks and exports work without it. Its package
carries what runs on a CPU; only its install script, which looks for GPU files elsewhere, can fail, and npm then leaves the whole
package out. With that script skipped it installs from the npm registry alone.

    ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node

\`weft verify --runtime web\` needs the build for browsers, another optional dependency.

    npm install onnxruntime-web
`,
  }),
  'runtime-refuses-model': code<{ file: string; reason: string }>({
    code: 'WEFT972',
    severity: 'error',
    message: ({ file, reason }) => `ONNX Runtime does not load ${file}: ${reason}`,
    explanation: `The runtime's own words say why: the file is damaged or not ONNX, its external data are not beside it, or its operator set is
newer than the runtime.
`,
  }),
  'runtime-fails': code<{ reason: string }>({
    code: 'WEFT973',
    severity: 'error',
    message: ({ reason }) => `ONNX Runtime cannot run the model: ${reason}`,
    explanation: `The runtime's own words name the operator that failed: most often an input whose extents the network does not take (a side
that does not divide by the network's total stride), or not enough memory.
`,
  }),
  'not-onnx': code<{ path: string }>({
    code: 'WEFT974',
    severity: 'error',
    message: ({ path }) => `${path} is not an ONNX model`,
    help: () => 'name a file that an ONNX exporter wrote',
    explanation: `The file's bytes are not an ONNX message with a graph and inputs, or it is cut off.
`,
  }),
  'onnx-inputs-differ': code<{ path: string; takes: number; given: number }>({
    code: 'WEFT975',
    severity: 'error',
    message: ({ path, takes, given }) =>
      `${path} takes ${takes} inputs, the network it is compared with ${given}`,
    explanation: `Models that are compared run on the same inputs.
`,
  }),
  'onnx-input-misshapen': code<{
    path: string
    input: string
    takes: string
    given: string
    reason: string
  }>({
    code: 'WEFT976',
    severity: 'error',
    message: ({ path, input, takes, given, reason }) =>
      `${path} takes \`${input}\` of ${takes}, not ${given}: ${reason}`,
    help: () => 'compare at extents that both take, for example with --patch',
    explanation: `Models that are compared run on the same inputs, so both have to take their extents. A file with free extents says of each
which multiples it takes; an axis whose extent is a number takes that one only.

    weft bench net.weft --against other.onnx --patch 64x64x64
`,
  }),
  'output-is-input': code<{ path: string; what: string }>({
    code: 'WEFT977',
    severity: 'error',
    message: ({ path, what }) => `${path} is ${what}, which the output would replace`,
    help: () => 'give the output another name',
    explanation: `A command never writes over what it reads: specs and their imports, weights, maps, tables, images, the files of a run. It
does not matter by which name or link the output leads there. Nothing is written then. Two outputs of one command need two names.

    weft report net.weft -o blocks.weft                // WEFT977: net.weft imports blocks.weft
    weft compile net.weft --target onnx -o net.weft    // WEFT977
    weft compile net.weft --target onnx -o net.onnx
`,
  }),
  'beyond-float16': code<{ tensor: string; value: number }>({
    code: 'WEFT970',
    severity: 'error',
    message: ({ tensor, value }) => `\`${tensor}\` has ${value}, which no number of 16 bits comes near`,
    help: () => 'the greatest is 65504: leave --precision out',
    explanation: `\`--precision f16\` stores weights in IEEE 754's binary16, which has numbers up to 65504. What is larger would become infinite,
and no output would be a number. Weights of that size are rare, and a training that gives them has seldom gone well.

    weft compile net.weft --target onnx -o net.onnx --precision f16    // WEFT970
    weft compile net.weft --target onnx -o net.onnx
`,
  }),
  'range-unbounded': code<{ value: string; least: number; greatest: number; patch: number }>({
    code: 'WEFT899',
    severity: 'error',
    message: ({ value, least, greatest, patch }) =>
      `\`${value}\` has no range to quantise it by: on patch ${patch} it goes from ${least} to ${greatest}`,
    help: () => 'see with weft verify where it stops being a number, or leave --precision out',
    explanation: `\`--precision int8\` writes values as bytes, by the least and the greatest that they were seen to have. Where a value is infinite, or no
number, in single precision already, there are none: the weights are too large, or so are the images of \`--calibrate\`.

    weft compile net.weft --target onnx -o net.onnx --precision int8    // WEFT899
    weft verify net.weft
`,
  }),
} as const
