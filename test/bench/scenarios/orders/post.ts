// A client that keeps its connections, and costs little beside what it measures.
import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'

const agent = new Agent({ keepAlive: true })

/** Posts JSON. @throws Error when it is not answered 202 */
export async function post(url: string, body: object, headers: Record<string, string>): Promise<void> {
  const sent = JSON.stringify(body)
  const { status, answer } = await new Promise<{ status: number | undefined; answer: string }>((resolve, reject) => {
    const all = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(sent), ...headers }
    request(url, { agent, method: 'POST', headers: all }, (response) => {
      text(response).then((answer) => resolve({ status: response.statusCode, answer }), reject)
    })
      .once('error', reject)
      .end(sent)
  })
  if (status !== 202) throw new Error(`POST ${url} was answered ${status}: ${answer}`)
}
