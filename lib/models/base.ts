// What all models share; no behaviour. Names of columns are mapped by the connection (lib/db.ts).
import { Model } from 'objection'

export class Row extends Model {
  // `.first()` and `.findById()` say so to PostgreSQL, too.
  static override useLimitInFirst = true
}
