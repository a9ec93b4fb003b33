// (d) The shop straight on graphile-worker: the job is added in the order's transaction by SQL
// (https://worker.graphile.org/docs/sql-add-job). Settings: ../graphile.ts
import { openUtils } from '../graphile.ts'
import { openDatabase } from '../insert-table.ts'
import { addInTransaction } from './graphile-enqueue.ts'
import { serveOrders } from './web.ts'

const utils = await openUtils()
await serveOrders(openDatabase(), addInTransaction, async () => utils.release())
