// `npm run vscode`: bundles the extension and the server it starts, and packs both with the tool of VS Code's marketplace, which npx fetches:
// it has hundreds of packages, which nothing else here needs.
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { argv } from 'node:process'
import { pathToFileURL } from 'node:url'
import { rolldown } from 'rolldown'
import { substitutes } from '../command-bundle/substitutes.ts'

const vsce = '@vscode/vsce@3.7.1'

/** What the package has, as `vsce ls` lists it. */
export const packaged: readonly string[] = [
  'LICENSE',
  'README.md',
  'icon.png',
  'language-configuration.json',
  'package.json',
  'picture.png',
  'dist/extension.cjs',
  'dist/server.mjs',
  'dist/weft.tmLanguage.json',
]

/** Writes the extension and the server that it starts. */
export async function bundleExtension(root: string, dist: string): Promise<void> {
  await bundled(root, 'extension', ['vscode'], { format: 'cjs', file: join(dist, 'extension.cjs') })
  await bundled(root, 'server', [], { format: 'esm', file: join(dist, 'server.mjs') })
}

/** What the package has besides, from where it is kept. */
function copyParts(root: string, folder: string): void {
  copyFileSync(join(root, 'grammar', 'weft.tmLanguage.json'), join(folder, 'dist', 'weft.tmLanguage.json'))
  copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'))
}

async function bundled(
  root: string,
  name: string,
  external: string[],
  { format, file }: { readonly format: 'cjs' | 'esm'; readonly file: string },
): Promise<void> {
  const bundle = await rolldown({
    cwd: root,
    input: join('editors', 'vscode', 'src', `${name}.mjs`),
    platform: 'node',
    external,
    plugins: [substitutes(root)],
    checks: { ineffectiveDynamicImport: false },
  })
  await bundle.write({ file, format, minify: true, codeSplitting: false })
  await bundle.close()
}

function packExtension(root: string): void {
  const folder = join(root, 'editors', 'vscode')
  const run = (args: readonly string[]): string =>
    execFileSync('npx', ['--yes', vsce, ...args], { cwd: folder, encoding: 'utf8' })
  const listed = run(['ls', '--no-dependencies'])
    .split('\n')
    .filter((line) => line !== '' && existsSync(join(folder, line)))
  const strange = listed.filter((path) => !packaged.includes(path))
  const missing = packaged.filter((path) => !listed.includes(path))
  if (strange.length > 0 || missing.length > 0)
    throw new Error(
      `the package would have ${strange.join(', ') || 'nothing'} besides, and lack ${missing.join(', ') || 'nothing'}`,
    )
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string } // Our own.
  const out = join(root, 'dist', `weft-${manifest.version}.vsix`)
  console.log(
    run([
      'package',
      '--no-dependencies',
      '--skip-license',
      '--allow-missing-repository',
      '--no-rewrite-relative-links',
      '-o',
      out,
    ]).trim(),
  )
}

if (argv[1] !== undefined && import.meta.url === pathToFileURL(argv[1]).href) {
  const root = process.cwd()
  const folder = join(root, 'editors', 'vscode')
  rmSync(join(folder, 'dist'), { recursive: true, force: true })
  mkdirSync(join(folder, 'dist'))
  await bundleExtension(root, join(folder, 'dist'))
  copyParts(root, folder)
  packExtension(root)
}
