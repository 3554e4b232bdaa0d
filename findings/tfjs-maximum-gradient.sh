#!/usr/bin/env bash
# TensorFlow.js: `maximum` and `minimum` have no gradient where an operand repeats.
# Guess: they broadcast like `add` and `mul`, whose gradients add up along the axes that repeat.
# In truth: the forward pass broadcasts; the gradient has the shape of the result and is refused by the engine. Without repetition a tie
# gives the whole gradient to one side of `maximum`, where PyTorch halves it.
# Why it matters: a network that computes trains only once both operands happen to have one shape.
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
const [a, b] = [tf.tensor2d([[1, 5, 3], [4, 2, 6]]), tf.tensor2d([[3, 3, 3]])]
const value = [...tf.maximum(a, b).dataSync()]
let told = 'a gradient'
try {
  tf.grads((x, y) => tf.maximum(x, y))([a, b])
} catch (error) {
  told = error.message
}
const [left, right] = tf.grads((x, y) => tf.maximum(x, y))([tf.scalar(3), tf.scalar(3)])
console.log(`@tensorflow/tfjs ${tf.version.tfjs}: maximum of [2, 3] and [1, 3] gives ${value}; its gradient: ${told}; a tie gives ${left.dataSync()[0]} and ${right.dataSync()[0]}`)
process.exit(told.startsWith('Error in gradient for op Maximum') ? 0 : 1)
JS
node run.mjs
