// Training runs on Node: what `import … from 'weft/runs'` gives. Apart from `weft/node`, which does not need TensorFlow.js. Each name is
// listed, so that nothing becomes public by accident.

export { chooseBackend } from '../tfjs-backend.ts'
export type { ChosenBackend } from '../tfjs-backend.ts'
export { openDataSource } from './data-source.ts'
export type { DataSource } from './data-source.ts'
export { openRun } from './run-folder.ts'
export type { Overrides, RunDescription, RunFolder, WhichCheckpoint } from './run-folder.ts'
export { beginRun, resumeRun } from './prepare.ts'
export type { NewRun, Watch } from './prepare.ts'
export type { Again } from './same-run.ts'
export { train } from './training.ts'
export type { TrainingTask } from './task.ts'
export type { TrainingOptions, TrainingResult } from './training.ts'
export { openTrained } from './trained.ts'
export type { FusionDensity, TrainedNetwork } from './trained.ts'
export { predictRun } from './predict.ts'
export type { PredictedCase } from './predicted-case.ts'
export type { Prediction, PredictOptions } from './predict.ts'
export type { CaseListeners, CaseProgress, FailedCase } from './case-list.ts'
export type { InferenceOptions } from './inference.ts'
export { evaluateRun } from './evaluate.ts'
export type {
  CaseClassScores,
  CaseScores,
  ClassScores,
  EvaluateOptions,
  Evaluation,
  WhichCases,
} from './evaluate.ts'
