// Whether the pixels of a DICOM file are all there: where they are not packed, GDCM, which ITK reads it by, takes a file that was cut off and
// makes up the rest. Data elements: https://dicom.nema.org/medical/dicom/current/output/chtml/part05/chapter_7.html

/** (7FE0,0010), little-endian. */
const pixelData = Buffer.from([0xe0, 0x7f, 0x10, 0x00])

/** Bytes that are missing of so many; undefined where none are, or where no element of this length is found. */
export function missingPixels(file: Buffer, pixelBytes: number): number | undefined {
  for (let at = file.indexOf(pixelData); at >= 0; at = file.indexOf(pixelData, at + 1)) {
    const isExplicit = /^O[BW]$/.test(file.toString('latin1', at + 4, at + 6))
    const start = at + (isExplicit ? 12 : 8)
    if (start > file.length) return undefined
    // The same four bytes may stand among others; only the element has this length, which is even.
    if (file.readUInt32LE(start - 4) !== pixelBytes + (pixelBytes % 2)) continue
    const missing = start + pixelBytes - file.length
    return missing > 0 ? missing : undefined
  }
  return undefined
}
