// `npm run bench -- <scenario>`: measures the built product; each scenario says what it measures, on what, and what it saw.
import { follow } from './follow.ts'

const scenarios: Record<string, (args: string[]) => Promise<void>> = { follow }

const [name = '', ...args] = process.argv.slice(2)
const scenario = Object.hasOwn(scenarios, name) ? scenarios[name] : undefined
if (scenario) await scenario(args)
else {
  process.stderr.write(`npm run bench -- <scenario>; there is: ${Object.keys(scenarios).join(', ')}\n`)
  process.exitCode = 1
}
