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
} as const
