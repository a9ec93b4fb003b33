// The problem types that the API answers requests with. Nothing is stored when it answers with one of them.
import type { Explanation } from './explanation.ts'

export const ofRequests = {
  'invalid-request': {
    explanation:
      'The request could be read, but fields of it do not fit. `errors` names each of them by a JSON Pointer.',
    whatToDo:
      'Correct the fields that `errors` names and send the request again; the same Idempotency-Key may be used.',
  },
  'malformed-target': {
    explanation: 'What stands in the first line of the request is no path.',
    whatToDo: 'Send the request to a path that begins with a slash.',
  },
  'malformed-body': {
    explanation: 'The body is not JSON in UTF-8, is a bare value (a number, a text) or ended before it was complete.',
    whatToDo: 'Send one complete JSON object.',
  },
  'invalid-cursor': {
    explanation: 'The cursor was changed on the way, or comes from another list, other filters or another order.',
    whatToDo: 'Use `next` as it was answered, with the same filters and order; or begin anew, without a cursor.',
  },
  'too-many-followers': {
    explanation: 'So many requests of the account wait for jobs, as long-polls and event streams, that no other may.',
    whatToDo:
      'Wait for `Retry-After`, follow several jobs with one request (`GET /v1/jobs?ids=`), or ask without waiting.',
  },
  'malformed-csv': {
    explanation:
      'The file is not CSV (RFC 4180) in UTF-8, has other columns than it should, or no rows. `errors` names the line and, where it is known, the column. Nothing of the file was taken.',
    whatToDo: 'Mend the line and send the whole file again, with a new Idempotency-Key.',
  },
  'unsupported-media-type': {
    explanation: 'The body has a content type, a charset or a content encoding that is not read here.',
    whatToDo: 'Send the body with the content type that the documentation names, in UTF-8.',
  },
  'signature-invalid': {
    explanation: 'The signature is not one of this body with a secret that is known here, or it is too old.',
    whatToDo:
      'Check the secret of the webhook endpoint and the clock of the sender; sign the bytes exactly as they are sent.',
  },
  'body-too-large': {
    explanation: 'The body has more bytes than are taken, counted after it was unpacked.',
    whatToDo: 'Send less at a time.',
  },
  'body-too-slow': {
    explanation: 'The body had not arrived as a whole within the time that a body may take. Nothing was done.',
    whatToDo: 'Send the request again over a connection that is fast enough, or send less at a time.',
  },
  'idempotency-key-missing': {
    explanation: 'What moves money or stock is done once only if a repeated request can be recognized.',
    whatToDo:
      'Make a new random key (a UUID) for each thing you want done, send it as the Idempotency-Key header, and send the same key when you repeat the request.',
  },
  'idempotency-key-malformed': {
    explanation:
      'An Idempotency-Key has 1 to 255 visible ASCII characters, without quotation marks and backslashes inside.',
    whatToDo: 'Send such a key, as it is or in quotation marks; a UUID is a good one.',
  },
  'idempotency-key-in-flight': {
    explanation: 'An earlier request with this Idempotency-Key is still being answered.',
    whatToDo: 'Wait a second and send the same request with the same key again: you get the answer of the first one.',
  },
  'idempotency-key-reused': {
    explanation: 'This Idempotency-Key was used for a request with another method, path or body.',
    whatToDo: 'Send a new key for a new request. To repeat an earlier request, send its body unchanged.',
  },
  unauthorized: {
    explanation: 'The request carries no API key, or one that is not known here.',
    whatToDo: 'Send your API key as `Authorization: Bearer <key>`.',
  },
  forbidden: {
    explanation:
      'The request is understood and refused, whoever sends it: for instance a change that another site made the browser send.',
    whatToDo: 'Do not repeat it; `detail` says where it belongs.',
  },
  'not-found': {
    explanation: 'There is nothing under this path, or nothing that belongs to your account.',
    whatToDo: 'Check the path and the id, and whether the API key is one of the account that owns it.',
  },
  'method-not-allowed': {
    explanation: 'There is something under this path, but this method is not for it.',
    whatToDo: 'Use one of the methods that the `Allow` header names.',
  },
  conflict: {
    explanation: 'What is asked for does not fit the state that the resource is in by now.',
    whatToDo:
      'Read the resource again and decide anew; the same request meets the same answer until the state changes.',
  },
  'job-finished': {
    explanation: 'The job has succeeded or failed already: there is nothing left to cancel.',
    whatToDo: 'Read the job. What it did is taken back by other means, where there are any: a refund, an adjustment.',
  },
  'not-cancellable': {
    explanation:
      'The job cannot be stopped (any more): it is a step of a flow, or money or a mail may be under way, or its flow is past the point up to which it can be undone. `detail` says which.',
    whatToDo: 'Follow the job to its end, or cancel the flow that `detail` names.',
  },
  'not-retryable': {
    explanation:
      'The job has not failed, or what belonged to it ended with it: a flow that failed was undone, money is not sent twice under one job. `detail` says which.',
    whatToDo: 'Submit a new job.',
  },
  'not-refundable': {
    explanation:
      'The payment is not captured, or less of it is left than should be given back: refunds under way count, too.',
    whatToDo: 'Read the payment and refund at most `captured` less `refunding`.',
  },
  'rate-limited': {
    explanation:
      'More requests came than the API key, or its account, may send in a period (`RateLimit-Policy`), or too many unknown credentials came from one address. Nothing was done.',
    whatToDo:
      'Wait for `Retry-After` seconds, then send the request again; slow down while `RateLimit` says that little is left.',
  },
  overloaded: {
    explanation:
      'More is asked than can be done at the moment, or too many of your jobs wait in this queue already. Nothing was done or stored.',
    whatToDo: 'Wait for `Retry-After` seconds, then send the request again with the same Idempotency-Key.',
  },
  unavailable: {
    explanation: 'The service cannot answer at the moment, for instance because its database is away.',
    whatToDo: 'Send the request again after `Retry-After` seconds, with the same Idempotency-Key.',
  },
  internal: {
    explanation: 'Something went wrong on our side that nobody foresaw. It is logged under the answer’s X-Request-Id.',
    whatToDo: 'Send the request again with the same Idempotency-Key; if it stays, tell the operators the X-Request-Id.',
  },
} as const satisfies Record<string, Explanation>
