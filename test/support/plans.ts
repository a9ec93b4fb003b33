// How PostgreSQL does what the product asks of it.
import type { Db } from '../../lib/db.ts'

interface Connection {
  query(sql: string, bindings?: string[]): Promise<{ rows: Record<string, string>[] }>
}

/** @returns the plan of the statement with `part` in it, among those that `work` runs, by the rows as they are afterwards */
export async function planOf(db: Db, part: string, work: () => Promise<unknown>): Promise<string> {
  const asked: { sql: string; bindings: string[] }[] = []
  const listen = (query: (typeof asked)[number]) => asked.push(query)
  db.on('query', listen)
  await work()
  db.off('query', listen)
  const found = asked.find(({ sql }) => sql.includes(part))
  const connection: Connection = await db.client.acquireConnection()
  const { rows } = await connection.query(`EXPLAIN ${found?.sql}`, found?.bindings)
  db.client.releaseConnection(connection)
  return rows.map((row) => row['QUERY PLAN']).join('\n')
}
