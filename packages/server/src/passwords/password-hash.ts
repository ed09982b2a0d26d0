import { hash, type Options, parseOptions, verify } from "@node-rs/argon2";
import { isPasswordTooLong, normalizePassword } from "../domain/password-policy.ts";

/** Hashes and checks passwords. Every method but `needsRehash` throws {@link HashingBusyError} when too many wait already. */
export interface PasswordHasher {
  /** A PHC string. Throws a RangeError for a password over 1024 bytes, which the policy refuses before. */
  hash(password: string): Promise<string>;
  /** Whether the password made this PHC string. A malformed one, or an oversized password, is false after equal work. */
  verify(phc: string, password: string): Promise<boolean>;
  /** Whether the PHC string is weaker than what `hash` makes now, or malformed. */
  needsRehash(phc: string): boolean;
  /** The work of `verify` for a user who does not exist, so that time does not tell. */
  verifyDecoy(password: string): Promise<false>;
}

/** Too many passwords wait to be hashed; nothing was done. */
export class HashingBusyError extends Error {
  override readonly name = "HashingBusyError";
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super("Too many sign-ins are in progress. Try again shortly.");
    this.retryAfterSeconds = retryAfterSeconds;
  }
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
/** A queue of hashes of some ten milliseconds each is through by then. */
const RETRY_AFTER_SECONDS = 1;

/**
 * Hashes by argon2id, at most `maxConcurrent` at a time and `maxQueued` waiting: memory (19 MiB each) stays bounded, and
 * threads remain for everything else. Passwords are normalised here too, so that no caller can forget it.
 */
export function createPasswordHasher(limits: { maxConcurrent: number; maxQueued: number }): PasswordHasher {
  const runBounded = createBoundedRunner(limits);
  const verifyDecoy = async (): Promise<false> => {
    await runBounded(() => verify(DECOY, ""));
    return false;
  };
  return {
    async hash(password) {
      if (isPasswordTooLong(password)) throw new RangeError("The password is longer than 1024 bytes.");
      return runBounded(() => hash(normalizePassword(password), PARAMETERS));
    },
    async verify(phc, password) {
      if (readParameters(phc) === null || isPasswordTooLong(password)) return verifyDecoy();
      return runBounded(() => verify(phc, normalizePassword(password)));
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
    verifyDecoy,
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

/** Runs work at once or in turn; refuses it when the queue is full. */
function createBoundedRunner({ maxConcurrent, maxQueued }: { maxConcurrent: number; maxQueued: number }) {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= maxConcurrent) {
      if (waiting.length >= maxQueued) throw new HashingBusyError(RETRY_AFTER_SECONDS);
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else {
      running += 1;
    }
    try {
      return await work();
    } finally {
      // The place is handed on, not given up: nobody who comes now may overtake those who wait.
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
