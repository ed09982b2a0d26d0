import { createHmac, randomBytes, randomInt, randomUUID } from "node:crypto";
import { FakeRefusal } from "./fake-supabase-refusal.ts";

/** A second factor of a user. */
export interface FakeFactor {
  readonly id: string;
  readonly type: "totp" | "phone" | "webauthn";
  readonly name: string;
  status: "verified" | "unverified";
  /** The secret that the factor shares with the user's app. */
  readonly secret: Buffer;
  lastSentMs: number;
}

interface FakeChallenge {
  readonly id: string;
  readonly factor: FakeFactor;
  readonly startedMs: number;
  /** The code in the message to the phone. */
  readonly sentCode: string | null;
  isVerified: boolean;
}

/** `GOTRUE_MFA_PHONE_MAX_FREQUENCY` */
const messageIntervalMs = 60_000;
const stepMs = 30_000;

/** Returns a new verified factor. */
export function createFactor(type: FakeFactor["type"], fields: Partial<FakeFactor> = {}): FakeFactor {
  const secret = randomBytes(20);
  return { id: randomUUID(), type, name: "", status: "verified", secret, lastSentMs: 0, ...fields };
}

/** Returns the code in the user's app: six digits of RFC 6238. */
export function readApp({ secret }: FakeFactor, now: Date): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(now.getTime() / stepMs)));
  const digest = createHmac("sha1", secret).update(counter).digest();
  const number = digest.readUInt32BE((digest.at(-1) ?? 0) & 15) & 0x7f_ff_ff_ff;
  return String(number % 1_000_000).padStart(6, "0");
}

/** Returns the factor in the format of `GET /user`. */
export function describeFactor({ id, status, type, name }: FakeFactor): Record<string, unknown> {
  return { id, status, factor_type: type, ...(name !== "" && { friendly_name: name }) };
}

/** Challenges of a project, and the messages that it sent to phones. */
export class FakeChallenges {
  readonly messages: string[] = [];
  /** `GOTRUE_MFA_CHALLENGE_EXPIRY_DURATION` */
  challengeMs = 300_000;
  readonly #now: () => Date;
  #challenges: FakeChallenge[] = [];

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** `POST /factors/{id}/challenge` */
  start(factors: readonly FakeFactor[], factorId: string): Record<string, unknown> {
    const factor = findFactor(factors, factorId);
    const startedMs = this.#now().getTime();
    let sentCode: string | null = null;
    if (factor.type === "phone") {
      if (startedMs < factor.lastSentMs + messageIntervalMs) throw new FakeRefusal(429, "over_sms_send_rate_limit");
      factor.lastSentMs = startedMs;
      sentCode = String(randomInt(1_000_000)).padStart(6, "0");
      this.messages.push(sentCode);
    }
    const challenge = { id: randomUUID(), factor, startedMs, sentCode, isVerified: false };
    this.#challenges.push(challenge);
    return { id: challenge.id, type: factor.type, expires_at: Math.floor((startedMs + this.challengeMs) / 1_000) };
  }

  /** `POST /factors/{id}/verify`. Throws unless the code is right. */
  verify(factors: readonly FakeFactor[], factorId: string, challengeId: unknown, code: unknown): void {
    const factor = findFactor(factors, factorId);
    const challenge = this.#challenges.find(({ id }) => id === challengeId);
    if (challenge?.factor !== factor) throw new FakeRefusal(422, "mfa_factor_not_found");
    if (challenge.isVerified) throw new FakeRefusal(422, "mfa_ip_address_mismatch");
    const nowMs = this.#now().getTime();
    if (nowMs > challenge.startedMs + this.challengeMs) {
      this.#challenges = this.#challenges.filter((candidate) => candidate !== challenge);
      throw new FakeRefusal(422, "mfa_challenge_expired");
    }
    const accepted =
      challenge.sentCode === null
        ? [-stepMs, 0, stepMs].map((skewMs) => readApp(factor, new Date(nowMs + skewMs)))
        : [challenge.sentCode];
    if (!accepted.includes(String(code))) throw new FakeRefusal(422, "mfa_verification_failed");
    challenge.isVerified = true;
  }
}

function findFactor(factors: readonly FakeFactor[], factorId: string): FakeFactor {
  const factor = factors.find(({ id }) => id === factorId);
  if (factor === undefined) throw new FakeRefusal(404, "mfa_factor_not_found");
  return factor;
}
