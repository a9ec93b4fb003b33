// What a call throws or rejects with, as a value a test can look at.

/** @returns the error that `call` throws or rejects with. @throws Error when it does neither, or throws another class. */
export async function errorOf<E extends Error>(
  type: abstract new (...args: never[]) => E,
  call: () => unknown,
): Promise<E> {
  let result: unknown
  try {
    result = await call()
  } catch (error) {
    if (error instanceof type) return error
    throw new Error(`expected a ${type.name}`, { cause: error })
  }
  throw new Error(`expected a ${type.name}, got ${JSON.stringify(result)}`)
}
