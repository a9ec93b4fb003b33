// Waiting until what is under way has come to an end.
import { setTimeout as delay } from 'node:timers/promises'

const LOOK_MS = 150

/** @returns the count, once it is the same twice in a row */
export async function untilStill(count: () => Promise<number>): Promise<number> {
  for (let last = await count(); ; ) {
    await delay(LOOK_MS)
    const next = await count()
    if (next === last) return next
    last = next
  }
}

/** Asks until it is so. @throws Error after so many seconds, saying what was waited for */
export async function until(what: string, isSo: () => Promise<boolean>, seconds: number): Promise<void> {
  const end = performance.now() + seconds * 1000
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`waited ${seconds} s in vain for ${what}`)
    await delay(LOOK_MS)
  }
}

/** @returns what it resolves to. @throws Error when that takes longer than so many seconds, saying what was waited for */
export async function within<Value>(what: string, value: Promise<Value>, seconds: number): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${seconds} s in vain for ${what}`)), seconds * 1000)
  })
  return Promise.race([value, late]).finally(() => clearTimeout(timer))
}
