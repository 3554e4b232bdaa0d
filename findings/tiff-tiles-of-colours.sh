#!/usr/bin/env bash
# tiff (image-js): of colours that lie in tiles one number in three is read, the other two are 0, without an error.
# Guess: `decode` gives the numbers of the picture, or throws where it does not know the layout, as it does for planes of colours.
# In truth: tiles are read as if a pixel had one number.
# Why it matters: microscopy keeps its pictures in tiles, and a network would train on what is left of them. Weft refuses the layout.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts tiff@7.1.3 >/dev/null
python3 -m venv peers
peers/bin/pip install --quiet numpy==2.2.6 tifffile==2025.5.10 2>/dev/null
peers/bin/python - <<'PY'
import numpy as np, tifffile
pixels = np.arange(16 * 16 * 3, dtype=np.uint8).reshape(16, 16, 3)
tifffile.imwrite("tiles.tif", pixels, photometric="rgb", tile=(16, 16), metadata=None)
PY
cat >run.mjs <<'JS'
import { readFileSync } from 'node:fs'
import { decode } from 'tiff'
const [{ data }] = decode(readFileSync('tiles.tif'))
const wrong = data.reduce((sum, value, at) => sum + (value === (at & 255) ? 0 : 1), 0)
console.log(`tiff 7.1.3: ${wrong} of ${data.length} numbers of a tiled picture of colours are wrong`)
process.exit(wrong > 0 ? 0 : 1)
JS
node run.mjs
