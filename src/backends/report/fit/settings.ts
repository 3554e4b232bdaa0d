// The arguments of a fit for other commands and for the spec itself.
import type { Given } from '../../../compiler/point-arguments.ts'

/** `--set base=48 --set 'patch=[96, 96, 96]'`, quoted as POSIX shells read it. */
export function settingsText(settings: Given): string {
  return Object.entries(settings)
    .map(([name, value]) => `--set ${quoted(`${name}=${value}`)}`)
    .join(' ')
}

const quoted = (text: string): string =>
  /^[\w.=%+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`

/** A variant of the network with these arguments. */
export function variantText(name: string, network: string, settings: Given, doc: string): string {
  const args = Object.entries(settings).map(([parameter, value]) => `${parameter} = ${value}`)
  return `/// ${doc}\nnetwork ${name} = ${network}(${args.join(', ')})\n`
}
