// (c) The shop straight on pg-boss: the job is added in the order's transaction through the library's adapter for knex
// (https://pgboss.io/api/adapters). Settings: ../pg-boss.ts
import { openDatabase } from '../insert-table.ts'
import { fromKnex, openBoss } from '../pg-boss.ts'
import { steps } from './steps.ts'
import { serveOrders } from './web.ts'

const boss = await openBoss([...steps], false)
await serveOrders(
  openDatabase(),
  (trx, step, orderId) => boss.send(step, { orderId }, { db: fromKnex(trx) }),
  () => boss.stop(),
)
