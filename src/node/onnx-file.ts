// An ONNX file from anywhere, opened to run on given inputs: its names may differ, its extents may not.
import { readFileSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { readModelFacts, type ModelFacts } from '../backends/onnx/read.ts'
import { isProblem, problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import type { Contestant } from './bench-onnx.ts'
import { noteInput } from './inputs.ts'
import type { OnnxRuntime, RuntimeTensor, SessionOptions } from './onnx-runtime.ts'
import { systemProblem } from './spec-files.ts'

/** Protobuf ends at 2 GiB; a larger file is no model. */
const greatestBytes = 2 ** 31

/** The model and the inputs that it takes, which are the given ones in the order of its own. */
export async function openOnnxFile(
  runtime: OnnxRuntime,
  path: string,
  inputs: ReadonlyMap<string, RuntimeTensor>,
  options: SessionOptions = {},
): Promise<{ readonly contestant: Contestant; close(): Promise<void> } | Problem> {
  const facts = factsOf(path)
  if (isProblem(facts)) return facts
  const feeds = feedsFor(facts, path, [...inputs.values()])
  if (isProblem(feeds)) return feeds
  const session = await runtime.open(path, options)
  if (isProblem(session)) return session
  const batch = [...inputs.values()][0]?.shape[0] ?? 1
  return {
    contestant: { name: basename(path), session, feeds, macs: macsOf(facts, feeds, batch) },
    close: () => session.release(),
  }
}

function factsOf(path: string): ModelFacts | Problem {
  try {
    if (statSync(path).size >= greatestBytes) return problem('not-onnx', { path })
    noteInput(path, 'the model')
    return readModelFacts(readFileSync(path)) ?? problem('not-onnx', { path })
  } catch (error) {
    return systemProblem(error, path)
  }
}

function feedsFor(
  { inputs, properties }: ModelFacts,
  path: string,
  given: readonly RuntimeTensor[],
): Map<string, RuntimeTensor> | Problem {
  if (inputs.length !== given.length)
    return problem('onnx-inputs-differ', { path, takes: inputs.length, given: given.length })
  const feeds = new Map<string, RuntimeTensor>()
  for (const [at, { name, shape }] of inputs.entries()) {
    const tensor = given[at]
    if (tensor === undefined) continue
    const refused = misfit(shape, tensor.shape, properties)
    if (refused !== undefined) {
      const texts = { takes: shape.map(factor).join('×'), given: tensor.shape.join('×') }
      return problem('onnx-input-misshapen', { path, input: name, ...texts, reason: refused })
    }
    feeds.set(name, tensor)
  }
  return feeds
}

/** A sum in parentheses, as in `1×(H + 172)`. */
const factor = (extent: number | string): string => (/ /.test(`${extent}`) ? `(${extent})` : `${extent}`)

/** Why extents do not fit; free ones have to be multiples of what the file says of them. */
function misfit(
  takes: readonly (number | string)[],
  given: readonly number[],
  properties: ReadonlyMap<string, string>,
): string | undefined {
  if (takes.length !== given.length) return 'it has another number of axes'
  for (const [axis, extent] of takes.entries()) {
    const own = given[axis] ?? 0
    if (typeof extent === 'number' && extent !== own) return `axis ${axis} is fixed`
    const broken = typeof extent === 'string' ? brokenRule(extent, own, properties) : undefined
    if (broken !== undefined) return broken
  }
  return undefined
}

/** A free extent as a file of ours names it: `H`, `H + 172`, `2*H - 3`, `H/2`. */
const freeExtent = /^(?:(?<over>\d+)\*)?(?<name>\w+)(?:\/(?<under>\d+))?(?: (?<sign>[+-]) (?<constant>\d+))?$/

/** Why a free extent cannot be this one: its symbol's own value has to keep the rule that the file states. */
function brokenRule(
  extent: string,
  own: number,
  properties: ReadonlyMap<string, string>,
): string | undefined {
  const { over = 1, name, under = 1, sign = '+', constant = 0 } = freeExtent.exec(extent)?.groups ?? {}
  const rule = properties.get(`weft.extent.${name}`)
  if (rule === undefined) return undefined
  const value = ((own - Number(`${sign}${constant}`)) * Number(under)) / Number(over)
  const multiple = Number(/multiple of (\d+)/.exec(rule)?.[1] ?? 1)
  const least = Number(/at least (\d+)/.exec(rule)?.[1] ?? 1)
  if (value >= least && value % multiple === 0) return undefined
  return `${name === extent ? extent : `${name} in ${extent}`} has to be ${rule}`
}

/** The count that a file of ours carries; it holds where its extents are fixed. */
function macsOf(
  { properties, inputs }: ModelFacts,
  feeds: ReadonlyMap<string, RuntimeTensor>,
  batch: number,
): number | undefined {
  const isFixed = inputs.every(({ shape }) => shape.slice(1).every((extent) => typeof extent === 'number'))
  const macs = Number(properties.get('weft.macs.inference'))
  return isFixed && feeds.size > 0 && Number.isSafeInteger(macs) ? macs * batch : undefined
}
