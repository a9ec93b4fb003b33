// The queues, and the naming rule that a job type's first word is its queue.

export const queues = ['orders', 'payments', 'inventory', 'emails', 'webhooks', 'maintenance'] as const
export type QueueName = (typeof queues)[number]

/** @returns the queue of a job type: `payments.charge` runs in `payments`. */
export function queueOf(type: string): QueueName {
  const name = queues.find((queue) => type.startsWith(`${queue}.`))
  if (!name) throw new TypeError(`job type "${type}" does not start with the name of a queue`)
  return name
}
