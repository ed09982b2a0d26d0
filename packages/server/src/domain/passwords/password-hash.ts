import { hash, type Options, parseOptions, verify } from "@node-rs/argon2";
import { HashQueue, type HashQueueLimits } from "./hash-queue.ts";
import { isPasswordTooLong, normalizePassword } from "./password-policy.ts";

export { HashingBusyError } from "./hash-queue.ts";

/**
 * Hashes and checks passwords. Every method but `needsRehash` throws `HashingBusyError` when too many wait already. `holder` names
 * who waits, where it is not a stranger: see {@link HashQueue}.
 */
export interface PasswordHasher {
  /** A PHC string. Throws a RangeError for a password over 1024 bytes, which the policy refuses before. */
  hash(password: string, holder?: string | null): Promise<string>;
  /** Whether the password made this PHC string. A malformed one, or an oversized password, is false after equal work. */
  verify(phc: string, password: string, holder?: string | null): Promise<boolean>;
  /** Whether the PHC string is weaker than what `hash` makes now, or malformed. */
  needsRehash(phc: string): boolean;
  /** The work of `verify` for a user who does not exist, so that time does not tell. */
  verifyDecoy(password: string): Promise<false>;
}

/** Argon2id, which is the library's default, at the floor that OWASP's Password Storage Cheat Sheet names. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 } satisfies Options;
const SALT_BYTES = 16;
/** A stored string that asks for more than a hundred times the work is damaged, and must not take the machine down. */
const MEMORY_COST_MAX = 1 << 20;
const TIME_COST_MAX = 64;
const PARALLELISM_MAX = 16;
/** The hash of no password: salt and digest are zeros. */
const DECOY = `$argon2id$v=19$m=19456,t=2,p=1$${"A".repeat(22)}$${"A".repeat(43)}`;

/**
 * Hashes by argon2id, a bounded number at a time ({@link HashQueue}): memory (19 MiB each) stays bounded, and
 * threads remain for everything else. Passwords are normalized here too, so that no caller can forget it.
 */
export function createPasswordHasher(limits: HashQueueLimits): PasswordHasher {
  const queue = new HashQueue(limits);
  const runDecoy = async (holder: string | null): Promise<false> => {
    await queue.run(holder, () => verify(DECOY, ""));
    return false;
  };
  return {
    async hash(password, holder = null) {
      if (isPasswordTooLong(password)) throw new RangeError("The password is longer than 1024 bytes.");
      return queue.run(holder, () => hash(normalizePassword(password), PARAMETERS));
    },
    async verify(phc, password, holder = null) {
      if (readParameters(phc) === null || isPasswordTooLong(password)) return runDecoy(holder);
      return queue.run(holder, () => verify(phc, normalizePassword(password)));
    },
    needsRehash(phc) {
      const stored = readParameters(phc);
      if (stored === null || !phc.startsWith("$argon2id$v=19$")) return true;
      return (
        stored.memoryCost < PARAMETERS.memoryCost ||
        stored.timeCost < PARAMETERS.timeCost ||
        stored.outputLen < PARAMETERS.outputLen ||
        stored.saltLen < SALT_BYTES
      );
    },
    // Strangers only: a holder belongs to a user.
    verifyDecoy: () => runDecoy(null),
  };
}

/** The parameters of a PHC string that can be verified with bounded work, else `null`. */
function readParameters(phc: string): ReturnType<typeof parseOptions> | null {
  try {
    const parameters = parseOptions(phc);
    const { memoryCost, timeCost, parallelism } = parameters;
    const isBounded = memoryCost <= MEMORY_COST_MAX && timeCost <= TIME_COST_MAX && parallelism <= PARALLELISM_MAX;
    return isBounded ? parameters : null;
  } catch {
    return null;
  }
}
