import type { DeviceTokenRecord } from "../../store/records.ts";
import type { Dependencies, Transaction } from "../dependencies.ts";
import { addSeconds } from "../timestamp.ts";

/** How long a device is known after its last sign-in. */
export const deviceTokenSeconds = 365 * 24 * 60 * 60;
/** Maximum number of known devices per user. */
const devicesPerUserMax = 20;
/** Device tokens have 43 characters. */
const tokenCharactersMax = 128;

/** A presented device token and its device. */
export interface PresentedDevice {
  readonly token: string;
  readonly device: DeviceTokenRecord;
}

/**
 * Returns the device of a presented token, or null if it is missing, unknown or expired. Does the same work for every
 * token. The caller must compare the user.
 */
export async function findPresentedDevice(
  deps: Dependencies,
  token: string | undefined,
): Promise<PresentedDevice | null> {
  if (token === undefined || token.length > tokenCharactersMax) return null;
  const digests = deps.secretHasher.all.map((pepper) => pepper.digestToken("device-token", token));
  const device = await deps.store.deviceTokens.find(digests, deps.now().toISOString());
  return device === null ? null : { token, device };
}

/**
 * Saves the device of a successful sign-in inside the caller's transaction and returns its token. A known device keeps
 * its token, so that a lost response has no effect. If the user has more than 20 devices, the least useful one is
 * removed.
 */
export async function rememberDevice(
  tx: Transaction,
  signIn: { readonly userId: string; readonly sessionId: string; readonly presented: PresentedDevice | null },
): Promise<string> {
  const { userId, sessionId, presented } = signIn;
  const { deviceTokens } = tx.store;
  const now = tx.now();
  const [nowText, expiresOn] = [now.toISOString(), addSeconds(now, deviceTokenSeconds)];
  if (presented !== null && presented.device.userId === userId) {
    // Use the current pepper, so that old peppers can be retired.
    const digest = tx.secretHasher.digestToken("device-token", presented.token);
    const use = { digest, sessionId, lastUsedOn: nowText, expiresOn };
    if (await deviceTokens.use(presented.device.id, use)) return presented.token;
  }
  const token = tx.randomBytes(32).toString("base64url");
  const digest = tx.secretHasher.digestToken("device-token", token);
  const id = tx.newId();
  await deviceTokens.insert({ id, digest, userId, sessionId, createdOn: nowText, expiresOn });
  await deviceTokens.deleteBeyond(userId, { max: devicesPerUserMax, exceptId: id, now: nowText });
  return token;
}
