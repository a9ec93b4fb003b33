// The libraries that stand beside Errand: installed by npm the first time a scenario needs them, in exactly the versions that
// libraries/package.json names, and never with the project itself.
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

const folder = new URL('libraries/', import.meta.url)

/** Installs what is missing of them, or does nothing. @throws Error with what npm said when it fails */
export async function installContenders(): Promise<void> {
  if (await areInstalled()) return
  // What is built on installing is not needed; both are JavaScript alone.
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund']
  await promisify(execFile)('npm', args, { cwd: folder }).catch((error: { stderr?: string; message: string }) => {
    throw new Error(`The contenders of the benchmark could not be installed.\n${error.stderr || error.message}`)
  })
  if (!(await areInstalled())) throw new Error('npm has installed other contenders than were asked for.')
}

async function areInstalled(): Promise<boolean> {
  const wanted = await readJson<{ dependencies: Record<string, string> }>('package.json')
  const found = await Promise.all(
    Object.entries(wanted?.dependencies ?? {}).map(async ([name, version]) => {
      const installed = await readJson<{ version: string }>(`node_modules/${name}/package.json`)
      return installed?.version === version
    }),
  )
  return found.length > 0 && !found.includes(false)
}

/** @returns undefined where there is no such file */
async function readJson<Content>(path: string): Promise<Content | undefined> {
  try {
    return JSON.parse(await readFile(new URL(path, folder), 'utf8'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
