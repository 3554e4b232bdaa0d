// The library on Node: what `import … from 'weft/node'` gives. It reads specs and weights from the disk, writes what backends emit
// and runs it. Each name is listed, so that nothing becomes public by accident.

export { locate, nodeHost } from './spec-files.ts'
export type { Located } from './spec-files.ts'
export { writeFiles } from './write-file.ts'
export type { FileToWrite } from './write-file.ts'
export { openSafetensors, writeSafetensors } from './safetensors-file.ts'
export type { SafetensorsFile, TensorToWrite } from './safetensors-file.ts'
