import { type HttpHandler, HttpResponse, http } from "msw";
import type { ApiKey } from "../models/api-key.ts";
import type { Session } from "../models/session.ts";
import { parseBaseUrl } from "../transport/base-url.ts";
import { sendsOnce } from "../transport/fetch-transport.ts";
import { findOpenSignIn } from "./fake-device-sign-ins.ts";
import { createFakeKey } from "./fake-keys.ts";
import { presentKey } from "./fake-secrets.ts";
import { answerRequest, type Listening, listenOnLoopback, type RecordedCall } from "./fake-server.ts";
import { issueAccessToken, openSession } from "./fake-sessions.ts";
import { type FakeCompany, type FakePlan, FakeState, type FakeUser } from "./fake-state.ts";
import { FakeConnectionLoss, type Fault, FaultQueue } from "./fault.ts";
import { issueIdToken } from "./pipelines/fake-exchange.ts";

/**
 * Options of a fake server.
 *
 * @example
 * const fake = new FakeBrikSync({ now: () => new Date("2026-02-01T10:30:00Z") });
 */
export interface FakeBrikSyncOptions {
  /**
   * URL for which the msw handlers respond. The default is `http://127.0.0.1:4870`, as in the client. With a path,
   * `fetch` and `listen` respond only below that path. Otherwise, they respond below any path.
   */
  readonly baseUrl?: string | undefined;
  /** Clock of the fake server. It decides when tokens, allowlist entries, leases and secrets expire. */
  readonly now?: (() => Date) | undefined;
  /** Duration of a rotation lease in seconds. The default is 120. */
  readonly rotationLeaseSeconds?: number | undefined;
  /** How long a device waits between two polls, in seconds. The default is 5. Use a fraction in tests. */
  readonly devicePollSeconds?: number | undefined;
}

/** Input of `addUser`. See its example. */
export interface FakeUserInput {
  readonly email: string;
  readonly password: string;
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
  readonly mustChangePassword?: boolean | undefined;
  /** Privilege by company ID. By default, the user is a Super Admin of the initial company. */
  readonly privileges?: Readonly<Record<string, 1 | 2 | 3>> | undefined;
}

/**
 * A BrikSync server in memory, for tests. It follows the rules of the real server and returns the same error bodies. It
 * supports sign-in with a password or in a browser, keys, allowlists, rotations with leases, idempotent replays,
 * trusts, automation tokens, audit and verify.
 *
 * It starts with one BUSINESS company and one Super Admin. Connect to it with msw (`handlers`), with the `fetch` option
 * of a client, or over a socket (`listen`).
 *
 * @example
 * const fake = new FakeBrikSync();
 * const briksync = new BrikSync({ fetch: fake.fetch, session: fake.addSession() });
 * await briksync.keys.create({ name: "CRM" });
 */
export class FakeBrikSync {
  /** Handlers for `setupServer` or `setupWorker` of msw. */
  readonly handlers: HttpHandler[];
  /** Function for the `fetch` option of a client: `new BrikSync({ fetch: fake.fetch })`. It needs no network. */
  readonly fetch: typeof globalThis.fetch;
  /** The initial company. */
  readonly company: FakeCompany;
  /** The initial Super Admin. */
  readonly admin: FakeUser;
  readonly #basePath: string | null;
  readonly #url: string;
  readonly #state: FakeState;
  readonly #faults = new FaultQueue();
  readonly #calls: RecordedCall[] = [];

  constructor(options: FakeBrikSyncOptions = {}) {
    const { now = () => new Date(), rotationLeaseSeconds = 120, devicePollSeconds = 5 } = options;
    const { origin, prefix } = parseBaseUrl(options.baseUrl, true);
    this.#basePath = prefix === "" ? null : prefix;
    this.#url = origin + prefix;
    this.#state = new FakeState(now, rotationLeaseSeconds, devicePollSeconds);
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
    this.fetch = Object.assign(fetch, { [sendsOnce]: true });
    this.handlers = [
      http.all(`${origin}${escapePattern(prefix)}/*`, ({ request }) =>
        this.#answer(request).catch((error: unknown) => {
          if (error instanceof FakeConnectionLoss) return HttpResponse.error();
          throw error;
        }),
      ),
    ];
  }

  /** Received calls, oldest first. They contain everything that was sent, also secrets. */
  get calls(): readonly RecordedCall[] {
    return this.#calls;
  }

  /**
   * Adds a company.
   *
   * @example
   * const company = fake.addCompany("Beta Ltd", "PRO");
   */
  addCompany(name: string, plan: FakePlan = "BUSINESS"): FakeCompany {
    const company = { id: crypto.randomUUID(), name, plan };
    this.#state.companies.set(company.id, company);
    return company;
  }

  /**
   * Adds a user.
   *
   * @example
   * const member = fake.addUser({ email: "bo@partner.com", password, privileges: { [fake.company.id]: 3 } });
   */
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

  /**
   * Adds a key and returns it with its secret.
   *
   * @example
   * const { key, clientSecret } = fake.addKey("CRM");
   */
  addKey(name: string, company: FakeCompany = this.company): { readonly key: ApiKey; readonly clientSecret: string } {
    const { key, secret } = createFakeKey(this.#state, company.id, name, [], null);
    return { key: presentKey(key, this.#state.now()), clientSecret: secret.text };
  }

  /**
   * Returns a new session for a user, without a sign-in call.
   *
   * @example
   * const briksync = new BrikSync({ fetch: fake.fetch, session: fake.addSession() });
   */
  addSession(user: FakeUser = this.admin, company: FakeCompany = this.company): Required<Session> {
    const session = openSession(this.#state, user, company.id);
    const accessToken = issueAccessToken(this.#state, session);
    const expiresAtMs = this.#state.tokens.get(accessToken)?.expiresAtMs ?? 0;
    const expiresAt = new Date(expiresAtMs).toISOString();
    return { accessToken, refreshToken: session.refreshToken, expiresAt, companyId: company.id };
  }

  /**
   * Approves a waiting sign-in, as a user does in the browser. By default, the initial Super Admin approves for the
   * initial company. Throws if no waiting sign-in has this code.
   *
   * @example
   * const signIn = await briksync.auth.startDeviceSignIn({ hostName: "laptop", clientVersion: "reports 2.1.0" });
   * fake.approveDeviceSignIn(signIn.userCode);
   * await signIn.wait();
   */
  approveDeviceSignIn(userCode: string, user: FakeUser = this.admin, company: FakeCompany = this.company): void {
    findOpenSignIn(this.#state, userCode).decision = { user, companyId: company.id };
  }

  /**
   * Denies a waiting sign-in, as a user does in the browser. Throws if no waiting sign-in has this code.
   *
   * @example
   * fake.denyDeviceSignIn(signIn.userCode);
   */
  denyDeviceSignIn(userCode: string): void {
    findOpenSignIn(this.#state, userCode).decision = "denied";
  }

  /**
   * Returns a token that this server accepts in an exchange, as a CI platform would issue it. It expires after 5
   * minutes, unless `exp` is set. Its audience is that of the server's default URL, unless `aud` is set.
   *
   * @example
   * const idToken = fake.issueIdToken({ iss: "https://token.actions.githubusercontent.com", repository_id: "1" });
   */
  issueIdToken(claims: Readonly<Record<string, unknown>>): string {
    const iat = Math.floor(this.#state.now().getTime() / 1000);
    const times = { iat, nbf: iat, exp: iat + 300, jti: crypto.randomUUID() };
    return issueIdToken(this.#state, { aud: this.#url, ...times, ...claims });
  }

  /**
   * Expires all access tokens, also those of trusts. Refresh tokens stay valid.
   *
   * @example
   * fake.expireAccessTokens();
   */
  expireAccessTokens(): void {
    this.#state.tokens.clear();
    for (const [token, { kind }] of this.#state.grants) if (kind === "trust") this.#state.grants.delete(token);
  }

  /**
   * Simulates a failure of the next call, or of the next calls of one operation.
   *
   * @example
   * fake.fail({ kind: "status", status: 503, operation: "createKey" });
   */
  fail(fault: Fault): void {
    this.#faults.add(fault);
  }

  /**
   * Removes all failures that are still queued.
   *
   * @example
   * fake.clearFaults();
   */
  clearFaults(): void {
    this.#faults.clear();
  }

  /**
   * Listens on a free port of this machine, for code that needs a real socket. Not available in browsers.
   *
   * @example
   * const { url, close } = await fake.listen();
   */
  async listen(): Promise<Listening> {
    const { url, close } = await listenOnLoopback((request) => this.#answer(request));
    return { url: url + (this.#basePath ?? ""), close };
  }

  #answer(request: Request): Promise<Response> {
    return answerRequest(this.#state, this.#faults, this.#calls, request, this.#basePath);
  }
}

/** Escapes a path for msw, which treats these characters as placeholders and groups. */
function escapePattern(path: string): string {
  return path.replace(/[()*:?+]/g, "\\$&");
}
