// Bounds of one compilation, and whole numbers past 2^53: 7xx.
import { code } from '../define.ts'

const bounds = 'Elaboration is bounded so that a slip in a range is an error at once and never a hang.'

export const limitCodes = {
  'integer-overflow': code<{ readonly what: string }>({
    code: 'WEFT701',
    severity: 'error',
    message: (p) => `${p.what} passes 2^53, where whole numbers stop being exact`,
    help: () => 'use smaller extents or widths; floats (`2.0^60`) may be larger but are not exact',
    explanation: `
Counts are exact or they are errors. Integers are exact up to 2^53 (9 007 199 254 740 992); past it arithmetic, parameters or MACs would
round silently.
`,
  }),
  'too-many-nodes': code<{ readonly limit: number }>({
    code: 'WEFT702',
    severity: 'error',
    message: (p) => `the graph has more than ${p.limit} operators`,
    help: () => 'check the ranges of the recurrences',
    explanation: bounds,
  }),
  'value-too-large': code<{ /** With its size. */ readonly what: string; readonly limit: number }>({
    code: 'WEFT703',
    severity: 'error',
    message: (p) => `${p.what} is over the bound of ${p.limit}`,
    help: () => 'check the ranges and the recursions that make it',
    explanation: bounds,
  }),
  'family-too-large': code<{ readonly name: string; readonly limit: number }>({
    code: 'WEFT704',
    severity: 'error',
    message: (p) => `\`${p.name}\` has more than ${p.limit} members`,
    help: () => 'check the ranges of its `for` clauses',
    explanation: bounds,
  }),
  'too-deep': code<{ readonly name: string; readonly limit: number }>({
    code: 'WEFT705',
    severity: 'error',
    message: (p) => `more than ${p.limit} values need one another in a row, last \`${p.name}\``,
    help: () => 'end the recursion; of a recurrence, let the members needed depend on indices alone',
    explanation: `
Calls, block applications and recurrences may nest to a bound. A recurrence of many members is fine when what a member needs follows from
indices and numbers: it is found by looking, and built first. Where it depends on what is built on the way
(\`channels(x -> B) > 64 ? a[i-1] : x\`), each member stands inside the one that needs it, and the bound holds.
`,
  }),
  'too-many-steps': code<{ readonly limit: number }>({
    code: 'WEFT706',
    severity: 'error',
    message: (p) => `elaboration took more than ${p.limit} steps`,
    help: () => 'look for ranges within ranges, or a function that calls itself twice',
    explanation: bounds,
  }),
  'imports-too-deep': code<{ readonly limit: number }>({
    code: 'WEFT707',
    severity: 'error',
    message: (p) => `imports nest deeper than ${p.limit} files`,
    help: () => 'import the files directly',
    explanation: bounds,
  }),
  'file-too-large': code<{ readonly path: string; readonly bytes: number; readonly limit: number }>({
    code: 'WEFT708',
    severity: 'error',
    message: (p) => `\`${p.path}\` has ${p.bytes} bytes, more than the bound of ${p.limit}`,
    help: () => 'a spec is text that people read: split the file, or check that it is one',
    explanation: bounds,
  }),
} as const
