// Corrects the stock of many products, row by row of a file, chunk by chunk: each is a transaction of its own, so that a worker
// that dies loses one chunk at most, and the next one goes on after the last.
import { z } from 'zod'
import { type ImportId, idSchema } from '../../lib/ids.ts'
import { defineJob } from '../../lib/jobs/define.ts'
import { StockImport } from '../../lib/models/stock-import.ts'
import { applyChunk } from '../../lib/stock/imports-apply.ts'

const TIMEOUT_MS = 10 * 60_000

const Input = z.object({ importId: idSchema<ImportId>() })

declare module '../../lib/jobs/definition.ts' {
  interface JobInputs {
    'inventory.import': z.infer<typeof Input>
  }
}

export default defineJob({
  type: 'inventory.import',
  summary: 'Corrects the stock of many products, by the rows of a file.',
  input: Input,
  timeoutMs: TIMEOUT_MS,
  // It goes on after the last row that it went through.
  whenRetried: async () => {},
  async run({ importId }, { signal, checkpoint, progress, commit }) {
    for (let more = true; more; ) {
      signal.throwIfAborted()
      const { position, rowCount } = await checkpoint((trx) => applyChunk(trx, importId))
      await progress(position, rowCount)
      more = position < rowCount
    }
    return commit(async (trx) => {
      const { rowCount: rows, applied, refused } = await StockImport.query(trx).findById(importId).throwIfNotFound()
      return { importId, rows, applied, refused }
    })
  },
})
