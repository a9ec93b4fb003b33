// Imports of stock: a file's rows, staged as they come in, and what became of each. New tables alone: old code is not in the way.
import type { Knex } from 'knex'

export const up = (db: Knex) =>
  db.raw(`
    SET LOCAL lock_timeout = '5s';

    CREATE TABLE stock_imports (
      id uuid PRIMARY KEY,
      account_id uuid NOT NULL REFERENCES accounts,
      -- Null while the file comes in. An upload that is never accepted is removed.
      job_id uuid REFERENCES jobs DEFERRABLE INITIALLY DEFERRED,
      row_count integer NOT NULL DEFAULT 0,
      -- The last row that was gone through; those after it wait.
      position integer NOT NULL DEFAULT 0,
      applied integer NOT NULL DEFAULT 0,
      refused integer NOT NULL DEFAULT 0,
      created_at timestamptz NOT NULL DEFAULT now(),
      CHECK (position BETWEEN 0 AND row_count),
      CHECK (applied >= 0 AND refused >= 0 AND applied <= position AND applied + refused <= row_count),
      UNIQUE (account_id, id)
    );
    CREATE INDEX stock_imports_uploads ON stock_imports (created_at) WHERE job_id IS NULL;

    CREATE TABLE stock_import_rows (
      account_id uuid NOT NULL,
      import_id uuid NOT NULL,
      -- 1 is the first one after the header; line is where it begins in the file.
      number integer NOT NULL,
      line integer NOT NULL,
      sku text,
      delta integer,
      set_to integer,
      reason text,
      state text NOT NULL CHECK (state IN ('waiting', 'applied', 'refused')),
      -- The code of the problem, and what is wrong this time.
      refusal text,
      detail text,
      adjustment_id uuid REFERENCES adjustments,
      PRIMARY KEY (import_id, number),
      FOREIGN KEY (account_id, import_id) REFERENCES stock_imports (account_id, id) ON DELETE CASCADE,
      CHECK ((state = 'refused') = (refusal IS NOT NULL) AND (refusal IS NULL) = (detail IS NULL)),
      CHECK ((state = 'applied') = (adjustment_id IS NOT NULL)),
      CHECK (state = 'refused' OR (sku IS NOT NULL AND reason IS NOT NULL AND num_nonnulls(delta, set_to) = 1))
    );
    CREATE INDEX stock_import_rows_by_state ON stock_import_rows (import_id, state, number);
  `)

export const down = () => Promise.reject(new Error('migrations are forward-only'))
