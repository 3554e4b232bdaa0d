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
  'output-ending': code<{ path: string; known: readonly string[] }>({
    code: 'WEFT955',
    severity: 'error',
    message: ({ path }) => `the name ${path} does not say in which format to write`,
    help: ({ known }) => `the endings are ${known.join(', ')}; or say --format`,
    explanation: `\`-o FILE\` writes what the file's name ends with, unless \`--format\` says otherwise.

    weft graph net.weft -o net.png     // convert net.svg instead
    weft graph net.weft -o net.svg
    weft report net.weft -o net.pdf    // print net.html instead
    weft report net.weft -o net.html
`,
  }),
  'module-unknown': code<{ module: string; network: string; suggestion: string | undefined }>({
    code: 'WEFT956',
    severity: 'error',
    message: ({ module, network }) => `${network} has no module \`${module}\` to open`,
    help: ({ suggestion }) =>
      didYouMean(suggestion) ?? 'modules have the paths that `weft cost --format json` lists',
    explanation: `\`weft graph --expand NAME\` opens one module of the picture: by the name on its box, or by its path, as in cost
tables and tooltips.

    weft graph unet.weft --expand 'encodr[0]' -o unet.svg          // misspelt
    weft graph unet.weft --expand 'encoder[0]' -o unet.svg         // what the box shows
    weft graph unet.weft --expand 'encoder.level[0]' -o unet.svg   // its path
`,
  }),
  'module-ambiguous': code<{ label: string; paths: readonly string[] }>({
    code: 'WEFT986',
    severity: 'error',
    message: ({ label, paths }) => `${paths.length} modules are called \`${label}\``,
    help: ({ paths }) =>
      `say which by its path: ${paths.slice(0, 4).join(', ')}${paths.length > 4 ? ` and ${paths.length - 4} more` : ''}`,
    explanation: `\`weft graph --expand NAME\` takes the name on a box where one box alone has it. Otherwise it takes a path.

    weft graph unet.weft --expand DoubleConv -o unet.svg                      // each level has one
    weft graph unet.weft --expand 'encoder.level[0].DoubleConv' -o unet.svg
`,
  }),
  'text-opens-nothing': code<{ option: string }>({
    code: 'WEFT958',
    severity: 'error',
    message: ({ option }) => `${option} has nothing to open in a picture of characters`,
    help: () => 'ask for another format: -o net.svg, -o net.html or --format mmd',
    explanation: `As characters, \`weft graph\` draws the levels and stages of fusions and backbones and nothing inside them.

    weft graph unet.weft --depth 2                     // nothing to open
    weft graph unet.weft --depth 2 -o unet.svg
`,
  }),
  'picture-too-large': code<{ boxes: number; limit: number }>({
    code: 'WEFT957',
    severity: 'error',
    message: ({ boxes, limit }) =>
      `the picture would have ${boxes} boxes outside of its grids, the limit is ${limit}`,
    help: () => 'open less: a smaller --depth, or --expand for the modules that matter',
    explanation: `Boxes of backbones and fusions stand on grids of any size. All others are placed so that few edges cross, which
takes long for many of them, and nobody reads the result.

    weft graph resenc.weft --depth 9 -o net.svg
    weft graph resenc.weft --expand 'encoder.level[3]' -o net.svg
`,
  }),
} as const
