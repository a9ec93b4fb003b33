// The tables of a shop as a competent developer lays them out who has no Errand: guarded amounts, one row a hold, a movement for
// each change of the stock.
import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import { Product, Stock } from './models.ts'

interface Entry {
  sku: string
  name: string
  /** In cents. */
  price: number
  stock: number
}

/** Makes the tables, and what is for sale. */
export async function openShop(db: Knex, entries: Entry[]): Promise<void> {
  await db.raw(`
    CREATE TABLE products (
      id uuid PRIMARY KEY, sku text NOT NULL UNIQUE, name text NOT NULL,
      price_amount integer NOT NULL CHECK (price_amount > 0), currency char(3) NOT NULL
    );
    CREATE TABLE stock (
      product_id uuid PRIMARY KEY REFERENCES products,
      on_hand integer NOT NULL CHECK (on_hand >= 0), reserved integer NOT NULL DEFAULT 0 CHECK (reserved >= 0),
      CHECK (reserved <= on_hand)
    );
    CREATE TABLE orders (
      id uuid PRIMARY KEY, state text NOT NULL, customer_email text NOT NULL, customer_name text NOT NULL,
      total_amount integer NOT NULL, currency char(3) NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE TABLE order_items (
      order_id uuid NOT NULL REFERENCES orders, product_id uuid NOT NULL REFERENCES products,
      name text NOT NULL, quantity integer NOT NULL CHECK (quantity > 0), unit_amount integer NOT NULL,
      PRIMARY KEY (order_id, product_id)
    );
    CREATE TABLE payments (
      order_id uuid PRIMARY KEY REFERENCES orders, state text NOT NULL, amount integer NOT NULL, currency char(3) NOT NULL,
      method text NOT NULL, provider_id text UNIQUE, captured_at timestamptz
    );
    CREATE TABLE holds (
      id uuid PRIMARY KEY, order_id uuid NOT NULL REFERENCES orders, product_id uuid NOT NULL REFERENCES products,
      quantity integer NOT NULL CHECK (quantity > 0), state text NOT NULL, UNIQUE (order_id, product_id)
    );
    CREATE TABLE movements (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, product_id uuid NOT NULL REFERENCES products,
      quantity integer NOT NULL, hold_id uuid NOT NULL UNIQUE REFERENCES holds, created_at timestamptz NOT NULL DEFAULT now()
    )`)
  for (const { sku, name, price: priceAmount, stock: onHand } of entries) {
    const product = await Product.query(db).insert({ id: randomUUID(), sku, name, priceAmount, currency: 'EUR' })
    await Stock.query(db).insert({ productId: product.id, onHand })
  }
}
