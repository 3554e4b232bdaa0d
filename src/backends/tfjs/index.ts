// What `import … from 'weft/tfjs'` gives: a network as a TensorFlow.js model that runs and trains. The backend itself (`tfjs-node`,
// `tfjs-backend-wasm`, …) is for the program to load and choose. Each name is listed, so that nothing becomes public by accident.

export { Activation } from './activation.ts'
export { createModel } from './model.ts'
export type { RunOptions, TfjsModel } from './model.ts'
export type { BackendName } from './operands.ts'
export { layersModel } from './layers-model.ts'
export type { LayersModelOptions } from './layers-model.ts'
export { trainingBytes } from './memory.ts'
export { createTrainer } from './training/trainer.ts'
export type { StepResult, Trainer, TrainerOptions, TrainerState } from './training/trainer.ts'
