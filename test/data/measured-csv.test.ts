// Tables of measured results: what is read, and what is said of what cannot be.
import { expect, test } from 'vitest'
import { diagnose, isProblem } from '../../src/compiler/diagnostics/diagnostic.ts'
import { readMeasuredCsv } from '../../src/data/measured-csv.ts'

function read(text: string): unknown {
  const parameters = new Set(['S', 'base', 'patch', 'dsff'])
  const found = readMeasuredCsv({ path: 'r.csv', text, parameters, swept: ['S', 'base'] })
  if (!isProblem(found)) return found
  const { code, message, help } = diagnose(found, { file: 'r.csv', start: 0, end: 0 })
  return `${code}: ${message}; ${help ?? ''}`
}

test('values are read as Weft writes them; results are numbers, percent or not there', () => {
  const text =
    '\uFEFFnetwork,S,base,patch,dsff,dice,hd95\r\n"N",80%,48,"[8, [1, 2]]",true,90.3%,4.5e0\n\n"N",0.9,48,"a ""word""",false, 0.9 ,\n'
  expect(read(text)).toEqual([
    {
      metric: 'dice',
      value: 0.903,
      network: 'N',
      arguments: { S: 0.8, base: 48, patch: [8, [1, 2]], dsff: true },
      where: { file: 'r.csv', line: 2 },
    },
    expect.objectContaining({ metric: 'hd95', value: 4.5 }),
    expect.objectContaining({ metric: 'dice', value: 0.9, where: { file: 'r.csv', line: 4 } }),
  ])
  expect(read('S,base,dice\n0.8,48,.9\n')).toMatchObject([{ network: null, value: 0.9 }])
})

test.each([
  ['S,base,dice\n0.8,48,0.9o3\n', 'WEFT932: r.csv, line 2: `dice` is `0.9o3`, which is not a number'],
  ['S,base,dice\n0.8,48,NaN\n', 'WEFT932: r.csv, line 2: `dice` is `NaN`'],
  ['S,base,dice\n0.8,48,0x10\n', 'WEFT932'],
  ['S,base,dice\n0.8,48,1\n,48,0.9\n', 'WEFT932: r.csv, line 3: `S` is empty'],
  ['S,base,dice\n0.8,48\n', 'WEFT931: r.csv, line 2: it has not as many cells'],
  ['S,base,dice\n0.8,48,"0.9\n', 'WEFT931: r.csv, line 2: a quote is not closed'],
  ['S,bas,dice\n', 'WEFT933: r.csv column `bas`: no parameter has this name, and `base`, which is swept'],
  ['S,base,dice,dice\n', 'WEFT933: r.csv column `dice`: it is there twice'],
  ['S,base,params\n', 'WEFT933: r.csv column `params`: a sweep counts this itself'],
  ['S,base\n', 'WEFT933: r.csv has no column of results'],
  ['S,base,,dice\n', 'WEFT933: r.csv has a column without a name'],
  ['', 'WEFT933: r.csv is empty'],
])('%j', (text, message) => {
  expect(read(text)).toContain(message)
})
