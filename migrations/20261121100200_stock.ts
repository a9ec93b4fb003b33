// Products, their stock, the holds on it and the log of every movement. The CHECKs are the last guard of invariant 5.
import type { Knex } from 'knex'

export const up = (db: Knex) =>
  db.raw(`
    CREATE TABLE products (
      id uuid PRIMARY KEY,
      account_id uuid NOT NULL REFERENCES accounts,
      -- One line each, as a mail's text and a path can hold them.
      sku text NOT NULL CHECK (length(sku) BETWEEN 1 AND 64 AND sku !~ '[[:cntrl:]]'),
      name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200 AND name !~ '[[:cntrl:]]'),
      price_amount integer NOT NULL CHECK (price_amount > 0),
      price_currency char(3) NOT NULL CHECK (price_currency ~ '^[A-Z]{3}$'),
      created_at timestamptz NOT NULL DEFAULT now(),
      UNIQUE (account_id, sku),
      UNIQUE (account_id, id)
    );

    CREATE TABLE stock (
      product_id uuid PRIMARY KEY,
      account_id uuid NOT NULL REFERENCES accounts,
      on_hand integer NOT NULL CHECK (on_hand >= 0),
      reserved integer NOT NULL DEFAULT 0 CHECK (reserved >= 0),
      version integer NOT NULL DEFAULT 1,
      CHECK (reserved <= on_hand),
      FOREIGN KEY (account_id, product_id) REFERENCES products (account_id, id)
    );

    CREATE TABLE orders (
      id uuid PRIMARY KEY,
      account_id uuid NOT NULL REFERENCES accounts,
      job_id uuid NOT NULL REFERENCES jobs DEFERRABLE INITIALLY DEFERRED,
      state text NOT NULL CHECK (state IN ('processing', 'confirmed', 'cancelled')),
      customer_email text NOT NULL,
      customer_name text NOT NULL,
      total_amount bigint NOT NULL CHECK (total_amount > 0),
      currency char(3) NOT NULL,
      cancel_reason text,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      CHECK ((state = 'cancelled') = (cancel_reason IS NOT NULL)),
      UNIQUE (account_id, id)
    );
    CREATE INDEX orders_account ON orders (account_id, id DESC);

    CREATE TABLE order_items (
      account_id uuid NOT NULL REFERENCES accounts,
      order_id uuid NOT NULL,
      product_id uuid NOT NULL,
      sku text NOT NULL,
      name text NOT NULL,
      quantity integer NOT NULL CHECK (quantity > 0),
      unit_amount integer NOT NULL CHECK (unit_amount > 0),
      PRIMARY KEY (order_id, product_id),
      -- An order never sells another account's product.
      FOREIGN KEY (account_id, order_id) REFERENCES orders (account_id, id),
      FOREIGN KEY (account_id, product_id) REFERENCES products (account_id, id)
    );

    CREATE TABLE holds (
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      account_id uuid NOT NULL REFERENCES accounts,
      order_id uuid NOT NULL,
      product_id uuid NOT NULL,
      quantity integer NOT NULL CHECK (quantity > 0),
      state text NOT NULL CHECK (state IN ('held', 'committed', 'released')),
      created_at timestamptz NOT NULL DEFAULT now(),
      settled_at timestamptz,
      CHECK ((settled_at IS NULL) = (state = 'held')),
      UNIQUE (order_id, product_id),
      FOREIGN KEY (order_id, product_id) REFERENCES order_items,
      FOREIGN KEY (account_id, order_id) REFERENCES orders (account_id, id)
    );
    CREATE INDEX holds_live ON holds (product_id) WHERE state = 'held';

    CREATE TABLE adjustments (
      id uuid PRIMARY KEY,
      account_id uuid NOT NULL REFERENCES accounts,
      product_id uuid NOT NULL,
      delta integer,
      set_to integer CHECK (set_to >= 0),
      expected_version integer,
      reason text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      CHECK ((delta IS NULL) <> (set_to IS NULL)),
      CHECK ((set_to IS NULL) = (expected_version IS NULL)),
      FOREIGN KEY (account_id, product_id) REFERENCES products (account_id, id)
    );

    -- One row for each change of on_hand; a hold or an adjustment moves stock at most once.
    CREATE TABLE movements (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      account_id uuid NOT NULL REFERENCES accounts,
      product_id uuid NOT NULL,
      quantity integer NOT NULL,
      reason text NOT NULL,
      hold_id uuid UNIQUE REFERENCES holds,
      adjustment_id uuid UNIQUE REFERENCES adjustments,
      created_at timestamptz NOT NULL DEFAULT now(),
      CHECK (num_nonnulls(hold_id, adjustment_id) = 1),
      FOREIGN KEY (account_id, product_id) REFERENCES products (account_id, id)
    );
    CREATE INDEX movements_product ON movements (product_id, id);
  `)

export const down = () => Promise.reject(new Error('migrations are forward-only'))
