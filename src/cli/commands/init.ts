// weft init: a spec to start from, copied from the ones that come with the package.
import { existsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { shortenEnd } from '../../backends/report/text-layout.ts'
import { problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { suggest } from '../../compiler/text/suggest.ts'
import { commandFindings, showFindings } from '../display.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import { reasonOf } from '../../node/spec-files.ts'
import type { Terminal } from '../terminal.ts'
import { starterName, templates, type Template } from '../templates.ts'
import type { CommandMaker } from './command.ts'

interface InitArgs {
  readonly template: string
  readonly out: string | undefined
  readonly list: boolean
}

export const initCommand: CommandMaker<InitArgs> = (terminal, choose) => ({
  command: 'init [template]',
  describe: 'Write a spec to start from; never overwrites',
  builder: (yargs) =>
    yargs
      .positional('template', { describe: 'which one', type: 'string', default: starterName })
      .option('out', {
        alias: 'o',
        describe: 'the file, or the directory to put it into',
        type: 'string',
        requiresArg: true,
      })
      .option('list', { describe: 'list the templates', type: 'boolean', default: false })
      .example('weft init', 'starter.weft, a small U-Net')
      .example('weft init e2enet --out amos.weft', 'a published architecture')
      .example('weft init --list', 'what there is'),
  handler: (args) => choose(() => runInit(args, terminal)),
})

function runInit({ template: name, out, list }: InitArgs, terminal: Terminal): ExitCode {
  const known = templates()
  if (list) {
    terminal.out(known.map((one) => `${listed(one, known, terminal)}\n`).join(''))
    return exitCodes.clean
  }
  const found = known.find((one) => one.name === name)
  const names = known.map((one) => one.name)
  if (found === undefined)
    return fail(
      problem('unknown-template', { template: name, known: names, suggestion: suggest(name, names) }),
      terminal,
    )
  const path = targetOf(found, out)
  const failed = writeNew(path, found.text)
  if (failed !== undefined) return fail(failed, terminal)
  terminal.out(`wrote ${path}; try \`weft cost ${path}\`${found.name === starterName ? trained(path) : ''}\n`)
  return exitCodes.clean
}

const trained = (path: string): string => `, and \`weft train ${path} --data phantom: --out runs/first\``

function listed({ name, summary }: Template, all: readonly Template[], terminal: Terminal): string {
  const room = Math.max(...all.map((one) => one.name.length)) + 2
  return `${name.padEnd(room)}${shortenEnd(summary, terminal.width - room)}`.trimEnd()
}

function fail(found: Problem, terminal: Terminal): ExitCode {
  showFindings([commandFindings(found, 'weft init')], terminal)
  return exitCodes.error
}

function targetOf(template: Template, out: string | undefined): string {
  const file = `${template.name}.weft`
  if (out === undefined) return file
  const isDirectory = out.endsWith('/') || (existsSync(out) && statSync(out).isDirectory())
  return isDirectory ? join(out, file) : out
}

function writeNew(path: string, text: string): Problem | undefined {
  try {
    writeFileSync(path, text, { flag: 'wx' })
    return undefined
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined
    if (code === undefined) throw error
    return code === 'EEXIST'
      ? problem('file-exists', { path })
      : problem('file-unwritable', { path, reason: reasonOf(code) })
  }
}
