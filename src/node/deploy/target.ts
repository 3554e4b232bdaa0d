// What a deployment is asked for, and what a target has of its own.
import type { EmittedFile } from '../../backends/backend.ts'

export const deployTargets = ['site', 'python', 'node', 'triton'] as const
export type DeployTarget = (typeof deployTargets)[number]

export interface DeployOptions {
  readonly directory: string
  readonly target: DeployTarget
  /** Version of Weft. */
  readonly weft: string
  /** The folder of the bundled programs. */
  readonly programs: string
  /** The folder of the package, for its licence. */
  readonly root: string
  readonly onProgress?: (bytes: number, all: number) => void
}

/** What a target has besides the networks. */
export interface DeployedPart {
  readonly files: readonly EmittedFile[]
  /** Files that depend on the list of all. */
  finish?(all: readonly string[]): readonly EmittedFile[]
}
