#!/usr/bin/env bash
# nifti-reader-js: `header.affine` of a valid file that is placed by its quaternion alone is NaN for about half of the tilts of a scan
# in the scanner's usual order (x and y turned by 180 degrees, and a small angle).
# Guess: the affine is the quaternion's matrix, as the same header's `getQformMat()` gives it.
# In truth: it takes the root of 1 - (b^2 + c^2 + d^2), which rounding to float32 makes negative half of the time; `getQformMat()` guards.
# Why it matters: whether a volume has a place depends on the last bit of its tilt.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts nifti-reader-js@0.8.0 >/dev/null
cat >run.mjs <<'JS'
import * as nifti from 'nifti-reader-js'
function header(angle) {
  const bytes = new ArrayBuffer(352 + 8)
  const at = new DataView(bytes)
  at.setInt32(0, 348, true)
  for (const [k, value] of [3, 2, 2, 2, 1, 1, 1, 1].entries()) at.setInt16(40 + 2 * k, value, true)
  at.setInt16(70, 2, true)
  at.setInt16(72, 8, true)
  for (let k = 0; k < 4; k++) at.setFloat32(76 + 4 * k, 1, true)
  at.setFloat32(108, 352, true)
  at.setInt16(252, 1, true)
  at.setFloat32(256, Math.sin(angle / 2), true)
  at.setFloat32(264, Math.cos(angle / 2), true)
  for (const [k, code] of [...'n+1\0'].entries()) at.setUint8(344 + k, code.charCodeAt(0))
  const found = new nifti.NIFTI1()
  found.readHeader(bytes)
  return found
}
const angles = Array.from({ length: 200 }, (_, k) => (k + 1) * 1e-4)
const broken = angles.filter((angle) => header(angle).affine.flat().some(Number.isNaN))
const guarded = angles.filter((angle) => header(angle).getQformMat().flat().some(Number.isNaN))
console.log(`nifti-reader-js 0.8.0: of 200 tilts below 0.02 rad of a volume turned about z, header.affine holds NaN for ${broken.length}, getQformMat() for ${guarded.length}`)
process.exit(broken.length > 0 && guarded.length === 0 ? 0 : 1)
JS
node run.mjs
