// `.local/session.json`: where the running local stack is and how to get in. Written with the owner's permissions only.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'

export const LOCAL_FOLDER = '.local'
const FILE = `${LOCAL_FOLDER}/session.json`

const Session = z.object({
  apiUrl: z.string(),
  apiKey: z.string(),
  /** The page to try it with. */
  demoUrl: z.string(),
  opsUrl: z.string(),
  operator: z.object({ email: z.string(), password: z.string() }),
  /** null where a real server is used instead. */
  mailUrl: z.string().nullable(),
  paymentsUrl: z.string().nullable(),
  databaseUrl: z.string(),
  redisUrl: z.string().nullable(),
  engine: z.enum(['postgres', 'redis']),
  pid: z.int(),
})
export type Session = z.infer<typeof Session>

/** @returns the session of the last start, or undefined where there was none. */
export async function readSession(): Promise<Session | undefined> {
  const text = await readFile(FILE, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  return text === undefined ? undefined : Session.safeParse(JSON.parse(text)).data
}

export async function writeSession(session: Session): Promise<void> {
  await mkdir(dirname(FILE), { recursive: true })
  await writeFile(FILE, `${JSON.stringify(session, null, 2)}\n`, { mode: 0o600 })
}

/** @returns whether the stack of the session still runs: its process is there, and (pids are used again) its API answers. */
export async function isRunning({ pid, apiUrl }: Session): Promise<boolean> {
  try {
    process.kill(pid, 0)
    return (await fetch(`${apiUrl}/healthz`, { signal: AbortSignal.timeout(2_000) })).ok
  } catch {
    return false
  }
}
