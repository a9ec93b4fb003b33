// The types of the API. Made by `npm run client-types` from its document; do not edit.
export interface paths {
    "/v1/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List orders */
        get: operations["listOrders"];
        put?: never;
        /**
         * Place an order
         * @description Reserves the stock, charges the card, takes the goods out of the stock and confirms by mail, each as a step of the job; what fails for good turns the done steps back. With `capture: manual` the money is reserved only, until the order is captured or cancelled.
         */
        post: operations["placeOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show an order */
        get: operations["getOrder"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{id}/capture": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Capture an authorized order */
        post: operations["captureOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel an authorized order */
        post: operations["cancelOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List payments */
        get: operations["listPayments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payments/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a payment */
        get: operations["getPayment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payments/{id}/refunds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Refund a payment */
        post: operations["refundPayment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/emails": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List mails */
        get: operations["listEmails"];
        put?: never;
        /** Send a mail */
        post: operations["sendEmail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/emails/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a mail */
        get: operations["getEmail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/suppressions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the addresses to which nothing is sent */
        get: operations["listSuppressions"];
        put?: never;
        /** Send nothing to an address */
        post: operations["createSuppression"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/suppressions/{address}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Send to an address again */
        delete: operations["deleteSuppression"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/products": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the products */
        get: operations["listProducts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/inventory/{sku}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show the stock of a product */
        get: operations["getStock"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/inventory/adjustments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Correct the stock of a product */
        post: operations["adjustStock"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/inventory/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Correct the stock of many products with a CSV file */
        post: operations["importStock"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/inventory/imports/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show an import of stock */
        get: operations["getInventoryImport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/inventory/imports/{id}/rows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the rows of an import, with what became of each */
        get: operations["listInventoryImportRows"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List jobs, or look at several at once */
        get: operations["listJobs"];
        put?: never;
        /**
         * Submit a job of any public type
         * @description `input` is what the type takes: see the schemas of that name. With a `uniqueKey`, an open job that has it already is answered instead of a second one.
         */
        post: operations["submitJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Submit many jobs at once
         * @description Each item is what `POST /v1/jobs` takes, and is accepted or refused by itself. Those that are accepted are stored together.
         */
        post: operations["submitJobs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow a job
         * @description Ask again after `Retry-After`, with the `ETag` as `If-None-Match`; or send `Prefer: wait=25` and be answered as soon as the job is final; or, with both, as soon as it is another. Live: `/v1/jobs/{id}/events`.
         */
        get: operations["getJob"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow a job live
         * @description Server-sent events, until the job is final (this page shows them then). Who was cut off sends the id of the last event as `Last-Event-ID`, as `EventSource` does by itself, and misses nothing that still matters.
         */
        get: operations["followJob"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel a job */
        post: operations["cancelJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Retry a failed job */
        post: operations["retryJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/actions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what was done to a job */
        get: operations["listJobActions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/batches/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Follow a batch */
        get: operations["getBatch"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/schedules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the schedules */
        get: operations["listSchedules"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/schedules/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a schedule with its next and its latest runs */
        get: operations["getSchedule"];
        /** Create or replace a schedule */
        put: operations["putSchedule"];
        post?: never;
        /** End a schedule */
        delete: operations["deleteSchedule"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/schedules/{name}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pause a schedule */
        post: operations["pauseSchedule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/schedules/{name}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Resume a schedule */
        post: operations["resumeSchedule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/schedules/{name}/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Run a schedule now, beside its ticks */
        post: operations["runSchedule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where the documentation is */
        get: operations["getWelcome"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process runs */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process can accept work */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/problems": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the problem types */
        get: operations["listProblems"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/problems/{code}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Explain a problem type */
        get: operations["getProblem"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks/stripe": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Tell of the payment provider's events
         * @description For Stripe alone: set this address as a webhook endpoint there. The signature is checked on the body as it came; each event is stored once, and what it is about is looked up at Stripe.
         */
        post: operations["receiveStripeEvent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ops/discrepancies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what does not agree (operators) */
        get: operations["listDiscrepancies"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ops/discrepancies/{id}/resolve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Settle what does not agree, saying how (operators) */
        post: operations["resolveDiscrepancy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Figures for monitoring, in Prometheus text format */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * emails.send
         * @description Sends one mail to one recipient.
         * @example {
         *       "to": "ada@example.com",
         *       "template": "welcome",
         *       "data": {
         *         "name": "Ada"
         *       }
         *     }
         * @example {
         *       "to": "ada@example.com",
         *       "subject": "Your mug",
         *       "text": "It is on its way."
         *     }
         */
        "emails.send": {
            /** Format: email */
            to: string;
            /** @example welcome */
            template: string;
            data: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description RFC 3339; not done before.
             */
            sendAt?: string;
        } | {
            /** Format: email */
            to: string;
            subject: string;
            text: string;
            html?: string;
            /**
             * @default resend
             * @enum {string}
             */
            whenUnknown: "resend" | "leave";
            /**
             * Format: date-time
             * @description RFC 3339; not done before.
             */
            sendAt?: string;
        };
        /**
         * inventory.adjust
         * @description Corrects the stock of one product, by a difference or to an absolute figure.
         * @example {
         *       "sku": "MUG-BLUE",
         *       "delta": -3,
         *       "reason": "Broken in the store."
         *     }
         * @example {
         *       "sku": "MUG-RED",
         *       "set": 480,
         *       "version": 2,
         *       "reason": "Counted."
         *     }
         */
        "inventory.adjust": {
            sku: string;
            delta: number;
            reason: string;
        } | {
            sku: string;
            set: number;
            version: number;
            reason: string;
        };
        /**
         * maintenance.ping
         * @description Does nothing: shows that jobs are taken, and how soon.
         * @example {}
         */
        "maintenance.ping": Record<string, never>;
        /**
         * orders.cancel
         * @description Cancels an authorized order: gives back its stock and its money and mails the cancellation.
         * @example {
         *       "orderId": "019abcde-0000-7000-8000-000000000001"
         *     }
         */
        "orders.cancel": {
            reason?: string;
            /** Format: uuid */
            orderId: string;
        };
        /**
         * orders.capture
         * @description Captures an authorized order: takes its money, commits its stock and mails the confirmation.
         * @example {
         *       "orderId": "019abcde-0000-7000-8000-000000000001"
         *     }
         */
        "orders.capture": {
            /** @description In minor units; all when absent. The rest is released. */
            amount?: number;
            /** Format: uuid */
            orderId: string;
        };
        /**
         * orders.place
         * @description Places an order: holds its stock, charges its payment, commits the stock and mails the confirmation.
         * @example {
         *       "customer": {
         *         "email": "ada@example.com",
         *         "name": "Ada Lovelace"
         *       },
         *       "items": [
         *         {
         *           "sku": "MUG-BLUE",
         *           "quantity": 2
         *         }
         *       ],
         *       "payment": {
         *         "method": "pm_card_visa"
         *       }
         *     }
         * @example {
         *       "customer": {
         *         "email": "ada@example.com",
         *         "name": "Ada Lovelace"
         *       },
         *       "items": [
         *         {
         *           "sku": "MUG-BLUE",
         *           "quantity": 2
         *         }
         *       ],
         *       "payment": {
         *         "method": "pm_card_visa",
         *         "capture": "manual"
         *       }
         *     }
         */
        "orders.place": {
            customer: {
                /** Format: email */
                email: string;
                name: string;
            };
            items: {
                sku: string;
                quantity: number;
            }[];
            payment: {
                /** @description The provider's payment-method id. */
                method: string;
                /**
                 * @description automatic when absent. manual: the money is set aside; the order waits until it is captured or cancelled.
                 * @enum {string}
                 */
                capture?: "automatic" | "manual";
            };
            /** @example EUR */
            currency?: string;
        };
        /**
         * payments.refund
         * @description Gives back a part or all of a captured payment.
         * @example {
         *       "paymentId": "019abcde-0000-7000-8000-000000000001"
         *     }
         */
        "payments.refund": {
            /** @description In minor units; all that is left when absent. */
            amount?: number;
            reason?: string;
            /** Format: uuid */
            paymentId: string;
        };
        /** @description What is wrong (RFC 9457). */
        Problem: {
            /**
             * Format: uri-reference
             * @description Stable, and resolves on this server to its explanation. Clients branch on it.
             * @example /problems/invalid-request
             */
            type: string;
            title: string;
            status: number;
            /** @description What is wrong this time; for people. */
            detail: string;
            /** @description Of an invalid request: which fields, and why. */
            errors?: {
                /** @description JSON Pointer into the body as a URI fragment (RFC 6901 §6); into a CSV file a place in it (RFC 7111 §2), by lines. */
                pointer: string;
                detail: string;
            }[];
        };
        /**
         * @description What became of something handed over: follow it until it is final.
         * @example {
         *       "id": "019abcde-0000-7000-8000-000000000002",
         *       "type": "orders.place",
         *       "state": "running",
         *       "needsAttention": false,
         *       "createdAt": "2026-11-21T16:24:00.000Z",
         *       "runAt": "2026-11-21T16:24:00.000Z",
         *       "startedAt": "2026-11-21T16:24:00.000Z",
         *       "finishedAt": null,
         *       "attempt": 1,
         *       "maxAttempts": 8,
         *       "cancelRequestedAt": null,
         *       "priority": 5,
         *       "startBefore": null,
         *       "uniqueKey": null,
         *       "progress": {
         *         "done": 1,
         *         "total": 4,
         *         "message": "payments.charge"
         *       },
         *       "result": null,
         *       "error": null,
         *       "steps": [
         *         {
         *           "type": "payments.charge",
         *           "jobId": "019abcde-0000-7000-8000-000000000006",
         *           "state": "running",
         *           "undo": false
         *         }
         *       ],
         *       "links": {
         *         "self": "/v1/jobs/019abcde-0000-7000-8000-000000000002",
         *         "events": "/v1/jobs/019abcde-0000-7000-8000-000000000002/events"
         *       }
         *     }
         */
        Job: {
            /**
             * Format: uuid
             * @example 019abcde-0000-7000-8000-000000000001
             */
            id: string;
            /** @example orders.place */
            type: string;
            state: components["schemas"]["JobState"];
            /** @description An operator should look, and is told. */
            needsAttention: boolean;
            /**
             * Format: date-time
             * @example 2026-11-21T16:24:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description Not started before.
             * @example 2026-11-21T16:24:00.000Z
             */
            runAt: string;
            startedAt: string | null;
            /** @description Set exactly when the state is final. */
            finishedAt: string | null;
            /** @description How often it was started. */
            attempt: number;
            maxAttempts: number;
            /** @description When it was asked to stop. While it is not final it may still end otherwise, or be past stopping. */
            cancelRequestedAt: string | null;
            /** @description 0 is first. */
            priority: number;
            /** @description Unless it has begun by then, it is cancelled. */
            startBefore: string | null;
            /** @description Of your open jobs of this type only it has this key. */
            uniqueKey: string | null;
            progress: components["schemas"]["JobProgress"] | null;
            /** @description Of a job that succeeded. */
            result: {
                [key: string]: unknown;
            } | null;
            /** @description Why it failed, or its last attempt did. */
            error: components["schemas"]["Problem"] | null;
            /** @description Of a flow, in the order they were enqueued. */
            steps: components["schemas"]["JobStep"][];
            links: {
                /**
                 * Format: uri-reference
                 * @example /v1/jobs/019abcde-0000-7000-8000-000000000001
                 */
                self: string;
                /**
                 * Format: uri-reference
                 * @example /v1/jobs/019abcde-0000-7000-8000-000000000001
                 */
                events: string;
                /**
                 * Format: uri-reference
                 * @example /v1/jobs/019abcde-0000-7000-8000-000000000001
                 */
                parent?: string;
                /**
                 * Format: uri-reference
                 * @example /v1/jobs/019abcde-0000-7000-8000-000000000001
                 */
                batch?: string;
            };
        };
        /**
         * @description The last three are final: they do not change any more, unless a failed job is retried.
         * @enum {string}
         */
        JobState: "scheduled" | "queued" | "running" | "succeeded" | "failed" | "cancelled";
        JobProgress: {
            done: number;
            total: number;
            message: string | null;
        };
        /** @description A step of a flow; a job of its own. */
        JobStep: {
            type: string;
            /**
             * Format: uuid
             * @example 019abcde-0000-7000-8000-000000000001
             */
            jobId: string;
            state: components["schemas"]["JobState"];
            /** @description It takes a step back. */
            undo: boolean;
        };
        /**
         * @example {
         *       "id": "019abcde-0000-7000-8000-000000000001",
         *       "state": "processing",
         *       "customer": {
         *         "email": "ada@example.com",
         *         "name": "Ada Lovelace"
         *       },
         *       "items": [
         *         {
         *           "sku": "MUG-BLUE",
         *           "name": "Blue mug",
         *           "quantity": 2,
         *           "unitPrice": {
         *             "amount": 1290,
         *             "currency": "EUR"
         *           }
         *         }
         *       ],
         *       "total": {
         *         "amount": 2580,
         *         "currency": "EUR"
         *       },
         *       "cancelReason": null,
         *       "cancelNote": null,
         *       "createdAt": "2026-11-21T16:24:00.000Z",
         *       "updatedAt": "2026-11-21T16:24:00.000Z",
         *       "links": {
         *         "self": "/v1/orders/019abcde-0000-7000-8000-000000000001",
         *         "job": "/v1/jobs/019abcde-0000-7000-8000-000000000002"
         *       }
         *     }
         */
        OrderSummary: {
            /**
             * Format: uuid
             * @example 019abcde-0000-7000-8000-000000000001
             */
            id: string;
            /** @enum {string} */
            state: "processing" | "authorized" | "capturing" | "cancelling" | "confirmed" | "cancelled";
            customer: {
                /** Format: email */
                email: string;
                name: string;
            };
            items: components["schemas"]["OrderItem"][];
            total: components["schemas"]["Money"];
            /** @description The code of the problem, or `requested`. */
            cancelReason: string | null;
            /** @description What the account said when it cancelled. */
            cancelNote: string | null;
            /**
             * Format: date-time
             * @example 2026-11-21T16:24:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @example 2026-11-21T16:24:00.000Z
             */
            updatedAt: string;
            links: {
                /**
                 * Format: uri-reference
                 * @example /v1/jobs/019abcde-0000-7000-8000-000000000001
                 */
                self: string;
                /**
                 * Format: uri-reference
                 * @example /v1/jobs/019abcde-0000-7000-8000-000000000001
                 */
                job: string;
                /**
                 * Format: uri-reference
                 * @example /v1/jobs/019abcde-0000-7000-8000-000000000001
                 */
                settleJob?: string;
            };
        };
        OrderItem: {
            sku: string;
            name: string;
            quantity: number;
            unitPrice: components["schemas"]["Money"];
        };
        /**
         * @example {
         *       "amount": 2900,
         *       "currency": "EUR"
         *     }
         */
        Money: {
            /** @description In the minor unit of the currency: cents of EUR. */
            amount: number;
            /** @description ISO 4217, in upper case. */
            currency: string;
        };
        /**
         * @example {
         *       "id": "019abcde-0000-7000-8000-000000000001",
         *       "state": "confirmed",
         *       "customer": {
         *         "email": "ada@example.com",
         *         "name": "Ada Lovelace"
         *       },
         *       "items": [
         *         {
         *           "sku": "MUG-BLUE",
         *           "name": "Blue mug",
         *           "quantity": 2,
         *           "unitPrice": {
         *             "amount": 1290,
         *             "currency": "EUR"
         *           }
         *         }
         *       ],
         *       "total": {
         *         "amount": 2580,
         *         "currency": "EUR"
         *       },
         *       "cancelReason": null,
         *       "cancelNote": null,
         *       "createdAt": "2026-11-21T16:24:00.000Z",
         *       "updatedAt": "2026-11-21T16:24:01.250Z",
         *       "links": {
         *         "self": "/v1/orders/019abcde-0000-7000-8000-000000000001",
         *         "job": "/v1/jobs/019abcde-0000-7000-8000-000000000002"
         *       },
         *       "payment": {
         *         "id": "019abcde-0000-7000-8000-000000000003",
         *         "orderId": "019abcde-0000-7000-8000-000000000001",
         *         "state": "captured",
         *         "amount": {
         *           "amount": 2580,
         *           "currency": "EUR"
         *         },
         *         "method": "pm_card_visa",
         *         "captureMethod": "automatic",
         *         "captured": {
         *           "amount": 2580,
         *           "currency": "EUR"
         *         },
         *         "declineCode": null,
         *         "authorizedAt": null,
         *         "capturedAt": "2026-11-21T16:24:01.250Z",
         *         "refunding": {
         *           "amount": 0,
         *           "currency": "EUR"
         *         },
         *         "refunded": {
         *           "amount": 0,
         *           "currency": "EUR"
         *         },
         *         "links": {
         *           "self": "/v1/payments/019abcde-0000-7000-8000-000000000003",
         *           "order": "/v1/orders/019abcde-0000-7000-8000-000000000001"
         *         },
         *         "refunds": [],
         *         "ledger": [
         *           {
         *             "kind": "capture",
         *             "account": "provider-balance",
         *             "amount": {
         *               "amount": 2580,
         *               "currency": "EUR"
         *             },
         *             "refundId": null,
         *             "createdAt": "2026-11-21T16:24:01.250Z"
         *           },
         *           {
         *             "kind": "capture",
         *             "account": "sales",
         *             "amount": {
         *               "amount": -2580,
         *               "currency": "EUR"
         *             },
         *             "refundId": null,
         *             "createdAt": "2026-11-21T16:24:01.250Z"
         *           }
         *         ]
         *       },
         *       "holds": [
         *         {
         *           "sku": "MUG-BLUE",
         *           "quantity": 2,
         *           "state": "committed"
         *         }
         *       ],
         *       "mails": [
         *         {
         *           "id": "019abcde-0000-7000-8000-000000000005",
         *           "to": "ada@example.com",
         *           "template": "order-confirmed",
         *           "state": "sent",
         *           "failureCode": null,
         *           "whenUnknown": "resend",
         *           "copies": 1,
         *           "messageId": "<019abcde-0000-7000-8000-000000000005@mail.errand.example>",
         *           "sentAt": "2026-11-21T16:24:01.250Z",
         *           "createdAt": "2026-11-21T16:24:00.000Z"
         *         }
         *       ],
         *       "timeline": [
         *         {
         *           "type": "inventory.reserve",
         *           "state": "succeeded",
         *           "undo": false,
         *           "startedAt": "2026-11-21T16:24:00.000Z",
         *           "finishedAt": "2026-11-21T16:24:01.250Z"
         *         },
         *         {
         *           "type": "payments.charge",
         *           "state": "succeeded",
         *           "undo": false,
         *           "startedAt": "2026-11-21T16:24:00.000Z",
         *           "finishedAt": "2026-11-21T16:24:01.250Z"
         *         },
         *         {
         *           "type": "inventory.commit",
         *           "state": "succeeded",
         *           "undo": false,
         *           "startedAt": "2026-11-21T16:24:00.000Z",
         *           "finishedAt": "2026-11-21T16:24:01.250Z"
         *         },
         *         {
         *           "type": "emails.send",
         *           "state": "succeeded",
         *           "undo": false,
         *           "startedAt": "2026-11-21T16:24:00.000Z",
         *           "finishedAt": "2026-11-21T16:24:01.250Z"
         *         }
         *       ]
         *     }
         */
        Order: {
            /**
             * Format: uuid
             * @example 019abcde-0000-7000-8000-000000000001
             */
            id: string;
            /** @enum {string} */
            state: "processing" | "authorized" | "capturing" | "cancelling" | "confirmed" | "cancelled";
            customer: {
                /** Format: email */
                email: string;
                name: string;
            };
            items: components["schemas"]["OrderItem"][];
            total: components["schemas"]["Money"];
            /** @description The code of the problem, or `requested`. */
            cancelReason: string | null;
            /** @description What the account said when it cancelled. */
            cancelNote: string | null;
            /**
             * Format: date-time
             * @example 2026-11-21T16:24:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @example 2026-11-21T16:24:00.000Z
             */
            updatedAt: string;
            links: {
                /**
                 * Format: uri-reference
                 * @example /v1/jobs/019abcde-0000-7000-8000-000000000001
                 */
                self: string;
                /**
                 * Format: uri-reference
                 * @example /v1/jobs/019abcde-0000-7000-8000-000000000001
                 */
                job: string;
                /**
                 * Format: uri-reference
                 * @example /v1/jobs/019abcde-0000-7000-8000-000000000001
                 */
                settleJob?: string;
            };
            payment: components["schemas"]["Payment"];
            holds: components["schemas"]["Hold"][];
            mails: components["schemas"]["Email"][];
            /** @description The jobs of its flows, oldest first. */
            timeline: components["schemas"]["OrderStep"][];
        };
        /**
         * @example {
         *       "id": "019abcde-0000-7000-8000-000000000003",
         *       "orderId": "019abcde-0000-7000-8000-000000000001",
         *       "state": "captured",
         *       "amount": {
         *         "amount": 2580,
         *         "currency": "EUR"
         *       },
         *       "method": "pm_card_visa",
         *       "captureMethod": "automatic",
         *       "captured": {
         *         "amount": 2580,
         *         "currency": "EUR"
         *       },
         *       "declineCode": null,
         *       "authorizedAt": null,
         *       "capturedAt": "2026-11-21T16:24:01.250Z",
         *       "refunding": {
         *         "amount": 0,
         *         "currency": "EUR"
         *       },
         *       "refunded": {
         *         "amount": 0,
         *         "currency": "EUR"
         *       },
         *       "links": {
         *         "self": "/v1/payments/019abcde-0000-7000-8000-000000000003",
         *         "order": "/v1/orders/019abcde-0000-7000-8000-000000000001"
         *       },
         *       "refunds": [],
         *       "ledger": [
         *         {
         *           "kind": "capture",
         *           "account": "provider-balance",
         *           "amount": {
         *             "amount": 2580,
         *             "currency": "EUR"
         *           },
         *           "refundId": null,
         *           "createdAt": "2026-11-21T16:24:01.250Z"
         *         },
         *         {
         *           "kind": "capture",
         *           "account": "sales",
         *           "amount": {
         *             "amount": -2580,
         *             "currency": "EUR"
         *           },
         *           "refundId": null,
         *           "createdAt": "2026-11-21T16:24:01.250Z"
         *         }
         *       ]
         *     }
         */
        Payment: {
            /**
             * Format: uuid
             * @example 019abcde-0000-7000-8000-000000000001
             */
            id: string;
            /**
             * Format: uuid
             * @example 019abcde-0000-7000-8000-000000000001
             */
            orderId: string;
            /** @enum {string} */
            state: "created" | "processing" | "unknown" | "authorized" | "capturing" | "cancelling" | "captured" | "declined" | "cancelled";
            amount: components["schemas"]["Money"];
            /**
             * @description The provider’s id of the payment method.
             * @example pm_card_visa
             */
            method: string;
            /** @enum {string} */
            captureMethod: "automatic" | "manual";
            /** @description What was taken. */
            captured: components["schemas"]["Money"] | null;
            declineCode: string | null;
            authorizedAt: string | null;
            capturedAt: string | null;
            /** @description What refunds that have not failed add up to; the rest can be refunded. */
            refunding: components["schemas"]["Money"];
            /** @description What was given back. */
            refunded: components["schemas"]["Money"];
            links: {
                /**
                 * Format: uri-reference
                 * @example /v1/jobs/019abcde-0000-7000-8000-000000000001
                 */
                self: string;
                /**
                 * Format: uri-reference
                 * @example /v1/jobs/019abcde-0000-7000-8000-000000000001
                 */
                order: string;
            };
            /** @description The latest 1000. */
            refunds: components["schemas"]["Refund"][];
            /** @description The latest 1000 entries. */
            ledger: components["schemas"]["LedgerEntry"][];
        };
        /**
         * @example {
         *       "id": "019abcde-0000-7000-8000-000000000004",
         *       "paymentId": "019abcde-0000-7000-8000-000000000003",
         *       "state": "created",
         *       "amount": {
         *         "amount": 500,
         *         "currency": "EUR"
         *       },
         *       "reason": "One mug came broken.",
         *       "failureCode": null,
         *       "createdAt": "2026-11-21T16:24:01.250Z"
         *     }
         */
        Refund: {
            /**
             * Format: uuid
             * @example 019abcde-0000-7000-8000-000000000001
             */
            id: string;
            /**
             * Format: uuid
             * @example 019abcde-0000-7000-8000-000000000001
             */
            paymentId: string;
            /** @enum {string} */
            state: "created" | "processing" | "unknown" | "pending" | "succeeded" | "failed";
            amount: components["schemas"]["Money"];
            reason: string | null;
            failureCode: string | null;
            /**
             * Format: date-time
             * @example 2026-11-21T16:24:00.000Z
             */
            createdAt: string;
        };
        LedgerEntry: {
            /** @enum {string} */
            kind: "capture" | "refund" | "refund-failed";
            /** @enum {string} */
            account: "provider-balance" | "sales";
            /** @description Signed; the entries of a payment sum to zero. */
            amount: components["schemas"]["Money"];
            refundId: string | null;
            /**
             * Format: date-time
             * @example 2026-11-21T16:24:00.000Z
             */
            createdAt: string;
        };
        /** @description Stock reserved for the order. */
        Hold: {
            sku: string;
            quantity: number;
            /** @enum {string} */
            state: "held" | "committed" | "released" | "expired";
        };
        /**
         * @example {
         *       "id": "019abcde-0000-7000-8000-000000000005",
         *       "to": "ada@example.com",
         *       "template": "order-confirmed",
         *       "state": "sent",
         *       "failureCode": null,
         *       "whenUnknown": "resend",
         *       "copies": 1,
         *       "messageId": "<019abcde-0000-7000-8000-000000000005@mail.errand.example>",
         *       "sentAt": "2026-11-21T16:24:01.250Z",
         *       "createdAt": "2026-11-21T16:24:00.000Z"
         *     }
         */
        Email: {
            /**
             * Format: uuid
             * @example 019abcde-0000-7000-8000-000000000001
             */
            id: string;
            /** Format: email */
            to: string;
            /** @description Null for a text of the caller’s own. */
            template: string | null;
            /** @enum {string} */
            state: "created" | "sending" | "sent" | "unknown" | "suppressed" | "failed";
            /** @description The code of the problem, e.g. `mail-rejected`. */
            failureCode: string | null;
            /**
             * @description What follows when nobody knows whether it was taken.
             * @enum {string}
             */
            whenUnknown: "resend" | "leave";
            /** @description How many copies the recipient may have got. */
            copies: number;
            /** @example <019abcde-0000-7000-8000-000000000001@mail.errand.example> */
            messageId: string;
            sentAt: string | null;
            /**
             * Format: date-time
             * @example 2026-11-21T16:24:00.000Z
             */
            createdAt: string;
        };
        OrderStep: {
            type: string;
            state: components["schemas"]["JobState"];
            undo: boolean;
            startedAt: string | null;
            finishedAt: string | null;
        };
        /**
         * @example {
         *       "id": "019abcde-0000-7000-8000-000000000003",
         *       "orderId": "019abcde-0000-7000-8000-000000000001",
         *       "state": "captured",
         *       "amount": {
         *         "amount": 2580,
         *         "currency": "EUR"
         *       },
         *       "method": "pm_card_visa",
         *       "captureMethod": "automatic",
         *       "captured": {
         *         "amount": 2580,
         *         "currency": "EUR"
         *       },
         *       "declineCode": null,
         *       "authorizedAt": null,
         *       "capturedAt": "2026-11-21T16:24:01.250Z",
         *       "refunding": {
         *         "amount": 0,
         *         "currency": "EUR"
         *       },
         *       "refunded": {
         *         "amount": 0,
         *         "currency": "EUR"
         *       },
         *       "links": {
         *         "self": "/v1/payments/019abcde-0000-7000-8000-000000000003",
         *         "order": "/v1/orders/019abcde-0000-7000-8000-000000000001"
         *       }
         *     }
         */
        PaymentSummary: {
            /**
             * Format: uuid
             * @example 019abcde-0000-7000-8000-000000000001
             */
            id: string;
            /**
             * Format: uuid
             * @example 019abcde-0000-7000-8000-000000000001
             */
            orderId: string;
            /** @enum {string} */
            state: "created" | "processing" | "unknown" | "authorized" | "capturing" | "cancelling" | "captured" | "declined" | "cancelled";
            amount: components["schemas"]["Money"];
            /**
             * @description The provider’s id of the payment method.
             * @example pm_card_visa
             */
            method: string;
            /** @enum {string} */
            captureMethod: "automatic" | "manual";
            /** @description What was taken. */
            captured: components["schemas"]["Money"] | null;
            declineCode: string | null;
            authorizedAt: string | null;
            capturedAt: string | null;
            /** @description What refunds that have not failed add up to; the rest can be refunded. */
            refunding: components["schemas"]["Money"];
            /** @description What was given back. */
            refunded: components["schemas"]["Money"];
            links: {
                /**
                 * Format: uri-reference
                 * @example /v1/jobs/019abcde-0000-7000-8000-000000000001
                 */
                self: string;
                /**
                 * Format: uri-reference
                 * @example /v1/jobs/019abcde-0000-7000-8000-000000000001
                 */
                order: string;
            };
        };
        /**
         * @example {
         *       "id": "019abcde-0000-7000-8000-000000000003",
         *       "orderId": "019abcde-0000-7000-8000-000000000001",
         *       "state": "captured",
         *       "amount": {
         *         "amount": 2580,
         *         "currency": "EUR"
         *       },
         *       "method": "pm_card_visa",
         *       "captureMethod": "automatic",
         *       "captured": {
         *         "amount": 2580,
         *         "currency": "EUR"
         *       },
         *       "declineCode": null,
         *       "authorizedAt": null,
         *       "capturedAt": "2026-11-21T16:24:01.250Z",
         *       "refunding": {
         *         "amount": 0,
         *         "currency": "EUR"
         *       },
         *       "refunded": {
         *         "amount": 0,
         *         "currency": "EUR"
         *       },
         *       "links": {
         *         "self": "/v1/payments/019abcde-0000-7000-8000-000000000003",
         *         "order": "/v1/orders/019abcde-0000-7000-8000-000000000001"
         *       },
         *       "refunds": [],
         *       "ledger": [
         *         {
         *           "kind": "capture",
         *           "account": "provider-balance",
         *           "amount": {
         *             "amount": 2580,
         *             "currency": "EUR"
         *           },
         *           "refundId": null,
         *           "createdAt": "2026-11-21T16:24:01.250Z"
         *         },
         *         {
         *           "kind": "capture",
         *           "account": "sales",
         *           "amount": {
         *             "amount": -2580,
         *             "currency": "EUR"
         *           },
         *           "refundId": null,
         *           "createdAt": "2026-11-21T16:24:01.250Z"
         *         }
         *       ],
         *       "attempts": [
         *         {
         *           "type": "payments.charge",
         *           "jobId": "019abcde-0000-7000-8000-000000000006",
         *           "state": "succeeded",
         *           "attempts": 1,
         *           "error": null,
         *           "startedAt": "2026-11-21T16:24:00.000Z",
         *           "finishedAt": "2026-11-21T16:24:01.250Z"
         *         }
         *       ]
         *     }
         */
        PaymentDetails: {
            /**
             * Format: uuid
             * @example 019abcde-0000-7000-8000-000000000001
             */
            id: string;
            /**
             * Format: uuid
             * @example 019abcde-0000-7000-8000-000000000001
             */
            orderId: string;
            /** @enum {string} */
            state: "created" | "processing" | "unknown" | "authorized" | "capturing" | "cancelling" | "captured" | "declined" | "cancelled";
            amount: components["schemas"]["Money"];
            /**
             * @description The provider’s id of the payment method.
             * @example pm_card_visa
             */
            method: string;
            /** @enum {string} */
            captureMethod: "automatic" | "manual";
            /** @description What was taken. */
            captured: components["schemas"]["Money"] | null;
            declineCode: string | null;
            authorizedAt: string | null;
            capturedAt: string | null;
            /** @description What refunds that have not failed add up to; the rest can be refunded. */
            refunding: components["schemas"]["Money"];
            /** @description What was given back. */
            refunded: components["schemas"]["Money"];
            links: {
                /**
                 * Format: uri-reference
                 * @example /v1/jobs/019abcde-0000-7000-8000-000000000001
                 */
                self: string;
                /**
                 * Format: uri-reference
                 * @example /v1/jobs/019abcde-0000-7000-8000-000000000001
                 */
                order: string;
            };
            /** @description The latest 1000. */
            refunds: components["schemas"]["Refund"][];
            /** @description The latest 1000 entries. */
            ledger: components["schemas"]["LedgerEntry"][];
            attempts: components["schemas"]["PaymentAttempt"][];
        };
        /** @description A job that charged, captured, refunded or reversed the payment. */
        PaymentAttempt: {
            type: string;
            /**
             * Format: uuid
             * @example 019abcde-0000-7000-8000-000000000001
             */
            jobId: string;
            state: components["schemas"]["JobState"];
            attempts: number;
            error: components["schemas"]["Problem"] | null;
            startedAt: string | null;
            finishedAt: string | null;
        };
        /** @description An address to which nothing is sent. */
        Suppression: {
            /**
             * Format: email
             * @description In lower case.
             */
            address: string;
            /** @enum {string} */
            reason: "hard-bounce" | "manual";
            /** @description The mail that bounced. */
            emailId: string | null;
            /**
             * Format: date-time
             * @example 2026-11-21T16:24:00.000Z
             */
            createdAt: string;
        };
        Product: {
            /** @example MUG-BLUE */
            sku: string;
            name: string;
            price: components["schemas"]["Money"];
            /** @description On hand and not reserved. */
            available: number;
        };
        Stock: {
            /** @example MUG-BLUE */
            sku: string;
            onHand: number;
            /** @description Set aside for orders. */
            reserved: number;
            /** @description On hand and not reserved. */
            available: number;
            /** @description Grows with every change of onHand; an absolute set names it. */
            version: number;
        };
        /** @description A file that corrects the stock of many products, row by row. */
        Import: {
            /**
             * Format: uuid
             * @example 019abcde-0000-7000-8000-000000000001
             */
            id: string;
            /** @description That of its job. */
            state: components["schemas"]["JobState"];
            rows: number;
            applied: number;
            /** @description The file is taken without them; see `links.refused`. */
            refused: number;
            /**
             * Format: date-time
             * @example 2026-11-21T16:24:00.000Z
             */
            createdAt: string;
            links: {
                /**
                 * Format: uri-reference
                 * @example /v1/jobs/019abcde-0000-7000-8000-000000000001
                 */
                self: string;
                /**
                 * Format: uri-reference
                 * @example /v1/jobs/019abcde-0000-7000-8000-000000000001
                 */
                job: string;
                /**
                 * Format: uri-reference
                 * @example /v1/jobs/019abcde-0000-7000-8000-000000000001
                 */
                rows: string;
                /**
                 * Format: uri-reference
                 * @example /v1/jobs/019abcde-0000-7000-8000-000000000001
                 */
                refused: string;
            };
        };
        ImportRow: {
            /** @description 1 is the first one after the header. */
            row: number;
            /** @description Where it begins in the file. */
            line: number;
            /** @description Null where the file has none that can be one. */
            sku: string | null;
            delta: number | null;
            set: number | null;
            reason: string | null;
            /** @enum {string} */
            state: "waiting" | "applied" | "refused";
            /** @description Why it was refused. */
            error: components["schemas"]["Problem"] | null;
        };
        /**
         * @description A public job type.
         * @enum {string}
         */
        JobType: "emails.send" | "inventory.adjust" | "maintenance.ping" | "orders.cancel" | "orders.capture" | "orders.place" | "payments.refund";
        /** @description What the type takes. */
        JobInput: components["schemas"]["emails.send"] | components["schemas"]["inventory.adjust"] | components["schemas"]["maintenance.ping"] | components["schemas"]["orders.cancel"] | components["schemas"]["orders.capture"] | components["schemas"]["orders.place"] | components["schemas"]["payments.refund"];
        /** @description Jobs that were handed over in one request. */
        Batch: {
            /**
             * Format: uuid
             * @example 019abcde-0000-7000-8000-000000000001
             */
            id: string;
            /**
             * Format: date-time
             * @example 2026-11-21T16:24:00.000Z
             */
            createdAt: string;
            /** @description Its items. */
            total: number;
            /** @description Items that became jobs. */
            accepted: number;
            /** @description Items whose `uniqueKey` an open job had already. */
            existing: number;
            refused: number;
            /** @description How many of the jobs it made are in each state. */
            jobs: {
                scheduled: number;
                queued: number;
                running: number;
                succeeded: number;
                failed: number;
                cancelled: number;
            };
            /** @description Set when all of its jobs are final. */
            finishedAt: string | null;
            links: {
                /**
                 * Format: uri-reference
                 * @example /v1/jobs/019abcde-0000-7000-8000-000000000001
                 */
                self: string;
                /**
                 * Format: uri-reference
                 * @example /v1/jobs/019abcde-0000-7000-8000-000000000001
                 */
                jobs: string;
            };
        };
        BatchItem: {
            /** @description Of the item in the request, from 0. */
            index: number;
            /** @description What the item would have been answered by itself: 202, 200 for a job that was there, or its error. */
            status: number;
            job?: {
                /**
                 * Format: uuid
                 * @example 019abcde-0000-7000-8000-000000000001
                 */
                id: string;
                state: components["schemas"]["JobState"];
                links: {
                    /**
                     * Format: uri-reference
                     * @example /v1/jobs/019abcde-0000-7000-8000-000000000001
                     */
                    self: string;
                };
            };
            error?: components["schemas"]["Problem"];
        };
        JobAction: {
            /** @enum {string} */
            action: "cancel" | "retry";
            /** @description In the words of whoever asked for it. */
            reason: string | null;
            /** @description The API key it was asked for with. */
            keyId: string | null;
            /** @description The attempt that the job was at. */
            attempt: number;
            /**
             * Format: date-time
             * @example 2026-11-21T16:24:00.000Z
             */
            at: string;
        };
        Schedule: {
            /** @example welcome-mail */
            name: string;
            /** @example 30 6 * * mon-fri */
            cron: string;
            /** @example Europe/Berlin */
            timezone: string;
            /** @example emails.send */
            type: string;
            /** @example 5 */
            priority: number;
            /**
             * @example once
             * @enum {string}
             */
            missed: "skip" | "once" | "all";
            /** @example false */
            paused: boolean;
            /** @description Null while it is paused. */
            nextRunAt: string | null;
            /** @description The last tick that was run. */
            lastTick: string | null;
            /**
             * @description Why the last tick made no job. The next one comes all the same.
             * @example null
             */
            lastError: components["schemas"]["Problem"] | null;
            /** @description One more with every change. */
            revision: number;
            /**
             * Format: date-time
             * @example 2026-11-21T16:24:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @example 2026-11-21T16:24:00.000Z
             */
            updatedAt: string;
            links: {
                /**
                 * Format: uri-reference
                 * @example /v1/schedules/welcome-mail
                 */
                self: string;
                /**
                 * Format: uri-reference
                 * @description The last job that a tick made.
                 * @example /v1/jobs/019abcde-0000-7000-8000-000000000001
                 */
                lastJob?: string;
            };
        };
        /** @description A schedule with what it did of late, and what is to come. */
        ScheduleDetail: {
            /** @example welcome-mail */
            name: string;
            /** @example 30 6 * * mon-fri */
            cron: string;
            /** @example Europe/Berlin */
            timezone: string;
            /** @example emails.send */
            type: string;
            /** @example 5 */
            priority: number;
            /**
             * @example once
             * @enum {string}
             */
            missed: "skip" | "once" | "all";
            /** @example false */
            paused: boolean;
            /** @description Null while it is paused. */
            nextRunAt: string | null;
            /** @description The last tick that was run. */
            lastTick: string | null;
            /**
             * @description Why the last tick made no job. The next one comes all the same.
             * @example null
             */
            lastError: components["schemas"]["Problem"] | null;
            /** @description One more with every change. */
            revision: number;
            /**
             * Format: date-time
             * @example 2026-11-21T16:24:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @example 2026-11-21T16:24:00.000Z
             */
            updatedAt: string;
            links: {
                /**
                 * Format: uri-reference
                 * @example /v1/schedules/welcome-mail
                 */
                self: string;
                /**
                 * Format: uri-reference
                 * @description The last job that a tick made.
                 * @example /v1/jobs/019abcde-0000-7000-8000-000000000001
                 */
                lastJob?: string;
            };
            /** @description As it was sent. */
            input: {
                [key: string]: unknown;
            };
            /** @description The ticks to come; none while it is paused. */
            nextRuns: string[];
            /** @description The latest first. */
            recentRuns: components["schemas"]["ScheduleRun"][];
        };
        /** @description A tick, and the job that it made or why it made none. */
        ScheduleRun: {
            /**
             * Format: date-time
             * @example 2026-11-21T16:24:00.000Z
             */
            tick: string;
            jobId: string | null;
            error: components["schemas"]["Problem"] | null;
        };
        ProblemType: {
            /**
             * Format: uri-reference
             * @description Stable, and resolves on this server to its explanation. Clients branch on it.
             * @example /problems/invalid-request
             */
            type: string;
            status: number;
            title: string;
            explanation: string;
            whatToDo: string;
        };
        /** @description What does not agree and could not be put right by itself. */
        Discrepancy: {
            /**
             * Format: uuid
             * @example 019abcde-0000-7000-8000-000000000001
             */
            id: string;
            /** @example orphan-charge */
            kind: string;
            /** @enum {string} */
            state: "open" | "resolved";
            /** @description What it is about: an id of ours or of the provider. */
            subject: string;
            /**
             * Format: uuid
             * @example 019abcde-0000-7000-8000-000000000001
             */
            accountId: string;
            /** @description Ids, codes, states and amounts. */
            detail: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @example 2026-11-21T16:24:00.000Z
             */
            firstSeenAt: string;
            /**
             * Format: date-time
             * @example 2026-11-21T16:24:00.000Z
             */
            lastSeenAt: string;
            resolvedAt: string | null;
            /** @description By the operator who settled it; null where it was found no more. */
            note: string | null;
            links: {
                /**
                 * Format: uri-reference
                 * @example /v1/jobs/019abcde-0000-7000-8000-000000000001
                 */
                resolve: string;
            };
        };
    };
    responses: {
        /** @description An operator has to log in. */
        "log-in": {
            headers: {
                /** @description Basic */
                "WWW-Authenticate": string;
                [name: string]: unknown;
            };
            content: {
                "text/plain": string;
            };
        };
        /** @description [Authentication is required](/problems/unauthorized) */
        unauthorized: {
            headers: {
                /** @description How to log in. */
                "WWW-Authenticate": string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    type?: "/problems/unauthorized";
                };
            };
        };
        /** @description [Too many requests](/problems/rate-limited) */
        "rate-limited": {
            headers: {
                /** @description In how many seconds to come again. */
                "Retry-After": number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    type?: "/problems/rate-limited";
                };
            };
        };
        /** @description [The service is overloaded](/problems/overloaded), or: [The service is not available](/problems/unavailable) */
        overloaded_or_unavailable: {
            headers: {
                /** @description In how many seconds to come again. */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    type?: "/problems/overloaded" | "/problems/unavailable";
                };
            };
        };
        /** @description [The request is not valid](/problems/invalid-request), or: [The Idempotency-Key was used for another request](/problems/idempotency-key-reused) */
        "invalid-request_or_idempotency-key-reused": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    type?: "/problems/invalid-request" | "/problems/idempotency-key-reused";
                };
            };
        };
        /** @description [The body could not be read](/problems/malformed-body), or: [An Idempotency-Key is required](/problems/idempotency-key-missing), or: [The Idempotency-Key is malformed](/problems/idempotency-key-malformed) */
        "malformed-body_or_idempotency-key-missing_or_idempotency-key-malformed": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    type?: "/problems/malformed-body" | "/problems/idempotency-key-missing" | "/problems/idempotency-key-malformed";
                };
            };
        };
        /** @description [The content type is not supported](/problems/unsupported-media-type) */
        "unsupported-media-type": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    type?: "/problems/unsupported-media-type";
                };
            };
        };
        /** @description [The body is too large](/problems/body-too-large) */
        "body-too-large": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    type?: "/problems/body-too-large";
                };
            };
        };
        /** @description [The body took too long to arrive](/problems/body-too-slow) */
        "body-too-slow": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    type?: "/problems/body-too-slow";
                };
            };
        };
        /** @description [A request with this Idempotency-Key is still in flight](/problems/idempotency-key-in-flight) */
        "idempotency-key-in-flight": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    type?: "/problems/idempotency-key-in-flight";
                };
            };
        };
        /** @description [Something went wrong on our side](/problems/internal) */
        internal: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    type?: "/problems/internal";
                };
            };
        };
        /** @description [The request is not valid](/problems/invalid-request) */
        "invalid-request": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    type?: "/problems/invalid-request";
                };
            };
        };
        /** @description [The cursor is not valid](/problems/invalid-cursor) */
        "invalid-cursor": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    type?: "/problems/invalid-cursor";
                };
            };
        };
        /** @description [Not found](/problems/not-found) */
        "not-found": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    type?: "/problems/not-found";
                };
            };
        };
        /** @description [A request with this Idempotency-Key is still in flight](/problems/idempotency-key-in-flight), or: [The request conflicts with the current state](/problems/conflict) */
        "idempotency-key-in-flight_or_conflict": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    type?: "/problems/idempotency-key-in-flight" | "/problems/conflict";
                };
            };
        };
        /** @description [A request with this Idempotency-Key is still in flight](/problems/idempotency-key-in-flight), or: [The payment cannot be refunded by this amount](/problems/not-refundable) */
        "idempotency-key-in-flight_or_not-refundable": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    type?: "/problems/idempotency-key-in-flight" | "/problems/not-refundable";
                };
            };
        };
        /** @description [The body could not be read](/problems/malformed-body), or: [The Idempotency-Key is malformed](/problems/idempotency-key-malformed) */
        "malformed-body_or_idempotency-key-malformed": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    type?: "/problems/malformed-body" | "/problems/idempotency-key-malformed";
                };
            };
        };
        /** @description [The body could not be read](/problems/malformed-body) */
        "malformed-body": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    type?: "/problems/malformed-body";
                };
            };
        };
        /** @description [The Idempotency-Key was used for another request](/problems/idempotency-key-reused), or: [The file is not CSV of the expected form](/problems/malformed-csv) */
        "idempotency-key-reused_or_malformed-csv": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    type?: "/problems/idempotency-key-reused" | "/problems/malformed-csv";
                };
            };
        };
        /** @description [The body could not be read](/problems/malformed-body), or: [The Idempotency-Key is malformed](/problems/idempotency-key-malformed), or: [An Idempotency-Key is required](/problems/idempotency-key-missing) */
        "malformed-body_or_idempotency-key-malformed_or_idempotency-key-missing": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    type?: "/problems/malformed-body" | "/problems/idempotency-key-malformed" | "/problems/idempotency-key-missing";
                };
            };
        };
        /** @description [A request with this Idempotency-Key is still in flight](/problems/idempotency-key-in-flight), or: [The request conflicts with the current state](/problems/conflict), or: [The payment cannot be refunded by this amount](/problems/not-refundable) */
        "idempotency-key-in-flight_or_conflict_or_not-refundable": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    type?: "/problems/idempotency-key-in-flight" | "/problems/conflict" | "/problems/not-refundable";
                };
            };
        };
        /** @description [Too many requests](/problems/rate-limited), or: [Too many requests wait for jobs](/problems/too-many-followers) */
        "rate-limited_or_too-many-followers": {
            headers: {
                /** @description In how many seconds to come again. */
                "Retry-After": number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    type?: "/problems/rate-limited" | "/problems/too-many-followers";
                };
            };
        };
        /** @description [The job has ended](/problems/job-finished), or: [The job cannot be cancelled](/problems/not-cancellable) */
        "job-finished_or_not-cancellable": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    type?: "/problems/job-finished" | "/problems/not-cancellable";
                };
            };
        };
        /** @description [The job cannot be retried](/problems/not-retryable), or: [The request conflicts with the current state](/problems/conflict) */
        "not-retryable_or_conflict": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    type?: "/problems/not-retryable" | "/problems/conflict";
                };
            };
        };
        /** @description [The request conflicts with the current state](/problems/conflict) */
        conflict: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    type?: "/problems/conflict";
                };
            };
        };
        /** @description [The Idempotency-Key is malformed](/problems/idempotency-key-malformed), or: [An Idempotency-Key is required](/problems/idempotency-key-missing) */
        "idempotency-key-malformed_or_idempotency-key-missing": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    type?: "/problems/idempotency-key-malformed" | "/problems/idempotency-key-missing";
                };
            };
        };
        /** @description [The Idempotency-Key was used for another request](/problems/idempotency-key-reused), or: [The request is not valid](/problems/invalid-request) */
        "idempotency-key-reused_or_invalid-request": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    type?: "/problems/idempotency-key-reused" | "/problems/invalid-request";
                };
            };
        };
        /** @description [The service is not available](/problems/unavailable) */
        unavailable: {
            headers: {
                /** @description In how many seconds to come again. */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    type?: "/problems/unavailable";
                };
            };
        };
        /** @description [The body could not be read](/problems/malformed-body), or: [The signature does not fit](/problems/signature-invalid) */
        "malformed-body_or_signature-invalid": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    type?: "/problems/malformed-body" | "/problems/signature-invalid";
                };
            };
        };
        /** @description [The request is not allowed](/problems/forbidden) */
        forbidden: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    type?: "/problems/forbidden";
                };
            };
        };
    };
    parameters: {
        /**
         * @description Makes it safe to send the request again: the same key with the same request gets the first answer again, with `Idempotency-Replayed: true`. A new random one, such as a UUID, for each thing you want done.
         * @example f2b1c7de-6a0f-4d2e-9a55-0c6d2f7f1b3e
         */
        "idempotency-key-required": string;
        /**
         * @description Makes it safe to send the request again: the same key with the same request gets the first answer again, with `Idempotency-Replayed: true`. A new random one, such as a UUID, for each thing you want done.
         * @example f2b1c7de-6a0f-4d2e-9a55-0c6d2f7f1b3e
         */
        "idempotency-key-optional": string;
    };
    requestBodies: never;
    headers: {
        /** @description Names this request in the log; quote it when you ask the operators. */
        "X-Request-Id": string;
        /** @description How many requests are left of each quota, and for how long (draft-ietf-httpapi-ratelimit-headers). */
        RateLimit: string;
        /** @description The quotas: how many requests in how many seconds. */
        "RateLimit-Policy": string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listOrders: {
        parameters: {
            query?: {
                /** @description Created then or later (RFC 3339). */
                createdAfter?: string;
                /** @description Created earlier than that (RFC 3339). */
                createdBefore?: string;
                /** @description By creation; desc is newest first. */
                order?: "asc" | "desc";
                limit?: number;
                /** @description The `next` of the page before it, with the same filters and order. None: the first page. */
                cursor?: string;
                /** @description One or several, with commas: processing, authorized, capturing, cancelling, confirmed, cancelled. */
                state?: string;
                /** @description Of the customer, exactly as it was given. */
                email?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of orders. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    /** @description The next page: `<…>; rel="next"` (RFC 8288). */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "019abcde-0000-7000-8000-000000000001",
                     *           "state": "processing",
                     *           "customer": {
                     *             "email": "ada@example.com",
                     *             "name": "Ada Lovelace"
                     *           },
                     *           "items": [
                     *             {
                     *               "sku": "MUG-BLUE",
                     *               "name": "Blue mug",
                     *               "quantity": 2,
                     *               "unitPrice": {
                     *                 "amount": 1290,
                     *                 "currency": "EUR"
                     *               }
                     *             }
                     *           ],
                     *           "total": {
                     *             "amount": 2580,
                     *             "currency": "EUR"
                     *           },
                     *           "cancelReason": null,
                     *           "cancelNote": null,
                     *           "createdAt": "2026-11-21T16:24:00.000Z",
                     *           "updatedAt": "2026-11-21T16:24:00.000Z",
                     *           "links": {
                     *             "self": "/v1/orders/019abcde-0000-7000-8000-000000000001",
                     *             "job": "/v1/jobs/019abcde-0000-7000-8000-000000000002"
                     *           }
                     *         }
                     *       ],
                     *       "next": "text"
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["OrderSummary"][];
                        /** @description The cursor of the next page, null on the last one. A page may be empty and not be the last one. */
                        next: string | null;
                    };
                };
            };
            400: components["responses"]["invalid-cursor"];
            401: components["responses"]["unauthorized"];
            422: components["responses"]["invalid-request"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["overloaded_or_unavailable"];
        };
    };
    placeOrder: {
        parameters: {
            query?: never;
            header: {
                /** @description `wait=N`: answer when the job is final, after at most N seconds (25); RFC 7240. */
                Prefer?: string;
                /**
                 * @description Makes it safe to send the request again: the same key with the same request gets the first answer again, with `Idempotency-Replayed: true`. A new random one, such as a UUID, for each thing you want done.
                 * @example f2b1c7de-6a0f-4d2e-9a55-0c6d2f7f1b3e
                 */
                "Idempotency-Key": components["parameters"]["idempotency-key-required"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["orders.place"];
            };
        };
        responses: {
            /** @description With `Prefer: wait`: what was asked for has ended in time. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    /** @description Where the job is. */
                    Location: string;
                    /** @description `true`: an earlier request with this Idempotency-Key was accepted, and this is the answer to it. */
                    "Idempotency-Replayed"?: string;
                    /** @description How long the answer was waited for at most: `wait=N`. */
                    "Preference-Applied"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "job": {
                     *         "id": "019abcde-0000-7000-8000-000000000002",
                     *         "type": "orders.place",
                     *         "state": "running",
                     *         "needsAttention": false,
                     *         "createdAt": "2026-11-21T16:24:00.000Z",
                     *         "runAt": "2026-11-21T16:24:00.000Z",
                     *         "startedAt": "2026-11-21T16:24:00.000Z",
                     *         "finishedAt": null,
                     *         "attempt": 1,
                     *         "maxAttempts": 8,
                     *         "cancelRequestedAt": null,
                     *         "priority": 5,
                     *         "startBefore": null,
                     *         "uniqueKey": null,
                     *         "progress": {
                     *           "done": 1,
                     *           "total": 4,
                     *           "message": "payments.charge"
                     *         },
                     *         "result": null,
                     *         "error": null,
                     *         "steps": [
                     *           {
                     *             "type": "payments.charge",
                     *             "jobId": "019abcde-0000-7000-8000-000000000006",
                     *             "state": "running",
                     *             "undo": false
                     *           }
                     *         ],
                     *         "links": {
                     *           "self": "/v1/jobs/019abcde-0000-7000-8000-000000000002",
                     *           "events": "/v1/jobs/019abcde-0000-7000-8000-000000000002/events"
                     *         }
                     *       },
                     *       "order": {
                     *         "id": "019abcde-0000-7000-8000-000000000001",
                     *         "state": "processing",
                     *         "customer": {
                     *           "email": "ada@example.com",
                     *           "name": "Ada Lovelace"
                     *         },
                     *         "items": [
                     *           {
                     *             "sku": "MUG-BLUE",
                     *             "name": "Blue mug",
                     *             "quantity": 2,
                     *             "unitPrice": {
                     *               "amount": 1290,
                     *               "currency": "EUR"
                     *             }
                     *           }
                     *         ],
                     *         "total": {
                     *           "amount": 2580,
                     *           "currency": "EUR"
                     *         },
                     *         "cancelReason": null,
                     *         "cancelNote": null,
                     *         "createdAt": "2026-11-21T16:24:00.000Z",
                     *         "updatedAt": "2026-11-21T16:24:00.000Z",
                     *         "links": {
                     *           "self": "/v1/orders/019abcde-0000-7000-8000-000000000001",
                     *           "job": "/v1/jobs/019abcde-0000-7000-8000-000000000002"
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": {
                        job: components["schemas"]["Job"];
                        order: components["schemas"]["OrderSummary"];
                    };
                };
            };
            /** @description The order is accepted. Follow the job. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    /** @description Where the job is. */
                    Location: string;
                    /** @description In how many seconds to look at the job. */
                    "Retry-After": number;
                    /** @description `true`: an earlier request with this Idempotency-Key was accepted, and this is the answer to it. */
                    "Idempotency-Replayed"?: string;
                    /** @description How long the answer was waited for at most: `wait=N`. */
                    "Preference-Applied"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "job": {
                     *         "id": "019abcde-0000-7000-8000-000000000002",
                     *         "type": "orders.place",
                     *         "state": "running",
                     *         "needsAttention": false,
                     *         "createdAt": "2026-11-21T16:24:00.000Z",
                     *         "runAt": "2026-11-21T16:24:00.000Z",
                     *         "startedAt": "2026-11-21T16:24:00.000Z",
                     *         "finishedAt": null,
                     *         "attempt": 1,
                     *         "maxAttempts": 8,
                     *         "cancelRequestedAt": null,
                     *         "priority": 5,
                     *         "startBefore": null,
                     *         "uniqueKey": null,
                     *         "progress": {
                     *           "done": 1,
                     *           "total": 4,
                     *           "message": "payments.charge"
                     *         },
                     *         "result": null,
                     *         "error": null,
                     *         "steps": [
                     *           {
                     *             "type": "payments.charge",
                     *             "jobId": "019abcde-0000-7000-8000-000000000006",
                     *             "state": "running",
                     *             "undo": false
                     *           }
                     *         ],
                     *         "links": {
                     *           "self": "/v1/jobs/019abcde-0000-7000-8000-000000000002",
                     *           "events": "/v1/jobs/019abcde-0000-7000-8000-000000000002/events"
                     *         }
                     *       },
                     *       "order": {
                     *         "id": "019abcde-0000-7000-8000-000000000001",
                     *         "state": "processing",
                     *         "customer": {
                     *           "email": "ada@example.com",
                     *           "name": "Ada Lovelace"
                     *         },
                     *         "items": [
                     *           {
                     *             "sku": "MUG-BLUE",
                     *             "name": "Blue mug",
                     *             "quantity": 2,
                     *             "unitPrice": {
                     *               "amount": 1290,
                     *               "currency": "EUR"
                     *             }
                     *           }
                     *         ],
                     *         "total": {
                     *           "amount": 2580,
                     *           "currency": "EUR"
                     *         },
                     *         "cancelReason": null,
                     *         "cancelNote": null,
                     *         "createdAt": "2026-11-21T16:24:00.000Z",
                     *         "updatedAt": "2026-11-21T16:24:00.000Z",
                     *         "links": {
                     *           "self": "/v1/orders/019abcde-0000-7000-8000-000000000001",
                     *           "job": "/v1/jobs/019abcde-0000-7000-8000-000000000002"
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": {
                        job: components["schemas"]["Job"];
                        order: components["schemas"]["OrderSummary"];
                    };
                };
            };
            400: components["responses"]["malformed-body_or_idempotency-key-missing_or_idempotency-key-malformed"];
            401: components["responses"]["unauthorized"];
            408: components["responses"]["body-too-slow"];
            409: components["responses"]["idempotency-key-in-flight"];
            413: components["responses"]["body-too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["invalid-request_or_idempotency-key-reused"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["overloaded_or_unavailable"];
        };
    };
    getOrder: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The order with its items, payment, holds, mails and timeline. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "019abcde-0000-7000-8000-000000000001",
                     *       "state": "confirmed",
                     *       "customer": {
                     *         "email": "ada@example.com",
                     *         "name": "Ada Lovelace"
                     *       },
                     *       "items": [
                     *         {
                     *           "sku": "MUG-BLUE",
                     *           "name": "Blue mug",
                     *           "quantity": 2,
                     *           "unitPrice": {
                     *             "amount": 1290,
                     *             "currency": "EUR"
                     *           }
                     *         }
                     *       ],
                     *       "total": {
                     *         "amount": 2580,
                     *         "currency": "EUR"
                     *       },
                     *       "cancelReason": null,
                     *       "cancelNote": null,
                     *       "createdAt": "2026-11-21T16:24:00.000Z",
                     *       "updatedAt": "2026-11-21T16:24:01.250Z",
                     *       "links": {
                     *         "self": "/v1/orders/019abcde-0000-7000-8000-000000000001",
                     *         "job": "/v1/jobs/019abcde-0000-7000-8000-000000000002"
                     *       },
                     *       "payment": {
                     *         "id": "019abcde-0000-7000-8000-000000000003",
                     *         "orderId": "019abcde-0000-7000-8000-000000000001",
                     *         "state": "captured",
                     *         "amount": {
                     *           "amount": 2580,
                     *           "currency": "EUR"
                     *         },
                     *         "method": "pm_card_visa",
                     *         "captureMethod": "automatic",
                     *         "captured": {
                     *           "amount": 2580,
                     *           "currency": "EUR"
                     *         },
                     *         "declineCode": null,
                     *         "authorizedAt": null,
                     *         "capturedAt": "2026-11-21T16:24:01.250Z",
                     *         "refunding": {
                     *           "amount": 0,
                     *           "currency": "EUR"
                     *         },
                     *         "refunded": {
                     *           "amount": 0,
                     *           "currency": "EUR"
                     *         },
                     *         "links": {
                     *           "self": "/v1/payments/019abcde-0000-7000-8000-000000000003",
                     *           "order": "/v1/orders/019abcde-0000-7000-8000-000000000001"
                     *         },
                     *         "refunds": [],
                     *         "ledger": [
                     *           {
                     *             "kind": "capture",
                     *             "account": "provider-balance",
                     *             "amount": {
                     *               "amount": 2580,
                     *               "currency": "EUR"
                     *             },
                     *             "refundId": null,
                     *             "createdAt": "2026-11-21T16:24:01.250Z"
                     *           },
                     *           {
                     *             "kind": "capture",
                     *             "account": "sales",
                     *             "amount": {
                     *               "amount": -2580,
                     *               "currency": "EUR"
                     *             },
                     *             "refundId": null,
                     *             "createdAt": "2026-11-21T16:24:01.250Z"
                     *           }
                     *         ]
                     *       },
                     *       "holds": [
                     *         {
                     *           "sku": "MUG-BLUE",
                     *           "quantity": 2,
                     *           "state": "committed"
                     *         }
                     *       ],
                     *       "mails": [
                     *         {
                     *           "id": "019abcde-0000-7000-8000-000000000005",
                     *           "to": "ada@example.com",
                     *           "template": "order-confirmed",
                     *           "state": "sent",
                     *           "failureCode": null,
                     *           "whenUnknown": "resend",
                     *           "copies": 1,
                     *           "messageId": "<019abcde-0000-7000-8000-000000000005@mail.errand.example>",
                     *           "sentAt": "2026-11-21T16:24:01.250Z",
                     *           "createdAt": "2026-11-21T16:24:00.000Z"
                     *         }
                     *       ],
                     *       "timeline": [
                     *         {
                     *           "type": "inventory.reserve",
                     *           "state": "succeeded",
                     *           "undo": false,
                     *           "startedAt": "2026-11-21T16:24:00.000Z",
                     *           "finishedAt": "2026-11-21T16:24:01.250Z"
                     *         },
                     *         {
                     *           "type": "payments.charge",
                     *           "state": "succeeded",
                     *           "undo": false,
                     *           "startedAt": "2026-11-21T16:24:00.000Z",
                     *           "finishedAt": "2026-11-21T16:24:01.250Z"
                     *         },
                     *         {
                     *           "type": "inventory.commit",
                     *           "state": "succeeded",
                     *           "undo": false,
                     *           "startedAt": "2026-11-21T16:24:00.000Z",
                     *           "finishedAt": "2026-11-21T16:24:01.250Z"
                     *         },
                     *         {
                     *           "type": "emails.send",
                     *           "state": "succeeded",
                     *           "undo": false,
                     *           "startedAt": "2026-11-21T16:24:00.000Z",
                     *           "finishedAt": "2026-11-21T16:24:01.250Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Order"];
                };
            };
            401: components["responses"]["unauthorized"];
            404: components["responses"]["not-found"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["overloaded_or_unavailable"];
        };
    };
    captureOrder: {
        parameters: {
            query?: never;
            header: {
                /** @description `wait=N`: answer when the job is final, after at most N seconds (25); RFC 7240. */
                Prefer?: string;
                /**
                 * @description Makes it safe to send the request again: the same key with the same request gets the first answer again, with `Idempotency-Replayed: true`. A new random one, such as a UUID, for each thing you want done.
                 * @example f2b1c7de-6a0f-4d2e-9a55-0c6d2f7f1b3e
                 */
                "Idempotency-Key": components["parameters"]["idempotency-key-required"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description In minor units; all when absent. The rest is released. */
                    amount?: number;
                };
            };
        };
        responses: {
            /** @description With `Prefer: wait`: what was asked for has ended in time. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    /** @description Where the job is. */
                    Location: string;
                    /** @description `true`: an earlier request with this Idempotency-Key was accepted, and this is the answer to it. */
                    "Idempotency-Replayed"?: string;
                    /** @description How long the answer was waited for at most: `wait=N`. */
                    "Preference-Applied"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "job": {
                     *         "id": "019abcde-0000-7000-8000-000000000002",
                     *         "type": "orders.place",
                     *         "state": "running",
                     *         "needsAttention": false,
                     *         "createdAt": "2026-11-21T16:24:00.000Z",
                     *         "runAt": "2026-11-21T16:24:00.000Z",
                     *         "startedAt": "2026-11-21T16:24:00.000Z",
                     *         "finishedAt": null,
                     *         "attempt": 1,
                     *         "maxAttempts": 8,
                     *         "cancelRequestedAt": null,
                     *         "priority": 5,
                     *         "startBefore": null,
                     *         "uniqueKey": null,
                     *         "progress": {
                     *           "done": 1,
                     *           "total": 4,
                     *           "message": "payments.charge"
                     *         },
                     *         "result": null,
                     *         "error": null,
                     *         "steps": [
                     *           {
                     *             "type": "payments.charge",
                     *             "jobId": "019abcde-0000-7000-8000-000000000006",
                     *             "state": "running",
                     *             "undo": false
                     *           }
                     *         ],
                     *         "links": {
                     *           "self": "/v1/jobs/019abcde-0000-7000-8000-000000000002",
                     *           "events": "/v1/jobs/019abcde-0000-7000-8000-000000000002/events"
                     *         }
                     *       },
                     *       "order": {
                     *         "id": "019abcde-0000-7000-8000-000000000001",
                     *         "state": "processing",
                     *         "customer": {
                     *           "email": "ada@example.com",
                     *           "name": "Ada Lovelace"
                     *         },
                     *         "items": [
                     *           {
                     *             "sku": "MUG-BLUE",
                     *             "name": "Blue mug",
                     *             "quantity": 2,
                     *             "unitPrice": {
                     *               "amount": 1290,
                     *               "currency": "EUR"
                     *             }
                     *           }
                     *         ],
                     *         "total": {
                     *           "amount": 2580,
                     *           "currency": "EUR"
                     *         },
                     *         "cancelReason": null,
                     *         "cancelNote": null,
                     *         "createdAt": "2026-11-21T16:24:00.000Z",
                     *         "updatedAt": "2026-11-21T16:24:00.000Z",
                     *         "links": {
                     *           "self": "/v1/orders/019abcde-0000-7000-8000-000000000001",
                     *           "job": "/v1/jobs/019abcde-0000-7000-8000-000000000002"
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": {
                        job: components["schemas"]["Job"];
                        order: components["schemas"]["OrderSummary"];
                    };
                };
            };
            /** @description The capture is accepted. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    /** @description Where the job is. */
                    Location: string;
                    /** @description In how many seconds to look at the job. */
                    "Retry-After": number;
                    /** @description `true`: an earlier request with this Idempotency-Key was accepted, and this is the answer to it. */
                    "Idempotency-Replayed"?: string;
                    /** @description How long the answer was waited for at most: `wait=N`. */
                    "Preference-Applied"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "job": {
                     *         "id": "019abcde-0000-7000-8000-000000000002",
                     *         "type": "orders.place",
                     *         "state": "running",
                     *         "needsAttention": false,
                     *         "createdAt": "2026-11-21T16:24:00.000Z",
                     *         "runAt": "2026-11-21T16:24:00.000Z",
                     *         "startedAt": "2026-11-21T16:24:00.000Z",
                     *         "finishedAt": null,
                     *         "attempt": 1,
                     *         "maxAttempts": 8,
                     *         "cancelRequestedAt": null,
                     *         "priority": 5,
                     *         "startBefore": null,
                     *         "uniqueKey": null,
                     *         "progress": {
                     *           "done": 1,
                     *           "total": 4,
                     *           "message": "payments.charge"
                     *         },
                     *         "result": null,
                     *         "error": null,
                     *         "steps": [
                     *           {
                     *             "type": "payments.charge",
                     *             "jobId": "019abcde-0000-7000-8000-000000000006",
                     *             "state": "running",
                     *             "undo": false
                     *           }
                     *         ],
                     *         "links": {
                     *           "self": "/v1/jobs/019abcde-0000-7000-8000-000000000002",
                     *           "events": "/v1/jobs/019abcde-0000-7000-8000-000000000002/events"
                     *         }
                     *       },
                     *       "order": {
                     *         "id": "019abcde-0000-7000-8000-000000000001",
                     *         "state": "processing",
                     *         "customer": {
                     *           "email": "ada@example.com",
                     *           "name": "Ada Lovelace"
                     *         },
                     *         "items": [
                     *           {
                     *             "sku": "MUG-BLUE",
                     *             "name": "Blue mug",
                     *             "quantity": 2,
                     *             "unitPrice": {
                     *               "amount": 1290,
                     *               "currency": "EUR"
                     *             }
                     *           }
                     *         ],
                     *         "total": {
                     *           "amount": 2580,
                     *           "currency": "EUR"
                     *         },
                     *         "cancelReason": null,
                     *         "cancelNote": null,
                     *         "createdAt": "2026-11-21T16:24:00.000Z",
                     *         "updatedAt": "2026-11-21T16:24:00.000Z",
                     *         "links": {
                     *           "self": "/v1/orders/019abcde-0000-7000-8000-000000000001",
                     *           "job": "/v1/jobs/019abcde-0000-7000-8000-000000000002"
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": {
                        job: components["schemas"]["Job"];
                        order: components["schemas"]["OrderSummary"];
                    };
                };
            };
            400: components["responses"]["malformed-body_or_idempotency-key-missing_or_idempotency-key-malformed"];
            401: components["responses"]["unauthorized"];
            404: components["responses"]["not-found"];
            408: components["responses"]["body-too-slow"];
            409: components["responses"]["idempotency-key-in-flight_or_conflict"];
            413: components["responses"]["body-too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["invalid-request_or_idempotency-key-reused"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["overloaded_or_unavailable"];
        };
    };
    cancelOrder: {
        parameters: {
            query?: never;
            header: {
                /** @description `wait=N`: answer when the job is final, after at most N seconds (25); RFC 7240. */
                Prefer?: string;
                /**
                 * @description Makes it safe to send the request again: the same key with the same request gets the first answer again, with `Idempotency-Replayed: true`. A new random one, such as a UUID, for each thing you want done.
                 * @example f2b1c7de-6a0f-4d2e-9a55-0c6d2f7f1b3e
                 */
                "Idempotency-Key": components["parameters"]["idempotency-key-required"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description With `Prefer: wait`: what was asked for has ended in time. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    /** @description Where the job is. */
                    Location: string;
                    /** @description `true`: an earlier request with this Idempotency-Key was accepted, and this is the answer to it. */
                    "Idempotency-Replayed"?: string;
                    /** @description How long the answer was waited for at most: `wait=N`. */
                    "Preference-Applied"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "job": {
                     *         "id": "019abcde-0000-7000-8000-000000000002",
                     *         "type": "orders.place",
                     *         "state": "running",
                     *         "needsAttention": false,
                     *         "createdAt": "2026-11-21T16:24:00.000Z",
                     *         "runAt": "2026-11-21T16:24:00.000Z",
                     *         "startedAt": "2026-11-21T16:24:00.000Z",
                     *         "finishedAt": null,
                     *         "attempt": 1,
                     *         "maxAttempts": 8,
                     *         "cancelRequestedAt": null,
                     *         "priority": 5,
                     *         "startBefore": null,
                     *         "uniqueKey": null,
                     *         "progress": {
                     *           "done": 1,
                     *           "total": 4,
                     *           "message": "payments.charge"
                     *         },
                     *         "result": null,
                     *         "error": null,
                     *         "steps": [
                     *           {
                     *             "type": "payments.charge",
                     *             "jobId": "019abcde-0000-7000-8000-000000000006",
                     *             "state": "running",
                     *             "undo": false
                     *           }
                     *         ],
                     *         "links": {
                     *           "self": "/v1/jobs/019abcde-0000-7000-8000-000000000002",
                     *           "events": "/v1/jobs/019abcde-0000-7000-8000-000000000002/events"
                     *         }
                     *       },
                     *       "order": {
                     *         "id": "019abcde-0000-7000-8000-000000000001",
                     *         "state": "processing",
                     *         "customer": {
                     *           "email": "ada@example.com",
                     *           "name": "Ada Lovelace"
                     *         },
                     *         "items": [
                     *           {
                     *             "sku": "MUG-BLUE",
                     *             "name": "Blue mug",
                     *             "quantity": 2,
                     *             "unitPrice": {
                     *               "amount": 1290,
                     *               "currency": "EUR"
                     *             }
                     *           }
                     *         ],
                     *         "total": {
                     *           "amount": 2580,
                     *           "currency": "EUR"
                     *         },
                     *         "cancelReason": null,
                     *         "cancelNote": null,
                     *         "createdAt": "2026-11-21T16:24:00.000Z",
                     *         "updatedAt": "2026-11-21T16:24:00.000Z",
                     *         "links": {
                     *           "self": "/v1/orders/019abcde-0000-7000-8000-000000000001",
                     *           "job": "/v1/jobs/019abcde-0000-7000-8000-000000000002"
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": {
                        job: components["schemas"]["Job"];
                        order: components["schemas"]["OrderSummary"];
                    };
                };
            };
            /** @description The cancellation is accepted. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    /** @description Where the job is. */
                    Location: string;
                    /** @description In how many seconds to look at the job. */
                    "Retry-After": number;
                    /** @description `true`: an earlier request with this Idempotency-Key was accepted, and this is the answer to it. */
                    "Idempotency-Replayed"?: string;
                    /** @description How long the answer was waited for at most: `wait=N`. */
                    "Preference-Applied"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "job": {
                     *         "id": "019abcde-0000-7000-8000-000000000002",
                     *         "type": "orders.place",
                     *         "state": "running",
                     *         "needsAttention": false,
                     *         "createdAt": "2026-11-21T16:24:00.000Z",
                     *         "runAt": "2026-11-21T16:24:00.000Z",
                     *         "startedAt": "2026-11-21T16:24:00.000Z",
                     *         "finishedAt": null,
                     *         "attempt": 1,
                     *         "maxAttempts": 8,
                     *         "cancelRequestedAt": null,
                     *         "priority": 5,
                     *         "startBefore": null,
                     *         "uniqueKey": null,
                     *         "progress": {
                     *           "done": 1,
                     *           "total": 4,
                     *           "message": "payments.charge"
                     *         },
                     *         "result": null,
                     *         "error": null,
                     *         "steps": [
                     *           {
                     *             "type": "payments.charge",
                     *             "jobId": "019abcde-0000-7000-8000-000000000006",
                     *             "state": "running",
                     *             "undo": false
                     *           }
                     *         ],
                     *         "links": {
                     *           "self": "/v1/jobs/019abcde-0000-7000-8000-000000000002",
                     *           "events": "/v1/jobs/019abcde-0000-7000-8000-000000000002/events"
                     *         }
                     *       },
                     *       "order": {
                     *         "id": "019abcde-0000-7000-8000-000000000001",
                     *         "state": "processing",
                     *         "customer": {
                     *           "email": "ada@example.com",
                     *           "name": "Ada Lovelace"
                     *         },
                     *         "items": [
                     *           {
                     *             "sku": "MUG-BLUE",
                     *             "name": "Blue mug",
                     *             "quantity": 2,
                     *             "unitPrice": {
                     *               "amount": 1290,
                     *               "currency": "EUR"
                     *             }
                     *           }
                     *         ],
                     *         "total": {
                     *           "amount": 2580,
                     *           "currency": "EUR"
                     *         },
                     *         "cancelReason": null,
                     *         "cancelNote": null,
                     *         "createdAt": "2026-11-21T16:24:00.000Z",
                     *         "updatedAt": "2026-11-21T16:24:00.000Z",
                     *         "links": {
                     *           "self": "/v1/orders/019abcde-0000-7000-8000-000000000001",
                     *           "job": "/v1/jobs/019abcde-0000-7000-8000-000000000002"
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": {
                        job: components["schemas"]["Job"];
                        order: components["schemas"]["OrderSummary"];
                    };
                };
            };
            400: components["responses"]["malformed-body_or_idempotency-key-missing_or_idempotency-key-malformed"];
            401: components["responses"]["unauthorized"];
            404: components["responses"]["not-found"];
            408: components["responses"]["body-too-slow"];
            409: components["responses"]["idempotency-key-in-flight_or_conflict"];
            413: components["responses"]["body-too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["invalid-request_or_idempotency-key-reused"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["overloaded_or_unavailable"];
        };
    };
    listPayments: {
        parameters: {
            query?: {
                /** @description Created then or later (RFC 3339). */
                createdAfter?: string;
                /** @description Created earlier than that (RFC 3339). */
                createdBefore?: string;
                /** @description By creation; desc is newest first. */
                order?: "asc" | "desc";
                limit?: number;
                /** @description The `next` of the page before it, with the same filters and order. None: the first page. */
                cursor?: string;
                /** @description One or several, with commas: created, processing, unknown, authorized, capturing, cancelling, captured, declined, cancelled. */
                state?: string;
                /** @description Of this order. */
                orderId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of payments, without their refunds and ledgers. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    /** @description The next page: `<…>; rel="next"` (RFC 8288). */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "019abcde-0000-7000-8000-000000000003",
                     *           "orderId": "019abcde-0000-7000-8000-000000000001",
                     *           "state": "captured",
                     *           "amount": {
                     *             "amount": 2580,
                     *             "currency": "EUR"
                     *           },
                     *           "method": "pm_card_visa",
                     *           "captureMethod": "automatic",
                     *           "captured": {
                     *             "amount": 2580,
                     *             "currency": "EUR"
                     *           },
                     *           "declineCode": null,
                     *           "authorizedAt": null,
                     *           "capturedAt": "2026-11-21T16:24:01.250Z",
                     *           "refunding": {
                     *             "amount": 0,
                     *             "currency": "EUR"
                     *           },
                     *           "refunded": {
                     *             "amount": 0,
                     *             "currency": "EUR"
                     *           },
                     *           "links": {
                     *             "self": "/v1/payments/019abcde-0000-7000-8000-000000000003",
                     *             "order": "/v1/orders/019abcde-0000-7000-8000-000000000001"
                     *           }
                     *         }
                     *       ],
                     *       "next": "text"
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["PaymentSummary"][];
                        /** @description The cursor of the next page, null on the last one. A page may be empty and not be the last one. */
                        next: string | null;
                    };
                };
            };
            400: components["responses"]["invalid-cursor"];
            401: components["responses"]["unauthorized"];
            422: components["responses"]["invalid-request"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["overloaded_or_unavailable"];
        };
    };
    getPayment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The payment with its refunds, its ledger entries, and the jobs that tried it. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "019abcde-0000-7000-8000-000000000003",
                     *       "orderId": "019abcde-0000-7000-8000-000000000001",
                     *       "state": "captured",
                     *       "amount": {
                     *         "amount": 2580,
                     *         "currency": "EUR"
                     *       },
                     *       "method": "pm_card_visa",
                     *       "captureMethod": "automatic",
                     *       "captured": {
                     *         "amount": 2580,
                     *         "currency": "EUR"
                     *       },
                     *       "declineCode": null,
                     *       "authorizedAt": null,
                     *       "capturedAt": "2026-11-21T16:24:01.250Z",
                     *       "refunding": {
                     *         "amount": 0,
                     *         "currency": "EUR"
                     *       },
                     *       "refunded": {
                     *         "amount": 0,
                     *         "currency": "EUR"
                     *       },
                     *       "links": {
                     *         "self": "/v1/payments/019abcde-0000-7000-8000-000000000003",
                     *         "order": "/v1/orders/019abcde-0000-7000-8000-000000000001"
                     *       },
                     *       "refunds": [],
                     *       "ledger": [
                     *         {
                     *           "kind": "capture",
                     *           "account": "provider-balance",
                     *           "amount": {
                     *             "amount": 2580,
                     *             "currency": "EUR"
                     *           },
                     *           "refundId": null,
                     *           "createdAt": "2026-11-21T16:24:01.250Z"
                     *         },
                     *         {
                     *           "kind": "capture",
                     *           "account": "sales",
                     *           "amount": {
                     *             "amount": -2580,
                     *             "currency": "EUR"
                     *           },
                     *           "refundId": null,
                     *           "createdAt": "2026-11-21T16:24:01.250Z"
                     *         }
                     *       ],
                     *       "attempts": [
                     *         {
                     *           "type": "payments.charge",
                     *           "jobId": "019abcde-0000-7000-8000-000000000006",
                     *           "state": "succeeded",
                     *           "attempts": 1,
                     *           "error": null,
                     *           "startedAt": "2026-11-21T16:24:00.000Z",
                     *           "finishedAt": "2026-11-21T16:24:01.250Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["PaymentDetails"];
                };
            };
            401: components["responses"]["unauthorized"];
            404: components["responses"]["not-found"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["overloaded_or_unavailable"];
        };
    };
    refundPayment: {
        parameters: {
            query?: never;
            header: {
                /** @description `wait=N`: answer when the job is final, after at most N seconds (25); RFC 7240. */
                Prefer?: string;
                /**
                 * @description Makes it safe to send the request again: the same key with the same request gets the first answer again, with `Idempotency-Replayed: true`. A new random one, such as a UUID, for each thing you want done.
                 * @example f2b1c7de-6a0f-4d2e-9a55-0c6d2f7f1b3e
                 */
                "Idempotency-Key": components["parameters"]["idempotency-key-required"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description In minor units; all that is left when absent. */
                    amount?: number;
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description With `Prefer: wait`: what was asked for has ended in time. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    /** @description Where the job is. */
                    Location: string;
                    /** @description `true`: an earlier request with this Idempotency-Key was accepted, and this is the answer to it. */
                    "Idempotency-Replayed"?: string;
                    /** @description How long the answer was waited for at most: `wait=N`. */
                    "Preference-Applied"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "job": {
                     *         "id": "019abcde-0000-7000-8000-000000000002",
                     *         "type": "orders.place",
                     *         "state": "running",
                     *         "needsAttention": false,
                     *         "createdAt": "2026-11-21T16:24:00.000Z",
                     *         "runAt": "2026-11-21T16:24:00.000Z",
                     *         "startedAt": "2026-11-21T16:24:00.000Z",
                     *         "finishedAt": null,
                     *         "attempt": 1,
                     *         "maxAttempts": 8,
                     *         "cancelRequestedAt": null,
                     *         "priority": 5,
                     *         "startBefore": null,
                     *         "uniqueKey": null,
                     *         "progress": {
                     *           "done": 1,
                     *           "total": 4,
                     *           "message": "payments.charge"
                     *         },
                     *         "result": null,
                     *         "error": null,
                     *         "steps": [
                     *           {
                     *             "type": "payments.charge",
                     *             "jobId": "019abcde-0000-7000-8000-000000000006",
                     *             "state": "running",
                     *             "undo": false
                     *           }
                     *         ],
                     *         "links": {
                     *           "self": "/v1/jobs/019abcde-0000-7000-8000-000000000002",
                     *           "events": "/v1/jobs/019abcde-0000-7000-8000-000000000002/events"
                     *         }
                     *       },
                     *       "refund": {
                     *         "id": "019abcde-0000-7000-8000-000000000004",
                     *         "paymentId": "019abcde-0000-7000-8000-000000000003",
                     *         "state": "created",
                     *         "amount": {
                     *           "amount": 500,
                     *           "currency": "EUR"
                     *         },
                     *         "reason": "One mug came broken.",
                     *         "failureCode": null,
                     *         "createdAt": "2026-11-21T16:24:01.250Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        job: components["schemas"]["Job"];
                        refund: components["schemas"]["Refund"];
                    };
                };
            };
            /** @description The refund is accepted. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    /** @description Where the job is. */
                    Location: string;
                    /** @description In how many seconds to look at the job. */
                    "Retry-After": number;
                    /** @description `true`: an earlier request with this Idempotency-Key was accepted, and this is the answer to it. */
                    "Idempotency-Replayed"?: string;
                    /** @description How long the answer was waited for at most: `wait=N`. */
                    "Preference-Applied"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "job": {
                     *         "id": "019abcde-0000-7000-8000-000000000002",
                     *         "type": "orders.place",
                     *         "state": "running",
                     *         "needsAttention": false,
                     *         "createdAt": "2026-11-21T16:24:00.000Z",
                     *         "runAt": "2026-11-21T16:24:00.000Z",
                     *         "startedAt": "2026-11-21T16:24:00.000Z",
                     *         "finishedAt": null,
                     *         "attempt": 1,
                     *         "maxAttempts": 8,
                     *         "cancelRequestedAt": null,
                     *         "priority": 5,
                     *         "startBefore": null,
                     *         "uniqueKey": null,
                     *         "progress": {
                     *           "done": 1,
                     *           "total": 4,
                     *           "message": "payments.charge"
                     *         },
                     *         "result": null,
                     *         "error": null,
                     *         "steps": [
                     *           {
                     *             "type": "payments.charge",
                     *             "jobId": "019abcde-0000-7000-8000-000000000006",
                     *             "state": "running",
                     *             "undo": false
                     *           }
                     *         ],
                     *         "links": {
                     *           "self": "/v1/jobs/019abcde-0000-7000-8000-000000000002",
                     *           "events": "/v1/jobs/019abcde-0000-7000-8000-000000000002/events"
                     *         }
                     *       },
                     *       "refund": {
                     *         "id": "019abcde-0000-7000-8000-000000000004",
                     *         "paymentId": "019abcde-0000-7000-8000-000000000003",
                     *         "state": "created",
                     *         "amount": {
                     *           "amount": 500,
                     *           "currency": "EUR"
                     *         },
                     *         "reason": "One mug came broken.",
                     *         "failureCode": null,
                     *         "createdAt": "2026-11-21T16:24:01.250Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        job: components["schemas"]["Job"];
                        refund: components["schemas"]["Refund"];
                    };
                };
            };
            400: components["responses"]["malformed-body_or_idempotency-key-missing_or_idempotency-key-malformed"];
            401: components["responses"]["unauthorized"];
            404: components["responses"]["not-found"];
            408: components["responses"]["body-too-slow"];
            409: components["responses"]["idempotency-key-in-flight_or_not-refundable"];
            413: components["responses"]["body-too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["invalid-request_or_idempotency-key-reused"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["overloaded_or_unavailable"];
        };
    };
    listEmails: {
        parameters: {
            query?: {
                /** @description Created then or later (RFC 3339). */
                createdAfter?: string;
                /** @description Created earlier than that (RFC 3339). */
                createdBefore?: string;
                /** @description By creation; desc is newest first. */
                order?: "asc" | "desc";
                limit?: number;
                /** @description The `next` of the page before it, with the same filters and order. None: the first page. */
                cursor?: string;
                /** @description One or several, with commas: created, sending, sent, unknown, suppressed, failed. */
                state?: string;
                /** @description The recipient, exactly as it was given. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of mails. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    /** @description The next page: `<…>; rel="next"` (RFC 8288). */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "019abcde-0000-7000-8000-000000000005",
                     *           "to": "ada@example.com",
                     *           "template": "order-confirmed",
                     *           "state": "sent",
                     *           "failureCode": null,
                     *           "whenUnknown": "resend",
                     *           "copies": 1,
                     *           "messageId": "<019abcde-0000-7000-8000-000000000005@mail.errand.example>",
                     *           "sentAt": "2026-11-21T16:24:01.250Z",
                     *           "createdAt": "2026-11-21T16:24:00.000Z"
                     *         }
                     *       ],
                     *       "next": "text"
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Email"][];
                        /** @description The cursor of the next page, null on the last one. A page may be empty and not be the last one. */
                        next: string | null;
                    };
                };
            };
            400: components["responses"]["invalid-cursor"];
            401: components["responses"]["unauthorized"];
            422: components["responses"]["invalid-request"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["overloaded_or_unavailable"];
        };
    };
    sendEmail: {
        parameters: {
            query?: never;
            header?: {
                /** @description `wait=N`: answer when the job is final, after at most N seconds (25); RFC 7240. */
                Prefer?: string;
                /**
                 * @description Makes it safe to send the request again: the same key with the same request gets the first answer again, with `Idempotency-Replayed: true`. A new random one, such as a UUID, for each thing you want done.
                 * @example f2b1c7de-6a0f-4d2e-9a55-0c6d2f7f1b3e
                 */
                "Idempotency-Key"?: components["parameters"]["idempotency-key-optional"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["emails.send"];
            };
        };
        responses: {
            /** @description With `Prefer: wait`: what was asked for has ended in time. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    /** @description Where the job is. */
                    Location: string;
                    /** @description `true`: an earlier request with this Idempotency-Key was accepted, and this is the answer to it. */
                    "Idempotency-Replayed"?: string;
                    /** @description How long the answer was waited for at most: `wait=N`. */
                    "Preference-Applied"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "job": {
                     *         "id": "019abcde-0000-7000-8000-000000000002",
                     *         "type": "orders.place",
                     *         "state": "running",
                     *         "needsAttention": false,
                     *         "createdAt": "2026-11-21T16:24:00.000Z",
                     *         "runAt": "2026-11-21T16:24:00.000Z",
                     *         "startedAt": "2026-11-21T16:24:00.000Z",
                     *         "finishedAt": null,
                     *         "attempt": 1,
                     *         "maxAttempts": 8,
                     *         "cancelRequestedAt": null,
                     *         "priority": 5,
                     *         "startBefore": null,
                     *         "uniqueKey": null,
                     *         "progress": {
                     *           "done": 1,
                     *           "total": 4,
                     *           "message": "payments.charge"
                     *         },
                     *         "result": null,
                     *         "error": null,
                     *         "steps": [
                     *           {
                     *             "type": "payments.charge",
                     *             "jobId": "019abcde-0000-7000-8000-000000000006",
                     *             "state": "running",
                     *             "undo": false
                     *           }
                     *         ],
                     *         "links": {
                     *           "self": "/v1/jobs/019abcde-0000-7000-8000-000000000002",
                     *           "events": "/v1/jobs/019abcde-0000-7000-8000-000000000002/events"
                     *         }
                     *       },
                     *       "email": {
                     *         "id": "019abcde-0000-7000-8000-000000000005",
                     *         "to": "ada@example.com",
                     *         "template": "order-confirmed",
                     *         "state": "sent",
                     *         "failureCode": null,
                     *         "whenUnknown": "resend",
                     *         "copies": 1,
                     *         "messageId": "<019abcde-0000-7000-8000-000000000005@mail.errand.example>",
                     *         "sentAt": "2026-11-21T16:24:01.250Z",
                     *         "createdAt": "2026-11-21T16:24:00.000Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        job: components["schemas"]["Job"];
                        email: components["schemas"]["Email"];
                    };
                };
            };
            /** @description The mail is accepted. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    /** @description Where the job is. */
                    Location: string;
                    /** @description In how many seconds to look at the job. */
                    "Retry-After": number;
                    /** @description `true`: an earlier request with this Idempotency-Key was accepted, and this is the answer to it. */
                    "Idempotency-Replayed"?: string;
                    /** @description How long the answer was waited for at most: `wait=N`. */
                    "Preference-Applied"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "job": {
                     *         "id": "019abcde-0000-7000-8000-000000000002",
                     *         "type": "orders.place",
                     *         "state": "running",
                     *         "needsAttention": false,
                     *         "createdAt": "2026-11-21T16:24:00.000Z",
                     *         "runAt": "2026-11-21T16:24:00.000Z",
                     *         "startedAt": "2026-11-21T16:24:00.000Z",
                     *         "finishedAt": null,
                     *         "attempt": 1,
                     *         "maxAttempts": 8,
                     *         "cancelRequestedAt": null,
                     *         "priority": 5,
                     *         "startBefore": null,
                     *         "uniqueKey": null,
                     *         "progress": {
                     *           "done": 1,
                     *           "total": 4,
                     *           "message": "payments.charge"
                     *         },
                     *         "result": null,
                     *         "error": null,
                     *         "steps": [
                     *           {
                     *             "type": "payments.charge",
                     *             "jobId": "019abcde-0000-7000-8000-000000000006",
                     *             "state": "running",
                     *             "undo": false
                     *           }
                     *         ],
                     *         "links": {
                     *           "self": "/v1/jobs/019abcde-0000-7000-8000-000000000002",
                     *           "events": "/v1/jobs/019abcde-0000-7000-8000-000000000002/events"
                     *         }
                     *       },
                     *       "email": {
                     *         "id": "019abcde-0000-7000-8000-000000000005",
                     *         "to": "ada@example.com",
                     *         "template": "order-confirmed",
                     *         "state": "sent",
                     *         "failureCode": null,
                     *         "whenUnknown": "resend",
                     *         "copies": 1,
                     *         "messageId": "<019abcde-0000-7000-8000-000000000005@mail.errand.example>",
                     *         "sentAt": "2026-11-21T16:24:01.250Z",
                     *         "createdAt": "2026-11-21T16:24:00.000Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        job: components["schemas"]["Job"];
                        email: components["schemas"]["Email"];
                    };
                };
            };
            400: components["responses"]["malformed-body_or_idempotency-key-malformed"];
            401: components["responses"]["unauthorized"];
            408: components["responses"]["body-too-slow"];
            409: components["responses"]["idempotency-key-in-flight"];
            413: components["responses"]["body-too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["invalid-request_or_idempotency-key-reused"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["overloaded_or_unavailable"];
        };
    };
    getEmail: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What became of the mail. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "019abcde-0000-7000-8000-000000000005",
                     *       "to": "ada@example.com",
                     *       "template": "order-confirmed",
                     *       "state": "sent",
                     *       "failureCode": null,
                     *       "whenUnknown": "resend",
                     *       "copies": 1,
                     *       "messageId": "<019abcde-0000-7000-8000-000000000005@mail.errand.example>",
                     *       "sentAt": "2026-11-21T16:24:01.250Z",
                     *       "createdAt": "2026-11-21T16:24:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Email"];
                };
            };
            401: components["responses"]["unauthorized"];
            404: components["responses"]["not-found"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["overloaded_or_unavailable"];
        };
    };
    listSuppressions: {
        parameters: {
            query?: {
                address?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Newest first, at most 500. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "address": "ada@example.com",
                     *           "reason": "hard-bounce",
                     *           "emailId": "019abcde-0000-7000-8000-000000000001",
                     *           "createdAt": "2026-11-21T16:24:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Suppression"][];
                    };
                };
            };
            401: components["responses"]["unauthorized"];
            422: components["responses"]["invalid-request"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["overloaded_or_unavailable"];
        };
    };
    createSuppression: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: email */
                    address: string;
                };
            };
        };
        responses: {
            /** @description It was there already: as it was. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "suppression": {
                     *         "address": "ada@example.com",
                     *         "reason": "hard-bounce",
                     *         "emailId": "019abcde-0000-7000-8000-000000000001",
                     *         "createdAt": "2026-11-21T16:24:00.000Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        suppression: components["schemas"]["Suppression"];
                    };
                };
            };
            /** @description It is on the list. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "suppression": {
                     *         "address": "ada@example.com",
                     *         "reason": "hard-bounce",
                     *         "emailId": "019abcde-0000-7000-8000-000000000001",
                     *         "createdAt": "2026-11-21T16:24:00.000Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        suppression: components["schemas"]["Suppression"];
                    };
                };
            };
            400: components["responses"]["malformed-body"];
            401: components["responses"]["unauthorized"];
            408: components["responses"]["body-too-slow"];
            413: components["responses"]["body-too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["invalid-request"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["overloaded_or_unavailable"];
        };
    };
    deleteSuppression: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example gone@example.com */
                address: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is off the list. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["unauthorized"];
            404: components["responses"]["not-found"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["overloaded_or_unavailable"];
        };
    };
    listProducts: {
        parameters: {
            query?: {
                limit?: number;
                /** @description The `next` of the page before it, with the same filters and order. None: the first page. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of products, by SKU. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    /** @description The next page: `<…>; rel="next"` (RFC 8288). */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "sku": "MUG-BLUE",
                     *           "name": "text",
                     *           "price": {
                     *             "amount": 2900,
                     *             "currency": "EUR"
                     *           },
                     *           "available": 0
                     *         }
                     *       ],
                     *       "next": "text"
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Product"][];
                        /** @description The cursor of the next page, null on the last one. A page may be empty and not be the last one. */
                        next: string | null;
                    };
                };
            };
            400: components["responses"]["invalid-cursor"];
            401: components["responses"]["unauthorized"];
            422: components["responses"]["invalid-request"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["overloaded_or_unavailable"];
        };
    };
    getStock: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example MUG-BLUE */
                sku: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is on hand, reserved and available. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "sku": "MUG-BLUE",
                     *       "onHand": 0,
                     *       "reserved": 0,
                     *       "available": 0,
                     *       "version": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Stock"];
                };
            };
            401: components["responses"]["unauthorized"];
            404: components["responses"]["not-found"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["overloaded_or_unavailable"];
        };
    };
    adjustStock: {
        parameters: {
            query?: never;
            header: {
                /** @description `wait=N`: answer when the job is final, after at most N seconds (25); RFC 7240. */
                Prefer?: string;
                /**
                 * @description Makes it safe to send the request again: the same key with the same request gets the first answer again, with `Idempotency-Replayed: true`. A new random one, such as a UUID, for each thing you want done.
                 * @example f2b1c7de-6a0f-4d2e-9a55-0c6d2f7f1b3e
                 */
                "Idempotency-Key": components["parameters"]["idempotency-key-required"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["inventory.adjust"];
            };
        };
        responses: {
            /** @description With `Prefer: wait`: what was asked for has ended in time. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    /** @description Where the job is. */
                    Location: string;
                    /** @description `true`: an earlier request with this Idempotency-Key was accepted, and this is the answer to it. */
                    "Idempotency-Replayed"?: string;
                    /** @description How long the answer was waited for at most: `wait=N`. */
                    "Preference-Applied"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "job": {
                     *         "id": "019abcde-0000-7000-8000-000000000002",
                     *         "type": "orders.place",
                     *         "state": "running",
                     *         "needsAttention": false,
                     *         "createdAt": "2026-11-21T16:24:00.000Z",
                     *         "runAt": "2026-11-21T16:24:00.000Z",
                     *         "startedAt": "2026-11-21T16:24:00.000Z",
                     *         "finishedAt": null,
                     *         "attempt": 1,
                     *         "maxAttempts": 8,
                     *         "cancelRequestedAt": null,
                     *         "priority": 5,
                     *         "startBefore": null,
                     *         "uniqueKey": null,
                     *         "progress": {
                     *           "done": 1,
                     *           "total": 4,
                     *           "message": "payments.charge"
                     *         },
                     *         "result": null,
                     *         "error": null,
                     *         "steps": [
                     *           {
                     *             "type": "payments.charge",
                     *             "jobId": "019abcde-0000-7000-8000-000000000006",
                     *             "state": "running",
                     *             "undo": false
                     *           }
                     *         ],
                     *         "links": {
                     *           "self": "/v1/jobs/019abcde-0000-7000-8000-000000000002",
                     *           "events": "/v1/jobs/019abcde-0000-7000-8000-000000000002/events"
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": {
                        job: components["schemas"]["Job"];
                    };
                };
            };
            /** @description The adjustment is accepted. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    /** @description Where the job is. */
                    Location: string;
                    /** @description In how many seconds to look at the job. */
                    "Retry-After": number;
                    /** @description `true`: an earlier request with this Idempotency-Key was accepted, and this is the answer to it. */
                    "Idempotency-Replayed"?: string;
                    /** @description How long the answer was waited for at most: `wait=N`. */
                    "Preference-Applied"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "job": {
                     *         "id": "019abcde-0000-7000-8000-000000000002",
                     *         "type": "orders.place",
                     *         "state": "running",
                     *         "needsAttention": false,
                     *         "createdAt": "2026-11-21T16:24:00.000Z",
                     *         "runAt": "2026-11-21T16:24:00.000Z",
                     *         "startedAt": "2026-11-21T16:24:00.000Z",
                     *         "finishedAt": null,
                     *         "attempt": 1,
                     *         "maxAttempts": 8,
                     *         "cancelRequestedAt": null,
                     *         "priority": 5,
                     *         "startBefore": null,
                     *         "uniqueKey": null,
                     *         "progress": {
                     *           "done": 1,
                     *           "total": 4,
                     *           "message": "payments.charge"
                     *         },
                     *         "result": null,
                     *         "error": null,
                     *         "steps": [
                     *           {
                     *             "type": "payments.charge",
                     *             "jobId": "019abcde-0000-7000-8000-000000000006",
                     *             "state": "running",
                     *             "undo": false
                     *           }
                     *         ],
                     *         "links": {
                     *           "self": "/v1/jobs/019abcde-0000-7000-8000-000000000002",
                     *           "events": "/v1/jobs/019abcde-0000-7000-8000-000000000002/events"
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": {
                        job: components["schemas"]["Job"];
                    };
                };
            };
            400: components["responses"]["malformed-body_or_idempotency-key-missing_or_idempotency-key-malformed"];
            401: components["responses"]["unauthorized"];
            408: components["responses"]["body-too-slow"];
            409: components["responses"]["idempotency-key-in-flight"];
            413: components["responses"]["body-too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["invalid-request_or_idempotency-key-reused"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["overloaded_or_unavailable"];
        };
    };
    importStock: {
        parameters: {
            query?: never;
            header: {
                /** @description `wait=N`: answer when the job is final, after at most N seconds (25); RFC 7240. */
                Prefer?: string;
                /**
                 * @description Makes it safe to send the request again: the same key with the same request gets the first answer again, with `Idempotency-Replayed: true`. A new random one, such as a UUID, for each thing you want done.
                 * @example f2b1c7de-6a0f-4d2e-9a55-0c6d2f7f1b3e
                 */
                "Idempotency-Key": components["parameters"]["idempotency-key-required"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description A header `sku,delta,reason` or `sku,set,reason`, then at most 200000 rows (RFC 4180, UTF-8, at most 52428800 bytes). */
        requestBody: {
            content: {
                "text/csv": string;
            };
        };
        responses: {
            /** @description With `Prefer: wait`: what was asked for has ended in time. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    /** @description Where the job is. */
                    Location: string;
                    /** @description `true`: an earlier request with this Idempotency-Key was accepted, and this is the answer to it. */
                    "Idempotency-Replayed"?: string;
                    /** @description How long the answer was waited for at most: `wait=N`. */
                    "Preference-Applied"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "job": {
                     *         "id": "019abcde-0000-7000-8000-000000000002",
                     *         "type": "orders.place",
                     *         "state": "running",
                     *         "needsAttention": false,
                     *         "createdAt": "2026-11-21T16:24:00.000Z",
                     *         "runAt": "2026-11-21T16:24:00.000Z",
                     *         "startedAt": "2026-11-21T16:24:00.000Z",
                     *         "finishedAt": null,
                     *         "attempt": 1,
                     *         "maxAttempts": 8,
                     *         "cancelRequestedAt": null,
                     *         "priority": 5,
                     *         "startBefore": null,
                     *         "uniqueKey": null,
                     *         "progress": {
                     *           "done": 1,
                     *           "total": 4,
                     *           "message": "payments.charge"
                     *         },
                     *         "result": null,
                     *         "error": null,
                     *         "steps": [
                     *           {
                     *             "type": "payments.charge",
                     *             "jobId": "019abcde-0000-7000-8000-000000000006",
                     *             "state": "running",
                     *             "undo": false
                     *           }
                     *         ],
                     *         "links": {
                     *           "self": "/v1/jobs/019abcde-0000-7000-8000-000000000002",
                     *           "events": "/v1/jobs/019abcde-0000-7000-8000-000000000002/events"
                     *         }
                     *       },
                     *       "import": {
                     *         "id": "019abcde-0000-7000-8000-000000000001",
                     *         "state": "scheduled",
                     *         "rows": 0,
                     *         "applied": 0,
                     *         "refused": 0,
                     *         "createdAt": "2026-11-21T16:24:00.000Z",
                     *         "links": {
                     *           "self": "/v1/jobs/019abcde-0000-7000-8000-000000000001",
                     *           "job": "/v1/jobs/019abcde-0000-7000-8000-000000000001",
                     *           "rows": "/v1/jobs/019abcde-0000-7000-8000-000000000001",
                     *           "refused": "/v1/jobs/019abcde-0000-7000-8000-000000000001"
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": {
                        job: components["schemas"]["Job"];
                        import: components["schemas"]["Import"];
                    };
                };
            };
            /** @description The file is accepted. Rows that cannot be applied are refused one by one. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    /** @description Where the job is. */
                    Location: string;
                    /** @description In how many seconds to look at the job. */
                    "Retry-After": number;
                    /** @description `true`: an earlier request with this Idempotency-Key was accepted, and this is the answer to it. */
                    "Idempotency-Replayed"?: string;
                    /** @description How long the answer was waited for at most: `wait=N`. */
                    "Preference-Applied"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "job": {
                     *         "id": "019abcde-0000-7000-8000-000000000002",
                     *         "type": "orders.place",
                     *         "state": "running",
                     *         "needsAttention": false,
                     *         "createdAt": "2026-11-21T16:24:00.000Z",
                     *         "runAt": "2026-11-21T16:24:00.000Z",
                     *         "startedAt": "2026-11-21T16:24:00.000Z",
                     *         "finishedAt": null,
                     *         "attempt": 1,
                     *         "maxAttempts": 8,
                     *         "cancelRequestedAt": null,
                     *         "priority": 5,
                     *         "startBefore": null,
                     *         "uniqueKey": null,
                     *         "progress": {
                     *           "done": 1,
                     *           "total": 4,
                     *           "message": "payments.charge"
                     *         },
                     *         "result": null,
                     *         "error": null,
                     *         "steps": [
                     *           {
                     *             "type": "payments.charge",
                     *             "jobId": "019abcde-0000-7000-8000-000000000006",
                     *             "state": "running",
                     *             "undo": false
                     *           }
                     *         ],
                     *         "links": {
                     *           "self": "/v1/jobs/019abcde-0000-7000-8000-000000000002",
                     *           "events": "/v1/jobs/019abcde-0000-7000-8000-000000000002/events"
                     *         }
                     *       },
                     *       "import": {
                     *         "id": "019abcde-0000-7000-8000-000000000001",
                     *         "state": "scheduled",
                     *         "rows": 0,
                     *         "applied": 0,
                     *         "refused": 0,
                     *         "createdAt": "2026-11-21T16:24:00.000Z",
                     *         "links": {
                     *           "self": "/v1/jobs/019abcde-0000-7000-8000-000000000001",
                     *           "job": "/v1/jobs/019abcde-0000-7000-8000-000000000001",
                     *           "rows": "/v1/jobs/019abcde-0000-7000-8000-000000000001",
                     *           "refused": "/v1/jobs/019abcde-0000-7000-8000-000000000001"
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": {
                        job: components["schemas"]["Job"];
                        import: components["schemas"]["Import"];
                    };
                };
            };
            400: components["responses"]["malformed-body_or_idempotency-key-missing_or_idempotency-key-malformed"];
            401: components["responses"]["unauthorized"];
            409: components["responses"]["idempotency-key-in-flight"];
            413: components["responses"]["body-too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["idempotency-key-reused_or_malformed-csv"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["overloaded_or_unavailable"];
        };
    };
    getInventoryImport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The import, with its counts so far. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "019abcde-0000-7000-8000-000000000001",
                     *       "state": "scheduled",
                     *       "rows": 0,
                     *       "applied": 0,
                     *       "refused": 0,
                     *       "createdAt": "2026-11-21T16:24:00.000Z",
                     *       "links": {
                     *         "self": "/v1/jobs/019abcde-0000-7000-8000-000000000001",
                     *         "job": "/v1/jobs/019abcde-0000-7000-8000-000000000001",
                     *         "rows": "/v1/jobs/019abcde-0000-7000-8000-000000000001",
                     *         "refused": "/v1/jobs/019abcde-0000-7000-8000-000000000001"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Import"];
                };
            };
            401: components["responses"]["unauthorized"];
            404: components["responses"]["not-found"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["overloaded_or_unavailable"];
        };
    };
    listInventoryImportRows: {
        parameters: {
            query?: {
                state?: "waiting" | "applied" | "refused";
                limit?: number;
                /** @description The `next` of the page before it, with the same state. */
                cursor?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In the order of the file. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    /** @description The next page: `<…>; rel="next"` (RFC 8288). */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "row": 1,
                     *           "line": 2,
                     *           "sku": "text",
                     *           "delta": 1,
                     *           "set": 1,
                     *           "reason": "text",
                     *           "state": "waiting",
                     *           "error": {
                     *             "type": "/problems/invalid-request",
                     *             "title": "text",
                     *             "status": 400,
                     *             "detail": "text",
                     *             "errors": [
                     *               {
                     *                 "pointer": "text",
                     *                 "detail": "text"
                     *               }
                     *             ]
                     *           }
                     *         }
                     *       ],
                     *       "next": "text"
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["ImportRow"][];
                        /** @description The cursor of the next page, null on the last one. A page may be empty and not be the last one. */
                        next: string | null;
                    };
                };
            };
            400: components["responses"]["invalid-cursor"];
            401: components["responses"]["unauthorized"];
            404: components["responses"]["not-found"];
            422: components["responses"]["invalid-request"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["overloaded_or_unavailable"];
        };
    };
    listJobs: {
        parameters: {
            query?: {
                /** @description Created then or later (RFC 3339). */
                createdAfter?: string;
                /** @description Created earlier than that (RFC 3339). */
                createdBefore?: string;
                /** @description By creation; desc is newest first. */
                order?: "asc" | "desc";
                limit?: number;
                /** @description The `next` of the page before it, with the same filters and order. None: the first page. */
                cursor?: string;
                /** @description One or several, with commas: scheduled, queued, running, succeeded, failed, cancelled. */
                state?: string;
                /** @description One or several, with commas. */
                type?: string;
                /** @description Whether an operator should look. */
                needsAttention?: "true" | "false";
                /** @description The steps of this flow. */
                parent?: string;
                /** @description true: with the steps of flows, which are left out otherwise. */
                steps?: "true" | "false";
                /** @description The jobs of this batch. */
                batch?: string;
                /** @description A text in what the job is about (ids) or in its error’s `type` or `detail`, in any case. */
                q?: string;
                /** @description These jobs, with commas, at most 100; without any filter. */
                ids?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of jobs; with `ids`, these, in that order, and those of them that are `missing`. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    /** @description The next page: `<…>; rel="next"` (RFC 8288). */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "019abcde-0000-7000-8000-000000000002",
                     *           "type": "orders.place",
                     *           "state": "running",
                     *           "needsAttention": false,
                     *           "createdAt": "2026-11-21T16:24:00.000Z",
                     *           "runAt": "2026-11-21T16:24:00.000Z",
                     *           "startedAt": "2026-11-21T16:24:00.000Z",
                     *           "finishedAt": null,
                     *           "attempt": 1,
                     *           "maxAttempts": 8,
                     *           "cancelRequestedAt": null,
                     *           "priority": 5,
                     *           "startBefore": null,
                     *           "uniqueKey": null,
                     *           "progress": {
                     *             "done": 1,
                     *             "total": 4,
                     *             "message": "payments.charge"
                     *           },
                     *           "result": null,
                     *           "error": null,
                     *           "steps": [
                     *             {
                     *               "type": "payments.charge",
                     *               "jobId": "019abcde-0000-7000-8000-000000000006",
                     *               "state": "running",
                     *               "undo": false
                     *             }
                     *           ],
                     *           "links": {
                     *             "self": "/v1/jobs/019abcde-0000-7000-8000-000000000002",
                     *             "events": "/v1/jobs/019abcde-0000-7000-8000-000000000002/events"
                     *           }
                     *         }
                     *       ],
                     *       "next": "text",
                     *       "missing": [
                     *         "019abcde-0000-7000-8000-000000000001"
                     *       ]
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Job"][];
                        /** @description The cursor of the next page, null on the last one. A page may be empty and not be the last one. */
                        next: string | null;
                        missing?: string[];
                    };
                };
            };
            400: components["responses"]["invalid-cursor"];
            401: components["responses"]["unauthorized"];
            422: components["responses"]["invalid-request"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["overloaded_or_unavailable"];
        };
    };
    submitJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description `wait=N`: answer when the job is final, after at most N seconds (25); RFC 7240. */
                Prefer?: string;
                /**
                 * @description Makes it safe to send the request again: the same key with the same request gets the first answer again, with `Idempotency-Replayed: true`. A new random one, such as a UUID, for each thing you want done.
                 * @example f2b1c7de-6a0f-4d2e-9a55-0c6d2f7f1b3e
                 */
                "Idempotency-Key"?: components["parameters"]["idempotency-key-optional"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    type: components["schemas"]["JobType"];
                    input: components["schemas"]["JobInput"];
                    /**
                     * Format: date-time
                     * @description RFC 3339; not done before.
                     */
                    runAt?: string;
                    /**
                     * Format: date-time
                     * @description RFC 3339. Unless it has begun by then, it ends as `cancelled`: it is useless late. What cannot be called off any more is done late.
                     */
                    startBefore?: string;
                    /** @description 0 is first; orders your own jobs. 5 when absent. */
                    priority?: number;
                    /** @description Of your open jobs of this type only one has this key: if there is one, it is answered, and nothing is stored. */
                    uniqueKey?: string;
                };
            };
        };
        responses: {
            /** @description With `Prefer: wait`: what was asked for has ended in time. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    /** @description Where the job is. */
                    Location: string;
                    /** @description `true`: an earlier request with this Idempotency-Key was accepted, and this is the answer to it. */
                    "Idempotency-Replayed"?: string;
                    /** @description How long the answer was waited for at most: `wait=N`. */
                    "Preference-Applied"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "job": {
                     *         "id": "019abcde-0000-7000-8000-000000000002",
                     *         "type": "orders.place",
                     *         "state": "running",
                     *         "needsAttention": false,
                     *         "createdAt": "2026-11-21T16:24:00.000Z",
                     *         "runAt": "2026-11-21T16:24:00.000Z",
                     *         "startedAt": "2026-11-21T16:24:00.000Z",
                     *         "finishedAt": null,
                     *         "attempt": 1,
                     *         "maxAttempts": 8,
                     *         "cancelRequestedAt": null,
                     *         "priority": 5,
                     *         "startBefore": null,
                     *         "uniqueKey": null,
                     *         "progress": {
                     *           "done": 1,
                     *           "total": 4,
                     *           "message": "payments.charge"
                     *         },
                     *         "result": null,
                     *         "error": null,
                     *         "steps": [
                     *           {
                     *             "type": "payments.charge",
                     *             "jobId": "019abcde-0000-7000-8000-000000000006",
                     *             "state": "running",
                     *             "undo": false
                     *           }
                     *         ],
                     *         "links": {
                     *           "self": "/v1/jobs/019abcde-0000-7000-8000-000000000002",
                     *           "events": "/v1/jobs/019abcde-0000-7000-8000-000000000002/events"
                     *         }
                     *       },
                     *       "created": true
                     *     }
                     */
                    "application/json": {
                        job: components["schemas"]["Job"];
                        /** @description false: an open job with this `uniqueKey` was there already. */
                        created: boolean;
                    };
                };
            };
            /** @description The job is accepted. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    /** @description Where the job is. */
                    Location: string;
                    /** @description In how many seconds to look at the job. */
                    "Retry-After": number;
                    /** @description `true`: an earlier request with this Idempotency-Key was accepted, and this is the answer to it. */
                    "Idempotency-Replayed"?: string;
                    /** @description How long the answer was waited for at most: `wait=N`. */
                    "Preference-Applied"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "job": {
                     *         "id": "019abcde-0000-7000-8000-000000000002",
                     *         "type": "orders.place",
                     *         "state": "running",
                     *         "needsAttention": false,
                     *         "createdAt": "2026-11-21T16:24:00.000Z",
                     *         "runAt": "2026-11-21T16:24:00.000Z",
                     *         "startedAt": "2026-11-21T16:24:00.000Z",
                     *         "finishedAt": null,
                     *         "attempt": 1,
                     *         "maxAttempts": 8,
                     *         "cancelRequestedAt": null,
                     *         "priority": 5,
                     *         "startBefore": null,
                     *         "uniqueKey": null,
                     *         "progress": {
                     *           "done": 1,
                     *           "total": 4,
                     *           "message": "payments.charge"
                     *         },
                     *         "result": null,
                     *         "error": null,
                     *         "steps": [
                     *           {
                     *             "type": "payments.charge",
                     *             "jobId": "019abcde-0000-7000-8000-000000000006",
                     *             "state": "running",
                     *             "undo": false
                     *           }
                     *         ],
                     *         "links": {
                     *           "self": "/v1/jobs/019abcde-0000-7000-8000-000000000002",
                     *           "events": "/v1/jobs/019abcde-0000-7000-8000-000000000002/events"
                     *         }
                     *       },
                     *       "created": true
                     *     }
                     */
                    "application/json": {
                        job: components["schemas"]["Job"];
                        /** @description false: an open job with this `uniqueKey` was there already. */
                        created: boolean;
                    };
                };
            };
            400: components["responses"]["malformed-body_or_idempotency-key-malformed_or_idempotency-key-missing"];
            401: components["responses"]["unauthorized"];
            404: components["responses"]["not-found"];
            408: components["responses"]["body-too-slow"];
            409: components["responses"]["idempotency-key-in-flight_or_conflict_or_not-refundable"];
            413: components["responses"]["body-too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["invalid-request_or_idempotency-key-reused"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["overloaded_or_unavailable"];
        };
    };
    submitJobs: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Makes it safe to send the request again: the same key with the same request gets the first answer again, with `Idempotency-Replayed: true`. A new random one, such as a UUID, for each thing you want done.
                 * @example f2b1c7de-6a0f-4d2e-9a55-0c6d2f7f1b3e
                 */
                "Idempotency-Key"?: components["parameters"]["idempotency-key-optional"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    items: {
                        type: components["schemas"]["JobType"];
                        input: components["schemas"]["JobInput"];
                        /**
                         * Format: date-time
                         * @description RFC 3339; not done before.
                         */
                        runAt?: string;
                        /**
                         * Format: date-time
                         * @description RFC 3339. Unless it has begun by then, it ends as `cancelled`: it is useless late. What cannot be called off any more is done late.
                         */
                        startBefore?: string;
                        /** @description 0 is first; orders your own jobs. 5 when absent. */
                        priority?: number;
                        /** @description Of your open jobs of this type only one has this key: if there is one, it is answered, and nothing is stored. */
                        uniqueKey?: string;
                    }[];
                };
            };
        };
        responses: {
            /** @description The batch, and what became of each item, in their order: at least one is accepted. Where none is, nothing is stored, and a problem says why, item by item, of the first ones. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    /** @description Where the batch is. */
                    Location: string;
                    /** @description In how many seconds it is worth to look there. */
                    "Retry-After": number;
                    /** @description `true`: this is the first answer again. */
                    "Idempotency-Replayed"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "batch": {
                     *         "id": "019abcde-0000-7000-8000-000000000001",
                     *         "createdAt": "2026-11-21T16:24:00.000Z",
                     *         "total": 0,
                     *         "accepted": 0,
                     *         "existing": 0,
                     *         "refused": 0,
                     *         "jobs": {
                     *           "scheduled": 0,
                     *           "queued": 0,
                     *           "running": 0,
                     *           "succeeded": 0,
                     *           "failed": 0,
                     *           "cancelled": 0
                     *         },
                     *         "finishedAt": "2026-11-21T16:24:00.000Z",
                     *         "links": {
                     *           "self": "/v1/jobs/019abcde-0000-7000-8000-000000000001",
                     *           "jobs": "/v1/jobs/019abcde-0000-7000-8000-000000000001"
                     *         }
                     *       },
                     *       "items": [
                     *         {
                     *           "index": 0,
                     *           "status": 200,
                     *           "job": {
                     *             "id": "019abcde-0000-7000-8000-000000000001",
                     *             "state": "scheduled",
                     *             "links": {
                     *               "self": "/v1/jobs/019abcde-0000-7000-8000-000000000001"
                     *             }
                     *           },
                     *           "error": {
                     *             "type": "/problems/invalid-request",
                     *             "title": "text",
                     *             "status": 400,
                     *             "detail": "text",
                     *             "errors": [
                     *               {
                     *                 "pointer": "text",
                     *                 "detail": "text"
                     *               }
                     *             ]
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        batch: components["schemas"]["Batch"];
                        items: components["schemas"]["BatchItem"][];
                    };
                };
            };
            400: components["responses"]["malformed-body_or_idempotency-key-malformed_or_idempotency-key-missing"];
            401: components["responses"]["unauthorized"];
            408: components["responses"]["body-too-slow"];
            409: components["responses"]["idempotency-key-in-flight"];
            413: components["responses"]["body-too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["invalid-request_or_idempotency-key-reused"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["overloaded_or_unavailable"];
        };
    };
    getJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description `wait=N`: answer when the job is final, after at most N seconds (25); RFC 7240. */
                Prefer?: string;
                /** @description The ETag you have: nothing is sent, or with `wait` waited for, but another job than that. */
                "If-None-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job; with `wait` it is final, or another than If-None-Match. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    /** @description Of exactly this body: send it as If-None-Match, or to `/events` as Last-Event-ID. */
                    ETag: string;
                    /** @description In how many seconds it is worth to ask again; none when the job is final. */
                    "Retry-After"?: number;
                    /** @description How long the answer was waited for at most: `wait=N`. */
                    "Preference-Applied"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "019abcde-0000-7000-8000-000000000002",
                     *       "type": "orders.place",
                     *       "state": "running",
                     *       "needsAttention": false,
                     *       "createdAt": "2026-11-21T16:24:00.000Z",
                     *       "runAt": "2026-11-21T16:24:00.000Z",
                     *       "startedAt": "2026-11-21T16:24:00.000Z",
                     *       "finishedAt": null,
                     *       "attempt": 1,
                     *       "maxAttempts": 8,
                     *       "cancelRequestedAt": null,
                     *       "priority": 5,
                     *       "startBefore": null,
                     *       "uniqueKey": null,
                     *       "progress": {
                     *         "done": 1,
                     *         "total": 4,
                     *         "message": "payments.charge"
                     *       },
                     *       "result": null,
                     *       "error": null,
                     *       "steps": [
                     *         {
                     *           "type": "payments.charge",
                     *           "jobId": "019abcde-0000-7000-8000-000000000006",
                     *           "state": "running",
                     *           "undo": false
                     *         }
                     *       ],
                     *       "links": {
                     *         "self": "/v1/jobs/019abcde-0000-7000-8000-000000000002",
                     *         "events": "/v1/jobs/019abcde-0000-7000-8000-000000000002/events"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description The job as it is when the time of `wait` is up: it is not final yet. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    /** @description Of exactly this body: send it as If-None-Match, or to `/events` as Last-Event-ID. */
                    ETag: string;
                    /** @description In how many seconds it is worth to ask again; none when the job is final. */
                    "Retry-After"?: number;
                    /** @description How long the answer was waited for at most: `wait=N`. */
                    "Preference-Applied"?: string;
                    /** @description Where the job is. */
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "019abcde-0000-7000-8000-000000000002",
                     *       "type": "orders.place",
                     *       "state": "running",
                     *       "needsAttention": false,
                     *       "createdAt": "2026-11-21T16:24:00.000Z",
                     *       "runAt": "2026-11-21T16:24:00.000Z",
                     *       "startedAt": "2026-11-21T16:24:00.000Z",
                     *       "finishedAt": null,
                     *       "attempt": 1,
                     *       "maxAttempts": 8,
                     *       "cancelRequestedAt": null,
                     *       "priority": 5,
                     *       "startBefore": null,
                     *       "uniqueKey": null,
                     *       "progress": {
                     *         "done": 1,
                     *         "total": 4,
                     *         "message": "payments.charge"
                     *       },
                     *       "result": null,
                     *       "error": null,
                     *       "steps": [
                     *         {
                     *           "type": "payments.charge",
                     *           "jobId": "019abcde-0000-7000-8000-000000000006",
                     *           "state": "running",
                     *           "undo": false
                     *         }
                     *       ],
                     *       "links": {
                     *         "self": "/v1/jobs/019abcde-0000-7000-8000-000000000002",
                     *         "events": "/v1/jobs/019abcde-0000-7000-8000-000000000002/events"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description The job is the one you have, also when the time of `wait` is up. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    /** @description Of exactly this body: send it as If-None-Match, or to `/events` as Last-Event-ID. */
                    ETag: string;
                    /** @description In how many seconds it is worth to ask again; none when the job is final. */
                    "Retry-After"?: number;
                    /** @description How long the answer was waited for at most: `wait=N`. */
                    "Preference-Applied"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["unauthorized"];
            404: components["responses"]["not-found"];
            429: components["responses"]["rate-limited_or_too-many-followers"];
            500: components["responses"]["internal"];
            503: components["responses"]["overloaded_or_unavailable"];
        };
    };
    followJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description The id of the last event, which is its ETag: nothing is sent until the job is another. */
                "Last-Event-Id"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events named `job`, each with the whole job as it is then as its data; of quick changes the last. It ends after the final one. Read them with `fetch`: an `EventSource` cannot send the Authorization header. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example event: job
                     *     id: "2b1-q0UbzO7mR5mQxZp5rS2xN2kq4wE"
                     *     data: {"id":"019abcde-0000-7000-8000-000000000002","type":"orders.place","state":"running","needsAttention":false,"createdAt":"2026-11-21T16:24:00.000Z","runAt":"2026-11-21T16:24:00.000Z","startedAt":"2026-11-21T16:24:00.000Z","finishedAt":null,"attempt":1,"maxAttempts":8,"cancelRequestedAt":null,"priority":5,"startBefore":null,"uniqueKey":null,"progress":{"done":1,"total":4,"message":"payments.charge"},"result":null,"error":null,"steps":[{"type":"payments.charge","jobId":"019abcde-0000-7000-8000-000000000006","state":"running","undo":false}],"links":{"self":"/v1/jobs/019abcde-0000-7000-8000-000000000002","events":"/v1/jobs/019abcde-0000-7000-8000-000000000002/events"}}
                     */
                    "text/event-stream": string;
                };
            };
            /** @description You have seen the final event: do not connect again. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["unauthorized"];
            404: components["responses"]["not-found"];
            429: components["responses"]["rate-limited_or_too-many-followers"];
            500: components["responses"]["internal"];
            503: components["responses"]["overloaded_or_unavailable"];
        };
    };
    cancelJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description In your own words; kept with the job: see its actions. */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description The job is cancelled, or asked to stop: follow it to its end, which may still be another one, if it was past stopping. A flow is turned back first. Asking again changes nothing. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "019abcde-0000-7000-8000-000000000002",
                     *       "type": "orders.place",
                     *       "state": "running",
                     *       "needsAttention": false,
                     *       "createdAt": "2026-11-21T16:24:00.000Z",
                     *       "runAt": "2026-11-21T16:24:00.000Z",
                     *       "startedAt": "2026-11-21T16:24:00.000Z",
                     *       "finishedAt": null,
                     *       "attempt": 1,
                     *       "maxAttempts": 8,
                     *       "cancelRequestedAt": null,
                     *       "priority": 5,
                     *       "startBefore": null,
                     *       "uniqueKey": null,
                     *       "progress": {
                     *         "done": 1,
                     *         "total": 4,
                     *         "message": "payments.charge"
                     *       },
                     *       "result": null,
                     *       "error": null,
                     *       "steps": [
                     *         {
                     *           "type": "payments.charge",
                     *           "jobId": "019abcde-0000-7000-8000-000000000006",
                     *           "state": "running",
                     *           "undo": false
                     *         }
                     *       ],
                     *       "links": {
                     *         "self": "/v1/jobs/019abcde-0000-7000-8000-000000000002",
                     *         "events": "/v1/jobs/019abcde-0000-7000-8000-000000000002/events"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["malformed-body"];
            401: components["responses"]["unauthorized"];
            404: components["responses"]["not-found"];
            408: components["responses"]["body-too-slow"];
            409: components["responses"]["job-finished_or_not-cancellable"];
            413: components["responses"]["body-too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["invalid-request"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["overloaded_or_unavailable"];
        };
    };
    retryJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description In your own words; kept with the job: see its actions. */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description The job waits for its next attempt, with all of its attempts anew. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "019abcde-0000-7000-8000-000000000002",
                     *       "type": "orders.place",
                     *       "state": "running",
                     *       "needsAttention": false,
                     *       "createdAt": "2026-11-21T16:24:00.000Z",
                     *       "runAt": "2026-11-21T16:24:00.000Z",
                     *       "startedAt": "2026-11-21T16:24:00.000Z",
                     *       "finishedAt": null,
                     *       "attempt": 1,
                     *       "maxAttempts": 8,
                     *       "cancelRequestedAt": null,
                     *       "priority": 5,
                     *       "startBefore": null,
                     *       "uniqueKey": null,
                     *       "progress": {
                     *         "done": 1,
                     *         "total": 4,
                     *         "message": "payments.charge"
                     *       },
                     *       "result": null,
                     *       "error": null,
                     *       "steps": [
                     *         {
                     *           "type": "payments.charge",
                     *           "jobId": "019abcde-0000-7000-8000-000000000006",
                     *           "state": "running",
                     *           "undo": false
                     *         }
                     *       ],
                     *       "links": {
                     *         "self": "/v1/jobs/019abcde-0000-7000-8000-000000000002",
                     *         "events": "/v1/jobs/019abcde-0000-7000-8000-000000000002/events"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["malformed-body"];
            401: components["responses"]["unauthorized"];
            404: components["responses"]["not-found"];
            408: components["responses"]["body-too-slow"];
            409: components["responses"]["not-retryable_or_conflict"];
            413: components["responses"]["body-too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["invalid-request"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["overloaded_or_unavailable"];
        };
    };
    listJobActions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The latest 100, the oldest first. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "action": "cancel",
                     *           "reason": "text",
                     *           "keyId": "019abcde-0000-7000-8000-000000000001",
                     *           "attempt": 0,
                     *           "at": "2026-11-21T16:24:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["JobAction"][];
                    };
                };
            };
            401: components["responses"]["unauthorized"];
            404: components["responses"]["not-found"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["overloaded_or_unavailable"];
        };
    };
    getBatch: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag you have. */
                "If-None-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The batch, and how many of its jobs are in which state. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    /** @description Of exactly this body: send it as If-None-Match. */
                    ETag: string;
                    /** @description In how many seconds it is worth to ask again; none when all jobs are final. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "019abcde-0000-7000-8000-000000000001",
                     *       "createdAt": "2026-11-21T16:24:00.000Z",
                     *       "total": 0,
                     *       "accepted": 0,
                     *       "existing": 0,
                     *       "refused": 0,
                     *       "jobs": {
                     *         "scheduled": 0,
                     *         "queued": 0,
                     *         "running": 0,
                     *         "succeeded": 0,
                     *         "failed": 0,
                     *         "cancelled": 0
                     *       },
                     *       "finishedAt": "2026-11-21T16:24:00.000Z",
                     *       "links": {
                     *         "self": "/v1/jobs/019abcde-0000-7000-8000-000000000001",
                     *         "jobs": "/v1/jobs/019abcde-0000-7000-8000-000000000001"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Batch"];
                };
            };
            /** @description The batch is the one you have. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    /** @description Of exactly this body: send it as If-None-Match. */
                    ETag: string;
                    /** @description In how many seconds it is worth to ask again; none when all jobs are final. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["unauthorized"];
            404: components["responses"]["not-found"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["overloaded_or_unavailable"];
        };
    };
    listSchedules: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description By name, each without its input; an account has at most 500. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "name": "welcome-mail",
                     *           "cron": "30 6 * * mon-fri",
                     *           "timezone": "Europe/Berlin",
                     *           "type": "emails.send",
                     *           "priority": 5,
                     *           "missed": "once",
                     *           "paused": false,
                     *           "nextRunAt": "2026-11-21T16:24:00.000Z",
                     *           "lastTick": "2026-11-21T16:24:00.000Z",
                     *           "lastError": null,
                     *           "revision": 1,
                     *           "createdAt": "2026-11-21T16:24:00.000Z",
                     *           "updatedAt": "2026-11-21T16:24:00.000Z",
                     *           "links": {
                     *             "self": "/v1/schedules/welcome-mail",
                     *             "lastJob": "/v1/jobs/019abcde-0000-7000-8000-000000000001"
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Schedule"][];
                    };
                };
            };
            401: components["responses"]["unauthorized"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["overloaded_or_unavailable"];
        };
    };
    getSchedule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example welcome-mail */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The schedule. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "name": "welcome-mail",
                     *       "cron": "30 6 * * mon-fri",
                     *       "timezone": "Europe/Berlin",
                     *       "type": "emails.send",
                     *       "priority": 5,
                     *       "missed": "once",
                     *       "paused": false,
                     *       "nextRunAt": "2026-11-21T16:24:00.000Z",
                     *       "lastTick": "2026-11-21T16:24:00.000Z",
                     *       "lastError": null,
                     *       "revision": 1,
                     *       "createdAt": "2026-11-21T16:24:00.000Z",
                     *       "updatedAt": "2026-11-21T16:24:00.000Z",
                     *       "links": {
                     *         "self": "/v1/schedules/welcome-mail",
                     *         "lastJob": "/v1/jobs/019abcde-0000-7000-8000-000000000001"
                     *       },
                     *       "input": {},
                     *       "nextRuns": [
                     *         "2026-11-21T16:24:00.000Z"
                     *       ],
                     *       "recentRuns": [
                     *         {
                     *           "tick": "2026-11-21T16:24:00.000Z",
                     *           "jobId": "019abcde-0000-7000-8000-000000000001",
                     *           "error": {
                     *             "type": "/problems/invalid-request",
                     *             "title": "text",
                     *             "status": 400,
                     *             "detail": "text",
                     *             "errors": [
                     *               {
                     *                 "pointer": "text",
                     *                 "detail": "text"
                     *               }
                     *             ]
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ScheduleDetail"];
                };
            };
            401: components["responses"]["unauthorized"];
            404: components["responses"]["not-found"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["overloaded_or_unavailable"];
        };
    };
    putSchedule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example welcome-mail */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Five fields (minute, hour, day of month, month, day of week), or @hourly, @daily, @weekly, @monthly, @yearly. `L`, `W`, `#` and `+` as croner has them. Where clocks go forward, a named time that is skipped comes right after the gap; where they go back, it comes once, the first time. Hours or minutes with `*` or a step go by the time that passes: they skip the gap, and come in both of the doubled hours. */
                    cron: string;
                    /**
                     * @description IANA name.
                     * @default UTC
                     * @example Europe/Berlin
                     */
                    timezone?: string;
                    type: components["schemas"]["JobType"];
                    input: components["schemas"]["JobInput"];
                    /**
                     * @description 0 is first; orders your own jobs.
                     * @default 5
                     */
                    priority?: number;
                    /**
                     * @description What follows an outage: nothing (`skip`; a tick is missed when it is a minute late), one job for all that was missed, or one for each (`all`; the latest 100).
                     * @default once
                     * @enum {string}
                     */
                    missed?: "skip" | "once" | "all";
                    /** @description Absent: as it is; a new schedule runs. */
                    paused?: boolean;
                };
            };
        };
        responses: {
            /** @description It was there, and is as asked for now; the same again changes nothing. With another cron, time zone or pause it begins anew from now: ticks that have passed are not run. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "name": "welcome-mail",
                     *       "cron": "30 6 * * mon-fri",
                     *       "timezone": "Europe/Berlin",
                     *       "type": "emails.send",
                     *       "priority": 5,
                     *       "missed": "once",
                     *       "paused": false,
                     *       "nextRunAt": "2026-11-21T16:24:00.000Z",
                     *       "lastTick": "2026-11-21T16:24:00.000Z",
                     *       "lastError": null,
                     *       "revision": 1,
                     *       "createdAt": "2026-11-21T16:24:00.000Z",
                     *       "updatedAt": "2026-11-21T16:24:00.000Z",
                     *       "links": {
                     *         "self": "/v1/schedules/welcome-mail",
                     *         "lastJob": "/v1/jobs/019abcde-0000-7000-8000-000000000001"
                     *       },
                     *       "input": {},
                     *       "nextRuns": [
                     *         "2026-11-21T16:24:00.000Z"
                     *       ],
                     *       "recentRuns": [
                     *         {
                     *           "tick": "2026-11-21T16:24:00.000Z",
                     *           "jobId": "019abcde-0000-7000-8000-000000000001",
                     *           "error": {
                     *             "type": "/problems/invalid-request",
                     *             "title": "text",
                     *             "status": 400,
                     *             "detail": "text",
                     *             "errors": [
                     *               {
                     *                 "pointer": "text",
                     *                 "detail": "text"
                     *               }
                     *             ]
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ScheduleDetail"];
                };
            };
            /** @description It is new. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    /** @description The schedule. */
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "name": "welcome-mail",
                     *       "cron": "30 6 * * mon-fri",
                     *       "timezone": "Europe/Berlin",
                     *       "type": "emails.send",
                     *       "priority": 5,
                     *       "missed": "once",
                     *       "paused": false,
                     *       "nextRunAt": "2026-11-21T16:24:00.000Z",
                     *       "lastTick": "2026-11-21T16:24:00.000Z",
                     *       "lastError": null,
                     *       "revision": 1,
                     *       "createdAt": "2026-11-21T16:24:00.000Z",
                     *       "updatedAt": "2026-11-21T16:24:00.000Z",
                     *       "links": {
                     *         "self": "/v1/schedules/welcome-mail",
                     *         "lastJob": "/v1/jobs/019abcde-0000-7000-8000-000000000001"
                     *       },
                     *       "input": {},
                     *       "nextRuns": [
                     *         "2026-11-21T16:24:00.000Z"
                     *       ],
                     *       "recentRuns": [
                     *         {
                     *           "tick": "2026-11-21T16:24:00.000Z",
                     *           "jobId": "019abcde-0000-7000-8000-000000000001",
                     *           "error": {
                     *             "type": "/problems/invalid-request",
                     *             "title": "text",
                     *             "status": 400,
                     *             "detail": "text",
                     *             "errors": [
                     *               {
                     *                 "pointer": "text",
                     *                 "detail": "text"
                     *               }
                     *             ]
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ScheduleDetail"];
                };
            };
            400: components["responses"]["malformed-body"];
            401: components["responses"]["unauthorized"];
            404: components["responses"]["not-found"];
            408: components["responses"]["body-too-slow"];
            409: components["responses"]["conflict"];
            413: components["responses"]["body-too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["invalid-request"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["overloaded_or_unavailable"];
        };
    };
    deleteSchedule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example welcome-mail */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It makes no more jobs; those that it made stay. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["unauthorized"];
            404: components["responses"]["not-found"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["overloaded_or_unavailable"];
        };
    };
    pauseSchedule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example welcome-mail */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is paused: ticks that come meanwhile are skipped. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "name": "welcome-mail",
                     *       "cron": "30 6 * * mon-fri",
                     *       "timezone": "Europe/Berlin",
                     *       "type": "emails.send",
                     *       "priority": 5,
                     *       "missed": "once",
                     *       "paused": false,
                     *       "nextRunAt": "2026-11-21T16:24:00.000Z",
                     *       "lastTick": "2026-11-21T16:24:00.000Z",
                     *       "lastError": null,
                     *       "revision": 1,
                     *       "createdAt": "2026-11-21T16:24:00.000Z",
                     *       "updatedAt": "2026-11-21T16:24:00.000Z",
                     *       "links": {
                     *         "self": "/v1/schedules/welcome-mail",
                     *         "lastJob": "/v1/jobs/019abcde-0000-7000-8000-000000000001"
                     *       },
                     *       "input": {},
                     *       "nextRuns": [
                     *         "2026-11-21T16:24:00.000Z"
                     *       ],
                     *       "recentRuns": [
                     *         {
                     *           "tick": "2026-11-21T16:24:00.000Z",
                     *           "jobId": "019abcde-0000-7000-8000-000000000001",
                     *           "error": {
                     *             "type": "/problems/invalid-request",
                     *             "title": "text",
                     *             "status": 400,
                     *             "detail": "text",
                     *             "errors": [
                     *               {
                     *                 "pointer": "text",
                     *                 "detail": "text"
                     *               }
                     *             ]
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ScheduleDetail"];
                };
            };
            401: components["responses"]["unauthorized"];
            404: components["responses"]["not-found"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["overloaded_or_unavailable"];
        };
    };
    resumeSchedule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example welcome-mail */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It goes on with the next tick from now. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "name": "welcome-mail",
                     *       "cron": "30 6 * * mon-fri",
                     *       "timezone": "Europe/Berlin",
                     *       "type": "emails.send",
                     *       "priority": 5,
                     *       "missed": "once",
                     *       "paused": false,
                     *       "nextRunAt": "2026-11-21T16:24:00.000Z",
                     *       "lastTick": "2026-11-21T16:24:00.000Z",
                     *       "lastError": null,
                     *       "revision": 1,
                     *       "createdAt": "2026-11-21T16:24:00.000Z",
                     *       "updatedAt": "2026-11-21T16:24:00.000Z",
                     *       "links": {
                     *         "self": "/v1/schedules/welcome-mail",
                     *         "lastJob": "/v1/jobs/019abcde-0000-7000-8000-000000000001"
                     *       },
                     *       "input": {},
                     *       "nextRuns": [
                     *         "2026-11-21T16:24:00.000Z"
                     *       ],
                     *       "recentRuns": [
                     *         {
                     *           "tick": "2026-11-21T16:24:00.000Z",
                     *           "jobId": "019abcde-0000-7000-8000-000000000001",
                     *           "error": {
                     *             "type": "/problems/invalid-request",
                     *             "title": "text",
                     *             "status": 400,
                     *             "detail": "text",
                     *             "errors": [
                     *               {
                     *                 "pointer": "text",
                     *                 "detail": "text"
                     *               }
                     *             ]
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ScheduleDetail"];
                };
            };
            401: components["responses"]["unauthorized"];
            404: components["responses"]["not-found"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["overloaded_or_unavailable"];
        };
    };
    runSchedule: {
        parameters: {
            query?: never;
            header?: {
                /** @description `wait=N`: answer when the job is final, after at most N seconds (25); RFC 7240. */
                Prefer?: string;
                /**
                 * @description Makes it safe to send the request again: the same key with the same request gets the first answer again, with `Idempotency-Replayed: true`. A new random one, such as a UUID, for each thing you want done.
                 * @example f2b1c7de-6a0f-4d2e-9a55-0c6d2f7f1b3e
                 */
                "Idempotency-Key"?: components["parameters"]["idempotency-key-optional"];
            };
            path: {
                /** @example welcome-mail */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description With `Prefer: wait`: what was asked for has ended in time. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    /** @description Where the job is. */
                    Location: string;
                    /** @description `true`: an earlier request with this Idempotency-Key was accepted, and this is the answer to it. */
                    "Idempotency-Replayed"?: string;
                    /** @description How long the answer was waited for at most: `wait=N`. */
                    "Preference-Applied"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "job": {
                     *         "id": "019abcde-0000-7000-8000-000000000002",
                     *         "type": "orders.place",
                     *         "state": "running",
                     *         "needsAttention": false,
                     *         "createdAt": "2026-11-21T16:24:00.000Z",
                     *         "runAt": "2026-11-21T16:24:00.000Z",
                     *         "startedAt": "2026-11-21T16:24:00.000Z",
                     *         "finishedAt": null,
                     *         "attempt": 1,
                     *         "maxAttempts": 8,
                     *         "cancelRequestedAt": null,
                     *         "priority": 5,
                     *         "startBefore": null,
                     *         "uniqueKey": null,
                     *         "progress": {
                     *           "done": 1,
                     *           "total": 4,
                     *           "message": "payments.charge"
                     *         },
                     *         "result": null,
                     *         "error": null,
                     *         "steps": [
                     *           {
                     *             "type": "payments.charge",
                     *             "jobId": "019abcde-0000-7000-8000-000000000006",
                     *             "state": "running",
                     *             "undo": false
                     *           }
                     *         ],
                     *         "links": {
                     *           "self": "/v1/jobs/019abcde-0000-7000-8000-000000000002",
                     *           "events": "/v1/jobs/019abcde-0000-7000-8000-000000000002/events"
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": {
                        job: components["schemas"]["Job"];
                    };
                };
            };
            /** @description The job is accepted. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    /** @description Where the job is. */
                    Location: string;
                    /** @description In how many seconds to look at the job. */
                    "Retry-After": number;
                    /** @description `true`: an earlier request with this Idempotency-Key was accepted, and this is the answer to it. */
                    "Idempotency-Replayed"?: string;
                    /** @description How long the answer was waited for at most: `wait=N`. */
                    "Preference-Applied"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "job": {
                     *         "id": "019abcde-0000-7000-8000-000000000002",
                     *         "type": "orders.place",
                     *         "state": "running",
                     *         "needsAttention": false,
                     *         "createdAt": "2026-11-21T16:24:00.000Z",
                     *         "runAt": "2026-11-21T16:24:00.000Z",
                     *         "startedAt": "2026-11-21T16:24:00.000Z",
                     *         "finishedAt": null,
                     *         "attempt": 1,
                     *         "maxAttempts": 8,
                     *         "cancelRequestedAt": null,
                     *         "priority": 5,
                     *         "startBefore": null,
                     *         "uniqueKey": null,
                     *         "progress": {
                     *           "done": 1,
                     *           "total": 4,
                     *           "message": "payments.charge"
                     *         },
                     *         "result": null,
                     *         "error": null,
                     *         "steps": [
                     *           {
                     *             "type": "payments.charge",
                     *             "jobId": "019abcde-0000-7000-8000-000000000006",
                     *             "state": "running",
                     *             "undo": false
                     *           }
                     *         ],
                     *         "links": {
                     *           "self": "/v1/jobs/019abcde-0000-7000-8000-000000000002",
                     *           "events": "/v1/jobs/019abcde-0000-7000-8000-000000000002/events"
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": {
                        job: components["schemas"]["Job"];
                    };
                };
            };
            400: components["responses"]["idempotency-key-malformed_or_idempotency-key-missing"];
            401: components["responses"]["unauthorized"];
            404: components["responses"]["not-found"];
            409: components["responses"]["idempotency-key-in-flight_or_conflict_or_not-refundable"];
            422: components["responses"]["idempotency-key-reused_or_invalid-request"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["overloaded_or_unavailable"];
        };
    };
    getWelcome: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page for people. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It does. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok"
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It can. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ready",
                     *       "engine": {
                     *         "kind": "postgres",
                     *         "reachable": true
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        status: "ready";
                        engine: {
                            /** @enum {string} */
                            kind: "postgres" | "redis";
                            reachable: boolean;
                        };
                    };
                };
            };
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    listProblems: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every type there is. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    /** @description Which header chose between JSON and HTML. */
                    Vary: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "type": "/problems/invalid-request",
                     *           "status": 400,
                     *           "title": "text",
                     *           "explanation": "text",
                     *           "whatToDo": "text"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["ProblemType"][];
                    };
                    "text/html": string;
                };
            };
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    getProblem: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example payment-declined */
                code: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Why it comes to that, and what to do. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    /** @description Which header chose between JSON and HTML. */
                    Vary: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "/problems/invalid-request",
                     *       "status": 400,
                     *       "title": "text",
                     *       "explanation": "text",
                     *       "whatToDo": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["ProblemType"];
                    "text/html": string;
                };
            };
            404: components["responses"]["not-found"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    receiveStripeEvent: {
        parameters: {
            query?: never;
            header: {
                "Stripe-Signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description The event is stored, or was before. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "received": true
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        received: true;
                    };
                };
            };
            400: components["responses"]["malformed-body_or_signature-invalid"];
            408: components["responses"]["body-too-slow"];
            413: components["responses"]["body-too-large"];
            415: components["responses"]["unsupported-media-type"];
            500: components["responses"]["internal"];
            503: components["responses"]["overloaded_or_unavailable"];
        };
    };
    listDiscrepancies: {
        parameters: {
            query?: {
                state?: "open" | "resolved";
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The newest first. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "019abcde-0000-7000-8000-000000000001",
                     *           "kind": "orphan-charge",
                     *           "state": "open",
                     *           "subject": "text",
                     *           "accountId": "019abcde-0000-7000-8000-000000000001",
                     *           "detail": {},
                     *           "firstSeenAt": "2026-11-21T16:24:00.000Z",
                     *           "lastSeenAt": "2026-11-21T16:24:00.000Z",
                     *           "resolvedAt": "2026-11-21T16:24:00.000Z",
                     *           "note": "text",
                     *           "links": {
                     *             "resolve": "/v1/jobs/019abcde-0000-7000-8000-000000000001"
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Discrepancy"][];
                    };
                };
            };
            401: components["responses"]["log-in"];
            404: components["responses"]["not-found"];
            422: components["responses"]["invalid-request"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    resolveDiscrepancy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    note: string;
                };
            };
        };
        responses: {
            /** @description The discrepancy, resolved. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "019abcde-0000-7000-8000-000000000001",
                     *       "kind": "orphan-charge",
                     *       "state": "open",
                     *       "subject": "text",
                     *       "accountId": "019abcde-0000-7000-8000-000000000001",
                     *       "detail": {},
                     *       "firstSeenAt": "2026-11-21T16:24:00.000Z",
                     *       "lastSeenAt": "2026-11-21T16:24:00.000Z",
                     *       "resolvedAt": "2026-11-21T16:24:00.000Z",
                     *       "note": "text",
                     *       "links": {
                     *         "resolve": "/v1/jobs/019abcde-0000-7000-8000-000000000001"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Discrepancy"];
                };
            };
            400: components["responses"]["malformed-body"];
            401: components["responses"]["log-in"];
            403: components["responses"]["forbidden"];
            404: components["responses"]["not-found"];
            408: components["responses"]["body-too-slow"];
            409: components["responses"]["conflict"];
            413: components["responses"]["body-too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["invalid-request"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The figures, version 0.0.4 of the format. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example # HELP errand_jobs Jobs that are not finished.
                     *     # TYPE errand_jobs gauge
                     *     errand_jobs{queue="emails",state="queued"} 3
                     */
                    "text/plain": string;
                };
            };
            401: components["responses"]["log-in"];
            404: components["responses"]["not-found"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
}
