// The network as an ONNX model, byte for byte what the command writes.
import { isProblem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { EmittedFile } from '../../backends/backend.ts'
import { emitOnnx } from '../../backends/onnx/emit.ts'
import { initialise } from '../../weights/initialise.ts'
import type { Opened, SavedFile } from './asked.ts'
import { atStart, elaborate, refused, type Refused } from './counting.ts'

const seed = 1

/** As `weft compile --target onnx` writes it: with the weights that the first seed gives. */
export function onnxFiles(
  opened: Opened,
  { tool, name }: { readonly tool: string; readonly name: string },
): readonly SavedFile[] | Refused {
  const own = elaborate(opened)
  if (own.kind === 'refused') return own
  const { graph, sources } = own
  const emitted = emitOnnx(graph, sources, {
    fileName: name,
    weights: initialise(graph, seed),
    provenance: { weftVersion: tool.replace(/^weft /, ''), weights: `seed ${seed}` },
  })
  if (emitted.kind === 'refused') return refused(emitted.diagnostics, own)
  const files: SavedFile[] = []
  for (const file of emitted.files) {
    const bytes = bytesOf(file)
    if (isProblem(bytes)) return refused([atStart(bytes, opened)], own)
    files.push({ name: file.name, bytes })
  }
  return files
}

function bytesOf({ byteCount, chunks }: EmittedFile): Uint8Array<ArrayBuffer> | Problem {
  const bytes = new Uint8Array(byteCount)
  let at = 0
  for (const chunk of chunks()) {
    if (isProblem(chunk)) return chunk
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}
