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
  const written = JSON.stringify(entry, undefined, 4).replaceAll('\n', `\n${' '.repeat(8)}`)
  return text.replace(
    /("configurations"\s*:\s*\{)/,
    (head) => `${head}\n${' '.repeat(8)}${JSON.stringify(name)}: ${written},`,
  )
}
