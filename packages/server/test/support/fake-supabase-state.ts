import { createHash, randomBytes, randomUUID } from "node:crypto";
import { describeFactor, FakeChallenges, type FakeFactor } from "./fake-supabase-factors.ts";
import { FakeRefusal } from "./fake-supabase-refusal.ts";
import type { SigningKey } from "./supabase-keys.ts";

/** A user of the project. */
export interface FakeUser {
  readonly id: string;
  email: string;
  password: string | null;
  isConfirmed: boolean;
  /** Whether the provider of the user's identity has verified the address. */
  isVerified: boolean;
  party: string;
  isBanned: boolean;
  factors: FakeFactor[];
  /** Metadata that users can write themselves. */
  metadata: Record<string, unknown>;
}

/** Tokens of a session of the project. */
export interface FakeSession {
  readonly id: string;
  readonly user: FakeUser;
  aal: "aal1" | "aal2";
  refreshToken: string;
  isEnded: boolean;
}

interface Flow {
  readonly code: string;
  readonly challenge: string;
  user: FakeUser | null;
}

interface FakeMail {
  readonly email: string;
  readonly challenge: string;
  readonly redirectTo: string;
}

/** Minimum time between two emails to one address (`GOTRUE_SMTP_MAX_FREQUENCY`). */
const mailIntervalMs = 60_000;

/** Users, sessions and PKCE flows of a project, according to the rules of Supabase Auth. */
export class FakeProject {
  readonly users: FakeUser[] = [];
  readonly sessions: FakeSession[] = [];
  readonly mails: Array<FakeMail & { readonly sentMs: number }> = [];
  readonly challenges = new FakeChallenges(() => this.now());
  readonly issuer: string;
  tokenSeconds = 3_600;
  areSignOutsLimited = false;
  /** ID of a session that cannot be ended. */
  stuckSessionId: string | null = null;
  signingKey: SigningKey;
  now: () => Date;
  #flows: Flow[] = [];

  constructor(issuer: string, signingKey: SigningKey, now: () => Date) {
    this.issuer = issuer;
    this.signingKey = signingKey;
    this.now = now;
  }

  addUser(fields: Partial<Omit<FakeUser, "id">> & { readonly email: string }): FakeUser {
    const user: FakeUser = {
      id: randomUUID(),
      password: null,
      isConfirmed: true,
      isVerified: true,
      party: "email",
      isBanned: false,
      factors: [],
      metadata: { email_verified: true },
      ...fields,
    };
    this.users.push(user);
    return user;
  }

  openSession(user: FakeUser, aal: "aal1" | "aal2" = "aal1"): FakeSession {
    const session = { id: randomUUID(), user, aal, refreshToken: newRefreshToken(), isEnded: false };
    this.sessions.push(session);
    return session;
  }

  /** Returns the claims of an access token ("JWT Claims Reference" in Supabase's documentation). */
  claimsOf({ id, user, aal }: FakeSession): Record<string, unknown> {
    const issuedAt = Math.floor(this.now().getTime() / 1_000);
    return {
      iss: this.issuer,
      sub: user.id,
      aud: "authenticated",
      exp: issuedAt + this.tokenSeconds,
      iat: issuedAt,
      email: user.email,
      phone: "",
      app_metadata: { provider: user.party, providers: [user.party] },
      user_metadata: user.metadata,
      role: "authenticated",
      aal,
      amr: [{ method: "password", timestamp: issuedAt }],
      session_id: id,
      is_anonymous: false,
    };
  }

  signToken(session: FakeSession): Promise<string> {
    return this.signingKey.sign(this.claimsOf(session));
  }

  signInWithPassword(email: unknown, password: unknown): FakeSession {
    const user = this.users.find((candidate) => candidate.email === String(email).toLowerCase());
    if (user === undefined || user.password === null || user.password !== password) {
      throw new FakeRefusal(400, "invalid_credentials");
    }
    if (user.isBanned) throw new FakeRefusal(400, "user_banned");
    if (!user.isConfirmed) throw new FakeRefusal(400, "email_not_confirmed");
    return this.openSession(user);
  }

  refresh(refreshToken: unknown): FakeSession {
    const session = this.sessions.find((candidate) => candidate.refreshToken === refreshToken);
    if (session === undefined || session.isEnded) throw new FakeRefusal(400, "refresh_token_not_found");
    if (session.user.isBanned) throw new FakeRefusal(400, "user_banned");
    session.refreshToken = newRefreshToken();
    return session;
  }

  /**
   * Sends an email to a known address, at most one per minute. The project reports an early request only for known
   * addresses.
   */
  mailLink(mail: FakeMail): void {
    const nowMs = this.now().getTime();
    if (!this.users.some(({ email }) => email === mail.email)) throw new FakeRefusal(422, "otp_disabled");
    if (this.mails.some(({ email, sentMs }) => email === mail.email && nowMs < sentMs + mailIntervalMs)) {
      throw new FakeRefusal(429, "over_email_send_rate_limit");
    }
    this.mails.push({ ...mail, sentMs: nowMs });
  }

  beginFlow(challenge: string): Flow {
    const flow = { code: randomUUID(), challenge, user: null };
    this.#flows.push(flow);
    return flow;
  }

  exchange(code: unknown, verifier: unknown): FakeSession {
    const flow = this.#flows.find((candidate) => candidate.code === code);
    if (flow === undefined || flow.user === null) throw new FakeRefusal(404, "flow_state_not_found");
    if (createHash("sha256").update(String(verifier)).digest("base64url") !== flow.challenge) {
      throw new FakeRefusal(400, "bad_code_verifier");
    }
    this.#flows = this.#flows.filter((candidate) => candidate !== flow);
    return this.openSession(flow.user);
  }

  /** Marks the session as signed in with the second factor. Other sessions of the user without it end. */
  verifyFactor(session: FakeSession, factorId: string, fields: Readonly<Record<string, unknown>>): FakeSession {
    this.challenges.verify(session.user.factors, factorId, fields["challenge_id"], fields["code"]);
    session.aal = "aal2";
    session.refreshToken = newRefreshToken();
    for (const other of this.sessions) if (other.user === session.user && other.aal === "aal1") other.isEnded = true;
    return session;
  }

  describeUser(user: FakeUser): Record<string, unknown> {
    const confirmedOn = user.isConfirmed ? { email_confirmed_at: "2026-01-01T00:00:00Z" } : {};
    return {
      id: user.id,
      aud: "authenticated",
      role: "authenticated",
      email: user.email,
      ...confirmedOn,
      app_metadata: { provider: user.party, providers: [user.party] },
      user_metadata: user.metadata,
      identities: [
        {
          identity_id: randomUUID(),
          id: user.id,
          user_id: user.id,
          provider: user.party,
          identity_data: { sub: user.id, email: user.email, email_verified: user.isVerified },
          email: user.email,
        },
      ],
      ...(user.factors.length > 0 ? { factors: user.factors.map(describeFactor) } : {}),
      is_anonymous: false,
    };
  }
}

function newRefreshToken(): string {
  return randomBytes(9).toString("base64url");
}
