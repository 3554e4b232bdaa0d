// 925-947: what a sweep cannot go over or show, and measured accuracies that cannot be read.
import { code, didYouMean } from '../define.ts'

const named = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ')

/** What else an option takes that names things. */
function otherwiseThan(option: string): string {
  if (option === 'networks') return ', or `all`'
  return option === 'results' ? ', or `none`' : ''
}

export const sweepCodes = {
  'sweep-malformed': code<{ text: string; option: string; reason: string }>({
    code: 'WEFT925',
    severity: 'error',
    message: ({ text, option, reason }) =>
      `\`${option} ${text}\` is not a parameter with its values: ${reason}`,
    help: ({ text, option }) => {
      const name = /^[A-Za-z_]\w*/.exec(text)?.[0] ?? 'NAME'
      return `write it as ${option} ${name}=32,48,64, or as a range ${option} ${name}=0.5..0.95:0.05`
    },
    explanation: `A sweep goes over the values of parameters. They stand after the parameter's name and \`=\`, separated by commas; a range stands
for all of its values. Commas in brackets belong to the value. \`patch[0]\` is the first element of a list, whose others stay.

    weft sweep net.weft --over base                           // no values
    weft sweep net.weft --over base=16,32 --over 'patch=[64, 64],[96, 96]'
    weft sweep net.weft --over 'patch[0]=64..96:16'
`,
  }),
  'sweep-range': code<{ range: string; reason: string; suggestion?: string }>({
    code: 'WEFT926',
    severity: 'error',
    message: ({ range, reason }) => `\`${range}\` is not a range: ${reason}`,
    help: ({ suggestion }) =>
      suggestion === undefined
        ? 'a range is FIRST..LAST:STEP, such as 0.5..0.95:0.05 or 64..16:-16; whole numbers go without a step'
        : `write \`${suggestion}\`: a range is FIRST..LAST:STEP; whole numbers go without a step`,
    explanation: `The values of a range are FIRST, FIRST + STEP and so on, up to LAST where a step lands on it. They are exact decimals.

    weft sweep net.weft --over S=0.5..0.9         // by which step?
    weft sweep net.weft --over S=0.5..0.9:0.1     // 0.5, 0.6, 0.7, 0.8, 0.9
    weft sweep net.weft --over depth=3..6         // 3, 4, 5, 6
`,
  }),
  'sweep-value-twice': code<{ name: string; value: string; before: string }>({
    code: 'WEFT927',
    severity: 'error',
    message: ({ name, value, before }) =>
      value === before
        ? `\`${name}\` is swept over ${value} twice`
        : `\`${name}\` is swept over ${before} and ${value}, which are one number`,
    help: () => 'give each value once',
    explanation: `Two points of a sweep with the same arguments would be one network twice.

    weft sweep net.weft --over base=16,32,16
    weft sweep net.weft --over S=0.5,50%            // 50% is 0.5
`,
  }),
  'sweep-parameter-twice': code<{ name: string; option: string; other: string }>({
    code: 'WEFT928',
    severity: 'error',
    message: ({ name, option, other }) => `\`${name}\` is given by ${option} and by ${other}`,
    help: ({ name, option }) => `say it once: every value of \`${name}\` goes into one ${option}`,
    explanation: `A parameter is swept over one list of values, or it has one value by \`--set\`.

    weft sweep net.weft --over base=16,32 --set base=8      // which one?
`,
  }),
  'sweep-element': code<{ name: string; value: string | undefined }>({
    code: 'WEFT947',
    severity: 'error',
    message: ({ name, value }) =>
      value === undefined
        ? `\`${name}\` is an element of no parameter`
        : `there is no \`${name}\`: the parameter is ${value}`,
    help: () => 'name an element of a parameter that is a list, counted from 0: `patch[0]`',
    explanation: `An element of a list varies while the others keep the values that they have by default or by \`--set\`.

    weft sweep net.weft --over 'patch[3]=64,96'     // of [128, 128, 128]
    weft sweep net.weft --over 'patch[0]=64,96'
`,
  }),
  'sweep-too-large': code<{ points: string; limit: number }>({
    code: 'WEFT929',
    severity: 'error',
    message: ({ points, limit }) => `these are ${points} points, more than the limit of ${limit}`,
    help: () => 'take larger steps, or vary fewer parameters at a time',
    explanation: `There is a point for each combination of values; the counts multiply. Every point of a sweep is a network that is compiled and counted,
as are points that \`weft fit\` and \`weft cost --symbolic\` look at; these two need not look at all, and have limits of their own.

    weft sweep net.weft --over a=1..200 --over b=1..200     // 40,000 points
`,
  }),
  'unknown-sweep-metric': code<{ metric: string; known: readonly string[]; suggestion: string | undefined }>({
    code: 'WEFT930',
    severity: 'error',
    message: ({ metric }) => `there is no metric \`${metric}\``,
    help: ({ known, suggestion }) => didYouMean(suggestion) ?? `metrics are ${named(known)}`,
    explanation: `\`--metric\` takes what can be counted: \`params\`, \`macs\`, \`memory.training\`, \`memory.inference\`, \`fmap\`, \`params.dense\`, \`macs.dense\`,
\`macs.training\` or the name of a convention (\`weft cost --reconcile\` lists them). \`--pareto\`, \`--accuracy\` and \`--lower\` take what the sweep
shows: its metrics and the results that were measured.

    weft sweep net.weft --over base=16,32 --metric params --metric flop
`,
  }),
  'measured-malformed': code<{ path: string; line: number; reason: string }>({
    code: 'WEFT931',
    severity: 'error',
    message: ({ path, line, reason }) => `${path}, line ${line}: ${reason}`,
    help: () =>
      'a table of measured results has a line of column names and lines of as many cells, separated by commas',
    explanation: `\`--measured\` reads comma-separated values (RFC 4180): columns that are parameters of the network (or \`network\`) say of which point a line is,
the others are results.

    S,base,dice
    0.8,48,0.903
    0.9,48,0.901
`,
  }),
  'measured-cell': code<{
    path: string
    line: number
    column: string
    text: string
    wanted: 'number' | 'value'
  }>({
    code: 'WEFT932',
    severity: 'error',
    message: ({ path, line, column, text, wanted }) =>
      text === ''
        ? `${path}, line ${line}: \`${column}\` is empty`
        : `${path}, line ${line}: \`${column}\` is \`${text}\`, which is not a ${wanted}`,
    help: ({ wanted }) =>
      wanted === 'number'
        ? 'write results as numbers, such as 0.903 or 90.3%; leave a cell empty where nothing was measured'
        : 'each line needs the value of each of its parameters',
    explanation: `Results are numbers; a percent sign divides by 100. An empty cell is a result that is not there; a parameter has to have its value.

    S,dice
    0.8,0.9o3        // a letter
    0.8,0.903
`,
  }),
  'measured-column': code<{ path: string; column: string; reason: string; suggestion: string | undefined }>({
    code: 'WEFT933',
    severity: 'error',
    message: ({ path, column, reason }) =>
      `${path} ${column === '' ? '' : `column \`${column}\`: `}${reason}`,
    help: ({ suggestion }) =>
      didYouMean(suggestion) ??
      'columns are parameters of the network, `network`, and results with names of their own',
    explanation: `The first line of a table of measured results names its columns: the parameters that tell the points apart, and the results. A result may not
have the name of something that is counted.

    S,params,dice        // parameters are counted here, not measured
    S,dice
`,
  }),
  'measured-twice': code<{ path: string; line: number; metric: string; before: string }>({
    code: 'WEFT934',
    severity: 'error',
    message: ({ path, line, metric, before }) =>
      `${path}, line ${line}: \`${metric}\` of this point is there already (${before})`,
    help: () => 'keep one of them, or their mean; --results chooses among the tables of the spec',
    explanation: `Each point of a sweep has one value of each result. Folds and repeated runs have to be averaged first.

    S,dice
    0.8,0.903
    80%,0.901        // the same point
`,
  }),
  'measured-ambiguous': code<{
    path: string
    line: number
    metric: string
    points: number
    missing: readonly string[]
  }>({
    code: 'WEFT935',
    severity: 'error',
    message: ({ path, line, metric, points }) =>
      `${path}, line ${line}: \`${metric}\` could belong to ${points} points of the sweep`,
    help: ({ missing }) =>
      `say which: the points differ in ${named(missing)}, and the line does not say all of it`,
    explanation: `A result was measured of one network. A table has a column for every parameter that is swept over, and one called \`network\` where several
networks are.

    weft sweep net.weft --over S=0.8,0.9 --over base=32,48 --measured results.csv

    S,dice           // of which base?
    0.8,0.903
`,
  }),
  'wrong-score-weights': code<{ text: string }>({
    code: 'WEFT936',
    severity: 'error',
    message: ({ text }) => `\`--score-weights ${text}\` is not two weights`,
    help: () =>
      'write the weight of the accuracy and that of the efficiency, none below 0: --score-weights 1,0.5',
    explanation: `The trade-off score of the E2ENet paper adds the accuracy, as a share of the best, and the efficiency: the least parameters and FLOPs as shares of
a network's own. \`--score-weights A1,A2\` weighs the two.

    weft sweep net.weft --over S=0.8,0.9 --measured results.csv --score-weights 1,0.25
`,
  }),
  'nothing-measured': code<{ what: string }>({
    code: 'WEFT937',
    severity: 'error',
    message: ({ what }) => `${what}, and no results are attached`,
    help: () => 'bring accuracies with --measured FILE',
    explanation: `The trade-off score and \`--lower\` are about results that were measured. A sweep alone counts what networks cost.

    weft sweep net.weft --over S=0.8,0.9 --score-weights 1,0.25                           // a score of what?
    weft sweep net.weft --over S=0.8,0.9 --score-weights 1,0.25 --measured results.csv
`,
  }),
  'sweep-names-nothing': code<{ option: string; text: string }>({
    code: 'WEFT938',
    severity: 'error',
    message: ({ option, text }) => `\`--${option} ${text}\` names nothing`,
    help: ({ option }) => `write names, separated by commas${otherwiseThan(option)}`,
    explanation: `\`--networks\`, \`--results\` and \`--pareto\` take names, separated by commas. A list without any is more likely a slip, such as a variable of the
shell that is empty, than a wish.

    weft sweep net.weft --networks "$SOME,"          // where SOME is empty
    weft sweep net.weft --networks all
    weft sweep net.weft --over S=0.8,0.9 --results none
`,
  }),
} as const
