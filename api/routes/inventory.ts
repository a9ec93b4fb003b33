// The catalogue and its stock: seeing both, and correcting the stock.

import { z } from 'zod'
import { AppError } from '../../lib/errors.ts'
import { definitionOf } from '../../lib/jobs/catalogue.ts'
import { Product } from '../../lib/models/product.ts'
import { AdjustmentRequest } from '../../lib/stock/adjust.ts'
import { line } from '../../lib/text.ts'
import { WaitHeaders } from '../follow/prefer.ts'
import { acceptedOrFinished } from '../presenters/accepted.ts'
import { presentStock, StockView } from '../presenters/product.ts'
import { route } from '../route.ts'
import { submit } from '../submit.ts'
import { listProducts } from './lists/products.ts'

const showStock = route({
  method: 'get',
  path: '/v1/inventory/:sku',
  summary: 'Show the stock of a product',
  operationId: 'getStock',
  params: z.object({ sku: line(64).meta({ examples: ['MUG-BLUE'] }) }),
  answers: { 200: { description: 'What is on hand, reserved and available.', body: StockView } },
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
  operationId: 'adjustStock',
  body: AdjustmentRequest,
  idempotencyKey: 'required',
  headers: WaitHeaders,
  answers: acceptedOrFinished('The adjustment is accepted.'),
  handle: (request) =>
    submit(request, { definition: definitionOf(request.deps.catalogue, 'inventory.adjust'), request: request.body }),
})

export const inventoryRoutes = [listProducts, showStock, adjustStock]
