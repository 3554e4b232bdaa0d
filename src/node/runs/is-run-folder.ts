// What tells the folder of a run from a spec. A command that takes either asks before it loads what reads runs.
import { existsSync } from 'node:fs'
import { join } from 'node:path'

export const descriptionFile = 'run.json'

export const isRunFolder = (path: string): boolean => existsSync(join(path, descriptionFile))
