// Running: tensors given to a network that do not fit its inputs: 95x.
import { code, didYouMean } from '../define.ts'

export const runningCodes = {
  'input-missing': code<{ input: string }>({
    code: 'WEFT951',
    severity: 'error',
    message: ({ input }) => `the input \`${input}\` is missing`,
    help: () => 'give a tensor for every input that the network declares',
    explanation: `A network runs on one tensor for each of its inputs, by the input's name.

    network Change {
      input before: [1, 64, 64]
      input after: [1, 64, 64]       // has to be given too
      output map = [before, after] -> concat -> conv(2, 3)
    }
`,
  }),
  'input-misshapen': code<{ input: string; expected: string; given: string; reason?: string }>({
    code: 'WEFT952',
    severity: 'error',
    message: ({ input, expected, given, reason }) =>
      `the input \`${input}\` is ${given}, the network takes ${expected}${reason === undefined ? '' : `: ${reason}`}`,
    help: () => 'crop, pad or resample the data, or compile the network for its extents',
    explanation: `An input has the shape that the network declares, behind a batch that is the same for all inputs. Free extents take any
positive multiple of what they are declared to be a multiple of, one value per symbol.

    input image: [1, 64, 64]                                        // N×1×64×64, with any N
    input image: [1, dim("H", multiple = 16), dim("W", multiple = 16)]   // 48×80, but not 50×80
`,
  }),
  'input-unknown': code<{ input: string; known: readonly string[]; suggestion: string | undefined }>({
    code: 'WEFT953',
    severity: 'error',
    message: ({ input }) => `the network has no input \`${input}\``,
    help: ({ known, suggestion }) =>
      didYouMean(suggestion) ?? `its inputs are ${known.map((name) => `\`${name}\``).join(', ')}`,
    explanation: `A tensor was given under a name that no input of the network has.

    network Net {
      input image: [1, 64, 64]       // give \`image\`, not \`x\`
      output map = image -> conv(2, 3)
    }
`,
  }),
  'extent-unsettled': code<{ symbol: string }>({
    code: 'WEFT954',
    severity: 'error',
    message: ({ symbol }) => `the extent \`${symbol}\` is not known: no input settles it`,
    help: () => 'give it a number where the spec says `dim`, or use it in the shape of an input',
    explanation: `Free extents take their values from the inputs that a network is run on. One that appears in no input has no value.

    input image: [1, 64, 64]
    output map = image -> resize(size = dim("S"))              // S could be anything

    input image: [1, dim("S"), dim("S")]
    output map = image -> resize(size = 2 * dim("S"))
`,
  }),
} as const
