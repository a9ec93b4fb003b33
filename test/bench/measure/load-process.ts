// The load generator's own process: autocannon, so that what it costs is not the harness's time. Every contender gets the
// same bytes, apart from the path, also those headers that it does not read.
import autocannon from 'autocannon'
import type { Load, Loaded } from './load.ts'

/** How often autocannon looks whether its time is over. */
const TICK_MS = 50

process.on('message', (load: Load) => run(load).then((loaded) => process.send?.(loaded)))
process.send?.({ ready: true })
process.once('disconnect', () => process.exit())

function run({ url, seconds, connections, method, paths, headers, body, rate }: Load): Promise<Loaded> {
  const requests = (paths: string[]) => paths.map((path) => ({ path }))
  const share = Math.ceil(paths.length / connections)
  let client = 0
  const times: number[] = []
  return new Promise((resolve, reject) => {
    const instance = autocannon(
      {
        url,
        connections,
        duration: seconds,
        sampleInt: TICK_MS,
        method,
        headers,
        idReplacement: method === 'POST',
        requests: requests(paths.slice(0, 1)),
        ...(body !== undefined && { body }),
        ...(rate !== undefined && { overallRate: rate }),
        // Each connection asks for paths of its own.
        ...(paths.length > 1 && {
          setupClient: (each) => {
            const from = (client++ * share) % paths.length
            each.setRequests(requests(paths.slice(from, from + share)))
          },
        }),
      },
      (error, result) => {
        if (error) return reject(error)
        const { '2xx': ok, non2xx, errors, start, finish } = result
        const tookMs = finish.getTime() - start.getTime()
        resolve({ ok, refused: non2xx, errors, sent: result.requests.sent, tookMs, times: times.map(rounded) })
      },
    )
    instance.on('response', (_client, _status, _bytes, time) => times.push(time))
  })
}

/** To a microsecond. */
const rounded = (ms: number) => Math.round(ms * 1_000) / 1_000
