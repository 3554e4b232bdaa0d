// Files of packages that a deployed model carries with it, from where they are installed.
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { EmittedFile } from '../../backends/backend.ts'
import { problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { systemProblem } from '../spec-files.ts'

const require = createRequire(import.meta.url)

/** The folder of a package; whatever it lets others import, files of it are copied. `purpose`: what it is there for. */
export function packageFolder(name: string, purpose: string): string | Problem {
  const places = (require.resolve.paths(name) ?? []).map((folder) => join(folder, name))
  const found = places.find((place) => existsSync(join(place, 'package.json')))
  return found ?? problem('deploy-package', { package: name, purpose })
}

const pieceBytes = 1 << 20

/** A file as it is, read piece by piece when it is written. */
export function copiedFile(name: string, path: string): EmittedFile {
  return {
    name,
    byteCount: statSync(path).size,
    *chunks() {
      try {
        const fd = openSync(path, 'r')
        try {
          for (;;) {
            const piece = new Uint8Array(pieceBytes)
            const count = readSync(fd, piece)
            if (count === 0) return
            yield piece.subarray(0, count)
          }
        } finally {
          closeSync(fd)
        }
      } catch (error) {
        yield systemProblem(error, path)
      }
    },
  }
}

export function textAsFile(name: string, text: string): EmittedFile {
  const bytes = new TextEncoder().encode(text)
  return { name, byteCount: bytes.length, chunks: () => [bytes] }
}
