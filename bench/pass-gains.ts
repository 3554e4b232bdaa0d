// What each pass of the ONNX backend contributes: the export with all default passes against the same without one.
import { defaultOnnxPasses } from '../src/backends/onnx/passes/pipeline.ts'
import type { OnnxGraph } from '../src/backends/onnx/model.ts'
import { benchModels } from '../src/node/bench-onnx.ts'
import type { OnnxRuntime } from '../src/node/onnx-runtime.ts'
import {
  compiled,
  cube,
  openOurs,
  whileOpen,
  type Opened,
  type Setting,
  type Subject,
} from './contestants.ts'
import { medianOf, type Finding, type Found } from './measure.ts'
import { sound } from './sound.ts'

const threads = 2

const operators = ({ nodes }: OnnxGraph): string => nodes.map(({ op }) => op).join()

export async function passGains(runtime: OnnxRuntime, subject: Subject, setting: Setting): Promise<Found> {
  const ours = compiled(subject, setting.side)
  const name = `${ours.graph.network} ${cube(setting.side).join('×')}, ${threads} threads`
  const all = await openOurs(runtime, ours, { name: 'with all passes', threads })
  const opened: Opened[] = [all]
  const idle: string[] = []
  return whileOpen(opened, async () => {
    for (const pass of defaultOnnxPasses) {
      const passes = defaultOnnxPasses.filter((one) => one !== pass)
      const without = await openOurs(runtime, ours, { name: `without ${pass}`, threads, passes })
      if (operators(without.model) !== operators(all.model)) opened.push(without)
      else {
        idle.push(pass)
        await without.close()
      }
    }
    return {
      findings: await gains(name, opened, setting),
      notes: idle.map((pass) => `${name}: ${pass} changes nothing.`),
    }
  })
}

async function gains(name: string, opened: readonly Opened[], setting: Setting): Promise<Finding[]> {
  const contestants = opened.map(({ contestant }) => contestant)
  const { timings, ratios } = sound(await benchModels(contestants, setting))
  return timings.flatMap(({ name: own, samples }, k): Finding[] => {
    const time = medianOf(`${name}, ${own}`, samples)
    const ratio = ratios[k - 1]?.ratio
    return ratio === undefined
      ? [time]
      : [time, { what: `${name}, with all against ${own}`, value: ratio, unit: '×' }]
  })
}
