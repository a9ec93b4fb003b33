// Accounts own everything; API keys are stored as SHA-256 of the key (256 random bits need no slow hash).
import type { Knex } from 'knex'

export const up = (db: Knex) =>
  db.raw(`
    CREATE TABLE accounts (
      id uuid PRIMARY KEY,
      name text NOT NULL UNIQUE CHECK (name <> ''),
      created_at timestamptz NOT NULL DEFAULT now()
    );

    CREATE TABLE api_keys (
      id uuid PRIMARY KEY,
      account_id uuid NOT NULL REFERENCES accounts,
      name text NOT NULL CHECK (name <> ''),
      key_hash bytea NOT NULL UNIQUE CHECK (length(key_hash) = 32),
      created_at timestamptz NOT NULL DEFAULT now(),
      revoked_at timestamptz
    );
    CREATE INDEX api_keys_account ON api_keys (account_id);
  `)

export const down = () => Promise.reject(new Error('migrations are forward-only'))
