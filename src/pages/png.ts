// Grey pictures as data URIs.
import { encode } from 'fast-png'

/** `width × height` grey values, row-major, as `data:image/png;base64,…`. */
export function greyPng(data: Uint8Array, width: number, height: number): string {
  const bytes = encode({ width, height, data, depth: 8, channels: 1 }, { zlib: { level: 9 } })
  return `data:image/png;base64,${base64(bytes)}`
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** RFC 4648. Neither `btoa`, which takes no bytes, nor Node's Buffer, which pages cannot rely on. */
function base64(bytes: Uint8Array): string {
  const parts: string[] = []
  for (let k = 0; k < bytes.length; k += 3) {
    const [a = 0, b, c] = [bytes[k], bytes[k + 1], bytes[k + 2]]
    const word = (a << 16) | ((b ?? 0) << 8) | (c ?? 0)
    const digits = [18, 12, 6, 0].map((shift) => alphabet[(word >> shift) & 63] ?? '')
    parts.push(
      digits
        .slice(0, c !== undefined ? 4 : b !== undefined ? 3 : 2)
        .join('')
        .padEnd(4, '='),
    )
  }
  return parts.join('')
}
