// The catalogue and its stock: seeing both, and correcting the stock.
import { z } from 'zod'
import { AppError } from '../../lib/errors.ts'
import { Product } from '../../lib/models/product.ts'
import { AdjustmentRequest } from '../../lib/stock/adjust.ts'
import { line } from '../../lib/text.ts'
import { presentProduct, presentStock } from '../presenters/product.ts'
import { route } from '../route.ts'
import { submit } from '../submit.ts'
import { definitionOf } from './jobs.ts'

const MAX_PRODUCTS = 500

const listProducts = route({
  method: 'get',
  path: '/v1/products',
  summary: 'List the products',
  answers: { 200: `\`{data: [{sku, name, price, available}]}\`, by SKU, at most ${MAX_PRODUCTS}.` },
  async handle({ accountId, deps: { db } }) {
    const products = await Product.query(db)
      .where({ accountId })
      .withGraphFetched('stock')
      .orderBy('sku')
      .limit(MAX_PRODUCTS)
    return { status: 200, body: { data: products.map(presentProduct) } }
  },
})

const showStock = route({
  method: 'get',
  path: '/v1/inventory/:sku',
  summary: 'Show the stock of a product',
  params: z.object({ sku: line(64) }),
  answers: { 200: '`{sku, onHand, reserved, available, version}`' },
  async handle({ params: { sku }, accountId, deps: { db } }) {
    const product = await Product.query(db).findOne({ accountId, sku }).withGraphFetched('stock')
    if (!product) throw new AppError('not-found', 'There is no such product.')
    return { status: 200, body: presentStock(product) }
  },
})

const adjustStock = route({
  method: 'post',
  path: '/v1/inventory/adjustments',
  summary: 'Correct the stock of a product',
  body: AdjustmentRequest,
  idempotencyKey: 'required',
  answers: { 202: 'The adjustment is accepted: `{job}`.' },
  handle: (request) =>
    submit(request, { definition: definitionOf(request.deps.catalogue, 'inventory.adjust'), request: request.body }),
})

export const inventoryRoutes = [listProducts, showStock, adjustStock]
