#!/usr/bin/env bash
# `dist/index.min.js` of NiiVue is what its package.json names for CDNs ("unpkg"), so that one would guess it to be the library, minified: a
# module with the class `Niivue`, as `dist/index.js` beside it. Its one export, `esm`, is a text: the source of that module, percent-encoded,
# which the page would have to decode and to load in turn. Under a Content-Security-Policy of scripts of one's own host that is forbidden.
# Pages of `weft deploy` therefore carry `dist/index.js`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @niivue/niivue@0.69.0
cat >look.mjs <<'JS'
import { readFileSync } from 'node:fs'
const folder = 'node_modules/@niivue/niivue/'
const { version, unpkg } = JSON.parse(readFileSync(`${folder}package.json`, 'utf8'))
const names = (text) => [...text.matchAll(/export\s*\{([^}]*)\}/g)].flatMap(([, list]) => list.split(',').map((one) => one.trim().split(/\s+as\s+/).at(-1)))
const minified = await import(`./${folder}${unpkg}`)
const plain = names(readFileSync(`${folder}dist/index.js`, 'utf8'))
const text = String(minified.esm)
const source = decodeURIComponent(text)
const holds = names(source).includes('Niivue')
console.log(`@niivue/niivue ${version}: ${unpkg} exports ${Object.keys(minified).join(', ')}, a ${typeof minified.esm} of ${text.length} characters, ${holds ? 'the percent-encoded source of a module that exports Niivue' : 'something else'}; dist/index.js exports Niivue: ${plain.includes('Niivue')}`)
process.exit(Object.keys(minified).join() === 'esm' && typeof minified.esm === 'string' && text !== source && holds && plain.includes('Niivue') ? 0 : 1)
JS
node look.mjs
