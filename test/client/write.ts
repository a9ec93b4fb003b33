// `npm run client-types`: writes the types of the API beside this file.
import { writeFile } from 'node:fs/promises'
import { clientTypes, TYPES } from './types.ts'

const types = await clientTypes()
if (types === undefined)
  throw new Error('openapi-typescript is not installed: run npm install in the root of the checkout')
await writeFile(TYPES, types)
