// safetensors files made by hand, right and wrong ones.

/** The bytes of a file: the header as given, then the data. `declared` is the length that it claims for the header. */
export function safetensorsBytes(
  header: object | string,
  data: Uint8Array = new Uint8Array(),
  declared?: bigint,
): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header))
  const bytes = new Uint8Array(8 + text.length + data.length)
  new DataView(bytes.buffer).setBigUint64(0, declared ?? BigInt(text.length), true)
  bytes.set(text, 8)
  bytes.set(data, 8 + text.length)
  return bytes
}

/** One number after the other, little-endian. */
export function f32(...numbers: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * numbers.length))
  for (const [at, number] of numbers.entries()) view.setFloat32(4 * at, number, true)
  return new Uint8Array(view.buffer)
}
