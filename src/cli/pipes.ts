// A reader that stops early (`weft cost net.weft | head`) is no error.

export function quietPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
      // Nobody reads any more: what is still to be written has no place to go.
      process.exit()
    })
  }
}
