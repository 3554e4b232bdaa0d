// The licences of all code that stands in the files of a deployment.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isProblem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { packageFolder } from './installed.ts'

/** What is part of our own bundled programs. */
export const bundledPackages = ['nifti-reader-js', 'fflate'] as const

/** Weft's own, and those of the packages; `root` is Weft's folder. */
export function licencesText(root: string, packages: readonly string[]): string | Problem {
  const texts = [`Weft\n\n${readFileSync(join(root, 'LICENSE'), 'utf8').trim()}\n`]
  for (const name of packages) {
    const folder = packageFolder(name, 'its licence goes along')
    if (isProblem(folder)) return folder
    texts.push(licenceOf(name, folder))
  }
  return texts.join(`\n${'-'.repeat(80)}\n\n`)
}

/** What a package says of its licence: its own text, else the name in its manifest. */
function licenceOf(name: string, folder: string): string {
  const file = ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'license'].map((one) => join(folder, one)).find((one) => existsSync(one)) // prettier-ignore
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest // A package's own.
  const { version = '', license = '', homepage = '' } = manifest
  const text = file === undefined ? `Licence: ${license}. ${homepage}\n` : readFileSync(file, 'utf8')
  return `${name} ${version}\n\n${text.trim()}\n`
}

interface Manifest {
  readonly version?: string
  readonly license?: string
  readonly homepage?: string
}
