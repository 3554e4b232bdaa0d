// One entry for each primitive: how TensorFlow's stock operations say it. Dropout is the identity, batch norm reads its running statistics.
import type { Table } from '../step.ts'
import { convolutions } from './convolutions.ts'
import { elementwise } from './elementwise.ts'
import { sampling } from './grid-sample.ts'
import { moves } from './moves.ts'
import { norms } from './norms.ts'
import { pools } from './pools.ts'
import { products } from './products.ts'
import { recurrences } from './recurrence.ts'
import { reductions } from './reductions.ts'
import { resizes } from './resize.ts'
import { unpools } from './unpooling.ts'

export const lowerings: Table = {
  // Inputs are placeholders, made before the nodes are lowered.
  input: (_, step) => step.result('first', { name: '', dims: [] }),
  ...convolutions,
  ...products,
  ...norms,
  ...elementwise,
  ...pools,
  ...unpools,
  ...reductions,
  ...resizes,
  ...sampling,
  ...moves,
  ...recurrences,
}
