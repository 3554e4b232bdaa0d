// Models of more than 2 GiB, past what one protobuf file holds: their weights lie beside them. Writing one needs memory for one weight,
// not for all; whether ONNX Runtime opens it is tried in a process of its own.
import { writeFileSync } from 'node:fs'
import { freemem } from 'node:os'
import { join } from 'node:path'
import { isProblem } from '../src/compiler/diagnostics/diagnostic.ts'
import { loadOnnxRuntime } from '../src/node/onnx-runtime.ts'
import { bytesIn, freeDiskBytes, inFolder } from './folders.ts'
import type { Finding, Found } from './measure.ts'
import type { Opening } from './opening.ts'
import { commandPath, openingPath } from './paths.ts'
import { wholeProcess } from './processes.ts'
import { wide } from './specs.ts'

const neededDisk = 6e9
/** For what the runtime makes of the weights before the first run. */
const neededMemory = 18e9

interface Form {
  readonly width: number
  readonly depth: number
  readonly options: readonly string[]
  readonly isOpened: boolean
}

const forms: readonly Form[] = [
  { width: 2048, depth: 5, options: [], isOpened: false },
  { width: 1024, depth: 20, options: [], isOpened: true },
  { width: 1024, depth: 20, options: ['--without', 'winograd-depth'], isOpened: true },
]

export async function exportWide(): Promise<Found> {
  if (freeDiskBytes() < neededDisk)
    return {
      findings: [],
      notes: [`More than 2 GiB: skipped, less than ${neededDisk / 1e9} GB of disk free.`],
    }
  const lacking = await cannotOpen()
  const findings: Finding[] = []
  for (const form of forms) findings.push(...(await exportForm(form, lacking === undefined)))
  return {
    findings,
    notes: [
      'More than 2 GiB: convolutions in a row, external data, one run each.',
      ...(lacking === undefined ? [] : [`Not opened in ONNX Runtime: ${lacking}.`]),
    ],
  }
}

async function cannotOpen(): Promise<string | undefined> {
  if (isProblem(await loadOnnxRuntime())) return 'onnxruntime-node is not installed'
  return freemem() < neededMemory ? `less than ${neededMemory / 1e9} GB of memory free` : undefined
}

function exportForm({ width, depth, options, isOpened }: Form, canOpen: boolean): Promise<Finding[]> {
  return inFolder((folder) => {
    const spec = join(folder, 'wide.weft')
    const model = join(folder, 'wide.onnx')
    writeFileSync(spec, wide(width, depth))
    const { ms, peakMB } = wholeProcess(
      commandPath,
      'compile',
      spec,
      '--target',
      'onnx',
      '-o',
      model,
      ...options,
    )
    const name = [`${depth} × conv(${width}, 3)`, ...options].join(' ')
    const largest = (4 * 27 * width * width) / 1e6
    return [
      { what: `${name}, time`, value: ms, unit: 'ms' },
      { what: `  peak memory; largest weight ${largest.toFixed(0)} MB`, value: peakMB, unit: 'MB' },
      { what: '  written', value: bytesIn(folder) / 1e6, unit: 'MB' },
      ...(isOpened && canOpen ? opened(model) : []),
    ]
  })
}

function opened(model: string): Finding[] {
  const { printed, peakMB } = wholeProcess(openingPath, model)
  const { ms } = JSON.parse(printed) as Opening
  return [
    { what: '  opening by path in ONNX Runtime', value: ms, unit: 'ms' },
    { what: '  peak memory of that process', value: peakMB, unit: 'MB' },
  ]
}
