// What a recipe asks of the outputs that it trains: 625-629.
import { code } from '../define.ts'

export const recipeCodes = {
  'output-activated': code<{ readonly output: string; readonly ending: string; readonly applied: string }>({
    code: 'WEFT625',
    severity: 'warning',
    message: (p) =>
      `the output \`${p.output}\` ends in a ${p.ending}, and the loss takes the ${p.applied} of it once more`,
    help: (p) =>
      `leave out the ${p.ending}: losses take logits, and \`weft predict\` applies the ${p.applied} itself`,
    explanation: `
Losses take an output's logits and apply the softmax (or the sigmoid) themselves, as those of PyTorch and nnU-Net do. Of probabilities a second
softmax makes numbers that hardly differ: of two classes none gets more than e / (e + 1) = 0.73, so the loss stays high however well the
network knows, and its gradients are small. Nothing else tells of it: such a network trains, only badly.

    network Net {
      input image: [1, 32, 32]
      output logits = image -> conv(2, 3) -> softmax      // WEFT625: leave out the softmax
    }
    train quick for Net {
      loss = dice + cross_entropy
      optimizer = adam
    }

A network that has to give probabilities when it is exported can give them by an output of its own that no recipe supervises.
`,
  }),
  'losses-mixed': code<{ readonly softmax: string; readonly sigmoid: string }>({
    code: 'WEFT626',
    severity: 'error',
    message: (p) =>
      `\`${p.softmax}\` takes the softmax of an output, \`${p.sigmoid}\` the sigmoid: its channels cannot be both`,
    help: (p) => {
      if (p.softmax !== 'cross_entropy' && p.softmax !== 'topk')
        return `write \`${p.softmax}(sigmoid = true)\``
      const out = p.sigmoid === 'bce' ? '`bce`' : `\`sigmoid = true\` of \`${p.sigmoid}\``
      return `where a voxel has one class leave out ${out}, else write \`bce\` in the place of \`${p.softmax}\``
    },
    explanation: `
By a softmax a voxel has exactly one class, and the background is one of them. By a sigmoid each channel is judged by itself: there is none for
the background, and a voxel may have several, as the nested regions of a tumour do. What is predicted follows the loss, so all of its terms
agree.

    loss = dice + cross_entropy              // softmax: a channel for each class and the background
    loss = dice(sigmoid = true) + bce        // sigmoid: a channel for each class but the background
`,
  }),
  'one-class-softmax': code<{ readonly output: string; readonly loss: string }>({
    code: 'WEFT627',
    severity: 'error',
    message: (p) =>
      `the output \`${p.output}\` has one channel, and \`${p.loss}\` takes the softmax of it, which is 1 everywhere`,
    help: () =>
      'give it a channel for the background too, or take a loss by a sigmoid: `dice(sigmoid = true) + bce`',
    explanation: `
A softmax divides one among the channels of an output: a single one has it all, whatever its score, and no gradient reaches the network. One
channel for two classes is what losses by a sigmoid take.

    output logits = image -> conv(1, 3)
    loss = dice(sigmoid = true) + bce
`,
  }),
  'setting-without-spacing': code<{ owner: string; name: string }>({
    code: 'WEFT628',
    severity: 'error',
    message: ({ owner, name }) => `\`${name}\` of ${owner} says nothing: its cases are not resampled`,
    help: () =>
      'say what they are resampled to: `spacing = median`, or sizes of voxels such as `spacing = [1, 0.8, 0.8]`',
    explanation: `
A recipe that states a \`spacing\` has its cases cropped to what is not 0, normalised, turned and resampled by nnU-Net's pipeline, and what it predicts brought back.
Without it, or with \`as_stored\`, cases are trained as they are, each normalised as a whole by the names of its channels.

    train quick for Net {
      loss = dice + cross_entropy
      optimizer = adam
      resample = linear      // WEFT628: say \`spacing = median\` too
    }
`,
  }),
} as const
