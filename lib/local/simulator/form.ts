// What a call brings: the parameters of its form or of its query.

export type Form = Record<string, unknown>

/** @returns a copy of the metadata that was sent. */
export const metadataOf = (form: Form) => ({ ...(form.metadata as Record<string, string> | undefined) })
