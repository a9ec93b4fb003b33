// CSV files as people make them: mostly right, some with cells, lines and headers that are not.
import fc from 'fast-check'
import { skus } from './hints.ts'

const cell = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('delivery', 'counted', '"a ""quoted"" one"', '"two\nlines"', 'Zählung') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', '=1+1', '"', '"a"b', '\u0000', '\ufeff', ' ', '\ud83d\ude00', 'x'.repeat(300)),
  },
)
const amount = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -3, max: 30 }).map(String) },
  { weight: 1, arbitrary: fc.constantFrom('', '1e3', '0x10', '-0', '+1', '1.5', '99999999999999999999', 'NaN', '٣') },
)
const sku = fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...skus) }, { weight: 1, arbitrary: cell })
const row = fc.oneof(
  { weight: 12, arbitrary: fc.tuple(sku, amount, cell).map((cells) => cells.join(',')) },
  { weight: 1, arbitrary: fc.constantFrom('', ',', ',,,,', 'MUG-BLUE', '#', '\ufeffsku,delta,reason') },
)
const header = fc.oneof(
  { weight: 10, arbitrary: fc.constantFrom('sku,delta,reason', 'sku,set,reason') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', '\ufeffsku,delta,reason', 'SKU;DELTA', 'sku,sku,delta', 'reason,delta,sku'),
  },
)

export const csv = fc
  .tuple(header, fc.array(row, { maxLength: 12 }), fc.constantFrom('\n', '\n', '\r\n', '\r'), fc.boolean())
  .map(([head, rows, end, closed]) => [head, ...rows].join(end) + (closed ? end : ''))
