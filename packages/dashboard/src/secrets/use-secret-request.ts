import { useRef, useState } from "preact/hooks";
import type { Failure } from "../api/failure.ts";
import { useAction } from "../api/use-action.ts";
import { type NewSecret, type SecretRequest, sendSecretRequest } from "./secret-request.ts";
import { createIdempotencyKey, forgetUnconfirmed, rememberUnconfirmed } from "./unconfirmed-requests.ts";
import { useOwner } from "./use-owner.ts";

/** A call that returns a secret, safe against double clicks, reloads and lost answers. */
export interface SecretCall {
  readonly isPending: boolean;
  readonly failure: Failure | null;
  /** The secret to reveal, once it is there. */
  readonly secret: NewSecret | null;
  /** Whether a request may have taken effect. Its values must not change until the outcome is known. */
  readonly isOpen: boolean;
  /** Sends a request, or the open request again with the same Idempotency-Key. */
  readonly send: (request: SecretRequest) => Promise<void>;
  /** Forgets the request, after the user confirmed the secret. */
  readonly confirm: () => void;
}

/** Sends requests that return a secret. `resumed` is an unconfirmed request to repeat. */
export function useSecretRequest(resumed?: {
  readonly idempotencyKey: string;
  readonly startedMs: number;
}): SecretCall {
  const owner = useOwner();
  const action = useAction();
  const [secret, setSecret] = useState<NewSecret | null>(null);
  // One per dialog. After a refusal, the values may differ, and the server expects another key for them.
  const attempt = useRef(resumed ?? null);
  const send = async (request: SecretRequest): Promise<void> => {
    if (owner === null) return;
    attempt.current ??= { idempotencyKey: createIdempotencyKey(), startedMs: Date.now() };
    const { idempotencyKey, startedMs } = attempt.current;
    rememberUnconfirmed({ idempotencyKey, request, owner, startedMs });
    const result = await action.run((sdk) => sendSecretRequest(sdk, request, idempotencyKey));
    if (result === null) return;
    if (result.ok) return setSecret(result.value);
    // A refusal created nothing. The server did not store it either, so the key is free for corrected values.
    if (result.failure.kind !== "unknown-outcome" && resumed === undefined) {
      forgetUnconfirmed(idempotencyKey);
      if (result.failure.kind === "fields") attempt.current = null;
    }
  };
  const confirm = (): void => {
    if (attempt.current !== null) forgetUnconfirmed(attempt.current.idempotencyKey);
    attempt.current = null;
    setSecret(null);
  };
  const { isPending, failure } = action;
  return { isPending, failure, secret, isOpen: failure?.kind === "unknown-outcome", send, confirm };
}
