#!/usr/bin/env bash
# TensorFlow.js, wasm backend: `gather` with `batchDims` takes wrong rows for all batches but the first.
# Guess: each batch of indices reads its own batch of the tensor, as on the cpu backend.
# In truth: rows of other batches, or what lies beyond the tensor, come back without an error; some shapes come out right.
# Why it matters: a graph model that samples each image at places of its own is right for a batch of one and wrong from the second image on.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @tensorflow/tfjs@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0 >/dev/null
cat >run.mjs <<'JS'
import * as tf from '@tensorflow/tfjs'
import '@tensorflow/tfjs-backend-wasm'
tf.env().set('PROD', true)
const taken = async (backend) => {
  await tf.setBackend(backend)
  const x = tf.tensor2d([[0, 1, 2, 3], [10, 11, 12, 13]])
  return [...tf.gather(x, tf.tensor2d([[3, 2, 1, 0, 3], [0, 1, 2, 3, 0]], [2, 5], 'int32'), 1, 1).dataSync()].join()
}
const [right, given] = [await taken('cpu'), await taken('wasm')]
console.log(`@tensorflow/tfjs ${tf.version.tfjs}: gather of places [3, 2, 1, 0, 3] and [0, 1, 2, 3, 0] with batchDims 1 gives ${right} on cpu, ${given} on wasm`)
process.exit(right === given ? 1 : 0)
JS
node run.mjs
