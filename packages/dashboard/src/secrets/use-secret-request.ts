import { useEffect, useRef, useState } from "preact/hooks";
import { useAction } from "../api/use-action.ts";
import { useApp } from "../app/context.ts";
import { type NewSecret, type SecretRequest, sendSecretRequest } from "./secret-request.ts";
import {
  createIdempotencyKey,
  forgetUnconfirmed,
  offerUnconfirmedAgain,
  rememberUnconfirmed,
  type UnconfirmedRequest,
} from "./unconfirmed-requests.ts";

/**
 * Sends a request that returns a secret. This is safe after double clicks, reloads and lost responses: each component,
 * such as a dialog, has one Idempotency-Key, so further attempts have no further effect. `resumed` is an unconfirmed
 * request to repeat.
 */
export function useSecretRequest(resumed?: UnconfirmedRequest) {
  const owner = useOwner();
  const action = useAction();
  const [secret, setSecret] = useState<NewSecret | null>(null);
  /** Whether an earlier attempt may have taken effect. Then the values of the request must not change. */
  const [mayHaveTakenEffect, setMayHaveTakenEffect] = useState(resumed !== undefined);
  const attempt = useRef<Pick<UnconfirmedRequest, "idempotencyKey" | "startedMs"> | null>(resumed ?? null);
  useEffect(
    () => () => {
      if (attempt.current !== null) offerUnconfirmedAgain(attempt.current.idempotencyKey);
    },
    [],
  );
  const send = async (request: SecretRequest): Promise<void> => {
    if (owner === null) return;
    attempt.current ??= { idempotencyKey: createIdempotencyKey(), startedMs: Date.now() };
    const { idempotencyKey, startedMs } = attempt.current;
    rememberUnconfirmed({ idempotencyKey, request, owner, startedMs });
    const result = await action.run((sdk) => sendSecretRequest(sdk, request, idempotencyKey));
    if (result === null) return;
    if (result.ok) setSecret(result.value);
    else if (result.failure.kind === "unknown-outcome") setMayHaveTakenEffect(true);
    // A refusal means that this attempt had no effect. An earlier attempt whose response was lost may still have had
    // one.
    else if (!mayHaveTakenEffect) forgetUnconfirmed(idempotencyKey);
  };
  /** Forgets the request, after the user confirmed the secret. */
  const confirm = (proceed: () => void): void => {
    if (attempt.current !== null) forgetUnconfirmed(attempt.current.idempotencyKey);
    setSecret(null);
    proceed();
  };
  return { ...action, secret, mayHaveTakenEffect, send, confirm };
}

/** Returns the owner of unconfirmed secrets: server, user and company. Null until the session was read. */
export function useOwner(): string | null {
  const { api, session } = useApp();
  return session === null ? null : `${api.baseUrl} ${session.user.id} ${session.activeCompany.id}`;
}
