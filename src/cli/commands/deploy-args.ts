// What `weft deploy` is given.

import type { WhichCheckpoint } from '../../node/runs/run-folder.ts'
import type { DeployTarget } from '../../node/deploy/target.ts'

export interface DeployArgs {
  readonly model: string
  readonly target: DeployTarget
  readonly checkpoint: WhichCheckpoint | undefined
  readonly output: string | undefined
  readonly serve: boolean
  readonly port: number
}
