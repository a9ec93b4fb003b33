// Lists the products by their SKU, with what can be ordered of each.
import { z } from 'zod'
import { Product } from '../../../lib/models/product.ts'
import { answerPage, PageQuery, pageHeaders, pageOf, readPage } from '../../pages.ts'
import { ProductView, presentProduct } from '../../presenters/product.ts'
import { route } from '../../route.ts'

const { limit, cursor } = PageQuery.shape

export const listProducts = route({
  method: 'get',
  path: '/v1/products',
  summary: 'List the products',
  query: z.strictObject({ limit, cursor }),
  problems: ['invalid-cursor'],
  answers: { 200: { description: 'A page of products, by SKU.', body: pageOf(ProductView), headers: pageHeaders } },
  async handle(request) {
    const bySku = { ...request, query: { ...request.query, order: 'asc' as const } }
    const page = await readPage<Product>(bySku, { of: Product, key: 'sku', index: 'asc' })
    await Product.fetchGraph(page.rows, 'stock', { transaction: request.deps.db })
    return answerPage(request, page, page.rows.map(presentProduct))
  },
})
