// Generated from packages/server/openapi.json by tools/generate.ts. Do not edit.

export interface paths {
    readonly "/api/health": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * The process is alive
         * @description It says nothing about the database. A supervisor restarts the process if this call fails.
         */
        readonly get: operations["getHealth"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/health/ready": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * The server should get traffic
         * @description It fails while the database cannot be reached and while the server shuts down.
         */
        readonly get: operations["getReadiness"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/cron/{job}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Run a job: maintenance or stale-keys
         * @description A job runs once at a time over all nodes. If it is already running, `ran` is false.
         */
        readonly post: operations["runJob"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/webhooks/stripe": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Take note of a signed event of Stripe
         * @description The server answers with 2xx after the change is committed. It answers with 422 if it does not understand a signed event.
         */
        readonly post: operations["receiveStripeEvent"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/external/v1/auth/signin": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Sign in with e-mail or username and password
         * @description An unknown user, a wrong password and a disabled user get the same response.
         */
        readonly post: operations["signIn"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/external/v1/auth/refresh": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Exchange a single-use refresh token for new tokens
         * @description A refresh token works once. Reuse ends the session, except within a short time that covers a lost response.
         */
        readonly post: operations["refreshSession"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/external/v1/auth/signout": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * End the session; its tokens are refused at once
         * @description The access token and the refresh token stop working immediately.
         */
        readonly post: operations["signOut"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/external/v1/auth/me": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Who is signed in, for which company, from which address
         * @description The response also names the plan and the address that the server sees.
         */
        readonly get: operations["getSession"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/external/v1/auth/switch-company": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Get tokens that act for another of your companies
         * @description The new tokens replace those of the session.
         */
        readonly post: operations["switchCompany"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/external/v1/auth/password": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Change the password; every other session of the user ends
         * @description A new password needs at least 15 characters. Common passwords are refused, with the reason.
         */
        readonly post: operations["changePassword"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/external/v1/auth/keys": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List the company's keys, oldest first
         * @description When there is more, a `Link: <…>; rel="next"` header names the next page.
         */
        readonly get: operations["listKeys"];
        readonly put?: never;
        /**
         * Create a key; the secret is shown only in this answer
         * @description The name need not be unique. With an Idempotency-Key, the same call returns the same response for 24 hours, including the secret.
         */
        readonly post: operations["createKey"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/external/v1/auth/keys/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * One key
         * @description A key of another company gets the same 404 as a key that never existed.
         */
        readonly get: operations["getKey"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        /**
         * Give a key another name
         * @description The client ID and the secrets stay as they are.
         */
        readonly patch: operations["renameKey"];
        readonly trace?: never;
    };
    readonly "/external/v1/auth/keys/{id}/rotate": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Replace the secret; the old one stops working immediately
         * @description With `graceSeconds` the old secret retires instead. With `mode: staged` nothing ends: a pending secret works beside the current one until the rotation is finished.
         */
        readonly post: operations["rotateKey"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/external/v1/auth/keys/{id}/revoke": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * End a key for good; repeating it changes nothing
         * @description From the moment of this response, no secret of the key is accepted. Revocation is permanent.
         */
        readonly post: operations["revokeKey"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/external/v1/auth/keys/{id}/rotations": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Every secret of the key that works, and its last use: the drain report
         * @description Use it to see whether the old secret is still in use before you finish a rotation.
         */
        readonly get: operations["listRotations"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/external/v1/auth/keys/{id}/rotations/{rotationId}/finish": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Make the rotation's secret the only one; repeating it changes nothing
         * @description The other secrets stop working immediately, or after `graceSeconds`.
         */
        readonly post: operations["finishRotation"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/external/v1/auth/keys/{id}/rotations/{rotationId}/abort": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Drop the rotation's secret; one that was used needs force
         * @description The current secret keeps working.
         */
        readonly post: operations["abortRotation"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/external/v1/auth/keys/{id}/rotations/{rotationId}/renew": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Take or keep the rotation's lease, right before its secret is delivered
         * @description While the lease is held, no other staged rotation of the key can start.
         */
        readonly post: operations["renewRotation"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/external/v1/auth/keys/{id}/ip-allowlist": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * The addresses a key may be used from; none means all
         * @description Expired entries are listed too. They match no address, but the allowlist stays restrictive.
         */
        readonly get: operations["listAllowedIps"];
        readonly put?: never;
        /**
         * Allow an address or range; the same one again is the same entry
         * @description A new entry gets 201. The same network again gets 200 with the same entry.
         */
        readonly post: operations["allowIp"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/external/v1/auth/keys/{id}/ip-allowlist/{entryId}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /**
         * Remove an entry; without entries every address is allowed
         * @description From the moment of this response, the entry matches no address.
         */
        readonly delete: operations["disallowIp"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/external/v1/auth/audit": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * What happened in the company, newest first
         * @description When there is more, a `Link: <…>; rel="next"` header names the next page.
         */
        readonly get: operations["listAuditEvents"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/external/v1/auth/verify": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Whether a credential may act now; any HTTP method
         * @description The answer's x-briksync-key-id, -client-id and -company-id headers repeat the body.
         */
        readonly get: operations["verify"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** AbortRotationRequest */
        readonly AbortRotationRequest: {
            /** @description Drop the secret even though it was already used */
            readonly force?: boolean;
        };
        /** AllowIpRequest */
        readonly AllowIpRequest: {
            /**
             * Format: cidr
             * @description Address or CIDR range, for example 203.0.113.0/24
             */
            readonly cidr: string;
            /** @description Up to 200 characters */
            readonly note?: string | null;
            /** @description From this time on the entry matches no address. Null: it never expires */
            readonly expiresAt?: string | null;
        };
        /**
         * AllowedIp
         * @description The entry
         */
        readonly AllowedIp: {
            /**
             * Format: uuid
             * @description UUID
             */
            readonly id: string;
            /** @description Canonical, always with a prefix length: 203.0.113.0/24, 2001:db8::/32 */
            readonly cidr: string;
            /** Format: single-line-text */
            readonly note: string | null;
            /**
             * Format: date-time
             * @description ISO 8601 UTC with milliseconds
             */
            readonly createdOn: string;
            /**
             * Format: date-time
             * @description From this time on the entry matches no address. The allowlist stays restrictive
             */
            readonly expiresAt: string | null;
        };
        /**
         * ApiErrorResponse
         * @description What went wrong
         */
        readonly ApiErrorResponse: {
            readonly data: null;
            /**
             * Format: message
             * @description For people. It may change
             */
            readonly error: string;
            /**
             * @description For programs. A newer server may know more types
             * @enum {string}
             */
            readonly code: "BAD_REQUEST" | "MISSING_CREDENTIALS" | "INVALID_CREDENTIALS" | "IP_NOT_ALLOWED" | "UNAUTHORIZED" | "SIGN_IN_FAILED" | "FORBIDDEN" | "PLAN_UPGRADE_REQUIRED" | "PASSWORD_CHANGE_REQUIRED" | "NOT_FOUND" | "KEY_REVOKED" | "ROTATION_IN_PROGRESS" | "TOO_MANY_ROTATIONS" | "ROTATION_IN_USE" | "IDEMPOTENCY_IN_PROGRESS" | "IDEMPOTENCY_SUPERSEDED" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_FAILED" | "IDEMPOTENCY_KEY_REUSED" | "RATE_LIMITED" | "INTERNAL" | "UNAVAILABLE";
        };
        /**
         * ApiKey
         * @description The key
         */
        readonly ApiKey: {
            /**
             * Format: uuid
             * @description UUID
             */
            readonly id: string;
            readonly name: string;
            /** @description Public ID of the key: api_ and 24 hex digits */
            readonly clientId: string;
            /**
             * @description Revocation is permanent
             * @enum {string}
             */
            readonly status: "active" | "revoked";
            /**
             * Format: date-time
             * @description At most 5 seconds behind. Null before the first use
             */
            readonly lastUsedAt: string | null;
            /**
             * Format: date-time
             * @description ISO 8601 UTC with milliseconds
             */
            readonly createdOn: string;
            /** @description If it is empty, every address may use the key */
            readonly ipAllowlist: readonly components["schemas"]["AllowedIp"][];
            /** @description IPv4 or IPv6 address */
            readonly lastUsedIp: string | null;
            /**
             * Format: date-time
             * @description ISO 8601 UTC with milliseconds
             */
            readonly rotatedOn: string | null;
            /**
             * Format: date-time
             * @description ISO 8601 UTC with milliseconds
             */
            readonly revokedOn: string | null;
            /** @description The pending rotations, oldest first. Null if there is none */
            readonly rotation: readonly components["schemas"]["PendingRotation"][] | null;
        };
        /**
         * ApiKeyWithSecret
         * @description The key with its new secret
         */
        readonly ApiKeyWithSecret: {
            /**
             * Format: uuid
             * @description UUID
             */
            readonly id: string;
            readonly name: string;
            /** @description Public ID of the key: api_ and 24 hex digits */
            readonly clientId: string;
            /**
             * @description Revocation is permanent
             * @enum {string}
             */
            readonly status: "active" | "revoked";
            /**
             * Format: date-time
             * @description At most 5 seconds behind. Null before the first use
             */
            readonly lastUsedAt: string | null;
            /**
             * Format: date-time
             * @description ISO 8601 UTC with milliseconds
             */
            readonly createdOn: string;
            /** @description If it is empty, every address may use the key */
            readonly ipAllowlist: readonly components["schemas"]["AllowedIp"][];
            /** @description IPv4 or IPv6 address */
            readonly lastUsedIp: string | null;
            /**
             * Format: date-time
             * @description ISO 8601 UTC with milliseconds
             */
            readonly rotatedOn: string | null;
            /**
             * Format: date-time
             * @description ISO 8601 UTC with milliseconds
             */
            readonly revokedOn: string | null;
            /** @description The pending rotations, oldest first. Null if there is none */
            readonly rotation: readonly components["schemas"]["PendingRotation"][] | null;
            /** @description sec_ and 48 hex digits. The server shows it only in this response */
            readonly clientSecret: string;
            /**
             * Format: uuid
             * @description ID of the rotation. Staged only
             */
            readonly rotationId?: string;
            /**
             * Format: date-time
             * @description When the lease expires. Staged only
             */
            readonly leaseExpiresOn?: string | null;
            /**
             * Format: date-time
             * @description When the secret expires unless it is used. Staged only
             */
            readonly expiresOn?: string | null;
        };
        /** AuditEvent */
        readonly AuditEvent: {
            /**
             * Format: uuid
             * @description UUID
             */
            readonly id: string;
            /**
             * Format: date-time
             * @description ISO 8601 UTC with milliseconds
             */
            readonly createdOn: string;
            /**
             * @description What happened. A newer server may know more actions
             * @enum {string}
             */
            readonly action: "session.signed_in" | "session.sign_in_failed" | "session.signed_out" | "session.refreshed" | "session.revoked" | "session.company_switched" | "password.changed" | "password.change_failed" | "key.created" | "key.renamed" | "key.rotated" | "key.rotation_started" | "key.rotation_renewed" | "key.rotation_finished" | "key.rotation_aborted" | "key.secret_first_used" | "key.secret_expired" | "key.revoked" | "key.ip_allowed" | "key.ip_disallowed" | "key.limit_set" | "company.created" | "company.renamed" | "company.plan_set" | "company.plan_cleared" | "company.plan_changed" | "company.customer_linked" | "membership.added" | "membership.role_changed" | "membership.removed" | "user.created" | "user.identity_linked" | "user.identity_unlinked" | "user.identity_address_changed" | "user.password_reset" | "user.sessions_ended" | "user.disabled" | "user.enabled";
            /**
             * Format: uuid
             * @description UUID
             */
            readonly actorId: string | null;
            /**
             * Format: single-line-text
             * @description Email address of the user, `operator` for a command of the server, or null for the server itself
             */
            readonly actorEmail: string | null;
            /**
             * Format: uuid
             * @description UUID
             */
            readonly keyId: string | null;
            /** Format: single-line-text */
            readonly keyName: string | null;
            /** @description IPv4 or IPv6 address */
            readonly ip: string | null;
            /**
             * Format: uuid
             * @description UUID
             */
            readonly requestId: string | null;
            /** @description What changed. Never contains a secret */
            readonly details: {
                readonly [key: string]: unknown;
            };
        };
        /** ChangePasswordRequest */
        readonly ChangePasswordRequest: {
            /** Format: password */
            readonly currentPassword: string;
            /** Format: password */
            readonly newPassword: string;
        };
        /** Company */
        readonly Company: {
            /**
             * Format: uuid
             * @description UUID
             */
            readonly id: string;
            /** Format: single-line-text */
            readonly name: string;
        };
        /** CreateKeyRequest */
        readonly CreateKeyRequest: {
            /**
             * Format: single-line-text
             * @description 1 to 100 characters after trimming
             */
            readonly name: string;
            /** @description Addresses or CIDR ranges */
            readonly ipAllowlist?: readonly string[];
        };
        /**
         * ErrorResponse
         * @description What went wrong
         */
        readonly ErrorResponse: {
            readonly error: {
                /**
                 * Format: int32
                 * @description The HTTP status, repeated
                 */
                readonly code: number;
                /**
                 * Format: message
                 * @description For people. It may change
                 */
                readonly message: string;
                /**
                 * @description For programs. A newer server may know more types
                 * @enum {string}
                 */
                readonly type: "BAD_REQUEST" | "MISSING_CREDENTIALS" | "INVALID_CREDENTIALS" | "IP_NOT_ALLOWED" | "UNAUTHORIZED" | "SIGN_IN_FAILED" | "FORBIDDEN" | "PLAN_UPGRADE_REQUIRED" | "PASSWORD_CHANGE_REQUIRED" | "NOT_FOUND" | "KEY_REVOKED" | "ROTATION_IN_PROGRESS" | "TOO_MANY_ROTATIONS" | "ROTATION_IN_USE" | "IDEMPOTENCY_IN_PROGRESS" | "IDEMPOTENCY_SUPERSEDED" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_FAILED" | "IDEMPOTENCY_KEY_REUSED" | "RATE_LIMITED" | "INTERNAL" | "UNAVAILABLE";
                /**
                 * Format: uuid
                 * @description The x-request-id of this response
                 */
                readonly requestId: string;
                /** @description One entry per refused field */
                readonly details?: readonly {
                    /**
                     * Format: field-path
                     * @description JSON pointer, or the name of a query parameter
                     */
                    readonly path: string;
                    /**
                     * Format: message
                     * @description For people. It may change
                     */
                    readonly message: string;
                }[];
            };
        };
        /** FinishRotationRequest */
        readonly FinishRotationRequest: {
            /**
             * Format: int32
             * @description How long the replaced secrets keep working. With 0 they stop working immediately
             */
            readonly graceSeconds?: number;
            /**
             * Format: date-time
             * @description The lease under which the secret was delivered. The call is refused if that lease was renewed or lost since
             */
            readonly leaseExpiresOn?: string;
            /** @description Finish even though another rotation may have been delivered since. For people */
            readonly takeOver?: boolean;
        };
        /**
         * HealthResponse
         * @description Yes
         */
        readonly HealthResponse: {
            readonly data: {
                /** @enum {string} */
                readonly status: "ok" | "ready";
            };
            readonly error: null;
        };
        /**
         * JobResult
         * @description The job's result
         */
        readonly JobResult: {
            readonly data: {
                /** @enum {string} */
                readonly job: "maintenance" | "stale-keys";
                /** @description False if the job is already running, here or on another node */
                readonly ran: boolean;
                /** @description For maintenance: how many expired rows of each kind were removed */
                readonly removed?: {
                    /** Format: int32 */
                    readonly idempotency_record: number;
                    /** Format: int32 */
                    readonly secret: number;
                    /** Format: int32 */
                    readonly refresh_token: number;
                    /** Format: int32 */
                    readonly session: number;
                    /** Format: int32 */
                    readonly device_token: number;
                    /** Format: int32 */
                    readonly spent_sign_in: number;
                    /** Format: int32 */
                    readonly billing_event: number;
                };
                /** @description For stale-keys: the companies that have such keys */
                readonly companies?: readonly {
                    /**
                     * Format: uuid
                     * @description UUID
                     */
                    readonly companyId: string;
                    /** Format: single-line-text */
                    readonly companyName: string;
                    readonly unused: readonly components["schemas"]["StaleKey"][];
                    readonly old: readonly components["schemas"]["StaleKey"][];
                }[];
                /** @description For stale-keys: false if there are more keys than were listed */
                readonly isComplete?: boolean;
            };
            readonly error: null;
        };
        /**
         * LiveSecret
         * @description A secret that works. Its ID is that of the rotation that made it
         */
        readonly LiveSecret: {
            /**
             * Format: uuid
             * @description UUID
             */
            readonly id: string;
            /**
             * Format: date-time
             * @description ISO 8601 UTC with milliseconds
             */
            readonly createdOn: string;
            /**
             * Format: single-line-text
             * @description Email address of the person who started it
             */
            readonly createdBy: string | null;
            /**
             * Format: date-time
             * @description When a retiring secret expires, or a pending secret that was never used
             */
            readonly expiresOn: string | null;
            /**
             * Format: date-time
             * @description ISO 8601 UTC with milliseconds
             */
            readonly firstUsedOn: string | null;
            /**
             * Format: date-time
             * @description At most 5 seconds behind
             */
            readonly lastUsedAt: string | null;
            /** @description IPv4 or IPv6 address */
            readonly lastUsedIp: string | null;
            /**
             * Format: date-time
             * @description Set for the rotation that holds or last held the key's lease. Until then no other rotation may start
             */
            readonly leaseExpiresOn: string | null;
            /**
             * @description What the secret is to its key
             * @enum {string}
             */
            readonly state: "current" | "pending" | "retiring";
        };
        /** Membership */
        readonly Membership: {
            /**
             * Format: uuid
             * @description UUID
             */
            readonly id: string;
            /** Format: single-line-text */
            readonly name: string;
            /**
             * Format: int32
             * @description 1 Super Admin, 2 Admin, 3 Member
             */
            readonly privilege: number;
        };
        /**
         * PendingRotation
         * @description A rotation that can be finished or aborted
         */
        readonly PendingRotation: {
            /**
             * Format: uuid
             * @description UUID
             */
            readonly id: string;
            /**
             * Format: date-time
             * @description ISO 8601 UTC with milliseconds
             */
            readonly createdOn: string;
            /**
             * Format: single-line-text
             * @description Email address of the person who started it
             */
            readonly createdBy: string | null;
            /**
             * Format: date-time
             * @description When a retiring secret expires, or a pending secret that was never used
             */
            readonly expiresOn: string | null;
            /**
             * Format: date-time
             * @description ISO 8601 UTC with milliseconds
             */
            readonly firstUsedOn: string | null;
            /**
             * Format: date-time
             * @description At most 5 seconds behind
             */
            readonly lastUsedAt: string | null;
            /** @description IPv4 or IPv6 address */
            readonly lastUsedIp: string | null;
            /**
             * Format: date-time
             * @description Set for the rotation that holds or last held the key's lease. Until then no other rotation may start
             */
            readonly leaseExpiresOn: string | null;
        };
        /**
         * ReceivedEvent
         * @description The event is taken note of; it need not be sent again
         */
        readonly ReceivedEvent: {
            readonly data: {
                readonly received: boolean;
            };
            readonly error: null;
        };
        /** RefreshRequest */
        readonly RefreshRequest: {
            /** Format: refresh-token */
            readonly refreshToken: string;
        };
        /** RenameKeyRequest */
        readonly RenameKeyRequest: {
            /**
             * Format: single-line-text
             * @description 1 to 100 characters after trimming
             */
            readonly name: string;
        };
        /** RenewRotationRequest */
        readonly RenewRotationRequest: {
            /**
             * Format: date-time
             * @description The lease that this process already holds and continues
             */
            readonly leaseExpiresOn?: string;
        };
        /** RotateKeyRequest */
        readonly RotateKeyRequest: {
            /** @description `staged` adds a pending secret beside the current one. The default is `immediate` */
            readonly mode?: "immediate" | "staged";
            /**
             * Format: int32
             * @description How long the replaced secrets keep working. With 0 they stop working immediately
             */
            readonly graceSeconds?: number;
            /**
             * Format: int32
             * @description When the new secret expires if it is never used. Staged only; the default is a day
             */
            readonly expiresInSeconds?: number;
            /** @description Start even though another rotation holds the lease. Staged only; for people */
            readonly takeOver?: boolean;
        };
        /**
         * RotationLease
         * @description The lease
         */
        readonly RotationLease: {
            /**
             * Format: uuid
             * @description UUID
             */
            readonly id: string;
            /**
             * Format: date-time
             * @description Identifies the lease for finish and for the next renewal
             */
            readonly leaseExpiresOn: string;
            /**
             * Format: int32
             * @description How long the lease lasts from now
             */
            readonly leaseSeconds: number;
            /** @description Another rotation held the lease in between. Deliver the secret again before you finish */
            readonly wasTakenOver: boolean;
        };
        /**
         * SessionInfo
         * @description The session
         */
        readonly SessionInfo: {
            readonly user: components["schemas"]["User"];
            readonly activeCompany: components["schemas"]["Company"];
            readonly companies: readonly components["schemas"]["Membership"][];
            readonly session: {
                /**
                 * Format: uuid
                 * @description UUID
                 */
                readonly id: string;
                /**
                 * Format: date-time
                 * @description When the access token of this call expires
                 */
                readonly expiresAt: string;
            };
            /**
             * @description Plan of the active company
             * @enum {string}
             */
            readonly plan: "FREE" | "PRO" | "BUSINESS";
            /** @description The address that the server sees */
            readonly ip: string | null;
        };
        /**
         * SessionResponse
         * @description The session
         */
        readonly SessionResponse: {
            /**
             * Format: jwt
             * @description JWT for the Authorization header
             */
            readonly accessToken: string;
            /**
             * Format: refresh-token
             * @description Single-use: a second use ends the session. If it is missing, the one you have stays valid
             */
            readonly refreshToken?: string;
            /**
             * Format: device-token
             * @description From signIn only. Keep it, and send it with the next sign-in of this account. Failed sign-ins of strangers then do not hold it up. It replaces no password
             */
            readonly deviceToken?: string;
            /**
             * Format: int32
             * @description Seconds until the access token expires
             */
            readonly expiresIn: number;
            readonly user: components["schemas"]["User"];
            readonly activeCompany: components["schemas"]["Company"];
            readonly companies: readonly components["schemas"]["Membership"][];
        };
        /** SignInRequest */
        readonly SignInRequest: {
            /**
             * Format: login
             * @description Email address or username
             */
            readonly email: string;
            /** Format: password */
            readonly password: string;
            /**
             * Format: id
             * @description Company to act for. The default is the first one
             */
            readonly companyId?: string;
            /**
             * Format: device-token
             * @description From an earlier sign-in of the same account on this device. Any other token counts as none
             */
            readonly deviceToken?: string;
        };
        /** StaleKey */
        readonly StaleKey: {
            /**
             * Format: uuid
             * @description UUID
             */
            readonly keyId: string;
            /** Format: single-line-text */
            readonly name: string;
            /** @description Public ID of the key: api_ and 24 hex digits */
            readonly clientId: string;
            /**
             * Format: date-time
             * @description ISO 8601 UTC with milliseconds
             */
            readonly createdOn: string;
            /**
             * Format: date-time
             * @description ISO 8601 UTC with milliseconds
             */
            readonly rotatedOn: string | null;
            /**
             * Format: date-time
             * @description ISO 8601 UTC with milliseconds
             */
            readonly lastUsedAt: string | null;
        };
        /** SwitchCompanyRequest */
        readonly SwitchCompanyRequest: {
            /** Format: id */
            readonly companyId: string;
        };
        /** User */
        readonly User: {
            /**
             * Format: uuid
             * @description UUID
             */
            readonly id: string;
            /** Format: single-line-text */
            readonly firstName: string;
            /** Format: single-line-text */
            readonly lastName: string;
            /** Format: single-line-text */
            readonly email: string;
            /** @description If true, change the password before you manage keys */
            readonly mustChangePassword: boolean;
        };
        /**
         * Verification
         * @description The credential may act
         */
        readonly Verification: {
            /**
             * Format: uuid
             * @description UUID
             */
            readonly keyId: string;
            /** @description Public ID of the key: api_ and 24 hex digits */
            readonly clientId: string;
            /**
             * Format: uuid
             * @description UUID
             */
            readonly companyId: string;
            readonly companyName: string;
            /** @description Name of the key */
            readonly name: string;
            /**
             * @description What the secret is to its key
             * @enum {string}
             */
            readonly secret: "current" | "pending" | "retiring";
        };
    };
    responses: {
        /** @description BAD_REQUEST: The request could not be parsed. */
        readonly BadRequest: {
            headers: {
                readonly "x-request-id": components["headers"]["RequestId"];
                readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["ErrorResponse"] & {
                    readonly error: {
                        /** @enum {string} */
                        readonly type: "BAD_REQUEST";
                    };
                };
            };
        };
        /** @description FORBIDDEN: Only an Admin or Super Admin of the company may do this. */
        readonly Forbidden: {
            headers: {
                readonly "x-request-id": components["headers"]["RequestId"];
                readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["ErrorResponse"] & {
                    readonly error: {
                        /** @enum {string} */
                        readonly type: "FORBIDDEN";
                    };
                };
            };
        };
        /** @description FORBIDDEN: Only an Admin or Super Admin of the company may do this. PASSWORD_CHANGE_REQUIRED: Change your password before you manage keys. */
        readonly ForbiddenOrPasswordChangeRequired: {
            headers: {
                readonly "x-request-id": components["headers"]["RequestId"];
                readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["ErrorResponse"] & {
                    readonly error: {
                        /** @enum {string} */
                        readonly type: "FORBIDDEN" | "PASSWORD_CHANGE_REQUIRED";
                    };
                };
            };
        };
        /** @description FORBIDDEN: Only an Admin or Super Admin of the company may do this. PASSWORD_CHANGE_REQUIRED: Change your password before you manage keys. PLAN_UPGRADE_REQUIRED: API keys are part of the BUSINESS plan. Upgrade under Settings → Billing. */
        readonly ForbiddenOrPasswordChangeRequiredOrPlanUpgradeRequired: {
            headers: {
                readonly "x-request-id": components["headers"]["RequestId"];
                readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["ErrorResponse"] & {
                    readonly error: {
                        /** @enum {string} */
                        readonly type: "FORBIDDEN" | "PASSWORD_CHANGE_REQUIRED" | "PLAN_UPGRADE_REQUIRED";
                    };
                };
            };
        };
        /** @description IDEMPOTENCY_IN_PROGRESS: The same call is still under way. Try again in a moment. IDEMPOTENCY_SUPERSEDED: The secret of this call has been replaced or revoked since, so its answer is not given again. */
        readonly IdempotencyInProgressOrIdempotencySuperseded: {
            headers: {
                readonly "x-request-id": components["headers"]["RequestId"];
                readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["ErrorResponse"] & {
                    readonly error: {
                        /** @enum {string} */
                        readonly type: "IDEMPOTENCY_IN_PROGRESS" | "IDEMPOTENCY_SUPERSEDED";
                    };
                };
            };
        };
        /** @description IDEMPOTENCY_IN_PROGRESS: The same call is still under way. Try again in a moment. IDEMPOTENCY_SUPERSEDED: The secret of this call has been replaced or revoked since, so its answer is not given again. KEY_REVOKED: The key is revoked, which is permanent. Create a new key instead. ROTATION_IN_PROGRESS: Another rotation of this key is under way. TOO_MANY_ROTATIONS: The key has three unfinished rotations, which is the most. Finish or abort one of them. */
        readonly IdempotencyInProgressOrIdempotencySupersededOrKeyRevokedOrRotationInProgressOrTooManyRotations: {
            headers: {
                readonly "x-request-id": components["headers"]["RequestId"];
                readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["ErrorResponse"] & {
                    readonly error: {
                        /** @enum {string} */
                        readonly type: "IDEMPOTENCY_IN_PROGRESS" | "IDEMPOTENCY_SUPERSEDED" | "KEY_REVOKED" | "ROTATION_IN_PROGRESS" | "TOO_MANY_ROTATIONS";
                    };
                };
            };
        };
        /** @description IDEMPOTENCY_KEY_REUSED: The Idempotency-Key was used for another call already. Use a new one for every call. VALIDATION_FAILED: The request is not valid. */
        readonly IdempotencyKeyReusedOrValidationFailed: {
            headers: {
                readonly "x-request-id": components["headers"]["RequestId"];
                readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["ErrorResponse"] & {
                    readonly error: {
                        /** @enum {string} */
                        readonly type: "IDEMPOTENCY_KEY_REUSED" | "VALIDATION_FAILED";
                    };
                };
            };
        };
        /** @description INTERNAL: An error occurred. */
        readonly Internal: {
            headers: {
                readonly "x-request-id": components["headers"]["RequestId"];
                readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["ErrorResponse"] & {
                    readonly error: {
                        /** @enum {string} */
                        readonly type: "INTERNAL";
                    };
                };
            };
        };
        /** @description KEY_REVOKED: The key is revoked, which is permanent. Create a new key instead. */
        readonly KeyRevoked: {
            headers: {
                readonly "x-request-id": components["headers"]["RequestId"];
                readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["ErrorResponse"] & {
                    readonly error: {
                        /** @enum {string} */
                        readonly type: "KEY_REVOKED";
                    };
                };
            };
        };
        /** @description KEY_REVOKED: The key is revoked, which is permanent. Create a new key instead. ROTATION_IN_PROGRESS: Another rotation of this key is under way. */
        readonly KeyRevokedOrRotationInProgress: {
            headers: {
                readonly "x-request-id": components["headers"]["RequestId"];
                readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["ErrorResponse"] & {
                    readonly error: {
                        /** @enum {string} */
                        readonly type: "KEY_REVOKED" | "ROTATION_IN_PROGRESS";
                    };
                };
            };
        };
        /** @description KEY_REVOKED: The key is revoked, which is permanent. Create a new key instead. ROTATION_IN_PROGRESS: Another rotation of this key is under way. ROTATION_IN_USE: The secret of this rotation was used or may have been delivered. Finish the rotation, or abort it with force. */
        readonly KeyRevokedOrRotationInProgressOrRotationInUse: {
            headers: {
                readonly "x-request-id": components["headers"]["RequestId"];
                readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["ErrorResponse"] & {
                    readonly error: {
                        /** @enum {string} */
                        readonly type: "KEY_REVOKED" | "ROTATION_IN_PROGRESS" | "ROTATION_IN_USE";
                    };
                };
            };
        };
        /** @description KEY_REVOKED: The key is revoked, which is permanent. Create a new key instead. ROTATION_IN_PROGRESS: Another rotation of this key is under way. TOO_MANY_ROTATIONS: The key has three unfinished rotations, which is the most. Finish or abort one of them. */
        readonly KeyRevokedOrRotationInProgressOrTooManyRotations: {
            headers: {
                readonly "x-request-id": components["headers"]["RequestId"];
                readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["ErrorResponse"] & {
                    readonly error: {
                        /** @enum {string} */
                        readonly type: "KEY_REVOKED" | "ROTATION_IN_PROGRESS" | "TOO_MANY_ROTATIONS";
                    };
                };
            };
        };
        /** @description NOT_FOUND: Resource does not exist. */
        readonly NotFound: {
            headers: {
                readonly "x-request-id": components["headers"]["RequestId"];
                readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["ErrorResponse"] & {
                    readonly error: {
                        /** @enum {string} */
                        readonly type: "NOT_FOUND";
                    };
                };
            };
        };
        /** @description PAYLOAD_TOO_LARGE: The request body is larger than the server accepts. */
        readonly PayloadTooLarge: {
            headers: {
                readonly "x-request-id": components["headers"]["RequestId"];
                readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["ErrorResponse"] & {
                    readonly error: {
                        /** @enum {string} */
                        readonly type: "PAYLOAD_TOO_LARGE";
                    };
                };
            };
        };
        /** @description RATE_LIMITED: Rate limit exceeded. */
        readonly RateLimited: {
            headers: {
                readonly "x-request-id": components["headers"]["RequestId"];
                readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                readonly "Retry-After": components["headers"]["RetryAfter"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["ErrorResponse"] & {
                    readonly error: {
                        /** @enum {string} */
                        readonly type: "RATE_LIMITED";
                    };
                };
            };
        };
        /** @description SIGN_IN_FAILED: Invalid email or password. */
        readonly SignInFailed: {
            headers: {
                readonly "x-request-id": components["headers"]["RequestId"];
                readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                readonly "WWW-Authenticate": components["headers"]["WwwAuthenticate"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["ErrorResponse"] & {
                    readonly error: {
                        /** @enum {string} */
                        readonly type: "SIGN_IN_FAILED";
                    };
                };
            };
        };
        /** @description SIGN_IN_FAILED: Invalid email or password. UNAUTHORIZED: Unauthorized. */
        readonly SignInFailedOrUnauthorized: {
            headers: {
                readonly "x-request-id": components["headers"]["RequestId"];
                readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                readonly "WWW-Authenticate": components["headers"]["WwwAuthenticate"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["ErrorResponse"] & {
                    readonly error: {
                        /** @enum {string} */
                        readonly type: "SIGN_IN_FAILED" | "UNAUTHORIZED";
                    };
                };
            };
        };
        /** @description UNAUTHORIZED: Unauthorized. */
        readonly Unauthorized: {
            headers: {
                readonly "x-request-id": components["headers"]["RequestId"];
                readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                readonly "WWW-Authenticate": components["headers"]["WwwAuthenticate"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["ErrorResponse"] & {
                    readonly error: {
                        /** @enum {string} */
                        readonly type: "UNAUTHORIZED";
                    };
                };
            };
        };
        /** @description UNAVAILABLE: The service is busy or cannot store data right now. Try again shortly. */
        readonly Unavailable: {
            headers: {
                readonly "x-request-id": components["headers"]["RequestId"];
                readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                readonly "Retry-After": components["headers"]["RetryAfter"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["ErrorResponse"] & {
                    readonly error: {
                        /** @enum {string} */
                        readonly type: "UNAVAILABLE";
                    };
                };
            };
        };
        /** @description UNSUPPORTED_MEDIA_TYPE: Send the body as application/json, not compressed. */
        readonly UnsupportedMediaType: {
            headers: {
                readonly "x-request-id": components["headers"]["RequestId"];
                readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["ErrorResponse"] & {
                    readonly error: {
                        /** @enum {string} */
                        readonly type: "UNSUPPORTED_MEDIA_TYPE";
                    };
                };
            };
        };
        /** @description VALIDATION_FAILED: The request is not valid. */
        readonly ValidationFailed: {
            headers: {
                readonly "x-request-id": components["headers"]["RequestId"];
                readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["ErrorResponse"] & {
                    readonly error: {
                        /** @enum {string} */
                        readonly type: "VALIDATION_FAILED";
                    };
                };
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: {
        /** @description Calls that the session can make at once. Absent while the session is not known */
        readonly "RateLimit-Limit": number;
        /** @description Calls that the session can still make at once. A page of a long list counts as several calls */
        readonly "RateLimit-Remaining": number;
        /** @description Seconds until the session can make all of these calls at once again */
        readonly "RateLimit-Reset": number;
        /** @description On the management plane, for a browser origin in CORS_ORIGINS. Otherwise the header is missing */
        readonly AllowedOrigin: string;
        /** @description ID of the request, also in the body of an error */
        readonly RequestId: string;
        /** @description The type of the error, for proxies that cannot pass on a body */
        readonly ErrorType: "BAD_REQUEST" | "MISSING_CREDENTIALS" | "INVALID_CREDENTIALS" | "IP_NOT_ALLOWED" | "UNAUTHORIZED" | "SIGN_IN_FAILED" | "FORBIDDEN" | "PLAN_UPGRADE_REQUIRED" | "PASSWORD_CHANGE_REQUIRED" | "NOT_FOUND" | "KEY_REVOKED" | "ROTATION_IN_PROGRESS" | "TOO_MANY_ROTATIONS" | "ROTATION_IN_USE" | "IDEMPOTENCY_IN_PROGRESS" | "IDEMPOTENCY_SUPERSEDED" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_FAILED" | "IDEMPOTENCY_KEY_REUSED" | "RATE_LIMITED" | "INTERNAL" | "UNAVAILABLE";
        /** @description Seconds until it makes sense to try again */
        readonly RetryAfter: number;
        /** @description How to authenticate (RFC 9110, section 11.6.1) */
        readonly WwwAuthenticate: string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    readonly getHealth: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Yes */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["HealthResponse"];
                };
            };
            /** @description BAD_REQUEST: The request could not be parsed. */
            readonly 400: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApiErrorResponse"] & {
                        /** @enum {string} */
                        readonly code: "BAD_REQUEST";
                    };
                };
            };
            /** @description INTERNAL: An error occurred. */
            readonly 500: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApiErrorResponse"] & {
                        /** @enum {string} */
                        readonly code: "INTERNAL";
                    };
                };
            };
            /** @description UNAVAILABLE: The service is busy or cannot store data right now. Try again shortly. */
            readonly 503: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                    readonly "Retry-After": components["headers"]["RetryAfter"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApiErrorResponse"] & {
                        /** @enum {string} */
                        readonly code: "UNAVAILABLE";
                    };
                };
            };
            /** @description What went wrong */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApiErrorResponse"];
                };
            };
        };
    };
    readonly getReadiness: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Yes */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["HealthResponse"];
                };
            };
            /** @description BAD_REQUEST: The request could not be parsed. */
            readonly 400: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApiErrorResponse"] & {
                        /** @enum {string} */
                        readonly code: "BAD_REQUEST";
                    };
                };
            };
            /** @description INTERNAL: An error occurred. */
            readonly 500: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApiErrorResponse"] & {
                        /** @enum {string} */
                        readonly code: "INTERNAL";
                    };
                };
            };
            /** @description UNAVAILABLE: The service is busy or cannot store data right now. Try again shortly. */
            readonly 503: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                    readonly "Retry-After": components["headers"]["RetryAfter"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApiErrorResponse"] & {
                        /** @enum {string} */
                        readonly code: "UNAVAILABLE";
                    };
                };
            };
            /** @description What went wrong */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApiErrorResponse"];
                };
            };
        };
    };
    readonly runJob: {
        readonly parameters: {
            readonly query?: {
                /** @description For stale-keys. The default is 90 */
                readonly unusedForDays?: number;
                /** @description For stale-keys. The default is 90 */
                readonly olderThanDays?: number;
            };
            readonly header?: never;
            readonly path: {
                /** @description Name of the job */
                readonly job: "maintenance" | "stale-keys";
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The job's result */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["JobResult"];
                };
            };
            /** @description BAD_REQUEST: The request could not be parsed. */
            readonly 400: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApiErrorResponse"] & {
                        /** @enum {string} */
                        readonly code: "BAD_REQUEST";
                    };
                };
            };
            /** @description UNAUTHORIZED: Unauthorized. */
            readonly 401: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                    readonly "WWW-Authenticate": components["headers"]["WwwAuthenticate"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApiErrorResponse"] & {
                        /** @enum {string} */
                        readonly code: "UNAUTHORIZED";
                    };
                };
            };
            /** @description NOT_FOUND: Resource does not exist. */
            readonly 404: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApiErrorResponse"] & {
                        /** @enum {string} */
                        readonly code: "NOT_FOUND";
                    };
                };
            };
            /** @description PAYLOAD_TOO_LARGE: The request body is larger than the server accepts. */
            readonly 413: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApiErrorResponse"] & {
                        /** @enum {string} */
                        readonly code: "PAYLOAD_TOO_LARGE";
                    };
                };
            };
            /** @description UNSUPPORTED_MEDIA_TYPE: Send the body as application/json, not compressed. */
            readonly 415: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApiErrorResponse"] & {
                        /** @enum {string} */
                        readonly code: "UNSUPPORTED_MEDIA_TYPE";
                    };
                };
            };
            /** @description VALIDATION_FAILED: The request is not valid. */
            readonly 422: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApiErrorResponse"] & {
                        /** @enum {string} */
                        readonly code: "VALIDATION_FAILED";
                    };
                };
            };
            /** @description INTERNAL: An error occurred. */
            readonly 500: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApiErrorResponse"] & {
                        /** @enum {string} */
                        readonly code: "INTERNAL";
                    };
                };
            };
            /** @description UNAVAILABLE: The service is busy or cannot store data right now. Try again shortly. */
            readonly 503: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                    readonly "Retry-After": components["headers"]["RetryAfter"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApiErrorResponse"] & {
                        /** @enum {string} */
                        readonly code: "UNAVAILABLE";
                    };
                };
            };
            /** @description What went wrong */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApiErrorResponse"];
                };
            };
        };
    };
    readonly receiveStripeEvent: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The event is taken note of; it need not be sent again */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ReceivedEvent"];
                };
            };
            /** @description BAD_REQUEST: The request could not be parsed. */
            readonly 400: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApiErrorResponse"] & {
                        /** @enum {string} */
                        readonly code: "BAD_REQUEST";
                    };
                };
            };
            /** @description UNAUTHORIZED: Unauthorized. */
            readonly 401: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                    readonly "WWW-Authenticate": components["headers"]["WwwAuthenticate"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApiErrorResponse"] & {
                        /** @enum {string} */
                        readonly code: "UNAUTHORIZED";
                    };
                };
            };
            /** @description NOT_FOUND: Resource does not exist. */
            readonly 404: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApiErrorResponse"] & {
                        /** @enum {string} */
                        readonly code: "NOT_FOUND";
                    };
                };
            };
            /** @description PAYLOAD_TOO_LARGE: The request body is larger than the server accepts. */
            readonly 413: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApiErrorResponse"] & {
                        /** @enum {string} */
                        readonly code: "PAYLOAD_TOO_LARGE";
                    };
                };
            };
            /** @description UNSUPPORTED_MEDIA_TYPE: Send the body as application/json, not compressed. */
            readonly 415: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApiErrorResponse"] & {
                        /** @enum {string} */
                        readonly code: "UNSUPPORTED_MEDIA_TYPE";
                    };
                };
            };
            /** @description VALIDATION_FAILED: The request is not valid. */
            readonly 422: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApiErrorResponse"] & {
                        /** @enum {string} */
                        readonly code: "VALIDATION_FAILED";
                    };
                };
            };
            /** @description INTERNAL: An error occurred. */
            readonly 500: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApiErrorResponse"] & {
                        /** @enum {string} */
                        readonly code: "INTERNAL";
                    };
                };
            };
            /** @description UNAVAILABLE: The service is busy or cannot store data right now. Try again shortly. */
            readonly 503: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                    readonly "Retry-After": components["headers"]["RetryAfter"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApiErrorResponse"] & {
                        /** @enum {string} */
                        readonly code: "UNAVAILABLE";
                    };
                };
            };
            /** @description What went wrong */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApiErrorResponse"];
                };
            };
        };
    };
    readonly signIn: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["SignInRequest"];
            };
        };
        readonly responses: {
            /** @description The session */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["SessionResponse"];
                };
            };
            readonly 400: components["responses"]["BadRequest"];
            readonly 401: components["responses"]["SignInFailed"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 413: components["responses"]["PayloadTooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["ValidationFailed"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description What went wrong */
            readonly default: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorResponse"];
                };
            };
        };
    };
    readonly refreshSession: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["RefreshRequest"];
            };
        };
        readonly responses: {
            /** @description The session */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["SessionResponse"];
                };
            };
            readonly 400: components["responses"]["BadRequest"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 413: components["responses"]["PayloadTooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["ValidationFailed"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description What went wrong */
            readonly default: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorResponse"];
                };
            };
        };
    };
    readonly signOut: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done */
            readonly 204: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["BadRequest"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 413: components["responses"]["PayloadTooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["ValidationFailed"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description What went wrong */
            readonly default: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorResponse"];
                };
            };
        };
    };
    readonly getSession: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The session */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["SessionInfo"];
                };
            };
            readonly 400: components["responses"]["BadRequest"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description What went wrong */
            readonly default: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorResponse"];
                };
            };
        };
    };
    readonly switchCompany: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["SwitchCompanyRequest"];
            };
        };
        readonly responses: {
            /** @description The session */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["SessionResponse"];
                };
            };
            readonly 400: components["responses"]["BadRequest"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 413: components["responses"]["PayloadTooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["ValidationFailed"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description What went wrong */
            readonly default: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorResponse"];
                };
            };
        };
    };
    readonly changePassword: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["ChangePasswordRequest"];
            };
        };
        readonly responses: {
            /** @description Done */
            readonly 204: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["BadRequest"];
            readonly 401: components["responses"]["SignInFailedOrUnauthorized"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 413: components["responses"]["PayloadTooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["ValidationFailed"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description What went wrong */
            readonly default: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorResponse"];
                };
            };
        };
    };
    readonly listKeys: {
        readonly parameters: {
            readonly query?: {
                readonly status?: "active" | "revoked";
                readonly limit?: number;
                /** @description From the `Link` header of the page before */
                readonly cursor?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The keys */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": readonly components["schemas"]["ApiKey"][];
                };
            };
            readonly 400: components["responses"]["BadRequest"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["ForbiddenOrPasswordChangeRequired"];
            readonly 422: components["responses"]["ValidationFailed"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description What went wrong */
            readonly default: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorResponse"];
                };
            };
        };
    };
    readonly createKey: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 1 to 255 visible ASCII characters, new for every call. A call with the same key and body gets the same response for 24 hours */
                readonly "idempotency-key"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["CreateKeyRequest"];
            };
        };
        readonly responses: {
            /** @description The key with its new secret */
            readonly 201: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApiKeyWithSecret"];
                };
            };
            readonly 400: components["responses"]["BadRequest"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["ForbiddenOrPasswordChangeRequiredOrPlanUpgradeRequired"];
            readonly 409: components["responses"]["IdempotencyInProgressOrIdempotencySuperseded"];
            readonly 413: components["responses"]["PayloadTooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["IdempotencyKeyReusedOrValidationFailed"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description What went wrong */
            readonly default: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorResponse"];
                };
            };
        };
    };
    readonly getKey: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description ID of the key */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The key */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApiKey"];
                };
            };
            readonly 400: components["responses"]["BadRequest"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["ForbiddenOrPasswordChangeRequired"];
            readonly 404: components["responses"]["NotFound"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description What went wrong */
            readonly default: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorResponse"];
                };
            };
        };
    };
    readonly renameKey: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description ID of the key */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["RenameKeyRequest"];
            };
        };
        readonly responses: {
            /** @description The key */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApiKey"];
                };
            };
            readonly 400: components["responses"]["BadRequest"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["ForbiddenOrPasswordChangeRequired"];
            readonly 404: components["responses"]["NotFound"];
            readonly 409: components["responses"]["KeyRevoked"];
            readonly 413: components["responses"]["PayloadTooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["ValidationFailed"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description What went wrong */
            readonly default: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorResponse"];
                };
            };
        };
    };
    readonly rotateKey: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 1 to 255 visible ASCII characters, new for every call. A call with the same key and body gets the same response for 24 hours */
                readonly "idempotency-key"?: string;
            };
            readonly path: {
                /** @description ID of the key */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: {
            readonly content: {
                readonly "application/json": components["schemas"]["RotateKeyRequest"];
            };
        };
        readonly responses: {
            /** @description The key with its new secret */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApiKeyWithSecret"];
                };
            };
            readonly 400: components["responses"]["BadRequest"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["ForbiddenOrPasswordChangeRequiredOrPlanUpgradeRequired"];
            readonly 404: components["responses"]["NotFound"];
            readonly 409: components["responses"]["IdempotencyInProgressOrIdempotencySupersededOrKeyRevokedOrRotationInProgressOrTooManyRotations"];
            readonly 413: components["responses"]["PayloadTooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["IdempotencyKeyReusedOrValidationFailed"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description What went wrong */
            readonly default: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorResponse"];
                };
            };
        };
    };
    readonly revokeKey: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description ID of the key */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: {
            readonly content: {
                readonly "application/json": Record<string, never>;
            };
        };
        readonly responses: {
            /** @description The key */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApiKey"];
                };
            };
            readonly 400: components["responses"]["BadRequest"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["ForbiddenOrPasswordChangeRequired"];
            readonly 404: components["responses"]["NotFound"];
            readonly 413: components["responses"]["PayloadTooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["ValidationFailed"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description What went wrong */
            readonly default: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorResponse"];
                };
            };
        };
    };
    readonly listRotations: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description ID of the key */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Current, then pending from the oldest, then retiring */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": readonly components["schemas"]["LiveSecret"][];
                };
            };
            readonly 400: components["responses"]["BadRequest"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["ForbiddenOrPasswordChangeRequired"];
            readonly 404: components["responses"]["NotFound"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description What went wrong */
            readonly default: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorResponse"];
                };
            };
        };
    };
    readonly finishRotation: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description ID of the key */
                readonly id: string;
                /** @description ID of the rotation */
                readonly rotationId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: {
            readonly content: {
                readonly "application/json": components["schemas"]["FinishRotationRequest"];
            };
        };
        readonly responses: {
            /** @description The key */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApiKey"];
                };
            };
            readonly 400: components["responses"]["BadRequest"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["ForbiddenOrPasswordChangeRequired"];
            readonly 404: components["responses"]["NotFound"];
            readonly 409: components["responses"]["KeyRevokedOrRotationInProgressOrTooManyRotations"];
            readonly 413: components["responses"]["PayloadTooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["ValidationFailed"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description What went wrong */
            readonly default: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorResponse"];
                };
            };
        };
    };
    readonly abortRotation: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description ID of the key */
                readonly id: string;
                /** @description ID of the rotation */
                readonly rotationId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: {
            readonly content: {
                readonly "application/json": components["schemas"]["AbortRotationRequest"];
            };
        };
        readonly responses: {
            /** @description Done */
            readonly 204: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["BadRequest"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["ForbiddenOrPasswordChangeRequired"];
            readonly 404: components["responses"]["NotFound"];
            readonly 409: components["responses"]["KeyRevokedOrRotationInProgressOrRotationInUse"];
            readonly 413: components["responses"]["PayloadTooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["ValidationFailed"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description What went wrong */
            readonly default: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorResponse"];
                };
            };
        };
    };
    readonly renewRotation: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description ID of the key */
                readonly id: string;
                /** @description ID of the rotation */
                readonly rotationId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: {
            readonly content: {
                readonly "application/json": components["schemas"]["RenewRotationRequest"];
            };
        };
        readonly responses: {
            /** @description The lease */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RotationLease"];
                };
            };
            readonly 400: components["responses"]["BadRequest"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["ForbiddenOrPasswordChangeRequired"];
            readonly 404: components["responses"]["NotFound"];
            readonly 409: components["responses"]["KeyRevokedOrRotationInProgress"];
            readonly 413: components["responses"]["PayloadTooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["ValidationFailed"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description What went wrong */
            readonly default: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorResponse"];
                };
            };
        };
    };
    readonly listAllowedIps: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description ID of the key */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The entries */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": readonly components["schemas"]["AllowedIp"][];
                };
            };
            readonly 400: components["responses"]["BadRequest"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["ForbiddenOrPasswordChangeRequired"];
            readonly 404: components["responses"]["NotFound"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description What went wrong */
            readonly default: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorResponse"];
                };
            };
        };
    };
    readonly allowIp: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description ID of the key */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["AllowIpRequest"];
            };
        };
        readonly responses: {
            /** @description The entry */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AllowedIp"];
                };
            };
            /** @description The entry */
            readonly 201: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AllowedIp"];
                };
            };
            readonly 400: components["responses"]["BadRequest"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["ForbiddenOrPasswordChangeRequired"];
            readonly 404: components["responses"]["NotFound"];
            readonly 409: components["responses"]["KeyRevoked"];
            readonly 413: components["responses"]["PayloadTooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["ValidationFailed"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description What went wrong */
            readonly default: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorResponse"];
                };
            };
        };
    };
    readonly disallowIp: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description ID of the key */
                readonly id: string;
                /** @description ID of the entry */
                readonly entryId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done */
            readonly 204: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["BadRequest"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["ForbiddenOrPasswordChangeRequired"];
            readonly 404: components["responses"]["NotFound"];
            readonly 413: components["responses"]["PayloadTooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["ValidationFailed"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description What went wrong */
            readonly default: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorResponse"];
                };
            };
        };
    };
    readonly listAuditEvents: {
        readonly parameters: {
            readonly query?: {
                /** @description Only events of this key */
                readonly keyId?: string;
                /** @description Only what this user did */
                readonly actorId?: string;
                /** @description Only this action, for example key.rotated */
                readonly action?: string;
                /** @description Only events at or after this time */
                readonly since?: string;
                readonly limit?: number;
                /** @description From the `Link` header of the page before */
                readonly cursor?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The events */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": readonly components["schemas"]["AuditEvent"][];
                };
            };
            readonly 400: components["responses"]["BadRequest"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["ForbiddenOrPasswordChangeRequired"];
            readonly 422: components["responses"]["ValidationFailed"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description What went wrong */
            readonly default: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    readonly "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    readonly "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorResponse"];
                };
            };
        };
    };
    readonly verify: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The credential may act */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Verification"];
                };
            };
            /** @description BAD_REQUEST: The request could not be parsed. */
            readonly 400: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorResponse"] & {
                        readonly error: {
                            /** @enum {string} */
                            readonly type: "BAD_REQUEST";
                        };
                    };
                };
            };
            /** @description INVALID_CREDENTIALS: Invalid API credentials. IP_NOT_ALLOWED: This address is not allowed to use the key. MISSING_CREDENTIALS: Missing API credentials. */
            readonly 401: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                    readonly "WWW-Authenticate": components["headers"]["WwwAuthenticate"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorResponse"] & {
                        readonly error: {
                            /** @enum {string} */
                            readonly type: "INVALID_CREDENTIALS" | "IP_NOT_ALLOWED" | "MISSING_CREDENTIALS";
                        };
                    };
                };
            };
            /** @description PLAN_UPGRADE_REQUIRED: API keys are part of the BUSINESS plan. Upgrade under Settings → Billing. */
            readonly 403: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorResponse"] & {
                        readonly error: {
                            /** @enum {string} */
                            readonly type: "PLAN_UPGRADE_REQUIRED";
                        };
                    };
                };
            };
            /** @description RATE_LIMITED: Rate limit exceeded. */
            readonly 429: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                    readonly "Retry-After": components["headers"]["RetryAfter"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorResponse"] & {
                        readonly error: {
                            /** @enum {string} */
                            readonly type: "RATE_LIMITED";
                        };
                    };
                };
            };
            /** @description INTERNAL: An error occurred. */
            readonly 500: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorResponse"] & {
                        readonly error: {
                            /** @enum {string} */
                            readonly type: "INTERNAL";
                        };
                    };
                };
            };
            /** @description UNAVAILABLE: The service is busy or cannot store data right now. Try again shortly. */
            readonly 503: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly "Access-Control-Allow-Origin": components["headers"]["AllowedOrigin"];
                    readonly "x-briksync-error-type": components["headers"]["ErrorType"];
                    readonly "Retry-After": components["headers"]["RetryAfter"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorResponse"] & {
                        readonly error: {
                            /** @enum {string} */
                            readonly type: "UNAVAILABLE";
                        };
                    };
                };
            };
            /** @description What went wrong */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorResponse"];
                };
            };
        };
    };
}
