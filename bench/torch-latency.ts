// Our export of a network against PyTorch's own, in the same runtime.
import { join } from 'node:path'
import { benchModels } from '../src/node/bench-onnx.ts'
import type { OnnxRuntime } from '../src/node/onnx-runtime.ts'
import { compiled, cube, openOurs, openTheirs, whileOpen, type Setting, type Subject } from './contestants.ts'
import { inFolder } from './folders.ts'
import { medianOf, type Finding, type Found } from './measure.ts'
import { sound } from './sound.ts'
import { exportTorch, type TorchExport } from './torch.ts'
import type { Whole } from './whole.ts'

/** Time of ours over that of theirs. */
const target = 0.9

export function besideTorch(runtime: OnnxRuntime, subject: Subject, setting: Setting): Promise<Found> {
  return inFolder(async (folder) => {
    const path = join(folder, 'torch.onnx')
    const theirs = exportTorch(subject.example, cube(setting.side), path)
    const ours = compiled(subject, setting.side)
    const findings: Finding[] = []
    for (const threads of setting.threads)
      findings.push(...(await compare({ runtime, ours, path, setting, threads })))
    return { findings, notes: [counts(ours, theirs, setting)] }
  })
}

interface Comparison {
  readonly runtime: OnnxRuntime
  readonly ours: Whole
  /** Of PyTorch's export. */
  readonly path: string
  readonly setting: Setting
  readonly threads: number
}

async function compare({ runtime, ours, path, setting, threads }: Comparison): Promise<Finding[]> {
  const first = await openOurs(runtime, ours, { name: 'Weft', threads })
  const opened = [first, await openTheirs(runtime, path, ours, { threads })]
  const { timings, ratios } = await whileOpen(opened, async () =>
    sound(
      await benchModels(
        opened.map(({ contestant }) => contestant),
        setting,
      ),
    ),
  )
  const name = `${ours.graph.network} ${cube(setting.side).join('×')}, ${threads} thread${threads === 1 ? '' : 's'}`
  const [own, other] = timings.map(({ samples }) => samples)
  return [
    medianOf(`${name}, Weft’s export`, own ?? []),
    medianOf(`${name}, PyTorch’s export`, other ?? []),
    { what: `${name}, Weft against PyTorch`, value: ratios[0]?.ratio ?? NaN, unit: '×', target },
  ]
}

/** Speed means little between different networks: what both count is compared first. */
function counts({ graph, report }: Whole, theirs: TorchExport, { side }: Setting): string {
  const { parameters } = report.totals.training
  const { macs } = report.totals.inference
  const name = `${graph.network} ${cube(side).join('×')}`
  const ours = `${parameters} parameters and ${macs} MACs`
  return parameters === theirs.parameters && macs === theirs.macs
    ? `${name}: both count ${ours}. PyTorch ${theirs.torch}.`
    : `${name} DIFFERS: PyTorch counts ${theirs.parameters} parameters and ${theirs.macs} MACs, Weft ${ours}.`
}
