// What `weft deploy` is given.

export interface DeployArgs {
  readonly model: string
  readonly output: string | undefined
  readonly serve: boolean
  readonly port: number
}
