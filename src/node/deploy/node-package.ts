// A model as a package for Node: a function and a command in one file, on onnxruntime-node alone.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isProblem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { fileNameOf, titleOf } from '../../deployed/deployment.ts'
import { copiedFile, textAsFile } from './installed.ts'
import { bundledPackages, licencesText } from './licences.ts'
import type { EmittedMembers } from './members.ts'
import type { DeployedPart, DeployOptions } from './target.ts'

const runtime = 'onnxruntime-node'

export function nodeParts(
  { deployment }: EmittedMembers,
  { programs, root }: DeployOptions,
): DeployedPart | Problem {
  const licences = licencesText(root, bundledPackages)
  if (isProblem(licences)) return licences
  const manifest = manifestOf(deployment, runtimeVersion(root))
  return {
    files: [
      copiedFile('segment.js', join(programs, 'segment.js')),
      textAsFile('package.json', `${JSON.stringify(manifest, undefined, 2)}\n`),
      textAsFile('licences.txt', licences),
    ],
  }
}

function manifestOf(deployment: EmittedMembers['deployment'], version: string): object {
  const title = titleOf(deployment)
  const name = `${fileNameOf(deployment, '-')}-segmentation`
  return {
    name,
    version: '1.0.0',
    private: true,
    description: `${title}: ${deployment.channels.join(', ')} to ${deployment.outputs.map((one) => one.name).join(', ')}`,
    type: 'module',
    engines: { node: '>=20' },
    exports: './segment.js',
    bin: { [name]: './segment.js' },
    dependencies: { [runtime]: version },
  }
}

/** The release that Weft is tested with. */
function runtimeVersion(root: string): string {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest // Our own.
  return manifest.optionalDependencies[runtime] ?? '*'
}

interface Manifest {
  readonly optionalDependencies: Readonly<Record<string, string>>
}
