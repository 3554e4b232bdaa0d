// Writes a model for a target: its networks, `pipeline.json`, and what the target has besides; all of it or nothing.
import { join } from 'node:path'
import { isProblem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { deploymentFile, type Deployment } from '../../deployed/deployment.ts'
import { filesListed, writingExport } from '../export-folder.ts'
import type { Deployable } from './deployable.ts'
import type { Stepwise } from '../writing.ts'
import { copiedFile, textAsFile } from './installed.ts'
import { emitMembers, type EmittedMembers } from './members.ts'
import { nodeParts } from './node-package.ts'
import { siteParts } from './site.ts'
import type { DeployedPart, DeployOptions, DeployTarget } from './target.ts'
import { tritonMember, tritonParts } from './triton.ts'

export interface Deployed {
  readonly deployment: Deployment
  readonly bytes: number
}

interface Target {
  /** In messages. */
  readonly words: string
  readonly memberName: (member: string, model: Pick<Deployment, 'origin' | 'network'>) => string
  readonly parts: (members: EmittedMembers, options: DeployOptions) => DeployedPart | Problem
  /** What `finish` makes. */
  readonly finished: readonly string[]
}

const targets: Readonly<Record<DeployTarget, Target>> = {
  site: {
    words: 'a page',
    memberName: (member) => `${member}.onnx`,
    parts: siteParts,
    finished: ['style.css', 'index.html'],
  },
  python: {
    words: 'a Python program',
    memberName: (member) => `${member}.onnx`,
    parts: (_, { programs }) => ({ files: [copiedFile('segment.py', join(programs, 'segment.py'))] }),
    finished: [],
  },
  node: {
    words: 'a package for Node',
    memberName: (member) => `${member}.onnx`,
    parts: nodeParts,
    finished: [],
  },
  triton: {
    words: 'a model repository of Triton',
    memberName: tritonMember,
    parts: tritonParts,
    finished: [],
  },
}

export const targetWords = (target: DeployTarget): string => targets[target].words

export function* writingDeployment(model: Deployable, options: DeployOptions): Stepwise<Deployed | Problem> {
  const { words, memberName, parts, finished } = targets[options.target]
  const members = emitMembers(model, {
    weft: options.weft,
    target: words,
    nameOf: (member) => memberName(member, model.description),
  })
  if (isProblem(members)) return members
  try {
    const own = parts(members, options)
    if (isProblem(own)) return own
    const names = [...members.files, ...own.files].map(({ name }) => name)
    const all = [...names, ...finished, deploymentFile]
    const deployment: Deployment = { ...members.deployment, files: all }
    // Last comes what says that the folder is a deployment.
    const files = [
      ...members.files,
      ...own.files,
      ...(own.finish?.(all) ?? []),
      textAsFile(deploymentFile, `${JSON.stringify(deployment, undefined, 2)}\n`),
    ]
    const { directory, onProgress } = options
    const failed = yield* writingExport(files, {
      directory,
      mark: deploymentFile,
      ownOf: filesListed('networkBytes'),
      onProgress,
    })
    if (failed !== undefined) return failed
    return { deployment, bytes: files.reduce((sum, { byteCount }) => sum + byteCount, 0) }
  } finally {
    members.close()
  }
}
