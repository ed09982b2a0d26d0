import type { IncomingHttpHeaders } from "node:http";
import type Type from "typebox";
import type { PresentedCredential } from "../domain/verify/verify-credential.ts";
import { AppError } from "../errors.ts";
import type { LiveSecret } from "../store/records.ts";
import { readBearerToken } from "./plugins/authenticate.ts";
import type { Verification } from "./schemas/api-key.ts";

/**
 * Returns the credential of a request in one of the two documented forms.
 * @throws {AppError} MISSING_CREDENTIALS if there is none. BAD_REQUEST for both forms at once or half of a pair.
 */
export function readCredential(headers: IncomingHttpHeaders): PresentedCredential {
  const { authorization, "x-api-key": clientId, "x-api-secret": clientSecret } = headers;
  if (clientId === undefined && clientSecret === undefined) {
    if (authorization === undefined) throw new AppError("MISSING_CREDENTIALS");
    const token = readBearerToken(authorization);
    if (token === null) {
      throw new AppError("BAD_REQUEST", {
        message: "The Authorization header must have the form: Bearer <clientSecret>",
      });
    }
    return { clientId: null, clientSecret: token };
  }
  if (authorization !== undefined) {
    throw new AppError("BAD_REQUEST", {
      message: "Send either x-api-key and x-api-secret, or Authorization: Bearer, but not both",
    });
  }
  if (typeof clientId !== "string" || typeof clientSecret !== "string" || clientId === "" || clientSecret === "") {
    throw new AppError("BAD_REQUEST", { message: "Send both x-api-key and x-api-secret. One of them is missing" });
  }
  return { clientId, clientSecret };
}

/** Returns the response for a verified credential. */
export function presentVerification(secret: LiveSecret): Type.Static<typeof Verification> {
  return {
    keyId: secret.keyId,
    clientId: secret.clientId,
    companyId: secret.companyId,
    companyName: secret.companyName,
    name: secret.keyName,
    secret: secret.state,
  };
}
