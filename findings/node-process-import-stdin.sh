#!/usr/bin/env bash
# Node: `import process from 'node:process'` alone makes a standard input that is a pipe non-blocking, for every process that shares it;
# the global `process` does not.
# Guess: the import names the same object as the global, and a program that never reads its standard input leaves it alone.
# In truth: the module's named exports are taken when it is imported, which runs the getter `process.stdin`, which opens the pipe; it is put back when the program ends.
# Why it matters: `tool a | diff - <(tool b)` fails in diff, with "Resource temporarily unavailable", since both read one pipe.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund node@22.12.0 >/dev/null
node=$(ls node_modules/node/bin/node)
rest='process.version; setTimeout(() => {}, 3000)'
printf "import process from 'node:process'\n%s\n" "$rest" >imported.mjs
printf '%s\n' "$rest" >global.mjs
# The flags of the pipe while the program runs, which puts them back at its end; 04000 (octal) is O_NONBLOCK.
flags() { sleep 4 | { "$node" "$1" <&0 & sleep 2; awk '/^flags/ { print $2 }' /proc/self/fdinfo/0; }; }
imported=$(flags imported.mjs)
global=$(flags global.mjs)
echo "node $("$node" --version): flags of a shared stdin are $imported after importing node:process, $global with the global"
((8#$imported & 8#4000)) && ! ((8#$global & 8#4000))
