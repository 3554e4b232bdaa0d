// The installed package @tensorflow/tfjs-node: whether it is there, and new native parts put into it as a whole.
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Everything that a download or a build makes. */
const nativeParts = ['deps', 'lib'] as const

export interface PackageFolder {
  readonly path: string
  isThere(): boolean
  /**
   * A copy of the package beside it, without its native parts. What `make` leaves there takes the place of the package's own parts when
   * it reports success; the copy goes in either case.
   */
  replaceParts<T extends { readonly done: boolean }>(make: (copy: string) => T | Promise<T>): Promise<T>
  /** Puts the parts that were there before the last replacement back. */
  undo(): void
  /** Removes what is kept for that. */
  settle(): void
}

export function packageFolder(path: string): PackageFolder {
  const kept = join(dirname(path), '.tfjs-node-before')
  const move = (from: string, to: string): void => {
    for (const part of nativeParts) {
      rmSync(join(to, part), { recursive: true, force: true })
      if (existsSync(join(from, part))) renameSync(join(from, part), join(to, part))
    }
  }
  return {
    path,
    isThere: () => existsSync(join(path, 'package.json')),
    replaceParts: async (make) => {
      const copy = mkdtempSync(join(dirname(path), '.tfjs-node-'))
      try {
        const isPart = (from: string): boolean => nativeParts.some((part) => from === join(path, part))
        cpSync(path, copy, { recursive: true, filter: (from) => !isPart(from) })
        const outcome = await make(copy)
        if (!outcome.done) return outcome
        mkdirSync(kept, { recursive: true })
        move(path, kept)
        move(copy, path)
        return outcome
      } finally {
        rmSync(copy, { recursive: true, force: true })
      }
    },
    undo: () => {
      if (!existsSync(kept)) return
      move(kept, path)
      rmSync(kept, { recursive: true, force: true })
    },
    settle: () => rmSync(kept, { recursive: true, force: true }),
  }
}
