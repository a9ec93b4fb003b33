// A web process that is stopped keeps nobody waiting, and is not kept by anybody: clients that follow jobs are answered, and
// go on at the next process.
import { expect } from 'chai'
import { openEvents } from '../support/event-stream.ts'
import { listeners } from '../support/followers.ts'
import { useProcesses } from '../support/processes.ts'
import { waitFor } from '../support/wait-for.ts'

describe('following jobs', () => {
  const processes = useProcesses({ workers: 0 })

  it('ends at once when the web process is stopped, with the job as it is', async function () {
    this.timeout(60_000)
    const { api, apiUrl, web } = processes
    const note = { to: 'ada@example.com', subject: 'Later', text: 'Later.' }
    const { body } = await api.post('/v1/jobs', { type: 'emails.send', input: note })
    const { id } = body.job
    const wait = (path: string) => api.send('GET', path, { headers: { prefer: 'wait=25' } })
    const waiting = Array.from({ length: 20 }, () => wait(`/v1/jobs/${id}`))
    const submitting = api.post('/v1/emails', note, { prefer: 'wait=25' })
    const events = await openEvents(`${apiUrl}/v1/jobs/${id}/events`, api)
    expect((await events.next())?.data.state).to.equal('queued')
    await waitFor('the process to listen', async () => (await listeners(processes.db)).rows.length === 1)
    await waitFor('the mail to be accepted', async () => {
      const { rows } = await processes.db.raw("SELECT FROM jobs WHERE type = 'emails.send'")
      return rows.length === 2
    })
    const stopped = web.stop()
    for (const answer of await Promise.all(waiting)) {
      expect([answer.status, answer.body.state]).to.deep.equal([202, 'queued'])
      expect(answer.headers.get('retry-after')).to.match(/^\d+$/)
    }
    const submitted = await submitting
    expect([submitted.status, submitted.body.job.state]).to.deep.equal([202, 'queued'])
    expect(await events.next()).to.equal(undefined)
    await stopped
    expect(await web.ended).to.equal('web ended (exit code 0)')
    expect((await listeners(processes.db)).rows).to.deep.equal([])
  })
})
