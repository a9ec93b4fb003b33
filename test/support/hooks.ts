// Fails the run when a test left a connection, a server, a timer or a process behind (mocha runs without `--exit`), and a test
// that got an answer of the API that its document does not declare.
import type { Context } from 'mocha'
import whyIsNodeRunning from 'why-is-node-running'
import { takeBroken } from './contract.ts'
import { waitFor } from './wait-for.ts'

/** What the runner itself keeps open: its pipes and the channel to its parent. */
const OWN = new Set(['PipeWrap', 'TTYWrap', 'CloseReq', 'Immediate', 'TickObject', 'FSReqCallback', 'FSReqPromise'])

const leftovers = () => process.getActiveResourcesInfo().filter((kind) => !OWN.has(kind))

export async function mochaGlobalTeardown(): Promise<void> {
  try {
    await waitFor('all handles to be closed', async () => leftovers().length === 0, 5_000)
  } catch {
    process.stderr.write(`\nThe tests left handles open: ${leftovers().join(', ')}\n`)
    whyIsNodeRunning()
    process.exit(1)
  }
}

export const mochaHooks = {
  /** A test may have caught what `fetch` threw. */
  afterEach(this: Context) {
    const broken = takeBroken()
    if (broken.length > 0 && this.currentTest?.state !== 'failed') throw new Error(broken.join('\n'))
  },
}
