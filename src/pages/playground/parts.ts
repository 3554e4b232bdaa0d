// What the markup of the page and its program both know.

export const ids = {
  status: 'status',
  example: 'example',
  network: 'network',
  batch: 'batch',
  share: 'share',
  reset: 'reset',
  editor: 'editor',
  text: 'text',
  findings: 'findings',
  stale: 'stale',
  headline: 'headline-content',
  totals: 'totals-content',
  knobs: 'knobs-content',
  architecture: 'architecture-content',
  memory: 'memory-content',
  against: 'against',
  comparison: 'comparison-content',
  swept: 'swept',
  from: 'swept-from',
  to: 'swept-to',
  step: 'swept-step',
  sweep: 'sweep-run',
  curves: 'curves-content',
  train: 'train',
  stop: 'train-stop',
  trainingProgress: 'train-progress',
  trained: 'trained-content',
  onnx: 'save-onnx',
  report: 'save-report',
  source: 'save-source',
} as const

/** Files beside the page. */
export const files = { start: 'start.json', examples: 'examples.json' } as const

/** The WebAssembly of TensorFlow.js, beside the page. */
export const wasmFolder = 'tfjs/'

const linePrefix = 'line-'

/** Where a link to a line of the text leads; the program of the page goes there itself. */
export const lineAnchor = (line: number): string => `${linePrefix}${line}`

export function lineOfAnchor(anchor: string): number | undefined {
  const line = anchor.startsWith(linePrefix) ? Number(anchor.slice(linePrefix.length)) : NaN
  return Number.isInteger(line) ? line : undefined
}
