// The table of every diagnostic: the union of the areas under codes/, which hold all prose that users read as errors.
import { attributeCodes } from './codes/attributes.ts'
import { checkCodes } from './codes/checks.ts'
import { commandCodes } from './codes/command.ts'
import { dataCodes } from './codes/data.ts'
import { deployCodes } from './codes/deploy.ts'
import { exportCodes } from './codes/export.ts'
import { familyCodes } from './codes/families.ts'
import { planCodes } from './codes/plan.ts'
import { fitCodes } from './codes/fit.ts'
import { limitCodes } from './codes/limits.ts'
import { modelCodes } from './codes/models.ts'
import { nameCodes } from './codes/names.ts'
import { nnunetCodes } from './codes/nnunet.ts'
import { recipeCodes } from './codes/recipes.ts'
import { runningCodes } from './codes/running.ts'
import { runCodes } from './codes/runs.ts'
import { shapeCodes } from './codes/shapes.ts'
import { sweepCodes } from './codes/sweep.ts'
import { syntaxCodes } from './codes/syntax.ts'
import { trainingCodes } from './codes/training.ts'
import { typeCodes } from './codes/types.ts'
import { volumeCodes } from './codes/volumes.ts'
import { weightCodes } from './codes/weights.ts'

export const codes = {
  ...syntaxCodes, // 1xx
  ...nameCodes, // 2xx
  ...typeCodes, // 30x-34x
  ...attributeCodes, // 35x-39x
  ...shapeCodes, // 4xx
  ...familyCodes, // 5xx
  ...checkCodes, // 6xx
  ...recipeCodes, // 625-629
  ...limitCodes, // 7xx
  ...commandCodes, // 8xx
  ...dataCodes, // 834-859
  ...runCodes, // 86x
  ...modelCodes, // 879-884, 893
  ...volumeCodes, // 890-892
  ...planCodes, // 826-828
  ...deployCodes, // 895-898
  ...weightCodes, // 90x-93x
  ...sweepCodes, // 925-947
  ...fitCodes, // 889, 948-950
  ...runningCodes, // 95x
  ...exportCodes, // 96x-97x
  ...trainingCodes, // 98x
  ...nnunetCodes, // 990-999
} as const

export type Codes = typeof codes
export type CodeName = keyof Codes
/** The parts that a report of `N` must carry. */
export type PartsOf<N extends CodeName> = Parameters<Codes[N]['message']>[0]
