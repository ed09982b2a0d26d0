import { AppError, invalidField } from "../../errors.ts";
import type { Origin } from "../access.ts";
import type { Dependencies } from "../dependencies.ts";
import { generateCheckedText } from "../keys/client-secret.ts";
import { checkName } from "../names.ts";
import { findClientNetworks } from "../network/client-networks.ts";
import { addSeconds } from "../timestamp.ts";
import {
  deviceSignInSeconds,
  digestDeviceCode,
  digestUserCode,
  formatUserCode,
  generateUserCode,
} from "./device-codes.ts";

/** What a device says about itself. Nobody has verified it. */
export interface DeviceInput {
  readonly hostName: string;
  readonly clientVersion: string;
}

/** A started sign-in. Both codes are returned only once. */
export interface StartedDeviceSignIn {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly expiresInSeconds: number;
  readonly intervalSeconds: number;
}

/** How long a device waits between two polls at first, in seconds (RFC 8628, section 3.2). */
const intervalSeconds = 5;
/** Maximum number of open sign-ins. It keeps guesses of a code unlikely to be right, and the disk from filling up. */
const openMax = 10_000;
const openPerNetworkMax = 50;
/** Number of seconds after which a refused client may try again, because other sign-ins may have ended. */
const retryAfterSeconds = 60;

/**
 * Starts the sign-in of a device (RFC 8628, section 3.1). Nobody is signed in yet, so it records no audit event.
 * @throws {AppError} RATE_LIMITED, VALIDATION_FAILED.
 */
export async function startDeviceSignIn(
  deps: Dependencies,
  { hostName, clientVersion }: DeviceInput,
  { ip }: Origin,
): Promise<StartedDeviceSignIn> {
  const network = findClientNetworks(ip)?.network ?? "";
  deps.callLimits.deviceSignIns.admit(network);
  const shown = {
    hostName: requireDisplayable("/host_name", hostName),
    clientVersion: requireDisplayable("/client_version", clientVersion),
  };
  const now = deps.now();
  const createdOn = now.toISOString();
  const deviceCode = generateCheckedText("dev", deps.randomBytes);
  const userCode = generateUserCode(deps.randomBytes);
  const pepper = deps.secretHasher.current;
  await deps.store.transact(async ({ deviceSignIns }) => {
    const isFull =
      (await deviceSignIns.countOpen(createdOn, network)) >= openPerNetworkMax ||
      (await deviceSignIns.countOpen(createdOn, null)) >= openMax;
    if (isFull) throw new AppError("RATE_LIMITED", { retryAfterSeconds });
    await deviceSignIns.insert({
      ...shown,
      id: deps.newId(),
      deviceDigest: digestDeviceCode(pepper, deviceCode),
      userDigest: digestUserCode(pepper, userCode),
      ip,
      network,
      createdOn,
      expiresOn: addSeconds(now, deviceSignInSeconds),
      intervalSeconds,
    });
  });
  return {
    deviceCode,
    userCode: formatUserCode(userCode),
    expiresInSeconds: deviceSignInSeconds,
    intervalSeconds,
  };
}

/** Refuses text that could control the page that shows it, or that looks like something else. */
function requireDisplayable(path: string, text: string): string {
  const checked = checkName(text);
  if (!checked.ok) throw invalidField(path, checked.message.replace(/^A name /, ""));
  return checked.name;
}
