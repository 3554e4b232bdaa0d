// A configuration more in plans, beside those that nnU-Net has planned.
import { nnunetPlans } from '../json/generated/nnunet-plans.ts'
import { readJson } from '../json/read.ts'

/** What nnU-Net is told of a configuration that differs from its parent in the network alone. */
export interface AddedConfiguration {
  readonly name: string
  readonly parent: string
  /** The class, where Python finds it. */
  readonly className: string
  /** Between one of its outputs and the next, from the extents of the patch on: nnU-Net takes the extents of targets from them. */
  readonly strides: readonly (readonly number[])[]
}

/**
 * The text of plans with the configuration at the head of theirs. All else is as it was: its numbers have their own forms, such as 1.0. In plans
 * that have it already it is replaced.
 */
export function withConfiguration(text: string, added: AddedConfiguration): string {
  const { name, parent, className, strides } = added
  const entry = {
    inherits_from: parent,
    architecture: { network_class_name: className, arch_kwargs: { strides }, _kw_requires_import: [] },
  }
  const held = readJson(text, nnunetPlans)
  if (held.kind === 'held' && Object.hasOwn(held.data.configurations, name)) {
    const configurations = { ...held.data.configurations, [name]: entry }
    return `${JSON.stringify({ ...held.data, configurations }, undefined, 4)}\n`
  }
  return withEntry(text, name, entry)
}

/** nnU-Net writes JSON with four spaces. */
const usualIndent = '    '

/** The text of plans with one entry more at the head of `configurations`, which has no such entry yet. All else keeps its digits. */
export function withEntry(text: string, name: string, entry: object): string {
  const start = startOfConfigurations(text)
  const indent = /^\s*\{\r?\n([ \t]+)"/.exec(text)?.[1] ?? usualIndent
  const written = `${JSON.stringify(name)}: ${JSON.stringify(entry, undefined, indent)}`
  const block = written.split('\n').map((line) => `\n${indent}${indent}${line}`)
  return `${text.slice(0, start)}${block.join('')},${text.slice(start)}`
}

/** Behind the brace that opens the top level's `configurations`; the text is JSON that has one. */
function startOfConfigurations(text: string): number {
  let [depth, key] = [0, '']
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]]/g)) {
    if (depth === 1 && token === '{' && key === '"configurations"') return index + 1
    if (token === '{' || token === '[') depth++
    else if (token === '}' || token === ']') depth--
    else if (depth === 1) key = token
  }
  throw new Error('plans without configurations were read')
}
