// An entry of the suppression list as its account sees it. Pure; columns never leak.
import type { Suppression } from '../../lib/models/suppression.ts'

export const presentSuppression = ({ address, reason, emailId, createdAt }: Suppression) => ({
  address,
  reason,
  emailId,
  createdAt,
})
