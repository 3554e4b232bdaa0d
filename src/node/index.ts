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
export { loadOnnxRuntime } from './onnx-runtime.ts'
export type { OnnxRuntime, RuntimeSession, RuntimeTensor, SessionOptions } from './onnx-runtime.ts'
export { verifyOnnx } from './verify-onnx.ts'
export type { Deviation, ShapeFault, Verification, VerifyOptions } from './verify-onnx.ts'
export { benchModels } from './bench-onnx.ts'
export type { BenchOptions, BenchResult, Contestant, Timing } from './bench-onnx.ts'
