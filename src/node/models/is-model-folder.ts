// What makes a folder an imported model. Apart from all else of models: every command that takes a spec asks.
import { existsSync } from 'node:fs'
import { join } from 'node:path'

export const modelFile = 'model.json'

export const isModelFolder = (path: string): boolean => existsSync(join(path, modelFile))
