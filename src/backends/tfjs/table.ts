// One entry for each primitive: what it computes in TensorFlow.js.
import { general } from './lower/general.ts'
import { spatial } from './lower/spatial.ts'
import type { Table } from './operands.ts'

export const table: Table = { ...general, ...spatial }
