import type { KeyRecord, NewSecret } from "../../store/records.ts";
import { type Actor, nameActor } from "../access.ts";
import type { Transaction } from "../dependencies.ts";
import { generateClientSecret } from "./client-secret.ts";

/** A key with a secret that is returned only once. */
export interface KeyWithSecret {
  readonly key: KeyRecord;
  readonly clientSecret: string;
  /** ID of the secret. For a pending secret, this is the ID of its rotation. */
  readonly secretId: string;
  readonly madeOn: string;
}

/** Creates a secret for a key on behalf of an actor, and stores its digest, inside the caller's transaction. */
export async function mintSecret(
  tx: Transaction,
  actor: Actor,
  secret: Pick<NewSecret, "keyId" | "state" | "expiresOn">,
): Promise<Omit<KeyWithSecret, "key">> {
  const clientSecret = generateClientSecret(tx.randomBytes);
  const pepper = tx.secretHasher.current;
  const secretId = tx.newId();
  const madeOn = tx.now().toISOString();
  await tx.store.secrets.insert({
    ...secret,
    id: secretId,
    digest: pepper.hash(clientSecret),
    pepperVersion: pepper.version,
    createdOn: madeOn,
    createdBy: nameActor(actor),
    pipelineId: actor.kind === "user" ? null : actor.id,
  });
  return { clientSecret, secretId, madeOn };
}
