// A real browser for the tests: the one TEST_CHROMIUM names (none where it is empty), else a Chromium on the PATH. None is
// downloaded.
import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome']

/** @returns undefined where there is no Chromium to be had. @throws Error where it is there and does not start */
export async function findChromium(): Promise<Browser | undefined> {
  const path = process.env.TEST_CHROMIUM ?? (await findOnPath())
  // Its sandbox does not work for root, as whom containers run.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return path ? chromium.launch({ executablePath: path, args }) : undefined
}

async function findOnPath(): Promise<string | undefined> {
  const folders = (process.env.PATH ?? '').split(delimiter)
  for (const path of folders.flatMap((folder) => NAMES.map((name) => join(folder, name)))) {
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (isThere) return path
  }
  return undefined
}
