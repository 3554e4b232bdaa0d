// 90x-93x: what is wrong with a file of weights, or with the map from its names to a network's parameters.
import { code, didYouMean } from '../define.ts'

const shownNames = 5

/** `a`, `b` and 12 more. */
function some(names: readonly string[]): string {
  const shown = names.slice(0, shownNames).map((name) => `\`${name}\``)
  const rest = names.length - shown.length
  return rest === 0 ? shown.join(', ') : `${shown.join(', ')} and ${rest} more`
}

const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`
const others = (count: number): string => (count === 1 ? '' : `, and so for ${count - 1} more`)
const list = (numbers: readonly number[]): string => `[${numbers.join(', ')}]`

const saveHelp = 'export it again; docs/weights.md shows how a PyTorch checkpoint becomes a safetensors file'

export const weightCodes = {
  'weights-too-short': code<{ path: string; bytes: number }>({
    code: 'WEFT901',
    severity: 'error',
    message: ({ path, bytes }) => `${path} has ${bytes} bytes: too short for a safetensors file`,
    help: () => saveHelp,
    explanation: `A safetensors file begins with eight bytes that say how long its header is. This file ends before.

    ls -l weights.safetensors         // 0 bytes: the download or the export broke off
`,
  }),
  'weights-header-size': code<{
    path: string
    headerBytes: string
    fileBytes: number
    limit: number
    seems: string | undefined
  }>({
    code: 'WEFT902',
    severity: 'error',
    message: ({ path, headerBytes, fileBytes, limit, seems }) =>
      seems === undefined
        ? `${path} declares a header of ${headerBytes} bytes; the file has ${fileBytes}, and a header at most ${limit}`
        : `${path} is ${seems}, not a safetensors file`,
    help: ({ seems }) =>
      seems === 'a JSON text'
        ? 'the index of a checkpoint in several files is read where its name ends in .json; a map goes to --rename'
        : saveHelp,
    explanation: `The first eight bytes of a safetensors file are the length of its header, little-endian. A length beyond the end of the file,
or beyond 100 MB, means that the file was cut off or is of another format. What \`torch.save\` writes is read as well: see WEFT918 to WEFT920.

    weft weights net.weft --weights model.h5              // HDF5
    weft weights net.weft --weights model.safetensors
`,
  }),
  'weights-header-malformed': code<{ path: string; reason: string }>({
    code: 'WEFT903',
    severity: 'error',
    message: ({ path, reason }) => `the header of ${path} is malformed: ${reason}`,
    help: () => saveHelp,
    explanation: `The header of a safetensors file is a JSON object: for each tensor its \`dtype\`, \`shape\` and \`data_offsets\`, and perhaps
\`__metadata__\`, an object of strings. Each name occurs once.

    {"conv.weight": {"dtype": "F32", "shape": [8, 1, 3, 3], "data_offsets": [0, 288]}}
`,
  }),
  'weights-offsets': code<{
    path: string
    tensor: string
    begin: number
    end: number
    dataBytes: number
    expected:
      { readonly bytes: number; readonly dtype: string; readonly shape: readonly number[] } | undefined
  }>({
    code: 'WEFT904',
    severity: 'error',
    message: ({ path, tensor, begin, end, dataBytes, expected }) =>
      expected === undefined
        ? `${path}: \`${tensor}\` is said to be bytes ${begin} to ${end} of ${dataBytes} bytes of data`
        : `${path}: \`${tensor}\` has ${end - begin} bytes, but ${expected.dtype} ${list(expected.shape)} takes ${expected.bytes}`,
    help: ({ end, dataBytes }) =>
      end > dataBytes ? `the file is truncated or damaged; ${saveHelp}` : saveHelp,
    explanation: `The header of a safetensors file says where the numbers of each tensor are. They must lie inside the file, and be as many bytes as
the shape and the type of numbers take. A file that was not copied to its end fails here.

    {"bias": {"dtype": "F32", "shape": [8], "data_offsets": [0, 16]}}     // 8 numbers of 4 bytes are 32
`,
  }),
  'weights-layout': code<{
    path: string
    begin: number
    end: number
    first: string
    second: string | undefined
  }>({
    code: 'WEFT905',
    severity: 'error',
    message: ({ path, begin, end, first, second }) =>
      second === undefined
        ? `${path}: bytes ${begin} to ${end} of the data, after \`${first}\`, belong to no tensor`
        : `${path}: \`${first}\` and \`${second}\` share the bytes ${begin} to ${end} of the data`,
    help: () => saveHelp,
    explanation: `The tensors of a safetensors file stand one after the other: no byte belongs to two of them, none to nobody. Tensors that share
memory in PyTorch are written as copies (\`tensor.clone()\`).
`,
  }),
  'weights-dtype': code<{
    tensor: string
    dtype: string
    known: readonly string[]
    /** How many tensors have numbers of no known type. */
    count: number
  }>({
    code: 'WEFT906',
    severity: 'error',
    message: ({ tensor, dtype, count }) => `\`${tensor}\` has numbers of type ${dtype}${others(count)}`,
    help: ({ known }) =>
      `weights are read from ${known.join(', ')}; convert the others, for example with \`tensor.float()\``,
    explanation: `Weights are real or whole numbers. Tensors of other types may be in the file as long as no parameter is filled from them. Numbers of
eight bits are quantised, and mean nothing without their scales: such a checkpoint has to be converted first.
`,
  }),
  'weights-not-finite': code<{
    path: string
    tensor: string
    count: number
    total: number
    first: number
    value: number
  }>({
    code: 'WEFT907',
    severity: 'error',
    message: ({ path, tensor, count, total, first, value }) =>
      `${path}: ${count} of the ${counted(total, 'number')} of \`${tensor}\` ${count === 1 ? 'is' : 'are'} not finite; element ${first} is ${value}`,
    help: () => 'the training diverged or the file is damaged: take an earlier checkpoint',
    explanation: `NaN and infinities spread: a network with one of them in its weights predicts nothing. Half precision overflows beyond 65,504.
`,
  }),
  'weights-changed': code<{ path: string; tensor: string }>({
    code: 'WEFT908',
    severity: 'error',
    message: ({ path, tensor }) =>
      `${path} ends before the numbers of \`${tensor}\`: it changed while it was read`,
    help: () => 'wait until the program that writes it is done',
    explanation: `The file was whole when it was opened, and shorter when the numbers were read.
`,
  }),
  'weights-index': code<{ path: string; reason: string }>({
    code: 'WEFT909',
    severity: 'error',
    message: ({ path, reason }) => `${path} cannot be used as the index of a checkpoint: ${reason}`,
    help: () => 'the index and all the files that it lists have to be of one export, in one folder',
    explanation: `Large checkpoints are split into several safetensors files. An index, \`model.safetensors.index.json\`, says which file holds which tensor;
it is given in place of a safetensors file. Files are read from the folder of the index and from below it only, each must hold what the
index says, and nothing else.

    {"metadata": {"total_size": 8}, "weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}}

    weft weights net.weft --weights model.safetensors.index.json --rename map.json
`,
  }),
  'weights-part': code<{
    path: string
    number: number
    count: number
    index: string
    unfilled: number
    total: number
  }>({
    code: 'WEFT910',
    severity: 'error',
    message: ({ path, number, count, unfilled, total }) =>
      `${path} is by its name part ${number} of ${count} of a checkpoint, and nothing in it fills ${unfilled} of ${counted(total, 'parameter')}`,
    help: ({ index }) => `give the index of all parts: --weights ${index}`,
    explanation: `Large checkpoints are split into several safetensors files, and an index says which file holds which tensor. One file alone fills only some
of the parameters.

    weft weights net.weft --weights model-00001-of-00002.safetensors     // a part
    weft weights net.weft --weights model.safetensors.index.json         // all of them
`,
  }),
  'weights-missing': code<{ paths: readonly string[]; total: number; renamed: 'by a map' | 'as they are' }>({
    code: 'WEFT911',
    severity: 'error',
    message: ({ paths, total }) =>
      `nothing fills ${paths.length} of ${counted(total, 'parameter')}: ${some(paths)}`,
    help: ({ renamed }) =>
      renamed === 'by a map'
        ? 'add rules for them, or set the arguments with which the checkpoint was trained'
        : 'names must be those that `weft weights FILE` lists; `--rename MAP.json` translates others',
    explanation: `Every parameter that the chosen outputs need must be in the file, running statistics of batch norms too. Without a map, a tensor fills the
parameter of its own name.

    weft weights net.weft                                              // the names
    weft weights net.weft --weights w.safetensors --rename map.json
`,
  }),
  'weights-unused': code<{ names: readonly string[]; total: number; renamed: 'by a map' | 'as they are' }>({
    code: 'WEFT912',
    severity: 'error',
    message: ({ names, total, renamed }) =>
      `${names.length} of ${counted(total, 'tensor')} in the file ${names.length === 1 ? 'is' : 'are'} ${
        renamed === 'by a map' ? 'covered by no rule' : 'no parameter of the network'
      }: ${some(names)}`,
    help: ({ renamed }) =>
      renamed === 'by a map'
        ? 'add rules for them, or patterns to `ignore`'
        : 'a map says what they are or that they do not matter: --rename MAP.json',
    explanation: `A tensor that nobody uses is often a sign that the checkpoint is of another network. What really does not matter is listed in the map,
so that it is a decision.

    "ignore": ["*.num_batches_tracked"]
`,
  }),
  'weights-shape': code<{
    tensor: string
    path: string
    found: readonly number[]
    expected: readonly number[]
    permute: readonly number[] | undefined
    /** Whether its rule reshapes: only numbers count then. */
    reshape: boolean
    isSameCount: boolean
    /** How many tensors have another shape than their parameter. */
    count: number
  }>({
    code: 'WEFT913',
    severity: 'error',
    message: ({ tensor, path, found, expected, reshape, count }) =>
      `\`${tensor}\` is ${list(found)}, but \`${path}\` is ${list(expected)}${reshape ? ', which are other counts' : ''}${others(count)}`,
    help: ({ permute, reshape, isSameCount }) => {
      if (permute !== undefined) return `its axes fit in another order: "permute": ${list(permute)}`
      return isSameCount && !reshape
        ? 'both have as many numbers: `"reshape": true` in its rule takes them in their order'
        : 'set the arguments with which the checkpoint was trained, each with --set NAME=VALUE'
    },
    explanation: `A tensor has the shape of the parameter that it fills. Layouts are PyTorch's: convolutions [out, in/groups, …kernel], transposed
convolutions [in, out/groups, …kernel]. A rule may reorder the axes of the tensors that it maps: axis k of the result is axis
\`permute[k]\` of the tensor.

    { "from": "conv2d.kernel", "to": "logits.conv.weight", "permute": [3, 2, 0, 1] }

With \`"reshape": true\` the tensor takes the parameter's shape, the same numbers in the same order, as many as there are: the weight of a
linear layer, [out, in], fills a convolution of kernel 1, [out, in, 1, 1, 1], and the other way round. The axes are reordered first.

    { "from": "mlp.fc1", "to": "block.conv", "reshape": true }
`,
  }),
  'weights-twice': code<{
    path: string
    first: string
    second: string
    /** How many parameters are filled more than once. */
    count: number
  }>({
    code: 'WEFT914',
    severity: 'error',
    message: ({ path, first, second, count }) =>
      `\`${first}\` and \`${second}\` both fill \`${path}\`${others(count)}`,
    help: () => 'say in `aliases` which is a copy of which, or make a pattern narrower',
    explanation: `PyTorch lists a module once for each name that it has, so a checkpoint can hold the same tensor more than once. The map says which of them
counts, and that the others are copies of it.

    "aliases": [{ "copy": "decoder.encoder.*", "of": "encoder.*" }]
`,
  }),
  'weights-copies': code<{
    tensor: string
    copy: string
    /** Undefined where the shapes differ. */
    greatest: number | undefined
    /** How many copies differ, of how many. */
    count: number
    total: number
  }>({
    code: 'WEFT917',
    severity: 'error',
    message: ({ tensor, copy, greatest, count, total }) => {
      const by = greatest === undefined ? 'in its shape' : `by up to ${Number(greatest.toPrecision(4))}`
      return `${count} of ${counted(total, 'copy', 'copies')} ${count === 1 ? 'differs from what it is a copy of' : 'differ from what they are copies of'}: \`${copy}\` from \`${tensor}\` ${by}`
    },
    help: () =>
      'load the file into its network in PyTorch, which keeps the last copy, and save its state_dict() again; or delete the copies that do not count',
    explanation: `PyTorch lists a module once for each name that it has. Somebody put other numbers under one of these names (a pretrained encoder, an average
of weights) and left the others as they were. PyTorch loads all of them, one after the other, into the same memory: the last one counts,
and which one that is depends on the program. The file is no longer one network, so nothing is taken from it.

    network.load_state_dict(load_file("grafted.safetensors"))     // what this network computes with now ...
    save_file({name: tensor.clone() for name, tensor in network.state_dict().items()}, "one.safetensors")    // ... is in all copies

Copies are what the \`aliases\` of a map say.
`,
  }),
  'weights-elsewhere': code<{
    rule: number
    names: readonly string[]
    path: string
    suggestion: string | undefined
  }>({
    code: 'WEFT915',
    severity: 'error',
    message: ({ rule, names, path }) =>
      `rule ${rule} takes ${some(names)} to what the network does not have: \`${path}\``,
    help: ({ suggestion }) =>
      didYouMean(suggestion) ??
      'set the arguments with which the checkpoint was trained, or correct the rule',
    explanation: `What a rule gives must be the path of a parameter: \`weft weights FILE\` lists them. A checkpoint of a deeper network fails here as well.
`,
  }),
  'weights-denser': code<{
    path: string
    nonzero: number
    kept: number
    total: number
    /** How many weights are denser than their masks. */
    count: number
  }>({
    code: 'WEFT916',
    severity: 'warning',
    message: ({ path, nonzero, kept, total, count }) =>
      `\`${path}\` has ${nonzero} connections that are not zero, its mask keeps ${kept} of ${total}${others(count)}`,
    help: () =>
      'set the sparsity with which it was trained; effective costs count the mask, not these weights',
    explanation: `The spec says how many connections of this weight are kept, and costs count those. The weights that were given have more: they were trained
with another density, or densely. They are used as they are.

    weft cost e2enet.weft --set S=70%
`,
  }),
  'torch-damaged': code<{ path: string; reason: string }>({
    code: 'WEFT918',
    severity: 'error',
    message: ({ path, reason }) => `${path} is not what torch.save wrote: ${reason}`,
    help: () =>
      'the file was cut off or changed on its way: copy or download it again, and compare the number of bytes',
    explanation: `A checkpoint of \`torch.save\` is a zip archive: a pickle that says which tensors there are, a record of numbers for each storage, and at
the end a directory of all records with a checksum of each. Every record that is read must agree with its checksum. The pickle is read as data: no name
in it is looked up, and nothing in it can run.

    ls -l checkpoint_final.pth         // fewer bytes than where it came from
`,
  }),
  'torch-foreign': code<{ path: string; seems: string; command: string }>({
    code: 'WEFT919',
    severity: 'error',
    message: ({ path, seems }) => `${path} is ${seems}, which is not read`,
    help: ({ command }) => `where you trust it, write its tensors anew:\n${command}`,
    explanation: `Of PyTorch's own formats Weft reads what \`torch.save\` has written since version 1.6: a zip archive of one pickle and its numbers. Older
files are a row of pickles, TorchScript and exported programs hold code. PyTorch itself turns them into a file of tensors.

    python -c "import torch; torch.save(torch.load('old.pth', map_location='cpu', weights_only=True), 'new.pth')"
    python -c "import torch; torch.save(torch.jit.load('script.pt', map_location='cpu').state_dict(), 'new.pth')"
`,
  }),
  'torch-unbuilt': code<{ tensor: string; global: string; count: number }>({
    code: 'WEFT920',
    severity: 'error',
    message: ({ tensor, global, count }) =>
      `\`${tensor}\` is a pickled \`${global}\`, which only its own Python code can make${others(count)}`,
    help: () =>
      'save plain tensors: torch.save({name: tensor.detach().clone() for name, tensor in network.state_dict().items()}, PATH)',
    explanation: `A pickle may ask for any Python class or function. Weft builds tensors and plain data, and looks nothing else up: what another class would have
made is left out where nobody needs it (an optimiser's state, a log), and is an error where a parameter is to be filled from it.

    torch.save(network, "network.pth")                 // a pickle of your own class
    torch.save(network.state_dict(), "weights.pth")    // tensors by name
`,
  }),
  'torch-storage': code<{
    path: string
    tensor: string
    shape: readonly number[]
    strides: readonly number[]
    needed: number
    bytes: number | undefined
  }>({
    code: 'WEFT939',
    severity: 'error',
    message: ({ path, tensor, shape, strides, needed, bytes }) =>
      bytes === undefined
        ? `${path}: the numbers of \`${tensor}\` are not in the file`
        : `${path}: \`${tensor}\`, ${list(shape)} in steps of ${list(strides)}, takes ${needed} bytes, and its storage has ${bytes}`,
    help: () => 'the file is damaged: copy or download it again, or save it again with torch.save',
    explanation: `A tensor in a checkpoint of PyTorch is a view of a storage: where it begins, how many elements each axis has, and how far apart they are. All
of it must lie inside of the storage, and the storage in the file. A tensor that repeats few numbers (\`expand\`) is read up to sixteen million of them.
`,
  }),
  'torch-state-dict': code<{
    path: string
    asked: string | undefined
    candidates: readonly { readonly key: string; readonly count: number }[]
  }>({
    code: 'WEFT940',
    severity: 'error',
    message: ({ path, asked, candidates }) => {
      const keys = candidates.map(({ key, count }) => `\`${key}\` (${counted(count, 'tensor')})`).join(', ')
      return asked === undefined
        ? `${path} holds tensors under ${candidates.length} keys: ${keys}`
        : `${path} has no tensors under \`${asked}\`: they are under ${keys}`
    },
    help: ({ candidates }) => `say which are the weights: --state-dict ${candidates[0]?.key ?? 'KEY'}`,
    explanation: `Trainers keep the weights of a network in a checkpoint under a key of their own (\`network_weights\`, \`state_dict\`, \`model\`), beside other things.
Where only one key leads to tensors with dotted names, it is found. Where several do, such as the weights and their averages, or a student and its teacher, only you
know which are meant.

    weft weights net.weft --weights checkpoint.pth --state-dict model_ema
`,
  }),
  'torch-no-weights': code<{ path: string; holds: string }>({
    code: 'WEFT941',
    severity: 'error',
    message: ({ path, holds }) => `${path} holds no tensors by name, but ${holds}`,
    help: () => 'save the names and tensors of a network: torch.save(network.state_dict(), PATH)',
    explanation: `Weights are tensors by name: what \`state_dict()\` of a module gives, alone or under a key. A module that is pickled as a whole is an object of its
own class, which only the Python code of that class can read.

    torch.save(network, "network.pth")                 // the class is needed to read it
    torch.save(network.state_dict(), "weights.pth")
`,
  }),
  'rename-malformed': code<{ path: string; place: string; reason: string }>({
    code: 'WEFT921',
    severity: 'error',
    message: ({ path, place, reason }) => `${path}${place === '' ? '' : `, ${place}`}: ${reason}`,
    help: () => 'the format is schema/weft-rename-1.schema.json; docs/weights.md explains it',
    explanation: `A map is JSON. Each rule has \`from\`, a pattern of names without the last part (\`weight\`, \`bias\`), and \`to\`, a module of the network.

    {
      "format": "weft-rename-1",
      "let": { "depth": "len(pools)" },
      "rules": [{ "from": "up.{u}", "to": "decoder.node[{depth-1-u}].upward.UpConv.conv_transpose" }],
      "ignore": ["*.num_batches_tracked"]
    }
`,
  }),
  'rename-expression': code<{ path: string; place: string; reason: string; help: string | undefined }>({
    code: 'WEFT922',
    severity: 'error',
    message: ({ path, place, reason }) => `${path}, ${place}: ${reason}`,
    help: ({ help }) => help,
    explanation: `\`let\` values and what stands in braces are Weft expressions over the network's arguments, the other \`let\` values, and what \`from\` captured.
In \`to\` they give a whole number or a string.

    "let": { "depth": "len(pools)" }
    { "from": "loc{z}.{u}", "to": "lattice.node[{depth-1-z-u},{u+1}].fuse" }
`,
  }),
  'rename-idle': code<{ path: string; rule: number; from: string }>({
    code: 'WEFT923',
    severity: 'error',
    message: ({ path, rule, from }) => `${path}, rule ${rule}: no tensor is named like \`${from}\``,
    help: () => 'correct the pattern, or say "optional": true when only some checkpoints have it',
    explanation: `A rule that matches nothing is most often misspelt, or an earlier rule took all that it was meant for: the first rule that matches a tensor
decides.
`,
  }),
  'rename-no-name': code<{ path: string; paths: readonly string[]; total: number }>({
    code: 'WEFT943',
    severity: 'error',
    message: ({ path, paths, total }) =>
      `no rule of ${path} gives ${paths.length} of ${counted(total, 'parameter')}: ${some(paths)}`,
    help: () => 'add rules for them, or take the map that is for this network',
    explanation: `To write weights under the names of another program, a map is turned round: for every parameter a name is looked for that the map takes to it.
Whole numbers are tried from 0: up to 1023 for one variable of an expression, up to 63 for each of two, up to 15 for each of more.

    weft weights runs/first --to official.pth --rename nnunet-v2
`,
  }),
  'rename-two-names': code<{ path: string; of: string; one: string; other: string; count: number }>({
    code: 'WEFT944',
    severity: 'error',
    message: ({ path, of, one, other, count }) =>
      `${path} takes both \`${one}\` and \`${other}\` to \`${of}\`${others(count)}`,
    help: () => 'say with `when` which names there are, or in `aliases` that one is a copy of the other',
    explanation: `To write weights under the names of another program, every parameter needs one name. A map that is for reading alone may have rules that
take several names to one path, of which a checkpoint has one. A condition says which one that is.

    { "from": "level{i}.0.conv", "to": "encoder.level[{i}].conv", "when": "i < depth" }
    { "from": "level{i}.conv", "to": "encoder.level[{i}].conv", "when": "i == depth" }

An alias of which the checkpoint has only one name says so: \`"written": "copy"\` or \`"written": "of"\`.
`,
  }),
  'rename-no-extents': code<{ path: string; rule: number; of: string }>({
    code: 'WEFT945',
    severity: 'error',
    message: ({ path, rule, of }) =>
      `${path}, rule ${rule}: it reshapes what fills \`${of}\`, and nothing says which extents that has`,
    help: () => 'say them in its `shape`, an expression over the `extents` of the parameter',
    explanation: `A rule with \`"reshape": true\` takes numbers in their order, whatever the extents of the tensor. To write it, the map has to say them.

    { "from": "mlp.fc1", "to": "block.conv", "reshape": true, "shape": "[extents[0], extents[1]]" }
`,
  }),
  'rename-ambiguous': code<{ maps: readonly string[] }>({
    code: 'WEFT942',
    severity: 'error',
    message: ({ maps }) =>
      `the names in the file fit ${maps.length} maps, which say different things of them: ${some(maps)}`,
    help: ({ maps }) => `say which program they are of: --rename ${maps[0] ?? 'MAP'}`,
    explanation: `Without \`--rename\`, names that are none of the network's are held against the maps that come along. Where one map gives every tensor a place and every
parameter a tensor, it is taken, and the output says so. Here several do, and numbers would go to other parameters by one than by another.

    weft weights net.weft --weights official.pth --rename nnunet-v2
    weft weights net.weft --weights official.pth --rename none          // names as they are
`,
  }),
  'rename-of-another': code<{ map: string; about: string; fits: readonly string[] }>({
    code: 'WEFT946',
    severity: 'error',
    message: ({ map, fits }) =>
      fits.length === 0
        ? `${map} takes no name in the file to a parameter of this network`
        : `the names in the file are not those that ${map} is for: they fit ${fits.join(' and ')}`,
    help: ({ map, about, fits }) =>
      [
        ...(fits.length === 0 ? [] : [`--rename ${fits[0]}`]),
        ...(about === '' ? [] : [`${map} is for: ${about}`]),
      ].join('; ') ||
      `choose the map of the program that wrote the file, or --rename none for names as they are`,
    explanation: `A map is for the checkpoints of one program and for the networks that are what it builds. Here all names fit another one that comes along; or a
map that comes along finds nothing in the file that it knows, so that the file, the network or the map is another one than was meant.

    weft weights net.weft --weights official.pth --rename nnunet-v2
    weft weights net.weft --weights official.pth                        // the one that fits is found
`,
  }),
  'rename-unknown': code<{ given: string; known: readonly string[]; suggestion: string | undefined }>({
    code: 'WEFT924',
    severity: 'error',
    message: ({ given }) => `there is no file ${given}, and no map of that name comes along`,
    help: ({ known, suggestion }) =>
      [didYouMean(suggestion), `maps that come along: ${known.join(', ')}`]
        .filter((one) => one !== undefined)
        .join('\n'),
    explanation: `\`--rename\` takes the file of a map, or the name of one that comes with Weft for an official checkpoint.

    weft weights nnunet.weft --weights official.safetensors --rename nnunet-v1
    weft weights nnunet.weft --weights official.safetensors --rename my-map.json
`,
  }),
} as const
