// A model as a folder of static files: a page, its programs, the networks, and what runs and shows them. It needs nothing from elsewhere.
import { join } from 'node:path'
import type { EmittedFile } from '../../backends/backend.ts'
import { isProblem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { deployStyleSheet, renderDeployPage } from '../../pages/deploy/page.ts'
import { copiedFile, packageFolder, textAsFile } from './installed.ts'
import { bundledPackages, licencesText } from './licences.ts'
import type { DeployedPart, DeployOptions } from './target.ts'
import type { EmittedMembers } from './members.ts'

/** Of ONNX Runtime, what a browser loads: WebAssembly alone, and what speaks to graphics cards. */
const runtimeFiles = [
  'ort.wasm.min.mjs',
  'ort-wasm-simd-threaded.mjs',
  'ort-wasm-simd-threaded.wasm',
  'ort.webgpu.min.mjs',
  'ort-wasm-simd-threaded.asyncify.mjs',
  'ort-wasm-simd-threaded.asyncify.wasm',
] as const

/** Packages whose code stands in files of the folder. */
const carried = { runtime: 'onnxruntime-web', viewer: '@niivue/niivue' } as const
export function siteParts(
  { deployment }: EmittedMembers,
  { programs, root }: DeployOptions,
): DeployedPart | Problem {
  const runtime = packageFolder(carried.runtime, 'the page runs its networks by it')
  if (isProblem(runtime)) return runtime
  const viewer = packageFolder(carried.viewer, 'the page shows volumes by it')
  if (isProblem(viewer)) return viewer
  const licences = licencesText(root, [...bundledPackages, carried.runtime, carried.viewer])
  if (isProblem(licences)) return licences
  const files: readonly EmittedFile[] = [
    ...runtimeFiles.map((name) => copiedFile(`onnxruntime/${name}`, join(runtime, 'dist', name))),
    copiedFile('niivue/niivue.js', join(viewer, 'dist', 'index.js')),
    copiedFile('worker.js', join(programs, 'worker.js')),
    copiedFile('app.js', join(programs, 'app.js')),
    textAsFile('licences.txt', licences),
  ]
  return {
    files,
    finish: (all) => {
      const model = { ...deployment, files: all }
      return [
        textAsFile('style.css', deployStyleSheet(model)),
        textAsFile('index.html', renderDeployPage(model)),
      ]
    },
  }
}
