// Options shared by the commands that make an ONNX model: `compile`, `verify` and `bench`.
import type { Argv } from 'yargs'
import {
  defaultOnnxPasses,
  isOnnxPassName,
  onnxGoals,
  onnxPassNames,
  usualOnnxPasses,
  type OnnxGoal,
  type OnnxPassName,
} from '../../backends/onnx/passes/pipeline.ts'

export interface OnnxArgs {
  readonly opset: number | undefined
  readonly precision: 'f32' | 'f16' | 'int8'
  readonly calibrate: string | undefined
  readonly optimize: OnnxGoal
  readonly with: string[] | undefined
  readonly without: string[] | undefined
}

/** Adds `--opset --precision --calibrate --optimize --with --without`. */
export function withOnnxOptions<T>(yargs: Argv<T>): Argv<T & OnnxArgs> {
  return yargs
    .option('opset', {
      describe: 'ONNX operator set; by default 17, or the first that has every operator',
      type: 'number',
      requiresArg: true,
    })
    .option('precision', {
      describe:
        'what weights are stored in: f16 halves the file; int8 makes a quarter of it and convolutions that multiply bytes',
      choices: ['f32', 'f16', 'int8'] as const,
      default: 'f32' as const,
      requiresArg: true,
    })
    .option('calibrate', {
      describe:
        'int8: cases that show how large values get: a dataset’s folder, or phantom:…; by default those of a run, and noise for a spec',
      type: 'string',
      requiresArg: true,
    })
    .option('optimize', {
      describe:
        'what passes are chosen for: latency; memory, a little slower where that takes less; size, no weights in a larger form',
      choices: onnxGoals,
      default: 'latency' as const,
      requiresArg: true,
    })
    .option('with', {
      describe: `run a pass that is off by default: ${namesOf((name) => !defaultOnnxPasses.includes(name))}`,
      type: 'string',
      array: true,
      nargs: 1,
    })
    .option('without', {
      describe: `leave out a pass: ${namesOf((name) => defaultOnnxPasses.includes(name))}`,
      type: 'string',
      array: true,
      nargs: 1,
    })
    .check(({ opset, precision, calibrate, with: more, without: fewer }) => {
      if (calibrate !== undefined && precision !== 'int8') return '--calibrate is for --precision int8'
      if (opset !== undefined && !Number.isInteger(opset)) return '--opset takes a whole number'
      const unknown = [...(more ?? []), ...(fewer ?? [])].find((name) => !isOnnxPassName(name))
      return (
        unknown === undefined || `there is no pass ${unknown}; the passes are ${onnxPassNames.join(', ')}`
      )
    })
}

const namesOf = (isListed: (name: OnnxPassName) => boolean): string =>
  onnxPassNames.filter(isListed).join(', ')

/** The usual passes and those added, without those taken away. */
export function chosenPasses({
  precision,
  optimize,
  with: more = [],
  without: fewer = [],
}: Pick<OnnxArgs, 'precision' | 'optimize' | 'with' | 'without'>): readonly OnnxPassName[] {
  const usual = usualOnnxPasses(precision, optimize)
  return onnxPassNames.filter(
    (name) => (usual.includes(name) || more.includes(name)) && !fewer.includes(name),
  )
}
