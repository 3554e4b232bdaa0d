// Models that are taken to where Weft is not: 895-897.
import { code } from '../define.ts'

export const deployCodes = {
  'deploy-unsupported': code<{ path: string; target: string; reason: string; advice: string }>({
    code: 'WEFT895',
    severity: 'error',
    message: ({ path, target, reason }) => `${path} cannot be deployed as ${target}: ${reason}`,
    help: ({ advice }) => advice,
    explanation: `\`weft deploy\` takes a model that \`weft import model\` has made, or a run of \`weft train\` whose recipe states a \`spacing\`: its pipeline is what goes along with
the networks. Where a target has no room for a network, such as WebAssembly, which addresses 4 GiB, that is said before anything is written.

    weft import model nnUNetTrainer__nnUNetPlans__3d_fullres -o models/heart
    weft deploy models/heart -o site
`,
  }),
  'deploy-package': code<{ package: string; purpose: string }>({
    code: 'WEFT896',
    severity: 'error',
    message: ({ package: name, purpose }) => `${name} is not installed, and ${purpose}`,
    help: ({ package: name }) => `install it beside Weft: npm install ${name}`,
    explanation: `A page that segments carries ONNX Runtime for browsers and a viewer of volumes with it, so that it needs nothing from elsewhere. Both
are optional dependencies, which npm leaves out with \`--omit=optional\`.

    npm install onnxruntime-web @niivue/niivue
`,
  }),
  'port-unusable': code<{ port: number; reason: string }>({
    code: 'WEFT897',
    severity: 'error',
    message: ({ port, reason }) => `port ${port} cannot be listened on: ${reason}`,
    help: () => 'name another one with --port, or 0 for any that is free',
    explanation: `\`weft deploy --serve\` answers on one port of this machine, to this machine alone.
`,
  }),
} as const
