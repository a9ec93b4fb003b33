// Finding a job type in the catalogue, and what clients see of it.
import type { Catalogue, JobDefinition, PublicFace } from './definition.ts'

/** @throws Error for a type that is not in the catalogue: a mistake of ours. */
export function definitionOf(catalogue: Catalogue, type: string): JobDefinition {
  const definition = Object.hasOwn(catalogue, type) ? catalogue[type] : undefined
  if (!definition) throw new Error(`${type} is not in the catalogue`)
  return definition
}

/** @throws Error for a type that clients may not submit: a mistake of ours. */
export function publicFace({ type, public: face }: JobDefinition): PublicFace {
  if (!face) throw new Error(`${type} is not a public job type`)
  return face
}
