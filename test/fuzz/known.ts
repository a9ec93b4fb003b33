// What the answers so far have told: the ids, names, cursors, ETags and keys that later requests are about. Bounded: the
// youngest of each stay.
import { randomUUID } from 'node:crypto'
import type { Kind, Reference } from './references.ts'

export interface Known {
  /** Reads what an answer to a caller has told. */
  learn(caller: string, path: string, body: unknown, etag: string | null): void
  /** Keeps an Idempotency-Key that was sent. */
  used(caller: string, key: string): void
  /** @returns what a reference stands for; a new one where there is none yet, or it is nobody's */
  find(caller: string, reference: Reference): string
}

const MOST = 300
const collections: Record<string, Kind> = {
  jobs: 'job',
  orders: 'order',
  payments: 'payment',
  emails: 'email',
  imports: 'import',
  batches: 'batch',
  schedules: 'schedule',
  discrepancies: 'discrepancy',
}
/** Fields that hold a resource, and fields that hold an id. */
const subjects: Record<string, Kind> = { job: 'job', order: 'order', payment: 'payment', email: 'email' }
Object.assign(subjects, { import: 'import', batch: 'batch' })
const ids: Record<string, Kind> = { jobId: 'job', orderId: 'order', paymentId: 'payment', batchId: 'batch' }

/** @param other the account that is the other one of a caller's */
export function createKnown(other: (caller: string) => string): Known {
  const lists = new Map<string, string[]>()
  const listOf = (caller: string, kind: string) => lists.get(`${caller} ${kind}`) ?? []
  const add = (caller: string, kind: string, value: unknown) => {
    if (typeof value !== 'string' || listOf(caller, kind).includes(value)) return
    lists.set(`${caller} ${kind}`, [value, ...listOf(caller, kind)].slice(0, MOST))
  }
  const read = (caller: string, kind: Kind | undefined, value: unknown): void => {
    if (Array.isArray(value)) for (const each of value.slice(0, 20)) read(caller, kind, each)
    else if (typeof value === 'object' && value !== null) {
      const { id, name } = value as { id?: unknown; name?: unknown }
      if (kind) add(caller, kind, kind === 'schedule' ? name : id)
      for (const [key, each] of Object.entries(value)) {
        // What a schedule is to do may name anything: it is what was sent.
        if (key === 'input') continue
        if (key in ids) add(caller, ids[key] ?? '', each)
        read(caller, key === 'data' ? kind : subjects[key], each)
      }
    }
  }
  return {
    learn(caller, path, body, etag) {
      const kind = collections[path.split('/').findLast((step) => step in collections) ?? '']
      if (typeof body === 'object' && body !== null) {
        const { next, data } = body as { next?: unknown; data?: unknown }
        add(caller, 'cursor', next)
        const isResource = 'id' in body || 'cron' in body || data !== undefined
        read(caller, isResource ? kind : undefined, body)
      }
      add(caller, 'etag', etag)
    },
    used: (caller, key) => add(caller, 'key', key),
    find(caller, { $reference: kind, whose, nth }) {
      const list = whose === 'nobody' ? [] : listOf(whose === 'own' ? caller : other(caller), kind)
      return list[nth % Math.max(1, list.length)] ?? (kind === 'schedule' ? `fuzz-${nth % 8}` : randomUUID())
    },
  }
}
