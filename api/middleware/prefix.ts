// Whether a path lies under a prefix, whatever its case: the router matches without regard to it, and so must a guard.

export const isUnder = (prefix: string, path: string): boolean => {
  const lower = path.toLowerCase()
  return lower === prefix || lower.startsWith(`${prefix}/`)
}
