// The types of the API for TypeScript clients, made from its document, which is made from the code: no server runs.
import { documentOf } from '../../api/openapi/index.ts'
import { registry } from '../../workers/registry.ts'

/** Where the types stand, from the root of the checkout. */
export const TYPES = 'test/client/api.d.ts'

const HEADER = '// The types of the API. Made by `npm run client-types` from its document; do not edit.\n'

/** @returns the text of the types, or undefined where the generator is not installed (`npm install` in the root does). */
export async function clientTypes(): Promise<string | undefined> {
  const generator = await import('openapi-typescript').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ERR_MODULE_NOT_FOUND') return undefined
    throw error
  })
  if (!generator) return undefined
  const document = JSON.parse(JSON.stringify(documentOf(registry)))
  return HEADER + generator.astToString(await generator.default(document))
}
