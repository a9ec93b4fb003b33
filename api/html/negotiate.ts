// Whether a request asks for a page rather than for JSON (RFC 9110 §12.5.1).

/** @returns true where HTML is wanted more than JSON, as browsers do; false for any type and for no wish at all. */
export function prefersHtml(accept = ''): boolean {
  const wishes = new Map(accept.split(',').map(parseWish))
  const weigh = (type: string, subtype: string) =>
    wishes.get(`${type}/${subtype}`) ?? wishes.get(`${type}/*`) ?? wishes.get('*/*') ?? 0
  return weigh('text', 'html') > weigh('application', 'json')
}

function parseWish(wish: string): [string, number] {
  const [type = '', ...parameters] = wish.split(';').map((part) => part.trim().toLowerCase())
  const weight = parameters.find((parameter) => parameter.startsWith('q='))
  return [type, weight === undefined ? 1 : Number(weight.slice(2)) || 0]
}
