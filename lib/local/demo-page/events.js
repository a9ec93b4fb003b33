// Reads server-sent events as they come, and notices when none do: a dead connection says nothing.

/**
 * Reads server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream), as far as
 * the service writes them: lines end with \n, and data is one line.
 * @param {number} silentMs after how long without a byte the connection is given up, with an error
 */
export async function* readEvents(body, silentMs) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  try {
    for (;;) {
      const { done, value } = await within(silentMs, reader.read())
      if (done) return
      text += value
      const blocks = text.split('\n\n')
      text = blocks.pop()
      for (const block of blocks) {
        const event = {}
        for (const line of block.split('\n')) {
          const [, field, content] = /^(\w+): ?(.*)$/.exec(line) ?? []
          if (field) event[field] = field === 'retry' ? Number(content) : content
        }
        yield event
      }
    }
  } finally {
    // The connection may be broken already: then there is nothing left to close.
    reader.cancel().catch(() => {})
  }
}

/** @throws Error when nothing came in time: a connection can be dead without anybody having said so. */
async function within(ms, promise) {
  let timer
  const silence = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('nothing was heard in time')), ms)
  })
  try {
    return await Promise.race([promise, silence])
  } finally {
    clearTimeout(timer)
  }
}
