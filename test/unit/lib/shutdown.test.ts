// How a process ends when nobody reads its log any more.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect } from 'chai'

const main = (close: string) => `
  import { createLogger } from './lib/logger.ts'
  import { closeOnSignal } from './lib/shutdown.ts'
  closeOnSignal(createLogger('test', 'info'), 300, () => ${close})
  process.stdin.resume().on('end', () => { throw new Error('boom') })
  process.stderr.write('ready')`

describe('a process whose log nobody reads', () => {
  const ends: [what: string, close: string, how: 'error' | NodeJS.Signals, exitCode: number][] = [
    ['an error that nobody caught', 'Promise.resolve()', 'error', 1],
    ['an error that nobody caught, past its deadline', 'new Promise(() => {})', 'error', 1],
    ['SIGTERM', 'Promise.resolve()', 'SIGTERM', 0],
    ['SIGTERM, past its deadline', 'new Promise(() => {})', 'SIGTERM', 1],
  ]
  for (const [what, close, how, exitCode] of ends) {
    it(`ends after ${what}`, async () => {
      const args = ['--import', 'tsx', '--input-type=module', '-e', main(close)]
      const child = spawn(process.execPath, args, { stdio: 'pipe', timeout: 20_000, killSignal: 'SIGKILL' })
      const exited = once(child, 'exit')
      await Promise.race([once(child.stderr, 'data'), exited])
      child.stdout.destroy()
      await once(child.stdout, 'close')
      if (how === 'error') child.stdin.end()
      else child.kill(how)
      expect(await exited).to.deep.equal([exitCode, null])
    })
  }
})
