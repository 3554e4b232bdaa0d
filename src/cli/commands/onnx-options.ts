// Options shared by the commands that make an ONNX model: `compile`, `verify` and `bench`.
import type { Argv } from 'yargs'
import {
  defaultOnnxPasses,
  isOnnxPassName,
  onnxPassNames,
  type OnnxPassName,
} from '../../backends/onnx/passes/pipeline.ts'

export interface OnnxArgs {
  readonly opset: number | undefined
  readonly with: string[] | undefined
  readonly without: string[] | undefined
}

/** Adds `--opset --with --without`. */
export function withOnnxOptions<T>(yargs: Argv<T>): Argv<T & OnnxArgs> {
  return yargs
    .option('opset', {
      describe: 'ONNX operator set; by default 17, or the first that has every operator',
      type: 'number',
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
    .check(({ opset, with: more, without: fewer }) => {
      if (opset !== undefined && !Number.isInteger(opset)) return '--opset takes a whole number'
      const unknown = [...(more ?? []), ...(fewer ?? [])].find((name) => !isOnnxPassName(name))
      return (
        unknown === undefined || `there is no pass ${unknown}; the passes are ${onnxPassNames.join(', ')}`
      )
    })
}

const namesOf = (isListed: (name: OnnxPassName) => boolean): string =>
  onnxPassNames.filter(isListed).join(', ')

/** The default passes and those added, without those taken away. */
export function chosenPasses({ with: more = [], without: fewer = [] }: OnnxArgs): readonly OnnxPassName[] {
  return onnxPassNames.filter(
    (name) => (defaultOnnxPasses.includes(name) || more.includes(name)) && !fewer.includes(name),
  )
}
