// What leaves the page: files that are saved, texts that are copied.
import type { SavedFile } from '../asked.ts'

export function save({ name, bytes }: SavedFile): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([bytes]))
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

/** False where the browser lets nothing be copied. */
export const copy = async (text: string): Promise<boolean> => {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}
