#!/usr/bin/env bash
# TensorFlow.js: the gradient of `avgPool` is not the derivative of `avgPool` where a window hangs over the border.
# Guess: the forward pass divides by the voxels inside the image (as TensorFlow does), and so does its gradient.
# In truth: the gradient divides by the whole window; a finite difference of the same function disagrees.
# Why it matters: a network trained with padded average pools follows a wrong slope at every border, without an error.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @tensorflow/tfjs@4.22.0 >/dev/null
cat >run.mjs <<'JS'
import * as tf from '@tensorflow/tfjs'
tf.env().set('PROD', true)
await tf.setBackend('cpu')
const pooled = (x) => tf.sum(tf.avgPool(x, [3, 3], [2, 2], 'same'))
const x = tf.reshape(tf.range(0, 36), [1, 6, 6, 1])
const slope = tf.grad(pooled)(x).dataSync()[35]
const moved = tf.tensor([...x.dataSync().slice(0, 35), 36], [1, 6, 6, 1])
const difference = pooled(moved).dataSync()[0] - pooled(x).dataSync()[0]
console.log(`@tensorflow/tfjs ${tf.version.tfjs}: avgPool 3x3, stride 2, same: gradient at the last pixel ${slope.toFixed(4)}, difference ${difference.toFixed(4)}`)
process.exit(Math.abs(slope - difference) > 0.01 ? 0 : 1)
JS
node run.mjs
