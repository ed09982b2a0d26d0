// Generated from packages/server/openapi.json by tools/generate-sdk-types.ts. Do not edit.

export interface paths {
    readonly "/api/health": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The process is alive */
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
        /** The server should get traffic */
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
        /** Run a job: maintenance or stale-keys */
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
        /** Take note of a signed event of Stripe */
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
        /** Sign in with e-mail or username and password */
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
        /** Exchange a single-use refresh token for new tokens */
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
        /** End the session; its tokens are refused at once */
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
        /** Who is signed in, for which company, from which address */
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
        /** Get tokens that act for another of your companies */
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
        /** Change the password; every other session of the user ends */
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
        /** Create a key; the secret is shown only in this answer */
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
        /** One key */
        readonly get: operations["getKey"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        /** Give a key another name */
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
        /** End a key for good; repeating it changes nothing */
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
        /** Every secret of the key that works, and its last use: the drain report */
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
        /** Make the rotation's secret the only one; repeating it changes nothing */
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
        /** Drop the rotation's secret; one that was used needs force */
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
        /** Take or keep the rotation's lease, right before its secret is delivered */
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
        /** The addresses a key may be used from; none means all */
        readonly get: operations["listAllowedIps"];
        readonly put?: never;
        /** Allow an address or range; the same one again is the same entry */
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
        /** Remove an entry; without entries every address is allowed */
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
            /** @description End the secret although it was used already */
            readonly force?: boolean;
        };
        /** AllowIpRequest */
        readonly AllowIpRequest: {
            /** @description Address or CIDR range, for example 203.0.113.0/24 */
            readonly cidr: string;
            /** @description Up to 200 characters */
            readonly note?: string | null;
            readonly expiresAt?: string | null;
        };
        /**
         * AllowedIp
         * @description The entry
         */
        readonly AllowedIp: {
            /** @description UUID */
            readonly id: string;
            /** @description Canonical, always with prefix: 203.0.113.0/24, 2001:db8::/32 */
            readonly cidr: string;
            readonly note: string | null;
            /**
             * Format: date-time
             * @description ISO 8601 UTC with milliseconds
             */
            readonly createdOn: string;
            /** @description From then on the entry matches nobody; the list stays restrictive */
            readonly expiresAt: string | null;
        };
        /**
         * ApiErrorResponse
         * @description What went wrong
         */
        readonly ApiErrorResponse: {
            readonly data: null;
            readonly error: string;
            readonly code: string;
        };
        /**
         * ApiKey
         * @description The key
         */
        readonly ApiKey: {
            /** @description UUID */
            readonly id: string;
            readonly name: string;
            /** @description api_ and 24 hex digits */
            readonly clientId: string;
            /** @description active or revoked */
            readonly status: string;
            /** @description At most 5 seconds behind; null before first use */
            readonly lastUsedAt: string | null;
            /**
             * Format: date-time
             * @description ISO 8601 UTC with milliseconds
             */
            readonly createdOn: string;
            /** @description Empty: every address may use the key */
            readonly ipAllowlist: readonly components["schemas"]["AllowedIp"][];
            readonly lastUsedIp: string | null;
            readonly rotatedOn: string | null;
            readonly revokedOn: string | null;
            /** @description The rotations that are pending, oldest first; null when there is none */
            readonly rotation: readonly components["schemas"]["PendingRotation"][] | null;
        };
        /**
         * ApiKeyWithSecret
         * @description The key with its new secret
         */
        readonly ApiKeyWithSecret: {
            /** @description UUID */
            readonly id: string;
            readonly name: string;
            /** @description api_ and 24 hex digits */
            readonly clientId: string;
            /** @description active or revoked */
            readonly status: string;
            /** @description At most 5 seconds behind; null before first use */
            readonly lastUsedAt: string | null;
            /**
             * Format: date-time
             * @description ISO 8601 UTC with milliseconds
             */
            readonly createdOn: string;
            /** @description Empty: every address may use the key */
            readonly ipAllowlist: readonly components["schemas"]["AllowedIp"][];
            readonly lastUsedIp: string | null;
            readonly rotatedOn: string | null;
            readonly revokedOn: string | null;
            /** @description The rotations that are pending, oldest first; null when there is none */
            readonly rotation: readonly components["schemas"]["PendingRotation"][] | null;
            /** @description sec_ and 48 hex digits; cannot be retrieved again */
            readonly clientSecret: string;
            /** @description UUID of the rotation; staged only */
            readonly rotationId?: string;
            /** @description Staged only */
            readonly leaseExpiresOn?: string | null;
            /** @description When the secret ends unless it is used; staged only */
            readonly expiresOn?: string | null;
        };
        /** AuditEvent */
        readonly AuditEvent: {
            /** @description UUID */
            readonly id: string;
            /**
             * Format: date-time
             * @description ISO 8601 UTC with milliseconds
             */
            readonly createdOn: string;
            /** @description For example key.rotated */
            readonly action: string;
            readonly actorId: string | null;
            readonly actorEmail: string | null;
            readonly keyId: string | null;
            readonly keyName: string | null;
            readonly ip: string | null;
            readonly requestId: string | null;
            /** @description What changed; never a secret */
            readonly details: {
                readonly [key: string]: unknown;
            };
        };
        /** ChangePasswordRequest */
        readonly ChangePasswordRequest: {
            readonly currentPassword: string;
            readonly newPassword: string;
        };
        /** Company */
        readonly Company: {
            /** @description UUID */
            readonly id: string;
            readonly name: string;
        };
        /** CreateKeyRequest */
        readonly CreateKeyRequest: {
            /** @description 1–100 characters after trimming */
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
                /** @description The HTTP status, repeated */
                readonly code: number;
                /** @description For people; may change */
                readonly message: string;
                /** @description For programs: one of BAD_REQUEST, MISSING_CREDENTIALS, INVALID_CREDENTIALS, IP_NOT_ALLOWED, UNAUTHORIZED, SIGN_IN_FAILED, FORBIDDEN, PLAN_UPGRADE_REQUIRED, PASSWORD_CHANGE_REQUIRED, NOT_FOUND, KEY_REVOKED, ROTATION_IN_PROGRESS, TOO_MANY_ROTATIONS, ROTATION_IN_USE, IDEMPOTENCY_IN_PROGRESS, IDEMPOTENCY_SUPERSEDED, PAYLOAD_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, VALIDATION_FAILED, IDEMPOTENCY_KEY_REUSED, RATE_LIMITED, INTERNAL, UNAVAILABLE */
                readonly type: string;
                /** @description The x-request-id of this answer */
                readonly requestId: string;
                /** @description One entry per refused field */
                readonly details?: readonly {
                    readonly path: string;
                    readonly message: string;
                }[];
            };
        };
        /** FinishRotationRequest */
        readonly FinishRotationRequest: {
            /** @description How long the secrets that are replaced go on working; 0 ends them at once */
            readonly graceSeconds?: number;
            /**
             * Format: date-time
             * @description The lease under which the secret was delivered; refused when it was renewed or lost since
             */
            readonly leaseExpiresOn?: string;
            /** @description Finish although another rotation may have been delivered since. For people */
            readonly takeOver?: boolean;
        };
        /**
         * HealthResponse
         * @description Yes
         */
        readonly HealthResponse: {
            readonly data: {
                readonly status: string;
            };
            readonly error: null;
        };
        /**
         * JobResult
         * @description The job's result
         */
        readonly JobResult: {
            readonly data: {
                readonly job: string;
                /** @description false: it is under way already, here or on another node */
                readonly ran: boolean;
                /** @description maintenance: how many rows of each kind had had their time */
                readonly removed?: {
                    readonly idempotency_record: number;
                    readonly secret: number;
                    readonly refresh_token: number;
                    readonly session: number;
                    readonly device_token: number;
                    readonly spent_sign_in: number;
                    readonly billing_event: number;
                };
                /** @description stale-keys: the companies that have any */
                readonly companies?: readonly {
                    /** @description UUID */
                    readonly companyId: string;
                    readonly companyName: string;
                    readonly unused: readonly components["schemas"]["StaleKey"][];
                    readonly old: readonly components["schemas"]["StaleKey"][];
                }[];
                /** @description stale-keys: false when there are more than were listed */
                readonly isComplete?: boolean;
            };
            readonly error: null;
        };
        /**
         * LiveSecret
         * @description A secret that works; its id is that of the rotation it came from
         */
        readonly LiveSecret: {
            /** @description UUID */
            readonly id: string;
            /**
             * Format: date-time
             * @description ISO 8601 UTC with milliseconds
             */
            readonly createdOn: string;
            /** @description E-mail of whoever began it */
            readonly createdBy: string | null;
            /** @description When a retiring secret ends, and when a pending one ends that was never used */
            readonly expiresOn: string | null;
            readonly firstUsedOn: string | null;
            /** @description At most 5 seconds behind */
            readonly lastUsedAt: string | null;
            readonly lastUsedIp: string | null;
            /** @description Set for the rotation that has the key's lease, or had it last: until then no other one may begin */
            readonly leaseExpiresOn: string | null;
            /** @description current, pending or retiring */
            readonly state: string;
        };
        /** Membership */
        readonly Membership: {
            /** @description UUID */
            readonly id: string;
            readonly name: string;
            /** @description 1 Super Admin, 2 Admin, 3 Member */
            readonly privilege: number;
        };
        /**
         * PendingRotation
         * @description A rotation that can be finished or aborted
         */
        readonly PendingRotation: {
            /** @description UUID */
            readonly id: string;
            /**
             * Format: date-time
             * @description ISO 8601 UTC with milliseconds
             */
            readonly createdOn: string;
            /** @description E-mail of whoever began it */
            readonly createdBy: string | null;
            /** @description When a retiring secret ends, and when a pending one ends that was never used */
            readonly expiresOn: string | null;
            readonly firstUsedOn: string | null;
            /** @description At most 5 seconds behind */
            readonly lastUsedAt: string | null;
            readonly lastUsedIp: string | null;
            /** @description Set for the rotation that has the key's lease, or had it last: until then no other one may begin */
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
            readonly refreshToken: string;
        };
        /** RenameKeyRequest */
        readonly RenameKeyRequest: {
            /** @description 1–100 characters after trimming */
            readonly name: string;
        };
        /** RenewRotationRequest */
        readonly RenewRotationRequest: {
            /**
             * Format: date-time
             * @description The lease that the same process has and goes on with
             */
            readonly leaseExpiresOn?: string;
        };
        /** RotateKeyRequest */
        readonly RotateKeyRequest: {
            /** @description staged adds a pending secret beside the current one; default immediate */
            readonly mode?: "immediate" | "staged";
            /** @description How long the secrets that are replaced go on working; 0 ends them at once */
            readonly graceSeconds?: number;
            /** @description staged: when the new secret ends if it is never used; default a day */
            readonly expiresInSeconds?: number;
            /** @description staged: begin although another rotation is under way. For people */
            readonly takeOver?: boolean;
        };
        /**
         * RotationLease
         * @description The lease
         */
        readonly RotationLease: {
            /** @description UUID */
            readonly id: string;
            /**
             * Format: date-time
             * @description Names the lease for finish and for the next renewal
             */
            readonly leaseExpiresOn: string;
            /** @description Its length from now */
            readonly leaseSeconds: number;
            /** @description Another rotation had the lease meanwhile: deliver the secret again before you finish */
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
                /** @description UUID */
                readonly id: string;
                /**
                 * Format: date-time
                 * @description When the access token of this call expires
                 */
                readonly expiresAt: string;
            };
            /** @description FREE, PRO or BUSINESS */
            readonly plan: string;
            /** @description The address the server sees */
            readonly ip: string | null;
        };
        /**
         * SessionResponse
         * @description The session
         */
        readonly SessionResponse: {
            /** @description JWT for the Authorization header */
            readonly accessToken: string;
            /** @description Single use; a second use ends the session. Absent: the one you have stays good */
            readonly refreshToken?: string;
            /** @description From signIn only: keep it, and send it with the next sign-in of this account, so that failed sign-ins of strangers do not hold it up. It replaces no password */
            readonly deviceToken?: string;
            /** @description Seconds until the access token expires */
            readonly expiresIn: number;
            readonly user: components["schemas"]["User"];
            readonly activeCompany: components["schemas"]["Company"];
            readonly companies: readonly components["schemas"]["Membership"][];
        };
        /** SignInRequest */
        readonly SignInRequest: {
            /** @description Email or username */
            readonly email: string;
            readonly password: string;
            /** @description Company to act for; default: the first */
            readonly companyId?: string;
            /** @description From an earlier sign-in of the same account on this device. Any other token counts as none */
            readonly deviceToken?: string;
        };
        /** StaleKey */
        readonly StaleKey: {
            /** @description UUID */
            readonly keyId: string;
            readonly name: string;
            readonly clientId: string;
            /**
             * Format: date-time
             * @description ISO 8601 UTC with milliseconds
             */
            readonly createdOn: string;
            readonly rotatedOn: string | null;
            readonly lastUsedAt: string | null;
        };
        /** SwitchCompanyRequest */
        readonly SwitchCompanyRequest: {
            readonly companyId: string;
        };
        /** User */
        readonly User: {
            /** @description UUID */
            readonly id: string;
            readonly firstName: string;
            readonly lastName: string;
            readonly email: string;
            /** @description true: change the password before managing keys */
            readonly mustChangePassword: boolean;
        };
        /**
         * Verification
         * @description The credential may act
         */
        readonly Verification: {
            /** @description UUID */
            readonly keyId: string;
            readonly clientId: string;
            /** @description UUID */
            readonly companyId: string;
            readonly companyName: string;
            /** @description Name of the key */
            readonly name: string;
            /** @description current, pending or retiring */
            readonly secret: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
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
                /** @description stale-keys; default 90 */
                readonly unusedForDays?: number;
                /** @description stale-keys; default 90 */
                readonly olderThanDays?: number;
            };
            readonly header?: never;
            readonly path: {
                /** @description maintenance or stale-keys */
                readonly job: string;
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
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["SessionResponse"];
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
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["SessionResponse"];
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
                    readonly [name: string]: unknown;
                };
                content?: never;
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
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["SessionInfo"];
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
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["SessionResponse"];
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
                    readonly [name: string]: unknown;
                };
                content?: never;
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
    readonly listKeys: {
        readonly parameters: {
            readonly query?: {
                readonly status?: "active" | "revoked";
                readonly limit?: number;
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
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": readonly components["schemas"]["ApiKey"][];
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
    readonly createKey: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 1–255 visible ASCII characters, new for every call: the same one gives the same answer for 24 hours */
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
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApiKeyWithSecret"];
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
    readonly getKey: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description Id of the key */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The key */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApiKey"];
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
    readonly renameKey: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description Id of the key */
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
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApiKey"];
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
    readonly rotateKey: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 1–255 visible ASCII characters, new for every call: the same one gives the same answer for 24 hours */
                readonly "idempotency-key"?: string;
            };
            readonly path: {
                /** @description Id of the key */
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
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApiKeyWithSecret"];
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
    readonly revokeKey: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description Id of the key */
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
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApiKey"];
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
    readonly listRotations: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description Id of the key */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Current, then pending from the oldest, then retiring */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": readonly components["schemas"]["LiveSecret"][];
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
    readonly finishRotation: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description Id of the key */
                readonly id: string;
                /** @description Id of the rotation */
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
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApiKey"];
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
    readonly abortRotation: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description Id of the key */
                readonly id: string;
                /** @description Id of the rotation */
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
                    readonly [name: string]: unknown;
                };
                content?: never;
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
    readonly renewRotation: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description Id of the key */
                readonly id: string;
                /** @description Id of the rotation */
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
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RotationLease"];
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
    readonly listAllowedIps: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description Id of the key */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The entries */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": readonly components["schemas"]["AllowedIp"][];
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
    readonly allowIp: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description Id of the key */
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
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AllowedIp"];
                };
            };
            /** @description The entry */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AllowedIp"];
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
    readonly disallowIp: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description Id of the key */
                readonly id: string;
                /** @description Id of the entry */
                readonly entryId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
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
    readonly listAuditEvents: {
        readonly parameters: {
            readonly query?: {
                readonly keyId?: string;
                readonly actorId?: string;
                readonly action?: string;
                /** @description Only events at or after this time */
                readonly since?: string;
                readonly limit?: number;
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
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": readonly components["schemas"]["AuditEvent"][];
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
