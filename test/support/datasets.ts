// Folders of files as datasets have them, for tests: what is written, and what is said of it.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { codes } from '../../src/compiler/diagnostics/codes.ts'
import type { CodeSpec } from '../../src/compiler/diagnostics/define.ts'
import { isProblem, type Problem } from '../../src/compiler/diagnostics/diagnostic.ts'
import { niftiGz, type FileSpec } from './nifti.ts'
import { workspace } from './run-weft.ts'

export const description = {
  channel_names: { 0: 'T1' },
  labels: { background: 0, tumour: 1 },
  file_ending: '.nii.gz',
}

export function folderOf(files: Readonly<Record<string, FileSpec | object | Uint8Array>>): string {
  const folder = workspace()
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    const bytes =
      content instanceof Uint8Array ? content : 'dims' in content ? niftiGz(content) : JSON.stringify(content)
    writeFileSync(join(folder, path), bytes)
  }
  return folder
}

export function must<T>(value: T | Problem): T {
  if (isProblem(value)) throw new Error(JSON.stringify(value))
  return value
}

/** The message, with paths from the folder on. */
export function said(value: unknown, folder = ''): string {
  if (!isProblem(value)) return 'no problem'
  const spec = codes[value.name] as CodeSpec<unknown>
  return `${value.name}: ${spec.message(value.parts).replaceAll(`${folder}/`, '')}`
}

export const volume = (values: readonly number[], more: Partial<FileSpec> = {}): FileSpec => ({
  dims: [2, 2, 2],
  values,
  sform: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0],
  ...more,
})
export const image = volume([1, 2, 3, 4, 5, 6, 7, 8])
export const labels = volume([0, 1, 0, 0, 0, 0, 0, 1], { type: 'uint8' })
export const good = {
  'dataset.json': description,
  'imagesTr/a_0000.nii.gz': image,
  'labelsTr/a.nii.gz': labels,
}
