// Holds that expire unless a charge binds them (expires_at IS NULL), and what the audit needs to look often at little cost.
import type { Knex } from 'knex'

export const up = (db: Knex) =>
  db.raw(`
    SET LOCAL lock_timeout = '5s';

    ALTER TABLE holds
      ADD COLUMN expires_at timestamptz,
      DROP CONSTRAINT holds_state_check,
      ADD CONSTRAINT holds_state_check CHECK (state IN ('held', 'committed', 'released', 'expired')) NOT VALID,
      ADD CONSTRAINT holds_expiry CHECK (expires_at IS NULL OR state = 'held') NOT VALID;

    -- A worker of the version before this one settles holds and does not know that they had an expiry.
    CREATE FUNCTION settled_holds_do_not_expire() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        NEW.expires_at = NULL;
        RETURN NEW;
      END
    $$;
    CREATE TRIGGER settled_holds_do_not_expire BEFORE UPDATE ON holds FOR EACH ROW
      WHEN (NEW.state <> 'held' AND NEW.expires_at IS NOT NULL) EXECUTE FUNCTION settled_holds_do_not_expire();

    -- Up to where the audit has added up the movements of a product, and that they agreed with its stock.
    CREATE TABLE stock_audits (
      product_id uuid PRIMARY KEY REFERENCES products,
      movement_id bigint NOT NULL,
      on_hand integer NOT NULL,
      -- When all its movements were last added up from the first one.
      recounted_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE INDEX stock_audits_oldest ON stock_audits (recounted_at);

    -- Where the audit's walk through a table has got to; it begins again where there is none.
    CREATE TABLE audit_walks (
      name text PRIMARY KEY,
      after_id uuid NOT NULL
    );
  `)

export const down = () => Promise.reject(new Error('migrations are forward-only'))
