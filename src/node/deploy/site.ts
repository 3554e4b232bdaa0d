// A model as a folder of static files: a page, its programs, the networks, and what runs and shows them. It needs nothing from elsewhere.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EmittedFile } from '../../backends/backend.ts'
import { isProblem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { deployStyleSheet, renderDeployPage } from '../../pages/deploy/page.ts'
import { copiedFile, licenceOf, packageFolder, textAsFile } from './installed.ts'
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
/** Those that are part of the page's own programs. */
const bundled = ['nifti-reader-js', 'fflate'] as const

export function siteParts(
  { deployment }: EmittedMembers,
  { programs, root }: DeployOptions,
): DeployedPart | Problem {
  const runtime = packageFolder(carried.runtime, 'the page runs its networks by it')
  if (isProblem(runtime)) return runtime
  const viewer = packageFolder(carried.viewer, 'the page shows volumes by it')
  if (isProblem(viewer)) return viewer
  const licences = licencesText(root, [[carried.runtime, runtime], [carried.viewer, viewer]]) // prettier-ignore
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

/** Of all code that stands in the folder. */
function licencesText(
  root: string,
  copied: readonly (readonly [name: string, folder: string])[],
): string | Problem {
  const texts = [`Weft\n\n${readFileSync(join(root, 'LICENSE'), 'utf8').trim()}\n`]
  for (const name of bundled) {
    const folder = packageFolder(name, 'its licence goes along with the page')
    if (isProblem(folder)) return folder
    texts.push(licenceOf(name, folder))
  }
  for (const [name, folder] of copied) texts.push(licenceOf(name, folder))
  return texts.join(`\n${'-'.repeat(80)}\n\n`)
}
