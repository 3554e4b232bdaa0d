// 948-950: what a fit cannot be about or write, and costs that have no closed form.
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
  'fit-variant-taken': code<{ name: string; file: string }>({
    code: 'WEFT949',
    severity: 'error',
    message: ({ name, file }) => `${file} declares \`${name}\` already`,
    help: () => 'name the variant otherwise: --variant NAME',
    explanation: `\`weft fit --variant NAME\` adds a network of that name to the spec. It replaces none.

    weft fit net.weft --vary base=16..64:8 --within 'macs <= 500G' --maximize params --variant Fitted
`,
  }),
} as const
