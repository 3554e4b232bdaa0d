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
} as const
