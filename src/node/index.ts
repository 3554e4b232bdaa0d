// The library on Node: what `import … from 'weft/node'` gives. It reads specs and weights from the disk, writes what backends emit
// and runs it. Each name is listed, so that nothing becomes public by accident.

export { locate, nodeHost } from './spec-files.ts'
export type { Located } from './spec-files.ts'
export { writeFiles } from './write-file.ts'
export type { FileToWrite } from './write-file.ts'
export { openSafetensors, writeSafetensors } from './safetensors-file.ts'
export type { SafetensorsFile, TensorToWrite } from './safetensors-file.ts'
export { runModel, writeOnnx } from './onnx-model.ts'
export type { ModelFailure, ModelOptions, RunningModel, WrittenModel } from './onnx-model.ts'
export { openOnnxFile } from './onnx-file.ts'
export { writeGraphModel } from './tfjs-graph-model.ts'
export type { GraphModelFailure, WrittenGraphModel } from './tfjs-graph-model.ts'
export { loadOnnxRuntime } from './onnx-runtime.ts'
export type { OnnxRuntime, RuntimeSession, RuntimeTensor, SessionOptions } from './onnx-runtime.ts'
export { verifyOnnx } from './verify-onnx.ts'
export type { Deviation, ShapeFault, Verification, VerifyOptions } from './verify-onnx.ts'
export { benchModels } from './bench-onnx.ts'
export type { BenchOptions, BenchResult, Contestant, Timing } from './bench-onnx.ts'
export { chooseBackend } from './tfjs-backend.ts'
export type { ChosenBackend } from './tfjs-backend.ts'
export { openDataSource } from './runs/data-source.ts'
export type { DataSource } from './runs/data-source.ts'
export { openRun } from './runs/run-folder.ts'
export type { Overrides, RunDescription, RunFolder, WhichCheckpoint } from './runs/run-folder.ts'
export { beginRun, resumeRun } from './runs/prepare.ts'
export type { Again, NewRun, Watch } from './runs/prepare.ts'
export { train } from './runs/training.ts'
export type { TrainingOptions, TrainingResult, TrainingTask } from './runs/training.ts'
export { openTrained } from './runs/trained.ts'
export type { FusionDensity, TrainedNetwork } from './runs/trained.ts'
export { predictRun } from './runs/predict.ts'
export type { InferenceOptions, PredictedCase, Prediction, PredictOptions } from './runs/predict.ts'
export { evaluateRun } from './runs/evaluate.ts'
export type {
  CaseClassScores,
  CaseScores,
  ClassScores,
  EvaluateOptions,
  Evaluation,
  WhichCases,
} from './runs/evaluate.ts'
