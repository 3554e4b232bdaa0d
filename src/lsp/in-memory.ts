// The server where there is no disk, as in a page: a document imports what is open besides, and the library.
import type { Surroundings } from './server.ts'

const scheme = 'memory:///'

/** The URI under which an editor opens a file of the project, or one of the library. */
export const memoryUri = (path: string): string => scheme + path.split('/').map(encodeURIComponent).join('/')

/** `tool` names the program and its version. */
export function inMemory(tool: string): Surroundings {
  return {
    tool,
    locate: (uri) => {
      const entry = pathOf(uri)
      if (entry === undefined) return undefined
      // Open documents are looked for before any file.
      return { entry, host: { read: () => undefined }, uriOf: memoryUri, specs: () => [] }
    },
  }
}

function pathOf(uri: string): string | undefined {
  if (!uri.startsWith(scheme)) return undefined
  try {
    return decodeURIComponent(uri.slice(scheme.length))
  } catch {
    return undefined
  }
}
