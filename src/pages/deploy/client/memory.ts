// Whether a case fits into the browser, told before anything of it is read.
import type { Demand } from '../../../deployed/segment.ts'

const gibi = 2 ** 30

/** A module of WebAssembly addresses this much. */
const wasmLimit = 4 * gibi

/** `navigator.deviceMemory` says at most this, whatever there is: https://www.w3.org/TR/device-memory/. */
const greatestTold = 8
/** Where browsers tell nothing, or that there is much: what a tab may take on common machines. */
const usualLimit = { told: 16 * gibi, untold: 4 * gibi } as const

/** Why it does not fit; undefined where it does. `deviceMemory` in GiB, as the browser tells it. */
export function memoryRefusal(
  { arrays, networks }: Demand,
  { deviceMemory, isWasm }: { readonly deviceMemory: number | undefined; readonly isWasm: boolean },
): string | undefined {
  if (isWasm && networks > wasmLimit)
    return `the networks take about ${shown(networks)} while they run, and WebAssembly has ${shown(wasmLimit)}: use a browser with WebGPU, or weft predict`
  const limit = limitOf(deviceMemory)
  const needed = arrays + networks
  if (needed <= limit) return undefined
  return `this volume takes about ${shown(needed)} of memory (images, scores and labels ${shown(arrays)}, networks ${shown(networks)}), and ${shown(limit)} may be used in this browser: use weft predict on this computer`
}

function limitOf(deviceMemory: number | undefined): number {
  if (deviceMemory === undefined) return usualLimit.untold
  return deviceMemory >= greatestTold ? usualLimit.told : deviceMemory * gibi
}

/** `3.2 GB`, `640 MB`. */
function shown(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.ceil(bytes / 1e6)} MB`
}
