// The Procfile's processes, so that laptop and tests run what production runs.
import { readFile } from 'node:fs/promises'

/** @returns program and arguments of a process type. @throws Error for one the Procfile does not have. */
export async function procfileCommand(name: string, folder = '.'): Promise<[string, string[]]> {
  const lines = (await readFile(`${folder}/Procfile`, 'utf8')).split('\n')
  const line = lines.find((each) => each.startsWith(`${name}:`))
  if (!line) throw new Error(`the Procfile has no process "${name}"`)
  const [program = '', ...args] = line
    .slice(name.length + 1)
    .trim()
    .split(/\s+/)
  return [program === 'node' ? process.execPath : program, args]
}
