import type { AutomationToken } from "./automation-token.ts";
import type { Grant, Trust, TrustExplanation, TrustLogEntry, TrustVerdict } from "./trust.ts";

interface Json<Body> {
  readonly content: { readonly "application/json": Body };
}

interface Operation<Body, Parameters = unknown, Status extends number = 200, Request = never> {
  readonly parameters: Parameters;
  readonly requestBody?: [Request] extends [never] ? never : Json<Request>;
  readonly responses: { readonly [S in Status]: Json<Body> };
}

interface Removal<Parameters> {
  readonly parameters: Parameters;
  readonly responses: { readonly 204: { readonly content?: never } };
}

interface ById {
  readonly path: { readonly id: string };
}

interface TrustBody {
  readonly name: string;
  readonly provider: string;
  readonly issuer?: string;
  readonly claims: Readonly<Record<string, string>>;
  readonly may: readonly string[];
  readonly keyIds: readonly string[];
  readonly ttlSeconds?: number;
  readonly fromCidrs?: readonly string[];
  readonly reuse?: number;
}

interface TokenBody {
  readonly name: string;
  readonly may: readonly string[];
  readonly keyIds: readonly string[];
  readonly expiresAt: string;
  readonly fromCidrs?: readonly string[];
}

type TokenWithSecret = AutomationToken & { readonly token: string };

/** The response of the exchange, in the names of RFC 8693. */
export interface ExchangedToken {
  readonly access_token: string;
  readonly issued_token_type: string;
  readonly token_type: string;
  readonly expires_in: number;
  readonly scope: string;
}

/**
 * The calls of trusts and automation tokens, in the form of the generated `paths`. Remove this file, and its use in
 * `operation.ts`, when the OpenAPI document of the server contains them.
 */
export interface PipelinePaths {
  readonly "/external/v1/auth/trusts": {
    readonly get: Operation<readonly Trust[]>;
    readonly post: Operation<Trust, unknown, 201, TrustBody>;
  };
  readonly "/external/v1/auth/trusts/{id}": {
    readonly get: Operation<Trust, ById>;
    readonly delete: Removal<ById>;
  };
  readonly "/external/v1/auth/trusts/{id}/disable": { readonly post: Operation<Trust, ById> };
  readonly "/external/v1/auth/trusts/{id}/enable": { readonly post: Operation<Trust, ById> };
  readonly "/external/v1/auth/trusts/{id}/log": {
    readonly get: Operation<
      readonly TrustLogEntry[],
      ById & { readonly query?: { readonly refused?: "true"; readonly limit?: number; readonly cursor?: string } }
    >;
  };
  readonly "/external/v1/auth/trusts/{id}/test": {
    readonly post: Operation<TrustVerdict, ById, 200, { readonly claims: Readonly<Record<string, unknown>> }>;
  };
  readonly "/external/v1/auth/token": { readonly post: Operation<ExchangedToken> };
  readonly "/external/v1/auth/token/explain": { readonly post: Operation<TrustExplanation> };
  readonly "/external/v1/auth/grant": { readonly get: Operation<Grant> };
  readonly "/external/v1/auth/tokens": {
    readonly get: Operation<readonly AutomationToken[]>;
    readonly post: Operation<TokenWithSecret, unknown, 201, TokenBody>;
  };
  readonly "/external/v1/auth/tokens/{id}": { readonly get: Operation<AutomationToken, ById> };
  readonly "/external/v1/auth/tokens/{id}/rotate": {
    readonly post: Operation<TokenWithSecret, ById, 200, { readonly expiresAt?: string }>;
  };
  readonly "/external/v1/auth/tokens/{id}/revoke": { readonly post: Operation<AutomationToken, ById> };
}
