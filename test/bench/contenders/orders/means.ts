// What the steps of an order need in a worker: the payment provider through `stripe`, and mails through nodemailer's pool, with
// the same timeout and the same number of connections as Errand's.
import nodemailer from 'nodemailer'
import Stripe from 'stripe'
import { MAIL_CONNECTIONS } from '../../../../lib/mail/mailer.ts'
import { settings } from '../settings.ts'

const TIMEOUT_MS = 10_000

export function openMeans() {
  const { key, url } = settings.stripe
  const { hostname: host, port } = url
  return {
    stripe: new Stripe(key, {
      host,
      port,
      protocol: url.protocol === 'https:' ? 'https' : 'http',
      timeout: TIMEOUT_MS,
    }),
    mail: nodemailer.createTransport({ url: settings.smtpUrl, pool: true, maxConnections: MAIL_CONNECTIONS }),
  }
}
