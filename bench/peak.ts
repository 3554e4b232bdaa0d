// Loaded before a measured process with --import: when it ends, its peak resident memory in bytes goes to descriptor 3.
import { readFileSync, writeSync } from 'node:fs'

/** Linux starts `maxRSS` of a process with the memory of the one that started it; `VmHWM` is its own. */
function peakBytes(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024
  const [, kibibytes] = /^VmHWM:\s*(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
  return Number(kibibytes) * 1024
}

process.on('exit', () => writeSync(3, String(peakBytes())))
