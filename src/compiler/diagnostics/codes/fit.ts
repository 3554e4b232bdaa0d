// 889, 948-950: what a fit cannot be about or write, and costs that have no closed form.
import { code } from '../define.ts'

export const fitCodes = {
  'fit-metric-unknown': code<{ metric: string; network: string }>({
    code: 'WEFT948',
    severity: 'error',
    message: ({ metric, network }) => `\`${metric}\` of ${network} is not known`,
    help: () => 'give free extents a number, and choose a metric that the network has',
    explanation: `Memory needs extents that are numbers. A receptive field needs an output whose axes are those of the image.

    weft fit net.weft --vary base=16..64:8 --within 'macs <= 500G' --maximize params
`,
  }),
  'fit-variant-taken': code<{ name: string; file: string; by: 'file' | 'language' }>({
    code: 'WEFT949',
    severity: 'error',
    message: ({ name, file, by }) =>
      by === 'file'
        ? `${file} declares or imports \`${name}\` already`
        : `\`${name}\` is a word of the language, which the rest of ${file} may use`,
    help: () => 'name the variant otherwise: --variant NAME',
    explanation: `\`weft fit --variant NAME\` adds a network of that name to the spec. It replaces none.

    weft fit net.weft --vary base=16..64:8 --within 'macs <= 500G' --maximize params --variant Fitted
`,
  }),
  'symbolic-values': code<{ name: string; value: string | undefined }>({
    code: 'WEFT950',
    severity: 'error',
    message: ({ name, value }) =>
      value === undefined
        ? `the network has no \`${name}\` that is a number`
        : `\`${name}\` is ${value}: there are no numbers around it to count at`,
    help: ({ name }) => `say at which numbers: --symbolic '${name}=16..64:8'`,
    explanation: `Costs are polynomials in numbers. \`--symbolic\` takes names of parameters that are numbers, or lists of them, and chooses values around
those in force; or one parameter with its values, as \`weft sweep --over\` does.

    weft cost net.weft --symbolic base,patch
    weft cost net.weft --symbolic base=16..64:8 --symbolic 'patch[0]=64..160:32'
`,
  }),
  'symbolic-not-polynomial': code<{ what: readonly string[]; over: readonly string[] }>({
    code: 'WEFT889',
    severity: 'warning',
    message: ({ what, over }) =>
      `over these values of ${over.join(', ')} no polynomial, nor a few, are ${what.join(', ')}`,
    help: () =>
      'take fewer parameters, or values between which the structure stays the same; densities that are rounded (ERK, kernels) have no closed form',
    explanation: `A count is a polynomial where the structure of the network stays the same and each extent is one: twice the width, four times the
weights. Depths change the structure; densities are rounded to whole connections, ERK's after shares that depend on all other layers. \`weft sweep\` has the
numbers themselves.

    weft cost net.weft --symbolic base=16..64:8
    weft sweep net.weft --over S=0.5..0.9:0.1
`,
  }),
} as const
