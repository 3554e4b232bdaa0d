// What `weft deploy` is given.

import type { DeployTarget } from '../../node/deploy/target.ts'

export interface DeployArgs {
  readonly model: string
  readonly target: DeployTarget
  readonly output: string | undefined
  readonly serve: boolean
  readonly port: number
}
