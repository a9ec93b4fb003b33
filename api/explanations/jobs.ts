// The problem types that a job's `error` has when it failed. The job is final; what its flow had done is undone.
import type { Explanation } from './explanation.ts'

export const ofJobs = {
  'insufficient-stock': {
    explanation: 'Less is on hand, or not yet reserved for others, than the job needs.',
    whatToDo:
      'Order less, wait until there is more, or correct the stock first. An order that failed so charged nothing.',
  },
  'version-mismatch': {
    explanation:
      'The stock was to be set from a version that it does not have any more: somebody changed it in between.',
    whatToDo: 'Read the stock again and send an adjustment with the version you find.',
  },
  'payment-declined': {
    explanation:
      'The card or its issuer declined the charge, or the provider does not know the payment method (`resource_missing`). The payment’s `declineCode` says which.',
    whatToDo: 'Ask the customer for another way to pay, and place a new order with a new Idempotency-Key.',
  },
  'payment-rejected': {
    explanation: 'The payment provider refused the request itself, such as an amount that it does not take.',
    whatToDo: 'Correct what `detail` names and place a new order; the same data are refused again.',
  },
  'capture-failed': {
    explanation:
      'The authorized money could not be taken: the authorization ended, or the provider refused to capture it.',
    whatToDo: 'Look at the order: it is cancelled, or still authorized and can be captured again.',
  },
  'refund-failed': {
    explanation: 'The provider did not give the money back, or took it back later. The amount can be refunded again.',
    whatToDo: 'Look at the refund’s `failureCode`; refund again, or give the money back another way.',
  },
  'mail-rejected': {
    explanation: 'The mail server refused the mail for good: the recipient does not exist, or the text was refused.',
    whatToDo: 'Correct the address or the text and send a new mail.',
  },
  'mail-deferred': {
    explanation: 'The mail server put the mail off until all attempts were used up.',
    whatToDo: 'Send it again later.',
  },
  'mail-outcome-unknown': {
    explanation:
      'The connection was lost after the mail was handed over, and another copy must not be sent: it may have arrived.',
    whatToDo: 'Ask the recipient, or send a new mail where a second one does no harm.',
  },
  'recipient-suppressed': {
    explanation:
      'The recipient is on the account’s suppression list: a mail bounced, or somebody put the address there.',
    whatToDo:
      'Take the address off the list (`DELETE /v1/suppressions/{address}`) once you know that it exists and wants mail.',
  },
  'invalid-input': {
    explanation: 'The stored input of the job does not fit its type (any more).',
    whatToDo: 'Submit a new job with an input that fits.',
  },
  'attempt-timed-out': {
    explanation: 'The job’s attempts are used up; the last one ran out of time.',
    whatToDo: 'Submit it again, smaller where that is possible.',
  },
  'worker-lost': {
    explanation: 'The job’s attempts are used up; the process that ran the last one died or was cut off.',
    whatToDo: 'Submit it again; if it happens again, tell the operators the job’s id.',
  },
  cancelled: {
    explanation: 'The account asked for it to be cancelled. What its flow had done is undone.',
    whatToDo: 'Nothing; submit a new job if it is wanted after all.',
  },
  expired: {
    explanation:
      'It had to begin before its `startBefore`, and did not: its queue was paused, or too much was waiting.',
    whatToDo: 'Submit it again, with a later `startBefore`, if it is still of use.',
  },
  'step-failed': {
    explanation: 'A step of the flow failed with an error of ours.',
    whatToDo: 'Look at the job of the step; what was done before is undone.',
  },
} as const satisfies Record<string, Explanation>
