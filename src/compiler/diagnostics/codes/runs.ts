// Training runs: their folders, and what a network and a dataset must have in common: 86x.
import { code } from '../define.ts'

/** Which parameter the number comes from is not known where several have it, or none. */
function numberHelp(parameters: readonly string[], wanted: number, place: string): string {
  const [first, ...others] = parameters
  if (first === undefined)
    return `${place} must be ${wanted}: no parameter of the network has the number it is now`
  const setting = `--set ${first}=${wanted}`
  if (others.length === 0) return `give the network as many: ${setting}`
  return `${place} must be ${wanted}: set the parameter that it comes from, ${parameters.join(' or ')}, as in ${setting}`
}

export const runCodes = {
  'run-missing': code<{ path: string; file: string }>({
    code: 'WEFT861',
    severity: 'error',
    message: ({ path, file }) => `${path} is not the folder of a training run: it has no ${file}`,
    help: () => 'give the folder that `weft train … --out` wrote',
    explanation: `A training run is a folder: \`run.json\` says what was asked for, \`spec/\` holds the text it was asked of, and beside them
lie the checkpoints, the history and the page.

    weft train hippocampus.weft --data Dataset004_Hippocampus --out runs/first
    weft predict runs/first --input images --output labels
`,
  }),
  'run-exists': code<{ path: string; isModel?: boolean }>({
    code: 'WEFT862',
    severity: 'error',
    message: ({ path, isModel = false }) =>
      `${path} holds files already; a ${isModel ? 'model' : 'run'} needs a folder of its own`,
    help: ({ isModel = false }) =>
      isModel ? 'give another folder' : 'go on with the run there by --resume, or give another folder',
    explanation: `A new run never writes over another one, nor into a folder that has something else in it; nor does a model that is imported.

    weft train net.weft --data … --out runs/a            // runs/a is there already
    weft train net.weft --data … --out runs/a --resume   // goes on where it stopped
    weft train net.weft --data … --out runs/b
`,
  }),
  'run-differs': code<{ path: string; what: string; there: string; here: string }>({
    code: 'WEFT863',
    severity: 'error',
    message: ({ path, what, there, here }) =>
      `the run in ${path} is of another kind: ${what} is ${there} there and ${here} here`,
    help: () => 'resume with what the run began with, or begin another run in a folder of its own',
    explanation: `A resumed run goes on exactly as if it had never stopped. That needs the network, the recipe, the numbers that take
the place of the recipe's, the seed, the data and the split that it began with. Comments and names of files may change. The cases are
held against the digests of their images and labels: a voxel that was changed is found, another folder or packing is not minded.

    weft train net.weft --data … --out runs/a --epochs 10
    weft train net.weft --data … --out runs/a --epochs 20 --resume    // another schedule
    weft train runs/a --resume                                        // everything as it was
`,
  }),
  'run-damaged': code<{ path: string; reason: string }>({
    code: 'WEFT864',
    severity: 'error',
    message: ({ path, reason }) => `${path} cannot be used: ${reason}`,
    help: () => 'put the file back as Weft wrote it, or begin another run or import the model again',
    explanation: `The files of a run or of an imported model are written whole or not at all, so that no crash leaves half of one. This one was changed since, or
written by another version.
`,
  }),
  'channels-differ': code<{
    network: string
    expected: number
    /** What each of its inputs takes. */
    byInput: readonly number[]
    actual: number
    channels: readonly string[]
    parameters: readonly string[]
  }>({
    code: 'WEFT865',
    severity: 'error',
    message: ({ network, expected, byInput, actual, channels }) => {
      const each = byInput.length === 1 ? '' : ` (${byInput.join(' + ')})`
      return `\`${network}\` takes ${expected} channels${each}, and the dataset has ${actual} (${channels.join(', ')})`
    },
    help: ({ actual, parameters, byInput }) =>
      byInput.length === 1
        ? numberHelp(parameters, actual, `the first extent of its \`input\``)
        : `its inputs take the channels of a case one after the other: together they need ${actual}`,
    explanation: `The input of the network has one channel for each image of a case. Several inputs share them: the first takes as many as it has, the
next the following ones.

    network Net(in_channels: int = 1, …) { input image: [in_channels, ...patch] … }
    weft train net.weft --set in_channels=4 --data …      // four images per case
`,
  }),
  'classes-differ': code<{
    output: string
    expected: number
    actual: number
    classes: readonly string[]
    activation: 'softmax' | 'sigmoid'
    parameters: readonly string[]
  }>({
    code: 'WEFT866',
    severity: 'error',
    message: ({ output, expected, actual, classes, activation }) =>
      activation === 'softmax'
        ? `the output \`${output}\` has ${expected} classes, and the dataset has ${actual} with background (${classes.join(', ')})`
        : `the output \`${output}\` has ${expected} channels, and the dataset has ${actual} without background (${classes.join(', ')})`,
    help: ({ actual, output, parameters }) => numberHelp(parameters, actual, `the channels of \`${output}\``),
    explanation: `The output that is trained has one channel for each class. Where the loss takes a softmax the background is one of them, where
it takes a sigmoid (\`bce\`, \`dice(sigmoid = true)\`) the background is where no channel is.

    weft train net.weft --set classes=3 --data …          // background, anterior, posterior
    weft train net.weft --set classes=2 --data …          // by a sigmoid: anterior, posterior
`,
  }),
  'regions-by-softmax': code<{ regions: readonly string[] }>({
    code: 'WEFT872',
    severity: 'error',
    message: ({ regions }) =>
      `the dataset has regions that share labels (${regions.join(', ')}), and the loss takes a softmax, by which a voxel has one class`,
    help: () => 'take a loss by a sigmoid: `loss = dice(batch = true, sigmoid = true) + bce`',
    explanation: `A region is a class of several labels, which others may share: the whole tumour, its core, and what enhances in it. The network has a
channel for each region, and each says by itself whether a voxel lies in it.

    "labels": { "background": 0, "whole": [1, 2, 3], "core": [2, 3], "enhancing": 3 },
    "regions_class_order": [1, 2, 3]

    network Net(classes: int = 3) { … }                             // a channel for each region
    train brats for Net { loss = dice(batch = true, sigmoid = true) + bce … }
`,
  }),
  'regions-differ': code<{ path: string }>({
    code: 'WEFT873',
    severity: 'error',
    message: ({ path }) => `the run in ${path} was trained on other regions than these data have`,
    help: () => 'declare the regions and `regions_class_order` of the dataset that it was trained on',
    explanation: `A network that was trained on regions says for each of them where it is, and the label map that is made of that follows the regions and
the order that the dataset had then. Labels of other regions would be held against them as if they were the same.
`,
  }),
  'training-input': code<{ network: string; reason: string }>({
    code: 'WEFT867',
    severity: 'error',
    message: ({ network, reason }) => `\`${network}\` cannot be trained: ${reason}`,
    help: () => 'declare image inputs of the same whole extents, and an output of those extents',
    explanation: `Training draws patches of the input's extents from the volumes of a dataset: the network needs inputs with two or
three spatial axes of known extents, the same for all of them, and its first output that is not \`aux\` has a score per class for each voxel of the patch.

    network Net(patch: [int] = [32, 32, 32]) {
      input image: [1, ...patch]
      output logits = image -> conv(8, 3) -> relu -> conv(2, 1)
    }
`,
  }),
  'checkpoint-missing': code<{ path: string; which: string }>({
    code: 'WEFT868',
    severity: 'error',
    message: ({ path, which }) => `the run in ${path} has no ${which} checkpoint yet`,
    help: () => 'let it train further: weft train FOLDER --resume',
    explanation: `A run writes its first checkpoint after the first interval, and the best one after the first validation. Without
validation cases there is no best one.
`,
  }),
  'average-missing': code<{ path: string }>({
    code: 'WEFT874',
    severity: 'error',
    message: ({ path }) => `the run in ${path} keeps no average of its weights: its recipe has no \`ema\``,
    help: () => 'leave out --ema, or train with `ema = 0.999`',
    explanation: `With \`ema\` a recipe keeps an exponential moving average of the weights beside them, in every checkpoint. \`--ema\` takes the averages
in the place of the weights; a recipe with \`validate = ema\` does so unless \`--no-ema\` is said.

    train amos for Net { … ema = 0.999  validate = ema }
`,
  }),
  'output-misplaced': code<{ path: string; reason: string }>({
    code: 'WEFT869',
    severity: 'error',
    message: ({ path, reason }) => `${path} cannot take predictions: ${reason}`,
    help: () => 'give --output a folder of its own',
    explanation: `Predicted label maps are called CASE.nii.gz and replace files of that name. They never go where the images lie, nor where a
dataset keeps the labels that somebody drew.

    weft predict runs/a --input imagesTs --output imagesTs           // WEFT869
    weft predict runs/a --input imagesTs --output predictions
`,
  }),
  'cases-absent': code<{ path: string; which: string; reason: string }>({
    code: 'WEFT870',
    severity: 'error',
    message: ({ path, which, reason }) => `the run in ${path} has no ${which} cases there: ${reason}`,
    help: () => 'evaluate on all cases: --cases all',
    explanation: `A run remembers how the cases of its own data were split: into those that it was trained on and those that were held out. Other
data have no such split, and a run begun with --val-split 0 held out nothing.

    weft evaluate runs/a                              // the cases that were held out
    weft evaluate runs/a --data Dataset005_Other      // all of them
`,
  }),
  'option-of-run': code<{
    option: string
    path: string
    reason: string
    takesSpecs?: boolean
    /** Of an imported model. */
    spec?: string
  }>({
    code: 'WEFT871',
    severity: 'error',
    message: ({ option, path, reason }) => `${option} cannot be given for ${path}: ${reason}`,
    help: ({ option, takesSpecs = true, spec }) =>
      spec === undefined
        ? `leave ${option} out${takesSpecs ? ', or give the .weft file instead of the run' : ''}`
        : `leave ${option} out, or give ${spec} instead of the model`,
    explanation: `The folder of a run stands for one trained network: its copy of the spec, the arguments that it was trained with and the
weights of a checkpoint. So does the folder of an imported model, with the weights of one of its folds. Another network, other arguments or other
weights are not what was trained.

    weft compile runs/a --target onnx -o a.onnx --set base=16        // WEFT871
    weft compile runs/a --target onnx -o a.onnx --checkpoint best
`,
  }),
  'run-locked': code<{
    path: string
    lock: string
    owner?: { readonly process: number; readonly host: string; readonly since: string }
  }>({
    code: 'WEFT875',
    severity: 'error',
    message: ({ path, owner }) =>
      owner === undefined
        ? `${path} is in use by a process that has just begun to train there`
        : `${path} is in use: process ${owner.process} on ${owner.host} trains there since ${owner.since}`,
    help: ({ lock }) =>
      `wait for it, or stop it; where it is certain that no process trains there any more, remove ${lock}`,
    explanation: `Two processes that train in one folder would write over each other's checkpoints and mix their records. The first one takes a
lock, the file \`.lock\`, which says on which machine it is, its number and when it began, and gives it back when it ends. What a process
left that was killed on this machine is recognised and replaced. One from another machine cannot be asked after.

    weft train runs/a --resume &
    weft train runs/a --resume      // WEFT875
`,
  }),
  'run-unverified': code<{ path: string; weft: string }>({
    code: 'WEFT876',
    severity: 'error',
    message: ({ path, weft }) =>
      `the run in ${path} cannot be gone on with: Weft ${weft} began it without digests, so nothing says whether it would be the same run`,
    help: () => 'use its weights (weft predict, evaluate, compile), or begin another run',
    explanation: `A run remembers digests of its cases and of everything else that decides what it learns, and its checkpoints the digest of
those. Runs of earlier versions have none, and changed their connections at another moment: what they would become is not what they
were begun as. Their weights can be used as before.
`,
  }),
  'checkpoint-passed-over': code<{ path: string; reason: string; step: number }>({
    code: 'WEFT877',
    severity: 'warning',
    message: ({ reason, step }) =>
      `${reason}; the run ${step === 0 ? 'begins again' : `goes on from the checkpoint before it, after step ${step}`}`,
    explanation: `A run keeps its last checkpoint and the one before it. Where the last one is damaged or missing, \`--resume\` goes on from the
other: the steps between are taken again and become the same. A damaged file is kept as \`damaged.safetensors\`. A run that was killed
before its first checkpoint begins again. The note is in the history too.
`,
  }),
  'history-shortened': code<{ path: string; lines: number; step: number }>({
    code: 'WEFT878',
    severity: 'warning',
    message: ({ path, lines, step }) =>
      `${path} ends in ${lines === 1 ? 'a damaged line, which is' : `${lines} damaged lines, which are`} left out; it is whole up to step ${step}`,
    explanation: `The records of a run are appended one by one. A machine that loses its power can leave zeros or other bytes where the last of
them should be; the weights do not depend on them. Damage with records after it is no such thing, and an error (WEFT864).
`,
  }),
} as const
