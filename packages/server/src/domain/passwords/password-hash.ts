import { hash, type Options, parseOptions, verify } from "@node-rs/argon2";
import { HashQueue, type HashQueueLimits } from "./hash-queue.ts";
import { isPasswordTooLong, normalizePassword } from "./password-policy.ts";

/**
 * Hashes and verifies passwords. All methods except `needsRehash` throw `HashingBusyError` if too many calls are
 * queued. `holder` identifies a caller who is not a stranger: see {@link HashQueue}.
 */
export interface PasswordHasher {
  /** Returns a PHC string. Throws a RangeError for passwords over 1024 bytes, which the policy refuses first. */
  hash(password: string, holder?: string | null): Promise<string>;
  /**
   * Returns whether a password matches a PHC string. Malformed strings and oversized passwords return false after equal
   * work.
   */
  verify(phc: string, password: string, holder?: string | null): Promise<boolean>;
  /** Returns whether a PHC string is malformed or weaker than the current parameters. */
  needsRehash(phc: string): boolean;
  /** Does the work of `verify` for a user who does not exist, so that the response time is the same. */
  verifyDecoy(password: string): Promise<false>;
}

/** Argon2id (the library's default) with the minimum parameters of OWASP's Password Storage Cheat Sheet. */
const hashParameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 } satisfies Options;
const saltBytes = 16;
/** A stored string that needs a hundred times the work is damaged and is not computed. */
const memoryCostMax = 1 << 20;
const timeCostMax = 64;
const parallelismMax = 16;
/** A hash that matches no password: salt and digest are zeros. */
const decoy = `$argon2id$v=19$m=19456,t=2,p=1$${"A".repeat(22)}$${"A".repeat(43)}`;

/**
 * Returns a hasher with argon2id. It limits concurrent hashes ({@link HashQueue}), so that memory (19 MiB each) is
 * limited and threads remain for other work. It also normalizes passwords, so that callers cannot forget it.
 */
export function createPasswordHasher(limits: HashQueueLimits): PasswordHasher {
  const queue = new HashQueue(limits);
  const runDecoy = async (holder: string | null): Promise<false> => {
    await queue.run(holder, () => verify(decoy, ""));
    return false;
  };
  return {
    async hash(password, holder = null) {
      if (isPasswordTooLong(password)) throw new RangeError("The password is longer than 1024 bytes.");
      return queue.run(holder, () => hash(normalizePassword(password), hashParameters));
    },
    async verify(phc, password, holder = null) {
      if (readParameters(phc) === null || isPasswordTooLong(password)) return runDecoy(holder);
      return queue.run(holder, () => verify(phc, normalizePassword(password)));
    },
    needsRehash(phc) {
      const stored = readParameters(phc);
      if (stored === null || !phc.startsWith("$argon2id$v=19$")) return true;
      return (
        stored.memoryCost < hashParameters.memoryCost ||
        stored.timeCost < hashParameters.timeCost ||
        stored.outputLen < hashParameters.outputLen ||
        stored.saltLen < saltBytes
      );
    },
    // Decoys belong to strangers, because a holder is a user.
    verifyDecoy: () => runDecoy(null),
  };
}

/** Returns the parameters of a PHC string, or null if verifying it would need too much work. */
function readParameters(phc: string): ReturnType<typeof parseOptions> | null {
  try {
    const parameters = parseOptions(phc);
    const { memoryCost, timeCost, parallelism } = parameters;
    const isBounded = memoryCost <= memoryCostMax && timeCost <= timeCostMax && parallelism <= parallelismMax;
    return isBounded ? parameters : null;
  } catch {
    return null;
  }
}
