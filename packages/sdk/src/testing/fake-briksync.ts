import { type HttpHandler, HttpResponse, http } from "msw";
import type { ApiKey } from "../models/api-key.ts";
import type { Session } from "../models/session.ts";
import { parseBaseUrl } from "../transport/base-url.ts";
import { SENDS_ONCE } from "../transport/fetch-transport.ts";
import { makeKey } from "./fake-keys.ts";
import { type Listening, listenOnLoopback } from "./fake-listener.ts";
import { presentKey } from "./fake-secrets.ts";
import { answerRequest, type RecordedCall } from "./fake-server.ts";
import { issueAccessToken, openSession } from "./fake-sessions.ts";
import { createFakeState, type FakeCompany, type FakePlan, type FakeState, type FakeUser } from "./fake-state.ts";
import { FakeConnectionLoss, type Fault, FaultQueue } from "./fault.ts";

/** How to build a fake server. */
export interface FakeBrikSyncOptions {
  /**
   * The address that its msw handlers answer for, `http://127.0.0.1:4870` by default, as the client does. Like the client's
   * `baseUrl`, it may have a path. Then `fetch` and `listen` answer only below that path; without one, they answer below any.
   */
  readonly baseUrl?: string | undefined;
  /** The clock by which tokens, allowlist entries, leases and secrets end. */
  readonly now?: (() => Date) | undefined;
  /** How long a rotation has a key to itself; 120 by default. */
  readonly rotationLeaseSeconds?: number | undefined;
}

/** How to add a person. */
export interface FakeUserInput {
  readonly email: string;
  readonly password: string;
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
  readonly mustChangePassword?: boolean | undefined;
  /** Privilege by company id; Super Admin of the fake's first company by default. */
  readonly privileges?: Readonly<Record<string, 1 | 2 | 3>> | undefined;
}

/**
 * A BrikSync server in memory, for tests: sign-in, keys, allowlists, rotations with their leases, replays, revocation, audit and verify with the
 * real one's rules and error bodies. It starts with one BUSINESS company and one Super Admin. Reach it by msw
 * (`handlers`), by `fetch` as a client's option, or over a socket (`listen`).
 */
export class FakeBrikSync {
  /** Handlers for msw's `setupServer` or `setupWorker`. */
  readonly handlers: HttpHandler[];
  /** Answers without any network: `new BrikSync({ fetch: fake.fetch })`. */
  readonly fetch: typeof globalThis.fetch;
  /** The company it starts with. */
  readonly company: FakeCompany;
  /** The Super Admin it starts with. */
  readonly admin: FakeUser;
  readonly #basePath: string | null;
  readonly #state: FakeState;
  readonly #faults = new FaultQueue();
  readonly #calls: RecordedCall[] = [];

  constructor(options: FakeBrikSyncOptions = {}) {
    const { now = () => new Date(), rotationLeaseSeconds = 120 } = options;
    const { origin, prefix } = parseBaseUrl(options.baseUrl, true);
    this.#basePath = prefix === "" ? null : prefix;
    this.#state = createFakeState(now, rotationLeaseSeconds);
    this.company = this.addCompany("Acme Corp");
    this.admin = this.addUser({ email: "ada@partner.com", password: "correct horse battery staple" });
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const request = new Request(input, init);
      const response = await this.#answer(request).catch((error: unknown) => {
        throw error instanceof FakeConnectionLoss ? new TypeError("fetch failed", { cause: error }) : error;
      });
      request.signal.throwIfAborted();
      return response;
    };
    this.fetch = Object.assign(fetch, { [SENDS_ONCE]: true });
    this.handlers = [
      http.all(`${origin}${escapePattern(prefix)}/*`, ({ request }) =>
        this.#answer(request).catch((error: unknown) => {
          if (error instanceof FakeConnectionLoss) return HttpResponse.error();
          throw error;
        }),
      ),
    ];
  }

  /** The calls it got, oldest first. They hold what was sent, secrets included. */
  get calls(): readonly RecordedCall[] {
    return this.#calls;
  }

  /** Adds a company. */
  addCompany(name: string, plan: FakePlan = "BUSINESS"): FakeCompany {
    const company = { id: crypto.randomUUID(), name, plan };
    this.#state.companies.set(company.id, company);
    return company;
  }

  /** Adds a person. */
  addUser(input: FakeUserInput): FakeUser {
    const { email, password, firstName = "Ada", lastName = "Lovelace", mustChangePassword = false } = input;
    const { privileges = { [this.company.id]: 1 } } = input;
    const user = {
      id: crypto.randomUUID(),
      email,
      password,
      firstName,
      lastName,
      mustChangePassword,
      privileges: new Map(Object.entries(privileges)),
    };
    this.#state.users.set(user.id, user);
    return user;
  }

  /** Adds a key, and shows its secret. */
  addKey(name: string, company: FakeCompany = this.company): { readonly key: ApiKey; readonly clientSecret: string } {
    const { key, secret } = makeKey(this.#state, company.id, name, [], null);
    return { key: presentKey(key, this.#state.now()), clientSecret: secret.text };
  }

  /** A session that is signed in already. */
  addSession(user: FakeUser = this.admin, company: FakeCompany = this.company): Required<Session> {
    const session = openSession(this.#state, user, company.id);
    const accessToken = issueAccessToken(this.#state, session);
    const expiresAtMs = this.#state.tokens.get(accessToken)?.expiresAtMs ?? 0;
    return { accessToken, refreshToken: session.refreshToken, expiresAt: new Date(expiresAtMs).toISOString() };
  }

  /** Makes every access token invalid, as time would; refresh tokens stay good. */
  expireAccessTokens(): void {
    this.#state.tokens.clear();
  }

  /** Makes the next call, or the next calls of one operation, go wrong. */
  fail(fault: Fault): void {
    this.#faults.add(fault);
  }

  /** Forgets the faults still to come. */
  clearFaults(): void {
    this.#faults.clear();
  }

  /** Listens on a free port of this machine, for code that must go through a real socket. Not in browsers. */
  async listen(): Promise<Listening> {
    const { url, close } = await listenOnLoopback((request) => this.#answer(request));
    return { url: url + (this.#basePath ?? ""), close };
  }

  #answer(request: Request): Promise<Response> {
    return answerRequest(this.#state, this.#faults, this.#calls, request, this.#basePath);
  }
}

/** A path as a pattern of msw, which reads these characters as placeholders and groups. */
function escapePattern(path: string): string {
  return path.replace(/[()*:?+]/g, "\\$&");
}
