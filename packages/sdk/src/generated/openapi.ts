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
         * Check whether the process is alive
         * @description This check does not cover the database. Configure your supervisor to restart the process if it fails.
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
         * Check whether the server is ready for traffic
         * @description This check fails while the database is unreachable and while the server shuts down.
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
         * Receive a signed Stripe event
         * @description Returns 2xx after the change is committed. Returns 422 if the server does not support the format of a signed event.
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
         * Sign in with email or username and password
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
         * Exchange a refresh token for new tokens
         * @description A refresh token works once. Reuse ends the session, except for a short time in which you can retry after a lost response.
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
         * Sign out
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
         * Get the signed-in user, company and plan
         * @description The response also contains the IP address that the server sees.
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
         * Switch to another company of the user
         * @description Returns new tokens, which replace the tokens of the session.
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
         * Change the password
         * @description All other sessions of the user end. By default, a new password needs at least 15 characters. The server refuses common passwords and states the reason.
         */
        readonly post: operations["changePassword"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/external/v1/auth/sessions": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List your own sessions, newest use first
         * @description The list has the sessions of all your companies that still work. If there are more results, a `Link: <…>; rel="next"` header contains the URL of the next page.
         */
        readonly get: operations["listSessions"];
        readonly put?: never;
        readonly post?: never;
        /**
         * End all your sessions except the one of the call
         * @description Their access tokens and refresh tokens stop working immediately. Sign-ins that are not finished end too. The call is safe to repeat.
         */
        readonly delete: operations["endOtherSessions"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/external/v1/auth/sessions/{id}": {
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
         * End one of your own sessions
         * @description Its access token and its refresh token stop working immediately. A session of another user gets the same 404 as a session that never existed. The call is safe to repeat.
         */
        readonly delete: operations["endSession"];
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
         * List the keys of the company, oldest first
         * @description If there are more results, a `Link: <…>; rel="next"` header contains the URL of the next page.
         */
        readonly get: operations["listKeys"];
        readonly put?: never;
        /**
         * Create a key and return its secret once
         * @description The name does not have to be unique. With an Idempotency-Key, a repeated call returns the same response for 24 hours, including the secret.
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
         * Get a key
         * @description A key of another company gets the same 404 as a key that never existed.
         */
        readonly get: operations["getKey"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        /**
         * Rename a key
         * @description The client ID and the secrets do not change.
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
         * Rotate the secret of a key
         * @description The old secret stops working immediately. With `graceSeconds`, it stops working after the grace period. With `mode: staged`, both the current and the new secret work until you finish or abort the rotation.
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
         * Revoke a key permanently
         * @description After this response, the server accepts no secret of the key. A revoked key cannot be restored. The call is safe to repeat.
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
         * List the working secrets of a key with their last use
         * @description Use this drain report to check whether the old secret is still in use before you finish a rotation.
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
         * Finish a staged rotation
         * @description The secret of the rotation becomes the current one. The other secrets stop working immediately, or after `graceSeconds`. The call is safe to repeat.
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
         * Abort a staged rotation
         * @description The secret of the rotation stops working. The current secret keeps working. If the secret of the rotation was used or may have been delivered, the call requires `force`.
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
         * Take or renew the lease of a staged rotation
         * @description Call it before you deliver the secret. While a rotation holds the lease, no other staged rotation of the key can start.
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
         * List the allowed IP addresses of a key
         * @description An empty list allows every address. The list includes expired entries. They match no address, but the allowlist stays restrictive.
         */
        readonly get: operations["listAllowedIps"];
        readonly put?: never;
        /**
         * Allow an IP address or CIDR range
         * @description Returns 201 for a new entry. The same network again returns 200 with the existing entry, with the new note, if any, and the later expiry. With `mayShorten`, it has the new expiry in any case.
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
         * Remove an entry from the allowlist
         * @description The entry matches no address after this response. If you remove the last entry, every address is allowed.
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
         * List audit events of the company, newest first
         * @description If there are more results, a `Link: <…>; rel="next"` header contains the URL of the next page.
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
    readonly "/external/v1/auth/trusts": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List the trusts of the company, oldest first
         * @description A company has at most 100 trusts.
         */
        readonly get: operations["listTrusts"];
        readonly put?: never;
        /**
         * Let a workflow of a CI system rotate keys
         * @description A run whose token has exactly these claims can exchange it for a token that allows staged rotations of the named keys.
         */
        readonly post: operations["createTrust"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/external/v1/auth/trusts/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Get a trust
         * @description A trust of another company gets the same 404 as a trust that never existed.
         */
        readonly get: operations["getTrust"];
        readonly put?: never;
        readonly post?: never;
        /**
         * Remove a trust
         * @description The tokens of its runs stop working with the next request. The log of the trust is removed, and the audit trail stays.
         */
        readonly delete: operations["removeTrust"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/external/v1/auth/trusts/{id}/disable": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Disable a trust
         * @description The tokens of its runs stop working with the next request. The call is safe to repeat.
         */
        readonly post: operations["disableTrust"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/external/v1/auth/trusts/{id}/enable": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Enable a disabled trust
         * @description Runs can exchange their tokens again. The call is safe to repeat.
         */
        readonly post: operations["enableTrust"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/external/v1/auth/trusts/{id}/log": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List the allowed and refused exchanges of a trust, newest first
         * @description If there are more results, a `Link: <…>; rel="next"` header contains the URL of the next page. The server keeps the log for 90 days.
         */
        readonly get: operations["listTrustEvents"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/external/v1/auth/trusts/{id}/test": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Compare the claims of a token with a trust
         * @description Changes nothing.
         */
        readonly post: operations["testTrust"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/external/v1/auth/tokens": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List the automation tokens of the company, oldest first
         * @description The list includes revoked and expired tokens.
         */
        readonly get: operations["listTokens"];
        readonly put?: never;
        /**
         * Create an automation token and return it once
         * @description The token allows staged rotations of the named keys until it expires. With an Idempotency-Key, a repeated call returns the same response for 24 hours, including the token.
         */
        readonly post: operations["createToken"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/external/v1/auth/tokens/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Get an automation token
         * @description A token of another company gets the same 404 as a token that never existed.
         */
        readonly get: operations["getToken"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/external/v1/auth/tokens/{id}/rotate": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Replace an automation token
         * @description The old token works until the new one is used for the first time. A repeated call replaces a new token that was not used.
         */
        readonly post: operations["rotateToken"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/external/v1/auth/tokens/{id}/revoke": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Revoke an automation token permanently
         * @description The token stops working with the next request. The call is safe to repeat.
         */
        readonly post: operations["revokeToken"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/external/v1/auth/token": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Exchange the token of a CI platform, or the code of a device, for a token of this server
         * @description The form for the token of a platform is that of RFC 8693. The audience of this token must be the URL of this server. It can be exchanged once, or a few times on platforms that issue one per job. The form for the code of a device is that of RFC 8628. Poll with it until the user has approved the sign-in.
         */
        readonly post: operations["exchangeToken"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/external/v1/auth/token/explain": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Explain whether a token of a CI platform would be exchanged
         * @description Spends nothing, and never returns the values that the trust expects.
         */
        readonly post: operations["explainToken"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/external/v1/auth/grant": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Get what the token of a run, or an automation token, allows
         * @description Only for these tokens. Users call getSession.
         */
        readonly get: operations["getGrant"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/external/v1/auth/signin/methods": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List how a client can sign in
         * @description A server without this operation accepts passwords only.
         */
        readonly get: operations["getSignInMethods"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/external/v1/auth/device": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Start a sign-in that the user approves in a browser
         * @description The form and the response are those of RFC 8628. Show the code and the address to the user, and poll exchangeToken with the device code.
         */
        readonly post: operations["startDeviceSignIn"];
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
         * Verify a credential
         * @description Accepts any HTTP method. The headers x-briksync-key-id, x-briksync-client-id and x-briksync-company-id repeat the IDs in the body.
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
            /** @description Revoke the secret even if it was used or may have been delivered */
            readonly force?: boolean;
        };
        /** AllowIpRequest */
        readonly AllowIpRequest: {
            /**
             * Format: cidr
             * @description IP address or CIDR range, for example 203.0.113.0/24
             */
            readonly cidr: string;
            /** @description Up to 200 characters */
            readonly note?: string | null;
            /** @description When the entry expires. Null means never */
            readonly expiresAt?: string | null;
            /** @description Also set an expiry that is earlier than that of the existing entry. Requires `expiresAt` */
            readonly mayShorten?: boolean;
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
            /** @description Network in canonical form, with prefix length: 203.0.113.0/24, 2001:db8::/32 */
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
             * @description When the entry expires. It then matches no address, but the allowlist stays restrictive
             */
            readonly expiresAt: string | null;
        };
        /**
         * ApiErrorResponse
         * @description The error
         */
        readonly ApiErrorResponse: {
            readonly data: null;
            /**
             * Format: message
             * @description Error message, for people. It can change
             */
            readonly error: string;
            /**
             * @description Error type, for programs. A newer server can return other types
             * @enum {string}
             */
            readonly code: "BAD_REQUEST" | "AUTHORIZATION_PENDING" | "SLOW_DOWN" | "DEVICE_CODE_EXPIRED" | "ACCESS_DENIED" | "MISSING_CREDENTIALS" | "INVALID_CREDENTIALS" | "IP_NOT_ALLOWED" | "UNAUTHORIZED" | "ASSERTION_INVALID" | "ASSERTION_REPLAYED" | "SIGN_IN_FAILED" | "FORBIDDEN" | "PLAN_UPGRADE_REQUIRED" | "PASSWORD_CHANGE_REQUIRED" | "TRUST_DENIED" | "SCOPE_DENIED" | "NOT_FOUND" | "KEY_REVOKED" | "ROTATION_IN_PROGRESS" | "TOO_MANY_ROTATIONS" | "ROTATION_IN_USE" | "IDEMPOTENCY_IN_PROGRESS" | "IDEMPOTENCY_SUPERSEDED" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_FAILED" | "IDEMPOTENCY_KEY_REUSED" | "RATE_LIMITED" | "INTERNAL" | "UNAVAILABLE";
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
            /** @description Allowed addresses. If the list is empty, every address can use the key */
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
            /** @description Allowed addresses. If the list is empty, every address can use the key */
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
            /** @description sec_ and 48 hex digits. The server returns it only in this response */
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
             * @description When the secret expires if it is not used. Staged only
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
            readonly action: "session.signed_in" | "session.sign_in_failed" | "session.signed_out" | "session.refreshed" | "session.revoked" | "session.company_switched" | "session.device_approved" | "session.device_denied" | "password.changed" | "password.change_failed" | "key.created" | "key.renamed" | "key.rotated" | "key.rotation_started" | "key.rotation_renewed" | "key.rotation_finished" | "key.rotation_aborted" | "key.secret_first_used" | "key.secret_expired" | "key.revoked" | "key.ip_allowed" | "key.ip_disallowed" | "key.limit_set" | "company.created" | "company.renamed" | "company.plan_set" | "company.plan_cleared" | "company.plan_changed" | "company.customer_linked" | "membership.added" | "membership.role_changed" | "membership.removed" | "user.created" | "user.identity_linked" | "user.identity_unlinked" | "user.identity_address_changed" | "user.password_reset" | "user.sessions_ended" | "user.disabled" | "user.enabled" | "trust.created" | "trust.disabled" | "trust.enabled" | "trust.removed" | "trust.run_allowed" | "trust.run_refused" | "token.created" | "token.rotated" | "token.revoked";
            /**
             * @description Who caused the event. `trust` is a run of a pipeline, and `token` is an automation token
             * @enum {string}
             */
            readonly actorKind: "user" | "trust" | "token" | "operator" | "server";
            /**
             * Format: uuid
             * @description ID of the user, trust or automation token
             */
            readonly actorId: string | null;
            /**
             * Format: single-line-text
             * @description Email address of the user, `operator` for a server command, or null for pipelines and the server itself
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
        /**
         * AutomationToken
         * @description The automation token
         */
        readonly AutomationToken: {
            /**
             * Format: uuid
             * @description UUID
             */
            readonly id: string;
            readonly name: string;
            /** @description What it allows */
            readonly may: readonly "rotate"[];
            /** @description Keys for which it works */
            readonly keyIds: readonly string[];
            /** @description Networks from which it works. If the list is empty, it works from every address */
            readonly fromCidrs: readonly string[];
            /**
             * Format: date-time
             * @description ISO 8601 UTC with milliseconds
             */
            readonly createdOn: string;
            readonly createdBy: {
                /** Format: single-line-text */
                readonly email: string;
                /** @description Whether the user is disabled or no longer belongs to the company */
                readonly hasLeft: boolean;
            };
            /**
             * Format: date-time
             * @description When the newest secret expires
             */
            readonly expiresAt: string;
            /**
             * Format: date-time
             * @description ISO 8601 UTC with milliseconds
             */
            readonly revokedOn: string | null;
            /**
             * Format: date-time
             * @description At most a minute behind
             */
            readonly lastUsedAt: string | null;
            /** @description IPv4 or IPv6 address */
            readonly lastUsedIp: string | null;
            /**
             * Format: date-time
             * @description Since when a new secret waits for its first use
             */
            readonly pendingSince: string | null;
        };
        /**
         * AutomationTokenWithSecret
         * @description The automation token
         */
        readonly AutomationTokenWithSecret: {
            /**
             * Format: uuid
             * @description UUID
             */
            readonly id: string;
            readonly name: string;
            /** @description What it allows */
            readonly may: readonly "rotate"[];
            /** @description Keys for which it works */
            readonly keyIds: readonly string[];
            /** @description Networks from which it works. If the list is empty, it works from every address */
            readonly fromCidrs: readonly string[];
            /**
             * Format: date-time
             * @description ISO 8601 UTC with milliseconds
             */
            readonly createdOn: string;
            readonly createdBy: {
                /** Format: single-line-text */
                readonly email: string;
                /** @description Whether the user is disabled or no longer belongs to the company */
                readonly hasLeft: boolean;
            };
            /**
             * Format: date-time
             * @description When the newest secret expires
             */
            readonly expiresAt: string;
            /**
             * Format: date-time
             * @description ISO 8601 UTC with milliseconds
             */
            readonly revokedOn: string | null;
            /**
             * Format: date-time
             * @description At most a minute behind
             */
            readonly lastUsedAt: string | null;
            /** @description IPv4 or IPv6 address */
            readonly lastUsedIp: string | null;
            /**
             * Format: date-time
             * @description Since when a new secret waits for its first use
             */
            readonly pendingSince: string | null;
            /** @description aut_ and 48 hex digits. The server returns it only in this response */
            readonly token: string;
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
            /** @description IP addresses or CIDR ranges */
            readonly ipAllowlist?: readonly string[];
        };
        /** CreateTokenRequest */
        readonly CreateTokenRequest: {
            /**
             * Format: single-line-text
             * @description 1 to 100 visible characters on one line
             */
            readonly name: string;
            readonly may: readonly "rotate"[];
            /** @description IDs of active keys of the company */
            readonly keyIds: readonly string[];
            /** @description Networks from which it works. By default, it works from every address */
            readonly fromCidrs?: readonly string[];
            /**
             * Format: date-time
             * @description When the token expires, at most 365 days ahead
             */
            readonly expiresAt: string;
        };
        /** CreateTrustRequest */
        readonly CreateTrustRequest: {
            /**
             * Format: single-line-text
             * @description 1 to 100 visible characters on one line
             */
            readonly name: string;
            readonly may: readonly "rotate"[];
            /** @description IDs of active keys of the company */
            readonly keyIds: readonly string[];
            /** @description Networks from which it works. By default, it works from every address */
            readonly fromCidrs?: readonly string[];
            /**
             * @description CI platform
             * @enum {string}
             */
            readonly provider: "github" | "gitlab" | "buildkite" | "circleci" | "kubernetes";
            /**
             * Format: single-line-text
             * @description Issuer of the tokens. Required for CircleCI and Kubernetes
             */
            readonly issuer?: string;
            /** @description Claims with the exact values that a token must have */
            readonly claims: {
                readonly [key: string]: string;
            };
            /**
             * Format: int32
             * @description The default is 900 (15 minutes)
             */
            readonly ttlSeconds?: number;
            /**
             * Format: int32
             * @description The default, and the maximum, is 1, or 20 for GitLab and CircleCI, or 200 for Kubernetes
             */
            readonly reuse?: number;
        };
        /** DeviceCodeRequest */
        readonly DeviceCodeRequest: {
            /** @enum {string} */
            readonly grant_type: "urn:ietf:params:oauth:grant-type:device_code";
            /**
             * Format: device-code
             * @description Device code from startDeviceSignIn
             */
            readonly device_code: string;
            /**
             * Format: single-line-text
             * @description Accepted for clients that always send it, and ignored
             */
            readonly client_id?: string;
        };
        /**
         * EndedSessions
         * @description How many sessions have ended
         */
        readonly EndedSessions: {
            /**
             * Format: int32
             * @description How many sessions have ended
             */
            readonly endedSessions: number;
        };
        /**
         * ErrorResponse
         * @description The error
         */
        readonly ErrorResponse: {
            readonly error: {
                /**
                 * Format: int32
                 * @description HTTP status code
                 */
                readonly code: number;
                /**
                 * Format: message
                 * @description Error message, for people. It can change
                 */
                readonly message: string;
                /**
                 * @description Error type, for programs. A newer server can return other types
                 * @enum {string}
                 */
                readonly type: "BAD_REQUEST" | "AUTHORIZATION_PENDING" | "SLOW_DOWN" | "DEVICE_CODE_EXPIRED" | "ACCESS_DENIED" | "MISSING_CREDENTIALS" | "INVALID_CREDENTIALS" | "IP_NOT_ALLOWED" | "UNAUTHORIZED" | "ASSERTION_INVALID" | "ASSERTION_REPLAYED" | "SIGN_IN_FAILED" | "FORBIDDEN" | "PLAN_UPGRADE_REQUIRED" | "PASSWORD_CHANGE_REQUIRED" | "TRUST_DENIED" | "SCOPE_DENIED" | "NOT_FOUND" | "KEY_REVOKED" | "ROTATION_IN_PROGRESS" | "TOO_MANY_ROTATIONS" | "ROTATION_IN_USE" | "IDEMPOTENCY_IN_PROGRESS" | "IDEMPOTENCY_SUPERSEDED" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_FAILED" | "IDEMPOTENCY_KEY_REUSED" | "RATE_LIMITED" | "INTERNAL" | "UNAVAILABLE";
                /**
                 * Format: uuid
                 * @description Value of the x-request-id header of this response
                 */
                readonly requestId: string;
                /** @description One entry per invalid field */
                readonly details?: readonly {
                    /**
                     * Format: field-path
                     * @description JSON pointer, or the name of a query parameter
                     */
                    readonly path: string;
                    /**
                     * Format: message
                     * @description Error message, for people. It can change
                     */
                    readonly message: string;
                }[];
            };
        };
        /**
         * ExchangeExplanation
         * @description The verdict
         */
        readonly ExchangeExplanation: {
            readonly allowed: boolean;
            /**
             * @description Error type that the exchange would return
             * @enum {string|null}
             */
            readonly type: "BAD_REQUEST" | "AUTHORIZATION_PENDING" | "SLOW_DOWN" | "DEVICE_CODE_EXPIRED" | "ACCESS_DENIED" | "MISSING_CREDENTIALS" | "INVALID_CREDENTIALS" | "IP_NOT_ALLOWED" | "UNAUTHORIZED" | "ASSERTION_INVALID" | "ASSERTION_REPLAYED" | "SIGN_IN_FAILED" | "FORBIDDEN" | "PLAN_UPGRADE_REQUIRED" | "PASSWORD_CHANGE_REQUIRED" | "TRUST_DENIED" | "SCOPE_DENIED" | "NOT_FOUND" | "KEY_REVOKED" | "ROTATION_IN_PROGRESS" | "TOO_MANY_ROTATIONS" | "ROTATION_IN_USE" | "IDEMPOTENCY_IN_PROGRESS" | "IDEMPOTENCY_SUPERSEDED" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_FAILED" | "IDEMPOTENCY_KEY_REUSED" | "RATE_LIMITED" | "INTERNAL" | "UNAVAILABLE" | null;
            /** @description Empty for a trust that does not exist or is disabled, or is of another organization */
            readonly claims: readonly {
                /** Format: single-line-text */
                readonly claim: string;
                /** Format: single-line-text */
                readonly has: string | null;
                readonly ok: boolean;
            }[];
        };
        /** ExchangeRequest */
        readonly ExchangeRequest: {
            /** @enum {string} */
            readonly grant_type: "urn:ietf:params:oauth:grant-type:token-exchange";
            /** @enum {string} */
            readonly subject_token_type: "urn:ietf:params:oauth:token-type:jwt";
            /**
             * Format: jwt
             * @description Token of the platform
             */
            readonly subject_token: string;
            /** Format: id */
            readonly trust_id: string;
            /** @enum {string} */
            readonly requested_token_type?: "urn:ietf:params:oauth:token-type:access_token";
            /** @enum {string} */
            readonly scope?: "rotate";
        };
        /**
         * ExchangeResponse
         * @description The token
         */
        readonly ExchangeResponse: {
            /**
             * Format: access-token
             * @description Token of the run (run_), or access token of the session
             */
            readonly access_token: string;
            /** @enum {string} */
            readonly issued_token_type?: "urn:ietf:params:oauth:token-type:access_token";
            /** @enum {string} */
            readonly token_type: "Bearer";
            /**
             * Format: int32
             * @description Seconds until the token expires
             */
            readonly expires_in: number;
            /**
             * Format: refresh-token
             * @description For a device only. refreshSession exchanges it, once
             */
            readonly refresh_token?: string;
            /**
             * Format: single-line-text
             * @description For a run only
             */
            readonly scope?: string;
        };
        /** FinishRotationRequest */
        readonly FinishRotationRequest: {
            /**
             * Format: int32
             * @description Grace period of the replaced secrets in seconds. With 0 they stop working immediately
             */
            readonly graceSeconds?: number;
            /**
             * Format: date-time
             * @description The `leaseExpiresOn` of the lease under which the secret was delivered. The call fails if that lease was renewed or lost
             */
            readonly leaseExpiresOn?: string;
            /** @description Finish even though another rotation may have delivered its secret later. Set it only when you know that the other run has stopped */
            readonly takeOver?: boolean;
        };
        /**
         * Grant
         * @description What the token allows
         */
        readonly Grant: {
            /** @enum {string} */
            readonly kind: "trust" | "token";
            /**
             * Format: uuid
             * @description ID of the trust or automation token
             */
            readonly id: string;
            readonly name: string;
            /** @description What it allows */
            readonly may: readonly "rotate"[];
            /** @description Keys for which it works */
            readonly keyIds: readonly string[];
            /**
             * Format: date-time
             * @description When the token of this call expires
             */
            readonly expiresAt: string;
            readonly company: {
                /**
                 * Format: uuid
                 * @description UUID
                 */
                readonly id: string;
                /** Format: single-line-text */
                readonly name: string;
                /** @enum {string} */
                readonly plan: "FREE" | "PRO" | "BUSINESS";
            };
            /** @description Null for an automation token */
            readonly run: {
                /**
                 * Format: single-line-text
                 * @description Repository or project
                 */
                readonly repository: string;
                /**
                 * Format: single-line-text
                 * @description Workflow file, pipeline or service account
                 */
                readonly workflow: string;
                /** Format: single-line-text */
                readonly runId: string;
            } | null;
        };
        /**
         * HealthResponse
         * @description The check passed
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
         * @description Result of the job
         */
        readonly JobResult: {
            readonly data: {
                /** @enum {string} */
                readonly job: "maintenance" | "stale-keys";
                /** @description False if the job was already running on this or another node */
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
                    readonly device_sign_in: number;
                    /** Format: int32 */
                    readonly second_factor_sign_in: number;
                    /** Format: int32 */
                    readonly spent_sign_in: number;
                    /** Format: int32 */
                    readonly billing_event: number;
                    /** Format: int32 */
                    readonly automation_token: number;
                    /** Format: int32 */
                    readonly run_token: number;
                    /** Format: int32 */
                    readonly spent_assertion: number;
                    /** Format: int32 */
                    readonly trust_event: number;
                };
                /** @description For stale-keys: the companies that have stale keys */
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
                /** @description For stale-keys: false if not all stale keys are listed */
                readonly isComplete?: boolean;
            };
            readonly error: null;
        };
        /**
         * ListedSession
         * @description A session of the caller
         */
        readonly ListedSession: {
            /**
             * Format: uuid
             * @description UUID
             */
            readonly id: string;
            /** @description Whether this is the session of the call */
            readonly current: boolean;
            /**
             * @description How it was opened: with a password, in a browser, by a device that the user approved in a browser, or with a token of the identity provider. Null if it is older than this field
             * @enum {string|null}
             */
            readonly openedWith: "password" | "browser" | "device" | "provider" | null;
            /**
             * Format: single-line-text
             * @description Name that a device gave itself
             */
            readonly hostName: string | null;
            /**
             * Format: single-line-text
             * @description What the client calls itself. Nobody has verified it
             */
            readonly client: string | null;
            /** @description IP address of the sign-in */
            readonly ip: string | null;
            /**
             * Format: date-time
             * @description When it was opened
             */
            readonly createdOn: string;
            /**
             * Format: date-time
             * @description The sign-in or the last refresh. Calls with an access token do not change it
             */
            readonly lastUsedOn: string | null;
            /**
             * Format: date-time
             * @description When it ends, unless a refresh extends it
             */
            readonly expiresOn: string;
            /**
             * Company
             * @description Its company. Null if the user no longer belongs to that company
             */
            readonly company: {
                /**
                 * Format: uuid
                 * @description UUID
                 */
                readonly id: string;
                /** Format: single-line-text */
                readonly name: string;
            } | null;
        };
        /**
         * LiveSecret
         * @description A secret that works. Its ID is the ID of the rotation that created it
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
             * @description Email address of the user who started the rotation, or the name of the trust or automation token
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
             * @description When the lease expires. Set for the rotation that holds or last held the lease. No other rotation can start before
             */
            readonly leaseExpiresOn: string | null;
            /**
             * @description State of the secret
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
             * @description Email address of the user who started the rotation, or the name of the trust or automation token
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
             * @description When the lease expires. Set for the rotation that holds or last held the lease. No other rotation can start before
             */
            readonly leaseExpiresOn: string | null;
        };
        /**
         * ReceivedEvent
         * @description The server processed the event. Do not send it again
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
             * @description The `leaseExpiresOn` of the lease that this process holds and continues
             */
            readonly leaseExpiresOn?: string;
        };
        /** RotateKeyRequest */
        readonly RotateKeyRequest: {
            /** @description `immediate` (default) replaces the secret. `staged` adds a pending secret, and the current secret keeps working */
            readonly mode?: "immediate" | "staged";
            /**
             * Format: int32
             * @description Grace period of the replaced secrets in seconds. With 0 they stop working immediately
             */
            readonly graceSeconds?: number;
            /**
             * Format: int32
             * @description Seconds until the new secret expires if it is not used. Staged only. The default is 86400 (one day)
             */
            readonly expiresInSeconds?: number;
            /** @description Start even though another rotation holds the lease. Staged only. Set it only when you know that the other run has stopped */
            readonly takeOver?: boolean;
        };
        /** RotateTokenRequest */
        readonly RotateTokenRequest: {
            /**
             * Format: date-time
             * @description When the new secret expires, at most 365 days ahead. The default is the lifetime at creation
             */
            readonly expiresAt?: string;
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
             * @description When the lease expires. Pass it to finish and to the next renewal to identify the lease
             */
            readonly leaseExpiresOn: string;
            /**
             * Format: int32
             * @description Remaining duration of the lease in seconds
             */
            readonly leaseSeconds: number;
            /** @description If true, another rotation held the lease in between. Deliver the secret again before you finish */
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
                 * @description When the access token expires
                 */
                readonly expiresAt: string;
                /**
                 * Format: date-time
                 * @description When the user must sign in again, unless a refresh extends the session
                 */
                readonly endsOn: string;
                /**
                 * Format: date-time
                 * @description When the session ends at the latest. Null if refreshes can extend it without a limit
                 */
                readonly endsAtLatestOn: string | null;
            };
            /**
             * @description Plan of the active company
             * @enum {string}
             */
            readonly plan: "FREE" | "PRO" | "BUSINESS";
            /** @description IP address that the server sees */
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
             * @description Single-use: a second use ends the session. If the field is missing, your current refresh token stays valid
             */
            readonly refreshToken?: string;
            /**
             * Format: device-token
             * @description Returned by signIn only. Store it, and send it with the next sign-in of this account. Failed sign-ins of others then do not block you. The token does not replace the password
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
        /**
         * SignInMethods
         * @description The methods
         */
        readonly SignInMethods: {
            /** @description Ways for a client without a browser to sign in. Ignore unknown ones */
            readonly methods: readonly ("password" | "browser")[];
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
             * @description ID of the company to act for. The default is the first company of the user
             */
            readonly companyId?: string;
            /**
             * Format: device-token
             * @description Device token from an earlier sign-in of the same account. The server ignores any other token
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
        /** StartDeviceSignInRequest */
        readonly StartDeviceSignInRequest: {
            /**
             * Format: single-line-text
             * @description Accepted for clients that always send it, and ignored
             */
            readonly client_id?: string;
            /**
             * Format: single-line-text
             * @description Name of the device, which the user sees. 1 to 100 visible characters
             */
            readonly host_name: string;
            /**
             * Format: single-line-text
             * @description Name and version of the client, which the user sees. 1 to 100 visible characters
             */
            readonly client_version: string;
        };
        /**
         * StartedDeviceSignIn
         * @description The sign-in
         */
        readonly StartedDeviceSignIn: {
            /**
             * Format: device-code
             * @description Secret of the device. The server returns it only in this response
             */
            readonly device_code: string;
            /** @description Code that the user types or confirms */
            readonly user_code: string;
            /**
             * Format: uri
             * @description Page on which the user enters the code
             */
            readonly verification_uri: string;
            /**
             * Format: uri
             * @description The same page, with the code filled in
             */
            readonly verification_uri_complete: string;
            /**
             * Format: int32
             * @description Seconds until both codes expire
             */
            readonly expires_in: number;
            /**
             * Format: int32
             * @description Seconds to wait between two polls
             */
            readonly interval: number;
        };
        /** SwitchCompanyRequest */
        readonly SwitchCompanyRequest: {
            /** Format: id */
            readonly companyId: string;
        };
        /** TestTrustRequest */
        readonly TestTrustRequest: {
            /** @description Claims of a token */
            readonly claims: {
                readonly [key: string]: unknown;
            };
        };
        /**
         * Trust
         * @description The trust
         */
        readonly Trust: {
            /**
             * Format: uuid
             * @description UUID
             */
            readonly id: string;
            readonly name: string;
            /** @description What it allows */
            readonly may: readonly "rotate"[];
            /** @description Keys for which it works */
            readonly keyIds: readonly string[];
            /** @description Networks from which it works. If the list is empty, it works from every address */
            readonly fromCidrs: readonly string[];
            /**
             * Format: date-time
             * @description ISO 8601 UTC with milliseconds
             */
            readonly createdOn: string;
            readonly createdBy: {
                /** Format: single-line-text */
                readonly email: string;
                /** @description Whether the user is disabled or no longer belongs to the company */
                readonly hasLeft: boolean;
            };
            /**
             * @description CI platform
             * @enum {string}
             */
            readonly provider: "github" | "gitlab" | "buildkite" | "circleci" | "kubernetes";
            /**
             * Format: uri
             * @description Issuer of the tokens
             */
            readonly issuer: string;
            /** @description The exact values that a token must have */
            readonly claims: {
                readonly [key: string]: string;
            };
            /**
             * Format: int32
             * @description Lifetime of the tokens of a run
             */
            readonly ttlSeconds: number;
            /**
             * Format: int32
             * @description How often one token of the platform can be exchanged
             */
            readonly reuse: number;
            /**
             * Format: date-time
             * @description ISO 8601 UTC with milliseconds
             */
            readonly disabledOn: string | null;
            /** @description The last run that was allowed. Null if there was none */
            readonly lastRun: {
                /**
                 * Format: date-time
                 * @description ISO 8601 UTC with milliseconds
                 */
                readonly on: string;
                /**
                 * Format: single-line-text
                 * @description Repository or project
                 */
                readonly repository: string;
                /**
                 * Format: single-line-text
                 * @description Workflow file, pipeline or service account
                 */
                readonly workflow: string;
                /** Format: single-line-text */
                readonly runId: string;
            } | null;
            /** @description Why the trust allows more than most pipelines need */
            readonly warnings: readonly {
                /** @enum {string} */
                readonly type: "NO_ENVIRONMENT" | "ALL_KEYS" | "LONG_TOKENS" | "UNPROTECTED_REF";
                /** Format: single-line-text */
                readonly message: string;
            }[];
        };
        /**
         * TrustEvent
         * @description The exchange
         */
        readonly TrustEvent: {
            /**
             * Format: uuid
             * @description UUID
             */
            readonly id: string;
            /**
             * Format: date-time
             * @description ISO 8601 UTC with milliseconds
             */
            readonly on: string;
            /** @enum {string} */
            readonly outcome: "allowed" | "refused";
            /**
             * @description Error type of a refusal
             * @enum {string|null}
             */
            readonly type: "BAD_REQUEST" | "AUTHORIZATION_PENDING" | "SLOW_DOWN" | "DEVICE_CODE_EXPIRED" | "ACCESS_DENIED" | "MISSING_CREDENTIALS" | "INVALID_CREDENTIALS" | "IP_NOT_ALLOWED" | "UNAUTHORIZED" | "ASSERTION_INVALID" | "ASSERTION_REPLAYED" | "SIGN_IN_FAILED" | "FORBIDDEN" | "PLAN_UPGRADE_REQUIRED" | "PASSWORD_CHANGE_REQUIRED" | "TRUST_DENIED" | "SCOPE_DENIED" | "NOT_FOUND" | "KEY_REVOKED" | "ROTATION_IN_PROGRESS" | "TOO_MANY_ROTATIONS" | "ROTATION_IN_USE" | "IDEMPOTENCY_IN_PROGRESS" | "IDEMPOTENCY_SUPERSEDED" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_FAILED" | "IDEMPOTENCY_KEY_REUSED" | "RATE_LIMITED" | "INTERNAL" | "UNAVAILABLE" | null;
            /**
             * Format: single-line-text
             * @description The first claim that was not as expected
             */
            readonly claim: string | null;
            /**
             * Format: single-line-text
             * @description Its value in the token
             */
            readonly has: string | null;
            readonly run: {
                /**
                 * Format: single-line-text
                 * @description Repository or project
                 */
                readonly repository: string;
                /**
                 * Format: single-line-text
                 * @description Workflow file, pipeline or service account
                 */
                readonly workflow: string;
                /** Format: single-line-text */
                readonly runId: string;
            };
            /** @description IPv4 or IPv6 address */
            readonly ip: string | null;
        };
        /**
         * TrustTest
         * @description The verdict
         */
        readonly TrustTest: {
            readonly allowed: boolean;
            readonly claims: readonly {
                /** Format: single-line-text */
                readonly claim: string;
                /**
                 * Format: single-line-text
                 * @description Value of the token. Null if it has none
                 */
                readonly has: string | null;
                /**
                 * Format: single-line-text
                 * @description Value that the trust expects. Null if no trust allows the value
                 */
                readonly wants: string | null;
                readonly ok: boolean;
            }[];
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
         * @description The key of the credential
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
             * @description State of the secret
             * @enum {string}
             */
            readonly secret: "current" | "pending" | "retiring";
        };
    };
    responses: {
        /** @description ACCESS_DENIED: The user denied this sign-in, or may no longer sign in. AUTHORIZATION_PENDING: The user has not approved or denied this sign-in yet. Poll again. BAD_REQUEST: The request could not be parsed. DEVICE_CODE_EXPIRED: The device code is unknown, was already used, or has expired. Start a new sign-in. SLOW_DOWN: You poll too often. Wait 5 seconds longer between polls from now on. */
        readonly AccessDeniedOrAuthorizationPendingOrBadRequestOrDeviceCodeExpiredOrSlowDown: {
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
                        readonly type: "ACCESS_DENIED" | "AUTHORIZATION_PENDING" | "BAD_REQUEST" | "DEVICE_CODE_EXPIRED" | "SLOW_DOWN";
                    };
                };
            };
        };
        /** @description ASSERTION_INVALID: The token of the platform is not valid. ASSERTION_REPLAYED: The token of the platform was already exchanged. Request another one from the platform. */
        readonly AssertionInvalidOrAssertionReplayed: {
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
                        readonly type: "ASSERTION_INVALID" | "ASSERTION_REPLAYED";
                    };
                };
            };
        };
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
        /** @description FORBIDDEN: You need the Admin or Super Admin role in this company. */
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
        /** @description FORBIDDEN: You need the Admin or Super Admin role in this company. PASSWORD_CHANGE_REQUIRED: Change your password before you manage keys. PLAN_UPGRADE_REQUIRED: API keys require the BUSINESS plan. Upgrade in Settings → Billing. SCOPE_DENIED: The trust or automation token does not allow this call. It allows staged rotations of its own keys. */
        readonly ForbiddenOrPasswordChangeRequiredOrPlanUpgradeRequiredOrScopeDenied: {
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
                        readonly type: "FORBIDDEN" | "PASSWORD_CHANGE_REQUIRED" | "PLAN_UPGRADE_REQUIRED" | "SCOPE_DENIED";
                    };
                };
            };
        };
        /** @description FORBIDDEN: You need the Admin or Super Admin role in this company. PASSWORD_CHANGE_REQUIRED: Change your password before you manage keys. SCOPE_DENIED: The trust or automation token does not allow this call. It allows staged rotations of its own keys. */
        readonly ForbiddenOrPasswordChangeRequiredOrScopeDenied: {
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
                        readonly type: "FORBIDDEN" | "PASSWORD_CHANGE_REQUIRED" | "SCOPE_DENIED";
                    };
                };
            };
        };
        /** @description FORBIDDEN: You need the Admin or Super Admin role in this company. SCOPE_DENIED: The trust or automation token does not allow this call. It allows staged rotations of its own keys. */
        readonly ForbiddenOrScopeDenied: {
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
                        readonly type: "FORBIDDEN" | "SCOPE_DENIED";
                    };
                };
            };
        };
        /** @description IDEMPOTENCY_IN_PROGRESS: A request with this Idempotency-Key is still in progress. Retry later. IDEMPOTENCY_SUPERSEDED: The secret from this request was replaced or revoked, so the response cannot be replayed. */
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
        /** @description IDEMPOTENCY_IN_PROGRESS: A request with this Idempotency-Key is still in progress. Retry later. IDEMPOTENCY_SUPERSEDED: The secret from this request was replaced or revoked, so the response cannot be replayed. KEY_REVOKED: This key is revoked and cannot be restored. Create a new key. */
        readonly IdempotencyInProgressOrIdempotencySupersededOrKeyRevoked: {
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
                        readonly type: "IDEMPOTENCY_IN_PROGRESS" | "IDEMPOTENCY_SUPERSEDED" | "KEY_REVOKED";
                    };
                };
            };
        };
        /** @description IDEMPOTENCY_IN_PROGRESS: A request with this Idempotency-Key is still in progress. Retry later. IDEMPOTENCY_SUPERSEDED: The secret from this request was replaced or revoked, so the response cannot be replayed. KEY_REVOKED: This key is revoked and cannot be restored. Create a new key. ROTATION_IN_PROGRESS: Another rotation of this key is in progress. TOO_MANY_ROTATIONS: The key has three pending rotations, the maximum. Finish or abort one first. */
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
        /** @description IDEMPOTENCY_KEY_REUSED: This Idempotency-Key was used with a different request. Use a new key for each request. VALIDATION_FAILED: The request is not valid. */
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
        /** @description IP_NOT_ALLOWED: This key does not allow requests from this IP address. SIGN_IN_FAILED: Invalid email or password. UNAUTHORIZED: Unauthorized. */
        readonly IpNotAllowedOrSignInFailedOrUnauthorized: {
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
                        readonly type: "IP_NOT_ALLOWED" | "SIGN_IN_FAILED" | "UNAUTHORIZED";
                    };
                };
            };
        };
        /** @description IP_NOT_ALLOWED: This key does not allow requests from this IP address. UNAUTHORIZED: Unauthorized. */
        readonly IpNotAllowedOrUnauthorized: {
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
                        readonly type: "IP_NOT_ALLOWED" | "UNAUTHORIZED";
                    };
                };
            };
        };
        /** @description KEY_REVOKED: This key is revoked and cannot be restored. Create a new key. */
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
        /** @description KEY_REVOKED: This key is revoked and cannot be restored. Create a new key. ROTATION_IN_PROGRESS: Another rotation of this key is in progress. */
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
        /** @description KEY_REVOKED: This key is revoked and cannot be restored. Create a new key. ROTATION_IN_PROGRESS: Another rotation of this key is in progress. ROTATION_IN_USE: The secret of this rotation was used or may have been delivered. Finish the rotation, or abort it with force. */
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
        /** @description KEY_REVOKED: This key is revoked and cannot be restored. Create a new key. ROTATION_IN_PROGRESS: Another rotation of this key is in progress. TOO_MANY_ROTATIONS: The key has three pending rotations, the maximum. Finish or abort one first. */
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
        /** @description PLAN_UPGRADE_REQUIRED: API keys require the BUSINESS plan. Upgrade in Settings → Billing. TRUST_DENIED: The trust does not allow this token. */
        readonly PlanUpgradeRequiredOrTrustDenied: {
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
                        readonly type: "PLAN_UPGRADE_REQUIRED" | "TRUST_DENIED";
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
        /** @description SCOPE_DENIED: The trust or automation token does not allow this call. It allows staged rotations of its own keys. */
        readonly ScopeDenied: {
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
                        readonly type: "SCOPE_DENIED";
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
        /** @description UNAVAILABLE: The server is busy or cannot store data. Retry later. */
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
        /** @description UNSUPPORTED_MEDIA_TYPE: Send the body as uncompressed application/json. */
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
        /** @description Calls that the session can make in a burst. Missing if the session is unknown */
        readonly "RateLimit-Limit": number;
        /** @description Calls that the session can still make in a burst. A page of a long list counts as several calls */
        readonly "RateLimit-Remaining": number;
        /** @description Seconds until the full burst is available again */
        readonly "RateLimit-Reset": number;
        /** @description Set on the management plane for browser origins in CORS_ORIGINS */
        readonly AllowedOrigin: string;
        /** @description ID of the request. Error responses also contain it in the body */
        readonly RequestId: string;
        /** @description Error type, for proxies that cannot forward a body */
        readonly ErrorType: "BAD_REQUEST" | "AUTHORIZATION_PENDING" | "SLOW_DOWN" | "DEVICE_CODE_EXPIRED" | "ACCESS_DENIED" | "MISSING_CREDENTIALS" | "INVALID_CREDENTIALS" | "IP_NOT_ALLOWED" | "UNAUTHORIZED" | "ASSERTION_INVALID" | "ASSERTION_REPLAYED" | "SIGN_IN_FAILED" | "FORBIDDEN" | "PLAN_UPGRADE_REQUIRED" | "PASSWORD_CHANGE_REQUIRED" | "TRUST_DENIED" | "SCOPE_DENIED" | "NOT_FOUND" | "KEY_REVOKED" | "ROTATION_IN_PROGRESS" | "TOO_MANY_ROTATIONS" | "ROTATION_IN_USE" | "IDEMPOTENCY_IN_PROGRESS" | "IDEMPOTENCY_SUPERSEDED" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_FAILED" | "IDEMPOTENCY_KEY_REUSED" | "RATE_LIMITED" | "INTERNAL" | "UNAVAILABLE";
        /** @description Seconds to wait before you retry */
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
            /** @description The check passed */
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
            /** @description UNAVAILABLE: The server is busy or cannot store data. Retry later. */
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
            /** @description The error */
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
            /** @description The check passed */
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
            /** @description UNAVAILABLE: The server is busy or cannot store data. Retry later. */
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
            /** @description The error */
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
                /** @description For stale-keys: age in days. The default is 90 */
                readonly unusedForDays?: number;
                /** @description For stale-keys: age in days. The default is 90 */
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
            /** @description Result of the job */
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
            /** @description UNSUPPORTED_MEDIA_TYPE: Send the body as uncompressed application/json. */
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
            /** @description UNAVAILABLE: The server is busy or cannot store data. Retry later. */
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
            /** @description The error */
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
            /** @description The server processed the event. Do not send it again */
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
            /** @description UNSUPPORTED_MEDIA_TYPE: Send the body as uncompressed application/json. */
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
            /** @description UNAVAILABLE: The server is busy or cannot store data. Retry later. */
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
            /** @description The error */
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
            /** @description The error */
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
            /** @description The error */
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
            readonly 401: components["responses"]["IpNotAllowedOrUnauthorized"];
            readonly 403: components["responses"]["ScopeDenied"];
            readonly 413: components["responses"]["PayloadTooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["ValidationFailed"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description The error */
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
            readonly 401: components["responses"]["IpNotAllowedOrUnauthorized"];
            readonly 403: components["responses"]["ScopeDenied"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description The error */
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
            readonly 401: components["responses"]["IpNotAllowedOrUnauthorized"];
            readonly 403: components["responses"]["ForbiddenOrScopeDenied"];
            readonly 413: components["responses"]["PayloadTooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["ValidationFailed"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description The error */
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
            readonly 401: components["responses"]["IpNotAllowedOrSignInFailedOrUnauthorized"];
            readonly 403: components["responses"]["ForbiddenOrScopeDenied"];
            readonly 413: components["responses"]["PayloadTooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["ValidationFailed"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description The error */
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
    readonly listSessions: {
        readonly parameters: {
            readonly query?: {
                readonly limit?: number;
                /** @description Cursor from the `Link` header of the previous page */
                readonly cursor?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Newest use first */
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
                    readonly "application/json": readonly components["schemas"]["ListedSession"][];
                };
            };
            readonly 400: components["responses"]["BadRequest"];
            readonly 401: components["responses"]["IpNotAllowedOrUnauthorized"];
            readonly 403: components["responses"]["ScopeDenied"];
            readonly 422: components["responses"]["ValidationFailed"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description The error */
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
    readonly endOtherSessions: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description How many sessions have ended */
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
                    readonly "application/json": components["schemas"]["EndedSessions"];
                };
            };
            readonly 400: components["responses"]["BadRequest"];
            readonly 401: components["responses"]["IpNotAllowedOrUnauthorized"];
            readonly 403: components["responses"]["ScopeDenied"];
            readonly 422: components["responses"]["ValidationFailed"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description The error */
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
    readonly endSession: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description ID of the session */
                readonly id: string;
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
            readonly 401: components["responses"]["IpNotAllowedOrUnauthorized"];
            readonly 403: components["responses"]["ScopeDenied"];
            readonly 404: components["responses"]["NotFound"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description The error */
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
                /** @description Only keys whose names start with this text, ordered by name. The case of ASCII letters does not matter */
                readonly namePrefix?: string;
                readonly limit?: number;
                /** @description Cursor from the `Link` header of the previous page */
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
            readonly 401: components["responses"]["IpNotAllowedOrUnauthorized"];
            readonly 403: components["responses"]["ForbiddenOrPasswordChangeRequiredOrScopeDenied"];
            readonly 422: components["responses"]["ValidationFailed"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description The error */
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
                /** @description 1 to 255 visible ASCII characters. Use a new key for each request. The same key and body return the same response for 24 hours */
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
            readonly 401: components["responses"]["IpNotAllowedOrUnauthorized"];
            readonly 403: components["responses"]["ForbiddenOrPasswordChangeRequiredOrPlanUpgradeRequiredOrScopeDenied"];
            readonly 409: components["responses"]["IdempotencyInProgressOrIdempotencySuperseded"];
            readonly 413: components["responses"]["PayloadTooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["IdempotencyKeyReusedOrValidationFailed"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description The error */
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
            readonly 401: components["responses"]["IpNotAllowedOrUnauthorized"];
            readonly 403: components["responses"]["ForbiddenOrPasswordChangeRequiredOrScopeDenied"];
            readonly 404: components["responses"]["NotFound"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description The error */
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
            readonly 401: components["responses"]["IpNotAllowedOrUnauthorized"];
            readonly 403: components["responses"]["ForbiddenOrPasswordChangeRequiredOrScopeDenied"];
            readonly 404: components["responses"]["NotFound"];
            readonly 409: components["responses"]["KeyRevoked"];
            readonly 413: components["responses"]["PayloadTooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["ValidationFailed"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description The error */
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
                /** @description 1 to 255 visible ASCII characters. Use a new key for each request. The same key and body return the same response for 24 hours */
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
            readonly 401: components["responses"]["IpNotAllowedOrUnauthorized"];
            readonly 403: components["responses"]["ForbiddenOrPasswordChangeRequiredOrPlanUpgradeRequiredOrScopeDenied"];
            readonly 404: components["responses"]["NotFound"];
            readonly 409: components["responses"]["IdempotencyInProgressOrIdempotencySupersededOrKeyRevokedOrRotationInProgressOrTooManyRotations"];
            readonly 413: components["responses"]["PayloadTooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["IdempotencyKeyReusedOrValidationFailed"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description The error */
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
            readonly 401: components["responses"]["IpNotAllowedOrUnauthorized"];
            readonly 403: components["responses"]["ForbiddenOrPasswordChangeRequiredOrScopeDenied"];
            readonly 404: components["responses"]["NotFound"];
            readonly 413: components["responses"]["PayloadTooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["ValidationFailed"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description The error */
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
            /** @description The current secret, then pending secrets from oldest to newest, then retiring secrets */
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
            readonly 401: components["responses"]["IpNotAllowedOrUnauthorized"];
            readonly 403: components["responses"]["ForbiddenOrPasswordChangeRequiredOrScopeDenied"];
            readonly 404: components["responses"]["NotFound"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description The error */
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
            readonly 401: components["responses"]["IpNotAllowedOrUnauthorized"];
            readonly 403: components["responses"]["ForbiddenOrPasswordChangeRequiredOrPlanUpgradeRequiredOrScopeDenied"];
            readonly 404: components["responses"]["NotFound"];
            readonly 409: components["responses"]["KeyRevokedOrRotationInProgressOrTooManyRotations"];
            readonly 413: components["responses"]["PayloadTooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["ValidationFailed"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description The error */
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
            readonly 401: components["responses"]["IpNotAllowedOrUnauthorized"];
            readonly 403: components["responses"]["ForbiddenOrPasswordChangeRequiredOrPlanUpgradeRequiredOrScopeDenied"];
            readonly 404: components["responses"]["NotFound"];
            readonly 409: components["responses"]["KeyRevokedOrRotationInProgressOrRotationInUse"];
            readonly 413: components["responses"]["PayloadTooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["ValidationFailed"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description The error */
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
            readonly 401: components["responses"]["IpNotAllowedOrUnauthorized"];
            readonly 403: components["responses"]["ForbiddenOrPasswordChangeRequiredOrPlanUpgradeRequiredOrScopeDenied"];
            readonly 404: components["responses"]["NotFound"];
            readonly 409: components["responses"]["KeyRevokedOrRotationInProgress"];
            readonly 413: components["responses"]["PayloadTooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["ValidationFailed"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description The error */
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
            readonly 401: components["responses"]["IpNotAllowedOrUnauthorized"];
            readonly 403: components["responses"]["ForbiddenOrPasswordChangeRequiredOrScopeDenied"];
            readonly 404: components["responses"]["NotFound"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description The error */
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
            readonly 401: components["responses"]["IpNotAllowedOrUnauthorized"];
            readonly 403: components["responses"]["ForbiddenOrPasswordChangeRequiredOrScopeDenied"];
            readonly 404: components["responses"]["NotFound"];
            readonly 409: components["responses"]["KeyRevoked"];
            readonly 413: components["responses"]["PayloadTooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["ValidationFailed"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description The error */
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
            readonly 401: components["responses"]["IpNotAllowedOrUnauthorized"];
            readonly 403: components["responses"]["ForbiddenOrPasswordChangeRequiredOrScopeDenied"];
            readonly 404: components["responses"]["NotFound"];
            readonly 413: components["responses"]["PayloadTooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["ValidationFailed"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description The error */
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
                /** @description Only events caused by this user, trust or automation token */
                readonly actorId?: string;
                /** @description Only this action, for example key.rotated */
                readonly action?: string;
                /** @description Only events caused by this kind of actor */
                readonly actorKind?: "user" | "trust" | "token" | "operator" | "server";
                /** @description Only events caused by runs of this repository or project */
                readonly repository?: string;
                /** @description Only events caused by runs of this workflow */
                readonly workflow?: string;
                /** @description Only events caused by this run of a pipeline */
                readonly runId?: string;
                /** @description Only events at or after this time */
                readonly since?: string;
                readonly limit?: number;
                /** @description Cursor from the `Link` header of the previous page */
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
            readonly 401: components["responses"]["IpNotAllowedOrUnauthorized"];
            readonly 403: components["responses"]["ForbiddenOrPasswordChangeRequiredOrScopeDenied"];
            readonly 422: components["responses"]["ValidationFailed"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description The error */
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
    readonly listTrusts: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The trusts, oldest first */
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
                    readonly "application/json": readonly components["schemas"]["Trust"][];
                };
            };
            readonly 400: components["responses"]["BadRequest"];
            readonly 401: components["responses"]["IpNotAllowedOrUnauthorized"];
            readonly 403: components["responses"]["ForbiddenOrPasswordChangeRequiredOrScopeDenied"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description The error */
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
    readonly createTrust: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["CreateTrustRequest"];
            };
        };
        readonly responses: {
            /** @description The trust */
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
                    readonly "application/json": components["schemas"]["Trust"];
                };
            };
            readonly 400: components["responses"]["BadRequest"];
            readonly 401: components["responses"]["IpNotAllowedOrUnauthorized"];
            readonly 403: components["responses"]["ForbiddenOrPasswordChangeRequiredOrPlanUpgradeRequiredOrScopeDenied"];
            readonly 413: components["responses"]["PayloadTooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["ValidationFailed"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description The error */
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
    readonly getTrust: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description ID of the trust */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The trust */
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
                    readonly "application/json": components["schemas"]["Trust"];
                };
            };
            readonly 400: components["responses"]["BadRequest"];
            readonly 401: components["responses"]["IpNotAllowedOrUnauthorized"];
            readonly 403: components["responses"]["ForbiddenOrPasswordChangeRequiredOrScopeDenied"];
            readonly 404: components["responses"]["NotFound"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description The error */
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
    readonly removeTrust: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description ID of the trust */
                readonly id: string;
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
            readonly 401: components["responses"]["IpNotAllowedOrUnauthorized"];
            readonly 403: components["responses"]["ForbiddenOrPasswordChangeRequiredOrScopeDenied"];
            readonly 404: components["responses"]["NotFound"];
            readonly 413: components["responses"]["PayloadTooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["ValidationFailed"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description The error */
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
    readonly disableTrust: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description ID of the trust */
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
            /** @description The trust */
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
                    readonly "application/json": components["schemas"]["Trust"];
                };
            };
            readonly 400: components["responses"]["BadRequest"];
            readonly 401: components["responses"]["IpNotAllowedOrUnauthorized"];
            readonly 403: components["responses"]["ForbiddenOrPasswordChangeRequiredOrScopeDenied"];
            readonly 404: components["responses"]["NotFound"];
            readonly 413: components["responses"]["PayloadTooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["ValidationFailed"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description The error */
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
    readonly enableTrust: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description ID of the trust */
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
            /** @description The trust */
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
                    readonly "application/json": components["schemas"]["Trust"];
                };
            };
            readonly 400: components["responses"]["BadRequest"];
            readonly 401: components["responses"]["IpNotAllowedOrUnauthorized"];
            readonly 403: components["responses"]["ForbiddenOrPasswordChangeRequiredOrScopeDenied"];
            readonly 404: components["responses"]["NotFound"];
            readonly 413: components["responses"]["PayloadTooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["ValidationFailed"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description The error */
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
    readonly listTrustEvents: {
        readonly parameters: {
            readonly query?: {
                /** @description Only refused exchanges */
                readonly refused?: boolean;
                readonly limit?: number;
                /** @description Cursor from the `Link` header of the previous page */
                readonly cursor?: string;
            };
            readonly header?: never;
            readonly path: {
                /** @description ID of the trust */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The exchanges */
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
                    readonly "application/json": readonly components["schemas"]["TrustEvent"][];
                };
            };
            readonly 400: components["responses"]["BadRequest"];
            readonly 401: components["responses"]["IpNotAllowedOrUnauthorized"];
            readonly 403: components["responses"]["ForbiddenOrPasswordChangeRequiredOrScopeDenied"];
            readonly 404: components["responses"]["NotFound"];
            readonly 422: components["responses"]["ValidationFailed"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description The error */
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
    readonly testTrust: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description ID of the trust */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["TestTrustRequest"];
            };
        };
        readonly responses: {
            /** @description The verdict */
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
                    readonly "application/json": components["schemas"]["TrustTest"];
                };
            };
            readonly 400: components["responses"]["BadRequest"];
            readonly 401: components["responses"]["IpNotAllowedOrUnauthorized"];
            readonly 403: components["responses"]["ForbiddenOrPasswordChangeRequiredOrScopeDenied"];
            readonly 404: components["responses"]["NotFound"];
            readonly 413: components["responses"]["PayloadTooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["ValidationFailed"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description The error */
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
    readonly listTokens: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The automation tokens, oldest first */
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
                    readonly "application/json": readonly components["schemas"]["AutomationToken"][];
                };
            };
            readonly 400: components["responses"]["BadRequest"];
            readonly 401: components["responses"]["IpNotAllowedOrUnauthorized"];
            readonly 403: components["responses"]["ForbiddenOrPasswordChangeRequiredOrScopeDenied"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description The error */
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
    readonly createToken: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 1 to 255 visible ASCII characters. Use a new key for each request. The same key and body return the same response for 24 hours */
                readonly "idempotency-key"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["CreateTokenRequest"];
            };
        };
        readonly responses: {
            /** @description The automation token */
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
                    readonly "application/json": components["schemas"]["AutomationTokenWithSecret"];
                };
            };
            readonly 400: components["responses"]["BadRequest"];
            readonly 401: components["responses"]["IpNotAllowedOrUnauthorized"];
            readonly 403: components["responses"]["ForbiddenOrPasswordChangeRequiredOrPlanUpgradeRequiredOrScopeDenied"];
            readonly 409: components["responses"]["IdempotencyInProgressOrIdempotencySuperseded"];
            readonly 413: components["responses"]["PayloadTooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["IdempotencyKeyReusedOrValidationFailed"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description The error */
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
    readonly getToken: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description ID of the automation token */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The automation token */
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
                    readonly "application/json": components["schemas"]["AutomationToken"];
                };
            };
            readonly 400: components["responses"]["BadRequest"];
            readonly 401: components["responses"]["IpNotAllowedOrUnauthorized"];
            readonly 403: components["responses"]["ForbiddenOrPasswordChangeRequiredOrScopeDenied"];
            readonly 404: components["responses"]["NotFound"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description The error */
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
    readonly rotateToken: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 1 to 255 visible ASCII characters. Use a new key for each request. The same key and body return the same response for 24 hours */
                readonly "idempotency-key"?: string;
            };
            readonly path: {
                /** @description ID of the automation token */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: {
            readonly content: {
                readonly "application/json": components["schemas"]["RotateTokenRequest"];
            };
        };
        readonly responses: {
            /** @description The automation token */
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
                    readonly "application/json": components["schemas"]["AutomationTokenWithSecret"];
                };
            };
            readonly 400: components["responses"]["BadRequest"];
            readonly 401: components["responses"]["IpNotAllowedOrUnauthorized"];
            readonly 403: components["responses"]["ForbiddenOrPasswordChangeRequiredOrPlanUpgradeRequiredOrScopeDenied"];
            readonly 404: components["responses"]["NotFound"];
            readonly 409: components["responses"]["IdempotencyInProgressOrIdempotencySupersededOrKeyRevoked"];
            readonly 413: components["responses"]["PayloadTooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["IdempotencyKeyReusedOrValidationFailed"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description The error */
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
    readonly revokeToken: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description ID of the automation token */
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
            /** @description The automation token */
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
                    readonly "application/json": components["schemas"]["AutomationToken"];
                };
            };
            readonly 400: components["responses"]["BadRequest"];
            readonly 401: components["responses"]["IpNotAllowedOrUnauthorized"];
            readonly 403: components["responses"]["ForbiddenOrPasswordChangeRequiredOrScopeDenied"];
            readonly 404: components["responses"]["NotFound"];
            readonly 413: components["responses"]["PayloadTooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["ValidationFailed"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description The error */
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
    readonly exchangeToken: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/x-www-form-urlencoded": components["schemas"]["ExchangeRequest"] | components["schemas"]["DeviceCodeRequest"];
            };
        };
        readonly responses: {
            /** @description The token */
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
                    readonly "application/json": components["schemas"]["ExchangeResponse"];
                };
            };
            readonly 400: components["responses"]["AccessDeniedOrAuthorizationPendingOrBadRequestOrDeviceCodeExpiredOrSlowDown"];
            readonly 401: components["responses"]["AssertionInvalidOrAssertionReplayed"];
            readonly 403: components["responses"]["PlanUpgradeRequiredOrTrustDenied"];
            readonly 413: components["responses"]["PayloadTooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["ValidationFailed"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description The error */
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
    readonly explainToken: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/x-www-form-urlencoded": components["schemas"]["ExchangeRequest"];
            };
        };
        readonly responses: {
            /** @description The verdict */
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
                    readonly "application/json": components["schemas"]["ExchangeExplanation"];
                };
            };
            readonly 400: components["responses"]["BadRequest"];
            readonly 413: components["responses"]["PayloadTooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["ValidationFailed"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description The error */
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
    readonly getGrant: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description What the token allows */
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
                    readonly "application/json": components["schemas"]["Grant"];
                };
            };
            readonly 400: components["responses"]["BadRequest"];
            readonly 401: components["responses"]["IpNotAllowedOrUnauthorized"];
            readonly 403: components["responses"]["ForbiddenOrScopeDenied"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description The error */
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
    readonly getSignInMethods: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The methods */
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
                    readonly "application/json": components["schemas"]["SignInMethods"];
                };
            };
            readonly 400: components["responses"]["BadRequest"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description The error */
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
    readonly startDeviceSignIn: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/x-www-form-urlencoded": components["schemas"]["StartDeviceSignInRequest"];
            };
        };
        readonly responses: {
            /** @description The sign-in */
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
                    readonly "application/json": components["schemas"]["StartedDeviceSignIn"];
                };
            };
            readonly 400: components["responses"]["BadRequest"];
            readonly 404: components["responses"]["NotFound"];
            readonly 413: components["responses"]["PayloadTooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["ValidationFailed"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
            /** @description The error */
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
            /** @description The key of the credential */
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
            /** @description INVALID_CREDENTIALS: Invalid API credentials. IP_NOT_ALLOWED: This key does not allow requests from this IP address. MISSING_CREDENTIALS: Missing API credentials. */
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
            /** @description PLAN_UPGRADE_REQUIRED: API keys require the BUSINESS plan. Upgrade in Settings → Billing. */
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
            /** @description UNAVAILABLE: The server is busy or cannot store data. Retry later. */
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
            /** @description The error */
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
